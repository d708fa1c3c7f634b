"""Scales: from values to places, and the ticks worth naming."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.report.estimate import SUPERSCRIPT, THIN, number

_YEAR, _MONTH = 365.25, 365.25 / 12


@dataclass(frozen=True)
class Tick:
    """A value that is named on an axis."""

    value: float
    label: str


class Scale(Protocol):
    """Maps values to places along an axis and knows its ticks."""

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """What is named on the axis."""

    def __call__(self, values: ArrayLike, /) -> NDArray[np.float64]:
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
    """A logarithmic scale over whole decades; zero and all below the lowest decade stand at its foot.

    Parameters
    ----------
    decades : tuple of int
        Powers of ten of the lowest and the highest decade.
    start, end : float
        Places of the two ends.
    foot : float
        Share of the decades' height left for what is below them; 0 leaves none and names none.
    """

    decades: tuple[int, int]
    start: float
    end: float
    foot: float = 0.17

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
        return self.foot * (self.decades[1] - self.decades[0])

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The foot and at most five decades."""
        low, high = self.decades
        every = max(1, math.ceil((high - low) / 4))
        powers = range(high, low - 1, -every)
        names = [number(10.0**k, 1) if low >= -3 and high <= 4 else _power(k) for k in (low, *powers)]
        labelled = zip(powers, names[1:], strict=True)
        named = tuple(Tick(10.0**k, name) for k, name in labelled)
        return (Tick(0.0, f"<{THIN}{names[0]}"), *named) if self.foot else named


def _power(k: int) -> str:
    return {0: "1", 1: "10"}.get(k, "10" + str(k).translate(SUPERSCRIPT))


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
        """Fortnights, then years."""
        early = [Tick(float(day), str(day)) for day in range(0, int(self.breach), 14)]
        years = range(1, int(self.end_day / _YEAR + 0.02) + 1)
        return (*early, *(Tick(year * _YEAR, f"{year} y") for year in years))


def time_ticks(last: float) -> tuple[Tick, ...]:
    """Return ticks in months for a follow-up of ``last`` days, about six of them."""
    months = last / _MONTH
    every = next((step for step in (1, 2, 3, 6, 12, 24, 60) if months / step <= 6.5), 120)
    return tuple(Tick(m * _MONTH, str(m)) for m in range(0, int(months + 0.1) + 1, every))


def linear_ticks(low: float, high: float, most: int = 6) -> tuple[Tick, ...]:
    """Return at most ``most`` ticks at round values between low and high."""
    span = high - low
    if not span > 0 or not math.isfinite(span):
        return ()
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * k for k in (1, 2, 2.5, 5, 10, 20, 25, 50) if span / (power * k) <= most - 1 + 1e-9)
    first = math.ceil(low / step - 1e-9)
    values = [round(k * step, 12) for k in range(first, math.floor(high / step + 1e-9) + 1)]
    return tuple(Tick(value, number(value, 6)) for value in values)
