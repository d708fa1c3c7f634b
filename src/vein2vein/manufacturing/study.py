"""Everything that manufacturing has to say about a scenario, from one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vein2vein.files import json_data
from vein2vein.manufacturing.batches import Batches, simulate_batches
from vein2vein.manufacturing.demand import Referred
from vein2vein.manufacturing.levers import FewerQcDays, Lever, MoreSlots, MoreStarts, value_of_levers
from vein2vein.manufacturing.modes import compare_modes
from vein2vein.manufacturing.product import memory_effect
from vein2vein.manufacturing.queue import simulate_queue
from vein2vein.manufacturing.queue_result import QueueResult
from vein2vein.manufacturing.queue_summary import by_origin, doses_per_year, funnel, times, utilisation
from vein2vein.manufacturing.scenario import ManufacturingScenario, Programme
from vein2vein.manufacturing.transduction import VectorDrivers

QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
"""Quantiles of the batches in :func:`summary`."""


@dataclass(frozen=True)
class ManufacturingStudy:
    """A scenario's batches, its programme, the other mode beside it, and what more capacity would buy.

    Attributes
    ----------
    scenario : ManufacturingScenario
        What was simulated.
    batches : Batches
        First batches of the scenario's process.
    queue : QueueResult
        The programme, with the scenario's own demand.
    modes : dict of str to QueueResult
        Both modes on the same referred patients.
    comparison : DataFrame
        See :func:`~vein2vein.manufacturing.modes.compare_modes`.
    levers : DataFrame
        See :func:`~vein2vein.manufacturing.levers.value_of_levers`.
    seed, replicates : int
        Seed and repetitions of the programme.
    """

    scenario: ManufacturingScenario
    batches: Batches
    queue: QueueResult
    modes: dict[str, QueueResult]
    comparison: pd.DataFrame
    levers: pd.DataFrame
    seed: int
    replicates: int


def manufacturing_study(
    scenario: ManufacturingScenario,
    *,
    batches: int = 10_000,
    seed: int = 1,
    replicates: int = 40,
    construct_drivers: VectorDrivers | None = None,
) -> ManufacturingStudy:
    """Simulate a scenario's manufacturing.

    Parameters
    ----------
    scenario : ManufacturingScenario
        The scenario.
    batches : int
        First batches to simulate beside the programme, at least 1.
    seed : int
        Seed, at least 0.
    replicates : int
        Repetitions of the programme, at least 1.
    construct_drivers : VectorDrivers, optional
        The construct's titre.

    Raises
    ------
    InputError
        A number can't be used, or the programme can't reach its infusions.
    """
    own = scenario.programme()
    made = simulate_batches(own.process, batches, seed, construct_drivers)
    queue = _simulated(own, seed, replicates, construct_drivers)
    same = Referred(max(round(len(queue.patients) / queue.replicates), 1))
    modes = {}
    for mode in ("place_of_care", "central"):
        programme = scenario.in_mode(mode).programme()
        modes[mode] = simulate_queue(
            programme.centres,
            programme.process,
            same,
            seed,
            replicates,
            waiting=programme.waiting,
            priority=programme.priority,
            construct_drivers=construct_drivers,
        )
    comparison = compare_modes(modes, own.process.finishing.dose_target, memory_effect())
    levers = value_of_levers(
        own.centres,
        own.process,
        same,
        default_levers(own, queue),
        seed,
        replicates,
        waiting=own.waiting,
        priority=own.priority,
    )
    return ManufacturingStudy(scenario, made, queue, modes, comparison, levers, seed, replicates)


def default_levers(programme: Programme, queue: QueueResult) -> tuple[Lever, ...]:
    """Return one more slot and one more weekly start at the busiest site, and two fewer days of testing."""
    used = utilisation(queue)
    busiest = str(used["site"].iloc[int(used["culture"].to_numpy().argmax())])
    levers: list[Lever] = [MoreSlots(busiest)]
    site = next(c.site for c in programme.centres if c.site.name == busiest)
    if site.starts_per_week is not None:
        levers.append(MoreStarts(busiest))
    if programme.process.schedule.qc > 0:
        levers.append(FewerQcDays(min(2.0, programme.process.schedule.qc)))
    return tuple(levers)


def summary(study: ManufacturingStudy) -> dict[str, Any]:
    """Return the study as plain numbers for JSON: every table as a list of records, NaN as null."""
    table = study.batches.table
    shown = (
        "cd3_collected",
        "fold_expansion",
        "car_positive",
        "vcn_per_car",
        "vcn_per_cell",
        "viability",
        "dose",
    )
    rate = doses_per_year(study.queue)
    return {
        "seed": study.seed,
        "replicates": study.replicates,
        "mode": study.scenario.manufacturing.mode,
        "specification": study.queue.process.specification.name,
        "batches": {
            "count": len(table),
            "dispositions": study.batches.shares(),
            "reasons": {str(k): int(v) for k, v in table["reason"].value_counts().items() if v},
            "quantiles": {
                name: dict(
                    zip(map(str, QUANTILES), map(float, np.quantile(table[name], QUANTILES)), strict=True)
                )
                for name in shown
            },
        },
        "funnel": records(funnel(study.queue)),
        "origin": records(by_origin(study.queue)),
        "times_days": records(times(study.queue)),
        "utilisation": records(utilisation(study.queue)),
        "doses_per_year": {name: json_data(getattr(rate, name)) for name in ("mean", "low", "high")},
        "modes": records(study.comparison),
        "levers": records(study.levers),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries of plain Python values; NaN and infinity become None."""
    rows = []
    for row in table.to_dict(orient="records"):
        rows.append({str(k): json_data(v) for k, v in row.items()})
    return rows


def _simulated(
    programme: Programme, seed: int, replicates: int, drivers: VectorDrivers | None
) -> QueueResult:
    return simulate_queue(
        programme.centres,
        programme.process,
        programme.demand,
        seed,
        replicates,
        waiting=programme.waiting,
        priority=programme.priority,
        construct_drivers=drivers,
    )
