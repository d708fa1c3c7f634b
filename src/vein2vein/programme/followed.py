"""Patients of a programme, simulated and read: the same settings, ward, visits, doses and seed wherever it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vein2vein.clinic.cohort import Biology, Cohort, simulate_cohort, visit_grid
from vein2vein.clinic.reading import Reading, read_cohort
from vein2vein.programme.scenario import Scenario
from vein2vein.programme.supply import ProductPool
from vein2vein.simulation import Tolerances

if TYPE_CHECKING:
    from distributed import Client


def follow(
    scenario: Scenario,
    biology: Biology,
    pool: ProductPool,
    setting_of: NDArray[np.intp],
    first: int,
    *,
    tolerances: Tolerances | None = None,
    threads: int | None = None,
    client: Client | None = None,
) -> tuple[Cohort, Reading]:
    """Return consecutive patients of a programme over its horizon, and what is read of them.

    Parameters
    ----------
    scenario : Scenario
        The programme.
    biology : Biology
        Equations and sheets.
    pool : ProductPool
        What the patients' products are drawn from.
    setting_of : ndarray, shape (n,)
        Each patient's index into the scenario's settings.
    first : int
        Number of the first patient in the programme.
    tolerances, threads, client
        As in :func:`~vein2vein.clinic.cohort.simulate_cohort`.
    """
    cohort = simulate_cohort(
        biology,
        scenario.settings,
        setting_of,
        scenario.ward.policy,
        visit_grid(scenario.horizon_years * 365.25),
        seed=scenario.seed,
        first=first,
        dose={arm.setting.key: arm.dose for arm in scenario.arm if arm.dose is not None},
        products=pool.drawn(scenario.seed, first, len(setting_of)),
        tolerances=tolerances,
        threads=threads,
        client=client,
    )
    return cohort, read_cohort(cohort, biology.parameters)
