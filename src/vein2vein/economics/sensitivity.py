"""One input at a time (tornado) and whole scenarios: cure fraction, horizon, price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vein2vein.economics.cohort import Block
from vein2vein.economics.course import AS_IN_SHEETS, ManufacturingUse, Use, place_of_care, total
from vein2vein.economics.decisions import icer
from vein2vein.economics.model import STRATEGIES, Evaluation, evaluate
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Uncertain, central_inputs

_PROGRAMME, _SALVAGE = STRATEGIES.index("CAR-T, place of care"), STRATEGIES.index("standard salvage")


@dataclass(frozen=True)
class Bar:
    """One input moved over its range: net benefit and ICER against salvage at its ends."""

    name: str
    meaning: str
    low_value: float
    high_value: float
    net_benefit_low: float
    net_benefit_high: float
    icer_low: float
    icer_high: float

    @property
    def swing(self) -> float:
        """Width of the bar."""
        return abs(self.net_benefit_high - self.net_benefit_low)


@dataclass(frozen=True)
class Tornado:
    """Bars by width, and the central value that they are drawn about."""

    central: float
    bars: tuple[Bar, ...]


def tornado(
    blocks: Sequence[Block],
    inputs: Mapping[str, Uncertain],
    scenario: EconomicScenario,
    made: ManufacturingUse = AS_IN_SHEETS,
) -> Tornado:
    """Return the one-way analysis of every input over the range of its sheet, widest first."""
    moved = [entry for entry in inputs.values() if entry.sd > 0 and entry.high > entry.low]
    size = 2 * len(moved) + 1
    draws = {name: np.repeat(column, size) for name, column in central_inputs(inputs).items()}
    for i, entry in enumerate(moved):
        draws[entry.name][1 + 2 * i] = entry.low
        draws[entry.name][2 + 2 * i] = entry.high
    result = evaluate(blocks, draws, scenario, made)
    benefit = result.net_benefit(scenario.willingness_to_pay)
    gain = benefit[_PROGRAMME] - benefit[_SALVAGE]
    ratio = _icers(result)
    bars = tuple(
        Bar(
            entry.name,
            entry.meaning,
            entry.low,
            entry.high,
            float(gain[1 + 2 * i]),
            float(gain[2 + 2 * i]),
            float(ratio[1 + 2 * i]),
            float(ratio[2 + 2 * i]),
        )
        for i, entry in enumerate(moved)
    )
    return Tornado(float(gain[0]), tuple(sorted(bars, key=lambda bar: -bar.swing)))


def _icers(result: Evaluation) -> np.ndarray:
    cost, qaly = result.programme_cost, result.programme_qaly
    gained = qaly[_PROGRAMME] - qaly[_SALVAGE]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(gained > 0, (cost[_PROGRAMME] - cost[_SALVAGE]) / gained, np.nan)


@dataclass(frozen=True)
class WhatIf:
    """One scenario: what changed, and costs, effects and ICER of the programme against salvage."""

    name: str
    cost: float
    qaly: float
    cost_gained: float
    qaly_gained: float
    icer: float


def what_ifs(
    blocks: Sequence[Block],
    inputs: Mapping[str, Uncertain],
    scenario: EconomicScenario,
    made: ManufacturingUse = AS_IN_SHEETS,
) -> tuple[WhatIf, ...]:
    """Return the scenario analyses at central values: cure, horizon, discount rate, price."""
    central = central_inputs(inputs)
    rows = [_what_if("as given", blocks, central, scenario, made)]
    for share in (0.2, 0.4, 0.6):
        shifted = dict(central)
        move = shift_to(blocks, share)
        for block in blocks:
            name = f"cure_shift.{block.indication}"
            shifted[name] = central[name] + move
        reported = " (as reported)" if share == 0.6 else ""
        rows.append(
            _what_if(f"cure of {share:.0%} of those infused{reported}", blocks, shifted, scenario, made)
        )
    for years in (5.0, 10.0):
        shorter = scenario.model_copy(update={"horizon_years": years})
        rows.append(_what_if(f"horizon {years:g} years", blocks, central, shorter, made))
    for rate in (0.0, 0.05):
        other = scenario.model_copy(update={"discount_costs": rate, "discount_effects": rate})
        rows.append(_what_if(f"discounted at {rate:.0%}", blocks, central, other, made))
    reported_cost = scenario.local(scenario.programme.reported_course_cost.money)
    rows.append(_at_price("a course costs what was reported", blocks, central, scenario, made, reported_cost))
    return tuple(rows)


def shift_to(blocks: Sequence[Block], share: float) -> float:
    """Return the common shift of the log odds of cure at which ``share`` of those infused are cured."""
    infused = np.array([np.sum(block.weight[block.infused]) for block in blocks])
    cured = np.array([block.cure_share for block in blocks])
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        reached = np.average(1.0 / (1.0 + (1.0 / cured - 1.0) * np.exp(-middle)), weights=infused)
        low, high = (middle, high) if reached < share else (low, middle)
    return 0.5 * (low + high)


def _what_if(
    name: str, blocks: Sequence[Block], draws: dict, scenario: EconomicScenario, made: ManufacturingUse
) -> WhatIf:
    result = evaluate(blocks, draws, scenario, made)
    return _row(name, result.programme_cost[:, 0], result.programme_qaly[:, 0])


def _at_price(
    name: str,
    blocks: Sequence[Block],
    draws: dict,
    scenario: EconomicScenario,
    made: ManufacturingUse,
    course_cost: float,
) -> WhatIf:
    result = evaluate(blocks, draws, scenario, made)
    cost = result.programme_cost[:, 0].copy()
    for block in blocks:
        built = float(total(place_of_care(Use.of(block), draws, scenario, made))[0])
        cost[_PROGRAMME] += block.weight.sum() * (course_cost * float(block.infused.mean()) - built)
    return _row(name, cost, result.programme_qaly[:, 0])


def _row(name: str, cost: np.ndarray, qaly: np.ndarray) -> WhatIf:
    return WhatIf(
        name,
        float(cost[_PROGRAMME]),
        float(qaly[_PROGRAMME]),
        float(cost[_PROGRAMME] - cost[_SALVAGE]),
        float(qaly[_PROGRAMME] - qaly[_SALVAGE]),
        icer(float(cost[_PROGRAMME]), float(qaly[_PROGRAMME]), float(cost[_SALVAGE]), float(qaly[_SALVAGE])),
    )
