"""Scales: from values to places, and the ticks worth naming."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.report.estimate import number


@dataclass(frozen=True)
class Tick:
    """A value that is named on an axis."""

    value: float
    label: str


class Scale(Protocol):
    """Maps values to places along an axis and knows its ticks."""

    ticks: tuple[Tick, ...]

    def __call__(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the place of each value."""


@dataclass(frozen=True)
class Linear:
    """A straight scale from ``low`` at place ``start`` to ``high`` at place ``end``."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[Tick, ...] = ()

    def __call__(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the place of each value."""
        span = (self.high - self.low) or 1.0
        share = (np.asarray(values, dtype=float) - self.low) / span
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True)
class Logarithmic:
    """A logarithmic scale over whole decades, with zero (and all below the lowest decade) at its foot."""

    decades: tuple[int, int]
    start: float
    end: float
    zero: str = "0"

    def __call__(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the place of each value; what is below the lowest decade stands at the foot."""
        given = np.asarray(values, dtype=float)
        low, high = self.decades
        with np.errstate(divide="ignore", invalid="ignore"):
            size = np.log10(given)
        place = np.where(np.isnan(given), np.nan, np.where(given < 10.0**low, low - self._foot, size))
        share = (np.minimum(place, high) - (low - self._foot)) / (high - low + self._foot)
        return self.start + share * (self.end - self.start)

    @property
    def _foot(self) -> float:
        return 0.11 * (self.decades[1] - self.decades[0])

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Zero and at most five decades."""
        low, high = self.decades
        every = max(1, math.ceil((high - low) / 4))
        powers = [k for k in range(high, low - 1, -every)]
        return (Tick(0.0, self.zero), *(Tick(10.0**k, number(10.0**k)) for k in powers))


def decades(values: ArrayLike, floor: float, least: int = 2) -> tuple[int, int]:
    """Return the decades that hold the positive values above ``floor``, at least ``least`` of them."""
    given = np.asarray(values, dtype=float)
    seen = given[np.isfinite(given) & (given >= floor)]
    if not seen.size:
        base = math.floor(math.log10(floor)) if floor > 0 else 0
        return base, base + least
    low, high = math.floor(math.log10(seen.min())), math.ceil(math.log10(seen.max()) - 1e-9)
    return (low, max(high, low + least))


@dataclass(frozen=True)
class Broken:
    """Time in two straight pieces that meet at a gap: the first weeks large, the months after them small.

    Parameters
    ----------
    breach, end_day : float
        Days at which the first and the second piece end.
    start, end : float
        Places of day 0 and of ``end_day``.
    share : float
        Share of the width given to the first piece.
    gap : float
        Width of the gap between them.
    """

    breach: float
    end_day: float
    start: float
    end: float
    share: float = 0.62
    gap: float = 8.0

    @property
    def edge(self) -> float:
        """Place at which the first piece ends."""
        return self.start + self.share * (self.end - self.start - self.gap)

    def __call__(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the place of each day."""
        days = np.asarray(values, dtype=float)
        first = self.start + (self.edge - self.start) * days / self.breach
        rest = max(self.end_day - self.breach, 1.0)
        second = self.edge + self.gap + (self.end - self.edge - self.gap) * (days - self.breach) / rest
        return np.where(days <= self.breach, first, second)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Fortnights, then half years."""
        early = [Tick(float(day), str(day)) for day in range(0, int(self.breach), 14)]
        months = np.arange(12, self.end_day / 30.4 + 0.5, 12)
        return (*early, *(Tick(m * 30.4375, f"{m:.0f} mo") for m in months))


def time_ticks(last: float) -> tuple[Tick, ...]:
    """Return ticks in months for a follow-up of ``last`` days, about six of them."""
    months = last / 30.4375
    every = next((step for step in (1, 2, 3, 6, 12, 24, 60) if months / step <= 6.5), 120)
    return tuple(Tick(m * 30.4375, str(m)) for m in range(0, int(months + 0.1) + 1, every))
