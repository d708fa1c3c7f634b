"""Strategies side by side: ICERs with dominance, net benefit, acceptability, frontier, expected loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Option:
    """Mean discounted cost and effect of one strategy."""

    name: str
    cost: float
    qaly: float
    life_years: float = math.nan

    def __post_init__(self) -> None:
        if not (math.isfinite(self.cost) and self.cost >= 0):
            raise InputError(
                "a strategy's cost can't be negative or undefined",
                where=f"strategy {self.name!r}",
                field="cost",
                value=self.cost,
                allowed="0 or more",
                remedy="check prices and offsets; a saving is a lower cost than the comparator's",
            )
        if not math.isfinite(self.qaly):
            raise InputError(
                "a strategy's effect is undefined",
                where=f"strategy {self.name!r}",
                field="qaly",
                value=self.qaly,
                allowed="a finite number",
                remedy="check the outcomes",
            )


@dataclass(frozen=True)
class Comparison:
    """One row of the table of strategies, in the order of cost.

    Attributes
    ----------
    option : Option
    verdict : str
        ``"reference"`` (the cheapest that is not dominated), ``"on the frontier"``, ``"dominated"``
        (another is no costlier and at least as effective) or ``"extendedly dominated"`` (a mix of two
        others is better).
    compared_with : str or None
        Name of the next cheaper strategy on the frontier.
    cost_gained, qaly_gained, icer : float
        Against that strategy; NaN off the frontier.
    """

    option: Option
    verdict: str
    compared_with: str | None = None
    cost_gained: float = math.nan
    qaly_gained: float = math.nan
    icer: float = math.nan


def icer(cost: float, qaly: float, other_cost: float, other_qaly: float) -> float:
    """Return the incremental cost-effectiveness ratio of a strategy against another.

    Raises
    ------
    InputError
        The effects are equal: the ratio isn't defined.
    """
    gained = qaly - other_qaly
    if gained == 0.0:
        raise InputError(
            "the ratio of cost to effect isn't defined without a difference in effect",
            field="qaly",
            value=qaly,
            allowed="effects that differ",
            remedy="compare costs alone, or net benefits",
        )
    return (cost - other_cost) / gained


def compare(options: Sequence[Option]) -> tuple[Comparison, ...]:
    """Return the full incremental analysis: strategies by cost, with dominance and extended dominance."""
    ordered = sorted(options, key=lambda option: (option.cost, -option.qaly))
    verdicts: dict[str, str] = {}
    frontier: list[Option] = []
    for option in ordered:
        if frontier and option.qaly <= frontier[-1].qaly:
            verdicts[option.name] = "dominated"
            continue
        frontier.append(option)
    while len(frontier) > 2:
        ratios = [icer(b.cost, b.qaly, a.cost, a.qaly) for a, b in pairwise(frontier)]
        falls = [i for i in range(len(ratios) - 1) if ratios[i] > ratios[i + 1]]
        if not falls:
            break
        worst = frontier.pop(falls[0] + 1)
        verdicts[worst.name] = "extendedly dominated"
    rows = []
    for option in ordered:
        if option.name in verdicts:
            rows.append(Comparison(option, verdicts[option.name]))
            continue
        place = frontier.index(option)
        if place == 0:
            rows.append(Comparison(option, "reference"))
            continue
        before = frontier[place - 1]
        ratio = icer(option.cost, option.qaly, before.cost, before.qaly)
        gains = option.cost - before.cost, option.qaly - before.qaly
        rows.append(Comparison(option, "on the frontier", before.name, *gains, ratio))
    return tuple(rows)


@dataclass(frozen=True)
class Acceptability:
    """Decision uncertainty over a range of willingness to pay.

    Attributes
    ----------
    strategies : tuple of str
    willingness_to_pay : array, shape (w,)
    probability : array, shape (strategies, w)
        Share of draws in which the strategy has the highest net benefit.
    best : array of int, shape (w,)
        Strategy with the highest expected net benefit: the frontier runs through its probability.
    expected_loss : array, shape (strategies, w)
        Expected net benefit forgone by choosing the strategy; its lower edge is the EVPI.
    """

    strategies: tuple[str, ...]
    willingness_to_pay: Array
    probability: Array
    best: NDArray[np.int64]
    expected_loss: Array

    @property
    def frontier(self) -> Array:
        """Probability that the optimal strategy is indeed the best, shape (w,)."""
        return self.probability[self.best, np.arange(len(self.best))]

    @property
    def evpi(self) -> Array:
        """Expected value of perfect information a patient, shape (w,)."""
        return self.expected_loss.min(axis=0)


def acceptability(
    strategies: Sequence[str], cost: Array, qaly: Array, willingness_to_pay: ArrayLike
) -> Acceptability:
    """Return acceptability curves, frontier and expected loss from draws of shape (strategies, draws)."""
    levels = np.asarray(willingness_to_pay, float)
    probability = np.empty((len(strategies), len(levels)))
    loss, best = np.empty_like(probability), np.empty(len(levels), np.int64)
    for w, level in enumerate(levels):
        benefit = level * qaly - cost
        top = benefit.max(axis=0)
        winners = benefit.argmax(axis=0)
        probability[:, w] = np.bincount(winners, minlength=len(strategies)) / benefit.shape[1]
        loss[:, w] = (top - benefit).mean(axis=1)
        best[w] = int(benefit.mean(axis=1).argmax())
    return Acceptability(tuple(strategies), levels, probability, best, loss)
