"""The main job: a programme, replicated, followed to its horizon and held against what was reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaincinv

from vein2vein.clinic.cohort import Biology, Cohort
from vein2vein.clinic.reading import Reading
from vein2vein.economics.course import ManufacturingUse
from vein2vein.economics.patients import PatientOutcomes
from vein2vein.economics.value import ProgrammeValue, value_programme
from vein2vein.errors import InternalError
from vein2vein.patients.streams import uniforms
from vein2vein.programme.by_mode import ModeOutcome, outcomes_by_mode
from vein2vein.programme.claims import Claim, appraise
from vein2vein.programme.followed import follow
from vein2vein.programme.parameters import stretches
from vein2vein.programme.scenario import Scenario
from vein2vein.programme.shown import Shown
from vein2vein.programme.supply import Supply, simulate_supply
from vein2vein.programme.tolerance import ToleranceCheck, check_tolerance
from vein2vein.programme.widths import Width, widths
from vein2vein.simulation import Failure, Tolerances

if TYPE_CHECKING:
    from distributed import Client

CHUNK = 4096
"""Patients simulated at a time; the results don't depend on it."""

FEWEST_DRAWS = 100
"""Draws of the uncertain economic inputs at least."""

SHOWN = 4096
"""Patients at least whose trajectories are kept for quantiles."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ProgrammeResult:
    """Everything that a run of a programme produced.

    Parameters
    ----------
    scenario : Scenario
        What was run.
    patients : DataFrame
        One row a patient of every replicate whose integration succeeded: who, what happened, when.
    shown : Shown
        Patients with their trajectories: the first cohort and enough others for quantiles.
    crs_days, icans_days : ndarray, shape (settings, 5, D)
        Patients at each grade, 0 to 4, on each day, all replicates together.
    claims : tuple of Claim
        The reported claims, appraised.
    failures : tuple of Failure
        Solves that failed; ``patient`` counts over all replicates.
    solves : int
        Solves attempted.
    tolerance : ToleranceCheck
        What tightening the tolerance changes.
    biology : Biology
        Equations, and sheets at the centre of the posterior.
    supply : Supply
        Constructs, batches, queue, and the products that the patients were given.
    by_mode : tuple of ModeOutcome
        Intention to treat and as infused, for both modes of manufacture.
    value : ProgrammeValue
        Costs, worth, books, and where to research next.
    widths : tuple of Width
        Where the width of the predictions comes from.
    """

    scenario: Scenario
    patients: pd.DataFrame
    shown: Shown
    crs_days: NDArray[np.int64]
    icans_days: NDArray[np.int64]
    claims: tuple[Claim, ...]
    failures: tuple[Failure, ...]
    solves: int
    tolerance: ToleranceCheck
    biology: Biology
    supply: Supply
    by_mode: tuple[ModeOutcome, ...]
    value: ProgrammeValue
    widths: tuple[Width, ...]


def run_programme(
    scenario: Scenario,
    *,
    threads: int | None = None,
    client: Client | None = None,
    progress: Progress | None = None,
) -> ProgrammeResult:
    """Simulate every replicate of a programme and appraise the reported claims.

    Parameters
    ----------
    scenario : Scenario
        The programme.
    threads : int, optional
        Threads of the engine; the results don't depend on it.
    client : distributed.Client, optional
        Integrates the replicates' patients on the workers of a Dask cluster instead; the results don't depend on it.
    progress : callable, optional
        Called with patients done and patients in all.

    Returns
    -------
    ProgrammeResult

    Raises
    ------
    InternalError
        Not one integration succeeded.
    """
    biology = Biology.shipped()
    arms, n = assign_arms(scenario), scenario.patients
    supply = simulate_supply(scenario)
    collected = _Collected(len(scenario.settings))
    parts = list(stretches(scenario, biology))
    kept = max(n, -(-SHOWN // len(parts)))
    for part in parts:
        for start in range(part.first * n, part.last * n, CHUNK):
            chosen = arms[start : min(start + CHUNK, part.last * n)]
            cohort, reading = follow(
                scenario, part.biology, supply.pool, chosen, start, threads=threads, client=client
            )
            collected.add(cohort, reading, part.set, start)
            if start == part.first * n:
                collected.show(cohort, kept)
            if progress:
                progress(start + len(chosen), len(arms))
    if not collected.tables:
        raise InternalError("no patient could be simulated")
    patients = pd.concat(collected.tables, ignore_index=True)
    patients.insert(0, "replicate", patients["patient"] // n)
    patients["cured"] = patients["alive_cured"]
    value = _valued(patients, scenario, supply)
    checked = arms[: min(parts[0].last * n, CHUNK)]
    return ProgrammeResult(
        scenario=scenario,
        patients=patients,
        shown=Shown.joined(collected.shown),
        crs_days=collected.crs,
        icans_days=collected.icans,
        claims=appraise(patients, scenario, value),
        failures=tuple(collected.failures),
        solves=len(arms),
        tolerance=check_tolerance(parts[0].biology, scenario, supply, checked, Tolerances()),
        biology=biology,
        supply=supply,
        by_mode=outcomes_by_mode(parts, scenario, supply, arms),
        value=value,
        widths=widths(patients),
    )


def _valued(patients: pd.DataFrame, scenario: Scenario, supply: Supply) -> ProgrammeValue:
    """Return the valuation of the patients, with batches and capacity as the queue has them.

    No more draws of the uncertain inputs than there are patients: their error would hide behind the patients'.
    """
    draws = min(scenario.economics.psa_draws, max(FEWEST_DRAWS, len(patients)))
    economics = scenario.economics.model_copy(update={"psa_draws": draws})
    queue = supply.study.queue
    slots = sum(site.slots for site in {centre.site for centre in queue.centres})
    made = ManufacturingUse.of_queue(queue.patients, queue.slots, slots)
    outcomes = PatientOutcomes.from_table(patients, label=f"simulated: {scenario.name}")
    return value_programme(outcomes, economics, scenario.seed, made)


def assign_arms(scenario: Scenario) -> NDArray[np.intp]:
    """Return the arm of every patient, replicate by replicate, shape (replicates * patients,).

    Each replicate has shares of its own, Dirichlet around the scenario's with its concentration (the disease mix
    was not reported); within a replicate each patient's arm is drawn by those shares.
    """
    replicates, n, shares = scenario.replicates, scenario.patients, np.array(scenario.shares)
    if scenario.mix_concentration is not None and len(shares) > 1:
        draws = [
            gammaincinv(
                scenario.mix_concentration * share, uniforms(scenario.seed, f"mix {i}", 0, replicates)
            )
            for i, share in enumerate(shares)
        ]
        mix = np.array(draws).T
        mix /= mix.sum(axis=1, keepdims=True)
    else:
        mix = np.tile(shares, (replicates, 1))
    bounds = np.cumsum(mix, axis=1)[:, :-1]
    u = uniforms(scenario.seed, "arm", 0, replicates * n).reshape(replicates, n)
    return (u[:, :, None] > bounds[:, None, :]).sum(axis=2).ravel()


class _Collected:
    """What is kept of each chunk."""

    def __init__(self, settings: int) -> None:
        self.tables: list[pd.DataFrame] = []
        self.failures: list[Failure] = []
        self.shown: list[Shown] = []
        self.crs = np.zeros((settings, 5, 0), dtype=np.int64)
        self.icans = np.zeros((settings, 5, 0), dtype=np.int64)

    def show(self, cohort: Cohort, patients: int) -> None:
        """Keep the trajectories of the first patients of a cohort."""
        self.shown.append(Shown.of(cohort, patients))

    def add(self, cohort: Cohort, reading: Reading, parameter_set: int, start: int) -> None:
        """Add a chunk whose first patient has number ``start``."""
        self.tables.append(reading.table.drop(columns="row").assign(parameter_set=parameter_set))
        for f in cohort.ensemble.failures:
            self.failures.append(Failure(f.patient + start, f.time, f.state, f.kind, f.remedy))
        arms = cohort.population.setting_of[reading.table["row"].to_numpy()]
        self.crs = _counted(self.crs, arms, reading.crs_days)
        self.icans = _counted(self.icans, arms, reading.icans_days)


def _counted(
    counts: NDArray[np.int64], arms: NDArray[np.intp], grades: NDArray[np.int8]
) -> NDArray[np.int64]:
    """Return the counts (settings, 5, D) with the grades (m, D) of patients in their arms added."""
    if not counts.shape[2]:
        counts = np.zeros((*counts.shape[:2], grades.shape[1]), dtype=np.int64)
    for arm in range(len(counts)):
        of_arm = grades[arms == arm]
        for grade in range(5):
            counts[arm, grade] += (of_arm == grade).sum(axis=0)
    return counts
