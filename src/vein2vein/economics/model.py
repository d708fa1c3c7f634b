"""The decision model: costs, life-years and quality-adjusted life-years by strategy, indication and draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.economics import course
from vein2vein.economics.cohort import Block
from vein2vein.economics.discounting import annuity, factor
from vein2vein.economics.lifetimes import (
    Lifetimes,
    lost_before_infusion,
    with_car_t,
    with_central,
    with_salvage,
)
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Draws
from vein2vein.economics.utility import Phases, UtilityClock, utility_clock

Array = NDArray[np.float64]

STRATEGIES = ("standard salvage", "CAR-T, place of care", "CAR-T, central")
"""The strategies compared, in the order of the result's first axis."""
_INTENSE_YEARS = 2.0
_ELEMENTS = 400_000


@dataclass(frozen=True)
class Evaluation:
    """Means over patients, and over draws.

    Attributes
    ----------
    indications : tuple of str
    weights : array, shape (indications,)
        Share of each indication in the programme.
    cost, qaly, life_years : array, shape (strategies, indications, draws)
        Discounted means over the patients of an indication; ``life_years`` is undiscounted.
    patient_cost, patient_qaly : array, shape (strategies, n)
        Means over draws of each patient, all indications one after the other.
    patient_weight, patient_indication : array, shape (n,)
    """

    indications: tuple[str, ...]
    weights: Array
    cost: Array
    qaly: Array
    life_years: Array
    patient_cost: Array
    patient_qaly: Array
    patient_weight: Array
    patient_indication: NDArray[np.int64]

    @property
    def programme_cost(self) -> Array:
        """Mean discounted cost over the programme's mix, shape (strategies, draws)."""
        return np.einsum("skd,k->sd", self.cost, self.weights)

    @property
    def programme_qaly(self) -> Array:
        """Mean discounted QALYs over the programme's mix, shape (strategies, draws)."""
        return np.einsum("skd,k->sd", self.qaly, self.weights)

    @property
    def programme_life_years(self) -> Array:
        """Mean undiscounted life-years over the programme's mix, shape (strategies, draws)."""
        return np.einsum("skd,k->sd", self.life_years, self.weights)

    def net_benefit(self, willingness_to_pay: float, indication: int | None = None) -> Array:
        """Return the net monetary benefit, shape (strategies, draws), of one indication or of the mix."""
        if indication is None:
            return willingness_to_pay * self.programme_qaly - self.programme_cost
        return willingness_to_pay * self.qaly[:, indication] - self.cost[:, indication]


def evaluate(
    blocks: Sequence[Block],
    draws: Draws,
    scenario: EconomicScenario,
    made: course.ManufacturingUse = course.AS_IN_SHEETS,
) -> Evaluation:
    """Return costs and effects of every strategy for every draw.

    Draws are taken in chunks, so that memory doesn't grow with their number.
    """
    size = len(next(iter(draws.values())))
    shape = (len(STRATEGIES), len(blocks), size)
    cost, qaly, years = np.empty(shape), np.empty(shape), np.empty(shape)
    people_cost, people_qaly = [], []
    for k, block in enumerate(blocks):
        clock = utility_clock(block, scenario)
        by_patient = np.zeros((2, len(STRATEGIES), len(block)))
        step = max(1, _ELEMENTS // len(block))
        for first in range(0, size, step):
            part = slice(first, min(first + step, size))
            chunk = {name: values[part] for name, values in draws.items()}
            for s, result in enumerate(_strategies(block, chunk, clock, scenario, made)):
                cost[s, k, part] = result[0].mean(axis=1)
                qaly[s, k, part] = result[1].mean(axis=1)
                years[s, k, part] = result[2].mean(axis=1)
                by_patient[0, s] += result[0].sum(axis=0)
                by_patient[1, s] += result[1].sum(axis=0)
        people_cost.append(by_patient[0] / size)
        people_qaly.append(by_patient[1] / size)
    return Evaluation(
        indications=tuple(block.indication for block in blocks),
        weights=np.array([block.weight.sum() for block in blocks]),
        cost=cost,
        qaly=qaly,
        life_years=years,
        patient_cost=np.concatenate(people_cost, axis=1),
        patient_qaly=np.concatenate(people_qaly, axis=1),
        patient_weight=np.concatenate([block.weight for block in blocks]),
        patient_indication=np.repeat(np.arange(len(blocks)), [len(block) for block in blocks]),
    )


def _strategies(
    block: Block, draws: Draws, clock: UtilityClock, scenario: EconomicScenario, made: course.ManufacturingUse
) -> tuple[tuple[Array, Array, Array], ...]:
    """Return (cost, qaly, life-years), each of shape (draws, n), for every strategy."""
    programme, salvage = with_car_t(block, draws), with_salvage(block, draws)
    central = with_central(block, draws, programme, salvage)
    lost = lost_before_infusion(block, draws) & block.infused
    use, columns = course.Use.each(block), {name: values[:, None] for name, values in draws.items()}
    infused = np.broadcast_to(block.infused, lost.shape)
    here = course.total(course.place_of_care(use, columns, scenario, made))
    there = course.total(course.bought(use, columns, columns["local_price_level"], lost.astype(float)))
    conventional = course.salvage_course(columns)
    nobody = np.zeros(lost.shape, bool)
    return (
        _valued(block, draws, clock, scenario, salvage, conventional, nobody),
        _valued(block, draws, clock, scenario, programme, here + ~infused * conventional, infused),
        _valued(
            block,
            draws,
            clock,
            scenario,
            central,
            there + (lost | ~infused) * conventional,
            infused & ~lost,
        ),
    )


def _valued(
    block: Block,
    draws: Draws,
    clock: UtilityClock,
    scenario: EconomicScenario,
    lives: Lifetimes,
    first_cost: Array,
    treated: NDArray[np.bool_],
) -> tuple[Array, Array, Array]:
    """Return (cost, qaly, life-years) of lifetimes, cut at the horizon."""
    end = np.minimum(lives.death, scenario.horizon_years)
    free = np.minimum(lives.progression, end)
    rate = scenario.discount_costs
    level = draws["local_price_level"][:, None]
    intense = np.minimum(free + _INTENSE_YEARS, end)
    upkeep = draws["outpatient_first_year"][:, None] * annuity(rate, 0.0, np.minimum(free, 1.0))
    upkeep += draws["outpatient_later_year"][:, None] * (
        annuity(rate, 1.0, free) + annuity(rate, intense, end)
    )
    upkeep += draws["progressed_year"][:, None] * annuity(rate, free, intense)
    dies = lives.of_disease & (lives.death <= scenario.horizon_years)
    upkeep += dies * draws["end_of_life"][:, None] * factor(rate, end)
    phases = Phases(free, intense, end, lives.of_disease)
    quality = clock.quality(draws, block, phases) - treated * clock.toxicity(draws, block)
    return first_cost + level * upkeep, np.maximum(quality, 0.0), end
