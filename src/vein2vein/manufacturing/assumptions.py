"""How far the assumed numbers move the results: each at the ends of its range, all else as it is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import pandas as pd

from vein2vein.evidence import load_sheet
from vein2vein.manufacturing.batches import simulate_batches
from vein2vein.manufacturing.demand import Referred
from vein2vein.manufacturing.numbers import replaced
from vein2vein.manufacturing.phenotype import PHENOTYPES
from vein2vein.manufacturing.product import memory_effect
from vein2vein.manufacturing.queue import simulate_queue
from vein2vein.manufacturing.scenario import ManufacturingScenario


@dataclass(frozen=True)
class Outcome:
    """What is watched: of the first batches, and of the programme.

    Attributes
    ----------
    released : float
        First batches released, exceptionally or not, %.
    infused : float
        Referred patients alive and fit at infusion, %.
    expansion : float
        Mean expansion multiplier of the released batches.
    """

    released: float
    infused: float
    expansion: float


def influence_of_assumptions(
    seed: int = 1,
    *,
    ids: Collection[str] | None = None,
    batches: int = 4000,
    patients: int = 120,
    replicates: int = 8,
) -> pd.DataFrame:
    """Return the results with every number that has a range at either end of it.

    One-way, on the default scenario, with common random numbers: what differs is due to the number. Numbers
    that were fitted are not fitted again.

    Parameters
    ----------
    seed : int
        Seed, at least 0.
    ids : collection of str, optional
        Numbers to vary; all that have a range by default.
    batches, patients, replicates : int
        First batches; referred patients of a programme; programmes.

    Returns
    -------
    DataFrame
        Columns: id, setting, meaning, value, low, high (of the range); infused (all numbers as they are);
        for each outcome its value with the number low and high, such as ``infused_low`` and ``infused_high``;
        moved (largest change of ``infused``), by which the rows are sorted.
    """
    outcome = partial(_outcome, seed, batches, patients, replicates)
    base = outcome()
    rows: list[dict[str, object]] = []
    for row in load_sheet("manufacturing").rows:
        if row.range is None or row.setting == "central" or (ids is not None and row.id not in ids):
            continue
        low, high = (_with(row.id, row.setting, end, outcome) for end in row.range)
        moved = max(abs(low.infused - base.infused), abs(high.infused - base.infused))
        ends = {
            f"{name}_{end}": getattr(found, name)
            for name in ("infused", "released", "expansion")
            for end, found in (("low", low), ("high", high))
        }
        rows.append(
            {
                "id": row.id,
                "setting": row.setting or "",
                "meaning": row.meaning or "",
                "value": row.value,
                "low": row.range[0],
                "high": row.range[1],
                "infused": base.infused,
                **ends,
                "moved": moved,
            }
        )
    return pd.DataFrame(rows).sort_values("moved", ascending=False, ignore_index=True)


def _outcome(seed: int, batches: int, patients: int, replicates: int) -> Outcome:
    """Return what is watched, with the numbers as they are at the moment."""
    programme = ManufacturingScenario().programme()
    made = simulate_batches(programme.process, batches, seed)
    result = simulate_queue(
        programme.centres, programme.process, Referred(patients), seed, replicates, waiting=programme.waiting
    )
    shares = made.table.loc[made.infusible, list(PHENOTYPES)].to_numpy()
    return Outcome(
        released=100.0 * float(made.infusible.mean()),
        infused=100.0 * float((result.patients["outcome"] == "infused").mean()),
        expansion=float(memory_effect().expansion_multiplier(shares).mean()),
    )


def _with(id: str, setting: str | None, value: float, outcome: Callable[[], Outcome]) -> Outcome:
    with replaced({(id, setting): value}):
        return outcome()
