"""Intention to treat and as infused, side by side, for manufacture at the place of care and at a central plant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.clinic.cohort import Biology, simulate_cohort
from vein2vein.clinic.metrics import EFFICACY
from vein2vein.clinic.reading import read_cohort
from vein2vein.programme.claims import Prediction
from vein2vein.programme.scenario import Scenario
from vein2vein.programme.supply import ProductPool, Supply

PATIENTS = 2000
"""Patients simulated as infused in each mode, the same ones in both."""
SHOWN = ("cr", "pfs_12", "os_12", "cured")


@dataclass(frozen=True)
class ModeOutcome:
    """One outcome under one mode of manufacture.

    Parameters
    ----------
    mode : str
        ``"place_of_care"`` or ``"central"``.
    outcome, meaning : str
        Identifier and words.
    as_infused, intention_to_treat : Prediction
        Share of the infused, and of all referred, with 95 % prediction intervals for a programme of this size.
    """

    mode: str
    outcome: str
    meaning: str
    as_infused: Prediction
    intention_to_treat: Prediction


def outcomes_by_mode(
    biology: Biology,
    scenario: Scenario,
    supply: Supply,
    arms: NDArray[np.intp],
    times: NDArray[np.float64],
    dose: dict[str, float],
) -> tuple[ModeOutcome, ...]:
    """Return every outcome of both modes, on the same patients.

    Who is not infused counts as neither in remission nor cured; alive at 12 months with the chance that the
    untreated median gives.
    """
    rows: list[ModeOutcome] = []
    metrics = {m.id: m for m in EFFICACY}
    untreated = 0.5 ** (12 / scenario.untreated.median_survival_months)
    count = min(PATIENTS, len(arms))
    for mode, pool in supply.pools.items():
        cohort = simulate_cohort(
            biology,
            scenario.settings,
            arms[:count],
            scenario.ward.policy,
            times,
            seed=scenario.seed,
            dose=dose,
            products=pool.drawn(scenario.seed, 0, count),
        )
        table = read_cohort(cohort, biology.parameters).table
        for name in SHOWN:
            metric = metrics[name]
            otherwise = untreated if name == "os_12" else 0.0
            rows.append(_row(mode, name, metric.meaning, metric.of(table), pool, otherwise, scenario))
    return tuple(rows)


def _row(
    mode: str,
    name: str,
    meaning: str,
    flags: pd.Series,
    pool: ProductPool,
    otherwise: float,
    scenario: Scenario,
) -> ModeOutcome:
    """Combine cohorts of the programme's size with the infused shares of the queue's repetitions."""
    rng = np.random.default_rng([scenario.seed, *mode.encode(), *name.encode()])
    cohorts = rng.choice(flags.to_numpy(dtype=float), size=(1000, scenario.patients)).mean(axis=1)
    share = rng.choice(pool.infused_share, size=1000)
    whole = share * cohorts + (1 - share) * otherwise
    return ModeOutcome(mode, name, meaning, Prediction.over(cohorts), Prediction.over(whole))
