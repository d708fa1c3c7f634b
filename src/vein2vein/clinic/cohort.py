"""One chunk of virtual patients: drawn, infused, followed on the ward and at visits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sympy import Min, Symbol

from vein2vein.clinic.ward import WardPolicy, ward_parameters, ward_rules, with_ward
from vein2vein.dynamics.core import core_system
from vein2vein.dynamics.system import OdeSystem
from vein2vein.evidence import Sheet, load_sheet
from vein2vein.parameter import Parameter
from vein2vein.patients.population import VirtualPopulation, draw_population
from vein2vein.patients.settings import Setting
from vein2vein.simulation import Ensemble, Events, Minimum, StopWhen, Tolerances, simulate

if TYPE_CHECKING:
    from distributed import Client

OUTPUTS = (
    "car_t_blood",
    "lymphocytes_blood",
    "b_cells_blood",
    "tumour",
    "tumour_negative",
    "il6",
    "ifn_gamma",
    "crp",
    "ferritin",
    "crs_score",
    "icans_score",
    "lineages_positive",
    "lineages_negative",
)
"""What is sampled of each patient, in the units that the model declares."""

WARD_DAYS, WARD_STEP, VISIT_EVERY = 40.0, 0.25, 30.0
FOLLOW_UP_AFTER_PROGRESSION = 100.0
"""Day from which a patient whose progression is certain is no longer integrated."""

RELAPSE_INCREMENT = Parameter("cell", "growth over the nadir that is progression", name="relapse_increment")
PROGRESSION_FACTOR = Parameter(
    "1", "size over the nadir that is progression", name="progression_factor", lower=1
)


def visit_grid(horizon: float) -> NDArray[np.float64]:
    """Return the output days: every 6 h on the ward, then at visits, up to ``horizon``."""
    ward = np.arange(0.0, WARD_DAYS + WARD_STEP / 2, WARD_STEP)
    visits = np.array([45.0, 50.0, 60.0, 75.0, 90.0, *np.arange(120.0, horizon, VISIT_EVERY), horizon])
    return np.concatenate([ward, visits[visits <= horizon]])


STARTING_SHEET = "core_model_start"
"""The starting calibration, on which the joint calibration centres its priors."""


@dataclass(frozen=True)
class Biology:
    """What every chunk of a run shares: equations and the sheets that give their numbers."""

    system: OdeSystem
    parameters: Sheet
    indications: Sheet

    @classmethod
    def shipped(cls) -> Biology:
        """Return the core model with the ward's parameters, and the shipped sheets."""
        return cls(_system(), load_sheet("core_model"), load_sheet("indications"))

    @classmethod
    def starting(cls) -> Biology:
        """Return the core model as it was before the joint calibration: what ``vein2vein calibrate`` starts from."""
        return cls(_system(), load_sheet(STARTING_SHEET), load_sheet("indications"))


def _system() -> OdeSystem:
    system = with_ward(core_system())
    return replace(system, parameters=(*system.parameters, RELAPSE_INCREMENT, PROGRESSION_FACTOR))


@dataclass(frozen=True)
class Cohort:
    """Patients and what happened to them."""

    population: VirtualPopulation
    ensemble: Ensemble


@dataclass(frozen=True)
class InfusedProducts:
    """What each patient really gets, relative to what was ordered and calibrated; arrays of shape (n,).

    Parameters
    ----------
    dose_ratio : ndarray
        Cells given over the target dose.
    expansion : ndarray
        Engrafting cells per cell given, relative to the product that calibrated the model.
    burden : ndarray
        Tumour at infusion relative to the patients who calibrated the model.
    vein_to_vein : ndarray
        Days from apheresis to infusion.
    """

    dose_ratio: NDArray[np.float64]
    expansion: NDArray[np.float64]
    burden: NDArray[np.float64]
    vein_to_vein: NDArray[np.float64]


def simulate_cohort(
    biology: Biology,
    settings: tuple[Setting, ...],
    setting_of: NDArray[np.intp],
    ward: WardPolicy,
    times: NDArray[np.float64],
    *,
    seed: int,
    first: int = 0,
    dose: dict[str, float] | None = None,
    products: InfusedProducts | None = None,
    tolerances: Tolerances | None = None,
    threads: int | None = None,
    client: Client | None = None,
) -> Cohort:
    """Draw patients, infuse them on day 0 and follow them over ``times``.

    Parameters
    ----------
    biology : Biology
        Equations and sheets.
    settings, setting_of
        The settings, and each patient's index into them, shape (n,).
    ward : WardPolicy
        Treatment rules.
    times : ndarray, shape (T,)
        Output days from 0.
    seed, first : int
        Seed of the run and number of the first patient.
    dose : dict, optional
        Median dose (CAR-T cells) by setting key.
    products : InfusedProducts, optional
        What was made for each patient; on target and on time without it.
    tolerances : Tolerances, optional
        Of the integration; the engine's default.
    threads : int, optional
        Threads of the engine; the results don't depend on it.
    client : distributed.Client, optional
        Integrates on the workers of a Dask cluster instead.

    Returns
    -------
    Cohort
    """
    system, sheet = biology.system, biology.parameters
    population = draw_population(
        settings,
        setting_of,
        core_system().parameters,
        sheet,
        biology.indications,
        seed=seed,
        first=first,
        dose=dose,
    )
    if products is not None:
        population = given(population, products)
    parameters = dict(population.parameters) | ward_parameters(ward, population, sheet)
    for parameter in (RELAPSE_INCREMENT, PROGRESSION_FACTOR):
        values = np.array([sheet.value(parameter.name, s.key).value for s in settings])
        parameters[parameter.name] = values[setting_of]
    ensemble = simulate(
        system,
        parameters,
        patients=len(population),
        times=times,
        outputs=OUTPUTS,
        events=Events.bolus("infused", 0.0, population.table["dose"].to_numpy()),
        rules=ward_rules(ward, sheet),
        summaries=(Minimum("nadir", "tumour"),),
        stop=_progression(),
        tolerances=tolerances or Tolerances(),
        threads=threads,
        client=client,
    )
    return Cohort(population, ensemble)


def given(population: VirtualPopulation, products: InfusedProducts) -> VirtualPopulation:
    """Return the patients with the product that was made for them and the disease that awaited it.

    Engraftment stays a share; the tumour stays below nine tenths of its carrying capacity.
    """
    parameters, table = dict(population.parameters), population.table.copy()
    parameters["engraft_fraction"] = np.minimum(parameters["engraft_fraction"] * products.expansion, 1.0)
    burden = parameters["tumour_0"] * products.burden
    parameters["tumour_0"] = np.minimum(
        burden, np.maximum(0.9 * parameters["carrying_capacity"], parameters["tumour_0"])
    )
    table["dose"] = table["dose"] * products.dose_ratio
    table["tumour_0"] = parameters["tumour_0"]
    table["vein_to_vein"] = products.vein_to_vein
    return replace(population, table=table, parameters=parameters)


def _progression() -> StopWhen:
    """Progression by both trial criteria: nothing later in that patient changes an outcome."""
    tumour, nadir = Symbol("tumour", real=True), Symbol("nadir", real=True)
    condition = Min(tumour - nadir - RELAPSE_INCREMENT.symbol, tumour - PROGRESSION_FACTOR.symbol * nadir)
    return StopWhen(condition, after=FOLLOW_UP_AFTER_PROGRESSION)
