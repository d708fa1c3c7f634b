"""The programme's books: free for citizens, paid by foreigners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.economics.scenario import EconomicScenario

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """A mean and its central 95 % interval over draws."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, draws: Array) -> Spread:
        """Return the mean and interval of draws."""
        low, high = np.quantile(draws, [0.025, 0.975])
        return cls(float(np.mean(draws)), float(low), float(high))


@dataclass(frozen=True)
class Books:
    """Revenue and cost of the courses so far, under one reading of the report, in the scenario's money.

    Attributes
    ----------
    reading : str
        How the foreigners were counted.
    citizens, foreigners : int
    revenue : float
    cost, margin, covered : Spread
        ``covered`` is revenue over cost.
    break_even_price : Spread
        Price a foreigner at which revenue equals cost for this mix.
    citizens_per_foreigner : Spread
        Citizens whose course the margin of one foreigner pays; negative where the price is below cost.
    foreign_share_to_break_even : float
        Share of foreigners at which the books balance at the present price and mean cost; above 1:
        impossible.
    chance_of_surplus : float
    """

    reading: str
    citizens: int
    foreigners: int
    revenue: float
    cost: Spread
    margin: Spread
    covered: Spread
    break_even_price: Spread
    citizens_per_foreigner: Spread
    foreign_share_to_break_even: float
    chance_of_surplus: float


@dataclass(frozen=True)
class Capacity:
    """What the slots allow a year.

    Attributes
    ----------
    courses_a_year : Spread
        Most courses that can be made.
    planned : float
    utilisation : float
        Planned over possible, at mean capacity.
    citizens_at_break_even : float
        Most citizens treated a year if every slot is used and foreigners pay for them; 0 if the price is
        below the cost of a course.
    displaced : float
        Planned courses beyond capacity: here each foreigner takes a citizen's slot.
    """

    courses_a_year: Spread
    planned: float
    utilisation: float
    citizens_at_break_even: float
    displaced: float


def books(course_cost: Array, scenario: EconomicScenario) -> tuple[Books, Books]:
    """Return the books under the chosen reading and under the other one.

    Parameters
    ----------
    course_cost : array, shape (draws,)
        Cost of a course an infused patient.
    scenario : EconomicScenario
        ``programme.foreigners_among_treated`` chooses the first reading; the press report doesn't say.
    """
    programme = scenario.programme
    inside = max(programme.treated - programme.foreigners, 0)
    readings = {
        True: _books("foreigners counted among the treated", inside, course_cost, scenario),
        False: _books("foreigners treated besides", programme.treated, course_cost, scenario),
    }
    return readings[programme.foreigners_among_treated], readings[not programme.foreigners_among_treated]


def _books(reading: str, citizens: int, course_cost: Array, scenario: EconomicScenario) -> Books:
    foreigners = scenario.programme.foreigners
    price = scenario.local(scenario.programme.foreign_price.money)
    everyone = citizens + foreigners
    cost, revenue = course_cost * everyone, price * foreigners
    payers = max(foreigners, 1)
    return Books(
        reading=reading,
        citizens=citizens,
        foreigners=foreigners,
        revenue=revenue,
        cost=Spread.of(cost),
        margin=Spread.of(revenue - cost),
        covered=Spread.of(revenue / cost),
        break_even_price=Spread.of(cost / payers),
        citizens_per_foreigner=Spread.of((price - course_cost) / course_cost),
        foreign_share_to_break_even=float(course_cost.mean() / price) if price > 0 else float("inf"),
        chance_of_surplus=float(np.mean(revenue > cost)),
    )


@dataclass(frozen=True)
class Rung:
    """What a price a foreigner would carry.

    Attributes
    ----------
    price : float
    citizens_per_foreigner : Spread
        Citizens whose course one foreigner's margin pays; negative below cost.
    citizens_a_year : float
        Citizens treated a year if every slot is used and foreigners pay for all; 0 below cost.
    """

    price: float
    citizens_per_foreigner: Spread
    citizens_a_year: float


def price_ladder(course_cost: Array, slots: Array, scenario: EconomicScenario) -> tuple[Rung, ...]:
    """Return what the present price, multiples of it and the reported Western cost would carry."""
    now = scenario.local(scenario.programme.foreign_price.money)
    western = scenario.local(scenario.programme.reported_western_cost.money)
    prices = sorted({now, 1.5 * now, 2.0 * now, 3.0 * now, western})
    mean_cost, mean_slots = float(course_cost.mean()), float(slots.mean())
    return tuple(
        Rung(
            price,
            Spread.of((price - course_cost) / course_cost),
            mean_slots * max(0.0, 1.0 - mean_cost / price) if price > 0 else 0.0,
        )
        for price in prices
    )


def yearly_capacity(course_cost: Array, slots: Array, scenario: EconomicScenario) -> Capacity:
    """Return what the slots allow a year (``slots``: courses that can be made, shape (draws,))."""
    price = scenario.local(scenario.programme.foreign_price.money)
    mean_cost, mean_slots = float(course_cost.mean()), float(slots.mean())
    payers = mean_cost / price if price > 0 else np.inf
    return Capacity(
        courses_a_year=Spread.of(slots),
        planned=scenario.programme.patients_a_year,
        utilisation=scenario.programme.patients_a_year / mean_slots,
        citizens_at_break_even=mean_slots * max(0.0, 1.0 - payers),
        displaced=max(0.0, scenario.programme.patients_a_year - mean_slots),
    )
