"""Intention to treat and as infused, side by side, for manufacture at the place of care and at a central plant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.clinic.metrics import EFFICACY
from vein2vein.programme.claims import Prediction
from vein2vein.programme.followed import follow
from vein2vein.programme.parameters import Stretch
from vein2vein.programme.scenario import Scenario
from vein2vein.programme.supply import ProductPool, Supply

SETS, PATIENTS, COHORTS = 10, 400, 1000
"""Parameter sets and patients of each, the same in both modes; cohorts drawn from them."""
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
    parts: Sequence[Stretch],
    scenario: Scenario,
    supply: Supply,
    arms: NDArray[np.intp],
) -> tuple[ModeOutcome, ...]:
    """Return every outcome of both modes, on the same patients and parameter sets.

    Who is not infused counts as neither in remission nor cured; alive at 12 months with the chance that the
    untreated median gives.
    """
    chosen = parts[:: max(len(parts) // SETS, 1)][:SETS]
    metrics = {m.id: m for m in EFFICACY}
    untreated = 0.5 ** (12 / scenario.untreated.median_survival_months)
    rows: list[ModeOutcome] = []
    for mode, pool in supply.pools.items():
        tables = [_table(part, scenario, pool, arms) for part in chosen]
        for name in SHOWN:
            flags = [metrics[name].of(table).to_numpy(dtype=float) for table in tables]
            otherwise = untreated if name == "os_12" else 0.0
            rows.append(_row(mode, name, metrics[name].meaning, flags, pool, otherwise, scenario))
    return tuple(rows)


def _table(part: Stretch, scenario: Scenario, pool: ProductPool, arms: NDArray[np.intp]) -> pd.DataFrame:
    """Return the outcomes of the first patients of a stretch, given the products of a mode."""
    first = part.first * scenario.patients
    chosen = arms[first : min(first + PATIENTS, part.last * scenario.patients)]
    return follow(scenario, part.biology, pool, chosen, first)[1].table


def _row(
    mode: str,
    name: str,
    meaning: str,
    flags: Sequence[NDArray[np.float64]],
    pool: ProductPool,
    otherwise: float,
    scenario: Scenario,
) -> ModeOutcome:
    """Combine cohorts of the programme's size, each of one parameter set, with the shares infused."""
    rng = np.random.default_rng([scenario.seed, *mode.encode(), *name.encode()])
    drawn = rng.integers(len(flags), size=COHORTS)
    cohorts = np.array([rng.choice(flags[k], size=scenario.patients).mean() for k in drawn])
    share = rng.choice(pool.infused_share, size=COHORTS)
    whole = share * cohorts + (1 - share) * otherwise
    return ModeOutcome(mode, name, meaning, Prediction.over(cohorts), Prediction.over(whole))
