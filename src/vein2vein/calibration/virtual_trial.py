"""Virtual trials: cohorts of the calibrated settings under a given parameter set, and their observables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vein2vein.calibration.parameters import FreeParameter, apply
from vein2vein.clinic.cohort import Biology, Cohort, simulate_cohort, visit_grid
from vein2vein.clinic.metrics import MONTH
from vein2vein.clinic.reading import read_cohort
from vein2vein.clinic.ward import WardPolicy
from vein2vein.evidence import Sheet
from vein2vein.patients.settings import SETTINGS, Setting
from vein2vein.simulation import Tolerances

RTOL = 3e-4
"""Relative tolerance of a calibration run: relapse status differs in under 0.6 % of patients from rtol 1e-7."""
FOLLOW_UP_MONTHS = 13


@dataclass(frozen=True)
class VirtualTrial:
    """How a parameter set is turned into observables.

    Parameters
    ----------
    biology : Biology
        Equations and the sheets around which parameters vary.
    parameters : tuple of FreeParameter
        What varies.
    settings : tuple of Setting
        Settings simulated together.
    patients : int
        Patients a setting.
    seed : int
        Seed of the patients: equal for all parameter sets of a fit (common random numbers).
    months : float
        Follow-up.
    """

    biology: Biology
    parameters: tuple[FreeParameter, ...]
    settings: tuple[Setting, ...] = SETTINGS
    patients: int = 600
    seed: int = 1948
    months: float = FOLLOW_UP_MONTHS

    def table(
        self,
        values: Mapping[str, float],
        *,
        seed: int | None = None,
        first: int = 0,
        dose: dict[str, float] | None = None,
        threads: int = 1,
    ) -> pd.DataFrame:
        """Return the outcomes of the patients of every setting under a parameter set, one row a patient."""
        sheet = apply(self.parameters, values, self.biology.parameters)
        cohort = self.cohort(sheet, seed=seed, first=first, dose=dose, threads=threads)
        return read_cohort(cohort, sheet).table

    def cohort(
        self,
        sheet: Sheet,
        *,
        seed: int | None = None,
        first: int = 0,
        dose: dict[str, float] | None = None,
        threads: int = 1,
    ) -> Cohort:
        """Return the patients of every setting, simulated with a sheet."""
        return simulate_cohort(
            replace(self.biology, parameters=sheet),
            self.settings,
            np.repeat(np.arange(len(self.settings)), self.patients),
            WardPolicy(),
            visit_grid(float(self.months * MONTH)),
            seed=self.seed if seed is None else seed,
            first=first,
            dose=dose,
            tolerances=Tolerances(rtol=RTOL),
            threads=threads,
        )


def only(keys: Sequence[str]) -> tuple[Setting, ...]:
    """Return the settings of the given keys."""
    return tuple(s for s in SETTINGS if s.key in keys)
