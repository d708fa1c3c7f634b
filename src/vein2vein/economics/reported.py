"""The reported costs of a course, tested against the build-up: which inputs would have to hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.economics.course import (
    AS_IN_SHEETS,
    MANUFACTURE,
    ManufacturingUse,
    Use,
    bought,
    place_of_care,
    total,
)
from vein2vein.economics.scenario import EconomicScenario, Price
from vein2vein.economics.uncertain import Draws, Uncertain, central_inputs
from vein2vein.errors import InternalError

Array = NDArray[np.float64]
Build = Callable[[Draws], dict[str, Array]]
"""From draws of the inputs to the components of a course."""


@dataclass(frozen=True)
class Condition:
    """One input that would bring the build-up to the reported cost if it alone moved.

    ``needed`` is NaN where no value does; ``plausible`` says whether it lies in the range of the sheet.
    """

    name: str
    meaning: str
    value: float
    needed: float
    low: float
    high: float

    @property
    def plausible(self) -> bool:
        """Whether the needed value lies within the range of the sheet."""
        return bool(np.isfinite(self.needed) and self.low <= self.needed <= self.high)


@dataclass(frozen=True)
class Waterfall:
    """Components of a course an infused patient: means and central 95 % intervals over draws."""

    title: str
    components: tuple[str, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True)
class ReportedCost:
    """A reported cost of a course beside the build-up, in the scenario's money.

    Attributes
    ----------
    reported : float
    build_up : Waterfall
    share_at_or_below : float
        Share of draws in which the build-up is at or below the reported cost.
    percentile : float
        Where the reported cost lies among the draws, 0 to 100.
    alone : tuple of Condition
        Inputs that could reach it alone, the plausible first.
    quantile : float
        If every input moved together, each to this quantile of its law in the direction of the reported cost,
        the build-up would equal it; 0.5 is no move, NaN where even the last percentile doesn't reach it.
    together : tuple of Condition
        What each input would then be, the largest contributions first.
    product_alone : (float, float, float)
        Mean and 95 % interval of the product without any care: the other thing that a report could mean.
    verdict : str
        In words.
    """

    name: str
    reported: float
    build_up: Waterfall
    share_at_or_below: float
    percentile: float
    alone: tuple[Condition, ...]
    quantile: float
    together: tuple[Condition, ...]
    product_alone: tuple[float, float, float]
    verdict: str


def waterfall(title: str, parts: Mapping[str, Array], infused: float) -> Waterfall:
    """Return the components per infused patient; what patients who were never infused cost is a component."""
    whole = total(parts)
    rows = dict(parts)
    if infused < 1.0:
        carried = (
            "vector",
            "materials",
            "release tests",
            "staff",
            "cleanroom",
            "failed batches",
            "collection",
        )
        lost = np.sum([rows[n] for n in carried if n in rows], axis=0) * (1.0 / infused - 1.0)
        rows = {n: v if n in carried else v / infused for n, v in rows.items()}
        rows["patients never infused"] = lost
    if not np.allclose(total(rows), whole / infused, rtol=1e-9):
        raise InternalError("the components of a course don't add up to its cost")
    low, high = np.quantile([*rows.values()], [0.025, 0.975], axis=1)
    bottom, top = np.quantile(whole / infused, [0.025, 0.975])
    return Waterfall(
        title,
        tuple(rows),
        tuple(float(v.mean()) for v in rows.values()),
        tuple(map(float, low)),
        tuple(map(float, high)),
        float((whole / infused).mean()),
        float(bottom),
        float(top),
    )


def reported_costs(
    use: Use,
    inputs: Mapping[str, Uncertain],
    draws: Draws,
    scenario: EconomicScenario,
    made: ManufacturingUse = AS_IN_SHEETS,
) -> tuple[ReportedCost, ReportedCost]:
    """Return the programme's and the Western European reported cost, each against its build-up."""

    def local(given: Draws) -> dict[str, Array]:
        return place_of_care(use, given, scenario, made)

    def western(given: Draws) -> dict[str, Array]:
        return bought(use, given, np.ones_like(given["local_price_level"]))

    programme = scenario.programme
    return (
        _tested(
            "the programme's course, place of care",
            local,
            programme.reported_course_cost,
            use,
            inputs,
            draws,
            scenario,
        ),
        _tested(
            "a course in Western Europe, list price",
            western,
            programme.reported_western_cost,
            use,
            inputs,
            draws,
            scenario,
        ),
    )


def _tested(
    name: str,
    build: Build,
    price: Price,
    use: Use,
    inputs: Mapping[str, Uncertain],
    draws: Draws,
    scenario: EconomicScenario,
) -> ReportedCost:
    """Return one reported cost against one build-up (a function from draws to components)."""
    reported = scenario.local(price.money)
    parts = build(draws)
    infused = float(np.mean(use.infused))
    cost = total(parts) / infused
    share = float(np.mean(cost <= reported))
    alone = tuple(
        sorted(
            (c for c in (_alone(entry, build, inputs, reported * infused) for entry in inputs.values()) if c),
            key=lambda c: (not c.plausible, not np.isfinite(c.needed), c.name),
        )
    )
    made = [part for part_name, part in parts.items() if part_name in (*MANUFACTURE, "product (list price)")]
    product = np.sum(made, axis=0) / infused
    bottom, top = np.quantile(product, [0.025, 0.975])
    quantile, together = _together(build, inputs, reported * infused)
    return ReportedCost(
        name,
        reported,
        waterfall(name, parts, infused),
        share,
        100.0 * float(np.mean(cost < reported)),
        alone,
        quantile,
        together,
        (float(product.mean()), float(bottom), float(top)),
        _verdict(reported, cost, product, alone, quantile, scenario.currency),
    )


def _alone(
    entry: Uncertain, build: Build, inputs: Mapping[str, Uncertain], reported: float
) -> Condition | None:
    """Return the value of one input that brings the central build-up to the reported cost."""
    if entry.sd == 0.0 or entry.law == "normal":
        return None
    top = 0.999 if entry.law == "beta" else 10.0 * max(entry.high, entry.value)
    grid = np.linspace(1e-6 * top, top, 4001)
    central = {name: np.repeat(column, len(grid)) for name, column in central_inputs(inputs).items()}
    central[entry.name] = grid
    cost = total(build(central))
    if np.ptp(cost) < 1e-9 * reported:
        return None
    gap = cost - reported
    crossing = np.flatnonzero(np.diff(np.sign(gap)) != 0)
    needed = np.nan
    if len(crossing):
        i = crossing[np.argmin(np.abs(grid[crossing] - entry.value))]
        needed = float(grid[i] - gap[i] * (grid[i + 1] - grid[i]) / (gap[i + 1] - gap[i]))
    return Condition(entry.name, entry.meaning, entry.value, needed, entry.low, entry.high)


def _together(
    build: Build, inputs: Mapping[str, Uncertain], reported: float
) -> tuple[float, tuple[Condition, ...]]:
    """Return the common quantile of all inputs that gives the reported cost, and their values there."""
    moved = [entry for entry in inputs.values() if entry.sd > 0 and entry.law != "normal"]
    size = 2 * len(moved) + 1
    central = {name: np.repeat(column, size) for name, column in central_inputs(inputs).items()}
    for i, entry in enumerate(moved):
        central[entry.name][1 + 2 * i : 3 + 2 * i] = entry.quantile(np.array([0.4, 0.6]))
    cost = total(build(central))
    slope = {entry.name: float(cost[2 + 2 * i] - cost[1 + 2 * i]) for i, entry in enumerate(moved)}
    moved = [entry for entry in moved if abs(slope[entry.name]) > 1e-9 * reported]
    sign = 1.0 if reported > cost[0] else -1.0
    levels = np.linspace(0.5, 0.99, 491)
    given = {name: np.repeat(column, len(levels)) for name, column in central_inputs(inputs).items()}
    for entry in moved:
        given[entry.name] = entry.quantile(levels if slope[entry.name] * sign > 0 else 1.0 - levels)
    reached = np.flatnonzero(sign * (total(build(given)) - reported) >= 0)
    if len(reached) == 0:
        return float("nan"), ()
    at = int(reached[0])
    ordered = sorted(moved, key=lambda entry: -abs(slope[entry.name]))
    rows = (Condition(e.name, e.meaning, e.value, float(given[e.name][at]), e.low, e.high) for e in ordered)
    return float(levels[at]), tuple(rows)


def _verdict(
    reported: float, cost: Array, product: Array, alone: Sequence[Condition], quantile: float, currency: str
) -> str:
    where = _place(reported, cost)
    able = [c.meaning for c in alone if c.plausible]
    single = (
        f"one input alone could explain it: {'; '.join(able[:3])}" if able else "no single input explains it"
    )
    side = "favourable" if reported < cost.mean() else "unfavourable"
    joint = (
        f"all inputs together would have to lie at their {side} {100 * quantile:.0f} % quantile"
        if np.isfinite(quantile)
        else "nor do all inputs at their 99 % quantile together"
    )
    return (
        f"reported {reported:,.0f} {currency}, built up {_spread(cost)}: the report is {where} the interval; "
        f"{single}; {joint}. The product without care is built up at {_spread(product)}: the report is "
        f"{_place(reported, product)} that interval"
    )


def _place(reported: float, cost: Array) -> str:
    low, high = np.quantile(cost, [0.025, 0.975])
    return "within" if low <= reported <= high else "below" if reported < low else "above"


def _spread(cost: Array) -> str:
    low, high = np.quantile(cost, [0.025, 0.975])
    return f"{cost.mean():,.0f} (95 % {low:,.0f} to {high:,.0f})"
