from __future__ import annotations

import pytest

from vein2vein.economics.illustrative import illustrative_patients
from vein2vein.economics.patients import PatientOutcomes
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Uncertain, uncertain_inputs
from vein2vein.economics.value import ProgrammeValue, value_programme


@pytest.fixture(scope="session")
def patients() -> PatientOutcomes:
    return illustrative_patients(85, 10, seed=4)


@pytest.fixture(scope="session")
def scenario() -> EconomicScenario:
    return EconomicScenario(psa_draws=300, psa_patients=240)


@pytest.fixture(scope="session")
def inputs(scenario: EconomicScenario) -> dict[str, Uncertain]:
    return uncertain_inputs(scenario)


@pytest.fixture(scope="session")
def valued(patients: PatientOutcomes, scenario: EconomicScenario) -> ProgrammeValue:
    return value_programme(patients, scenario, seed=7)
