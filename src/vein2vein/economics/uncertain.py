"""The uncertain inputs of the valuation: value, spread and law of each, and joint draws of all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from vein2vein.economics.money import Money, money_of
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.errors import ScenarioError, near_miss
from vein2vein.evidence import EvidenceValue, load_sheet

Draws = Mapping[str, NDArray[np.float64]]
"""Every input by name, each of shape (draws,)."""

_COMPARISONS = (
    "ivig_year_usa",
    "western_care",
    "academic_product_cost",
    "ae_management_low",
    "ae_management_high",
)
_CURRENCIES = ("USD", "EUR", "GBP", "CNY", "INR")
_NORMAL_RANGE = 2 * 1.959963984540054


@dataclass(frozen=True, slots=True)
class Uncertain:
    """One input: its value and how it is believed to vary.

    Attributes
    ----------
    name : str
        Id of the sheet row, with ``.indication`` where it has one.
    value, sd : float
        Mean and standard deviation, money in the scenario's currency and price year; sd 0 means fixed.
    law : str
        ``"beta"`` for shares, ``"gamma"`` for amounts and times, ``"normal"`` for shifts.
    meaning, unit, status : str
        As in the sheet.
    low, high : float
        The range within which one-way analyses move it: the sheet's, else the central 95 %.
    """

    name: str
    value: float
    sd: float
    law: str
    meaning: str
    unit: str
    status: str
    low: float
    high: float

    def draw(self, rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        """Return ``n`` draws whose mean is ``value`` and whose standard deviation is ``sd``."""
        return self.quantile(rng.random(n))

    def quantile(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the quantiles of the law at ``u`` (0 to 1)."""
        if self.sd == 0.0:
            return np.full_like(u, self.value)
        if self.law == "normal":
            return stats.norm.ppf(u, self.value, self.sd)
        if self.law == "beta":
            size = self.value * (1 - self.value) / self.sd**2 - 1
            return stats.beta.ppf(u, self.value * size, (1 - self.value) * size)
        shape = (self.value / self.sd) ** 2
        return stats.gamma.ppf(u, shape, scale=self.value / shape)


def uncertain_inputs(scenario: EconomicScenario) -> dict[str, Uncertain]:
    """Return every input of the sheets, in the scenario's money, with the scenario's replacements.

    Raises
    ------
    ScenarioError
        ``inputs`` of the scenario names something unknown, or gives a negative cost or a utility above 1.
    """
    found: dict[str, Uncertain] = {}
    for sheet in ("economics_costs", "economics_health"):
        for row in load_sheet(sheet).rows:
            if row.id in _COMPARISONS or row.id == "cure_log_odds_se" or row.id.startswith("norm_"):
                continue
            entry = _entry(row, scenario)
            found[entry.name] = entry
    for row in load_sheet("economics_health").rows:
        if row.id == "cure_log_odds_se":
            name, meaning = f"cure_shift.{row.setting}", "shift of the chance of cure (log odds)"
            limit = 1.96 * row.value
            found[name] = Uncertain(name, 0.0, row.value, "normal", meaning, "1", row.status, -limit, limit)
    for name, value in scenario.inputs.items():
        found[name] = _replaced(found, name, value)
    return found


def draw_inputs(
    inputs: Mapping[str, Uncertain], n: int, rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """Return ``n`` joint draws (independent between inputs)."""
    return {name: entry.draw(rng, n) for name, entry in inputs.items()}


def central_inputs(inputs: Mapping[str, Uncertain]) -> dict[str, NDArray[np.float64]]:
    """Return the central values as draws of shape (1,)."""
    return {name: np.array([entry.value]) for name, entry in inputs.items()}


def _entry(row: EvidenceValue, scenario: EconomicScenario) -> Uncertain:
    name = row.id if row.setting is None else f"{row.id}.{row.setting}"
    scale = 1.0
    if row.unit.split("/")[0] in _CURRENCIES and row.population:
        money = money_of(row)
        scale = scenario.local(Money(1.0, money.currency, money.year))
    elif row.unit in ("day", "month", "week") and row.sheet == "economics_health":
        scale = row.to("year") / row.value
    if row.spread_kind == "se" and isinstance(row.spread, int | float):
        sd = float(row.spread)
    elif row.range is not None:
        sd = (row.range[1] - row.range[0]) / _NORMAL_RANGE
    else:
        sd = 0.0
    low, high = row.range if row.range is not None else (row.value - 1.96 * sd, row.value + 1.96 * sd)
    share = row.bounds == (0.0, 1.0) or row.id in ("batch_failure", "ivig_share", "central_not_infused")
    law = "beta" if share else "gamma"
    if share:
        sd = min(sd, 0.95 * math.sqrt(row.value * (1 - row.value)))
    meaning = row.meaning or row.id
    return Uncertain(
        name,
        row.value * scale,
        sd * scale,
        law,
        meaning,
        row.unit,
        row.status,
        max(low, 0.0 if law == "gamma" else low) * scale,
        high * scale,
    )


def _replaced(found: Mapping[str, Uncertain], name: str, value: float) -> Uncertain:
    if name not in found:
        raise ScenarioError(
            f"there is no such economic input.{near_miss(name, found)}",
            where="scenario, [economics.inputs]",
            field=name,
            value=value,
            allowed=f"one of {len(found)} names of the sheets economics_costs and economics_health",
            remedy="list them with: vein2vein evidence show economics_costs",
        )
    entry = found[name]
    high = 1.0 if entry.law == "beta" else math.inf
    if entry.law != "normal" and not 0.0 <= value <= high:
        kind = (
            "a utility or share is between 0 and 1"
            if entry.law == "beta"
            else "a cost or time can't be negative"
        )
        raise ScenarioError(
            kind,
            where="scenario, [economics.inputs]",
            field=name,
            value=value,
            allowed="0 to 1" if entry.law == "beta" else "0 or more",
            remedy="correct the value",
        )
    if entry.law == "normal":
        return replace(entry, value=value, low=value - 1.96 * entry.sd, high=value + 1.96 * entry.sd)
    if value in (0.0, high):
        return replace(entry, value=value, sd=0.0, low=value, high=value)
    ratio = value / entry.value
    if entry.law == "beta":
        sd = min(entry.sd, 0.95 * math.sqrt(value * (1 - value)))
        return replace(
            entry, value=value, sd=sd, low=max(0.0, value - 1.96 * sd), high=min(1.0, value + 1.96 * sd)
        )
    return replace(entry, value=value, sd=entry.sd * ratio, low=entry.low * ratio, high=entry.high * ratio)
