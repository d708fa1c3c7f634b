"""Durations of a step: rival laws, each turned from a uniform draw into days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from vein2vein.manufacturing.checks import within


class Duration(Protocol):
    """How long a step takes."""

    def days(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return days for uniform draws ``u`` in (0, 1); same shape."""
        ...


@dataclass(frozen=True)
class Fixed:
    """Always the same number of days."""

    length: float

    def __post_init__(self) -> None:
        within(self, "length", 0.0, open_high=True)

    def days(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the fixed length for every draw."""
        return np.full(np.shape(u), self.length)


@dataclass(frozen=True)
class Exponential:
    """Memoryless, with a mean in days."""

    mean: float

    def __post_init__(self) -> None:
        within(self, "mean", 0.0, open_low=True, open_high=True)

    def days(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``-mean ln(1 - u)``."""
        return -self.mean * np.log1p(-u)


@dataclass(frozen=True)
class Lognormal:
    """Right-skewed, with a median in days and the standard deviation of the logarithm."""

    median: float
    log_sd: float

    def __post_init__(self) -> None:
        within(self, "median", 0.0, open_high=True)
        within(self, "log_sd", 0.0, open_high=True)

    def days(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``median exp(log_sd z)`` with z the normal quantile of u."""
        return self.median * np.exp(self.log_sd * ndtri(u))


@dataclass(frozen=True)
class Weibull:
    """A hazard that rises (shape above 1) or falls with time; an infinite median is a life without end."""

    median: float
    shape: float

    def __post_init__(self) -> None:
        within(self, "median", 0.0, open_low=True)
        within(self, "shape", 0.0, open_low=True, open_high=True)

    def days(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``median (ln(1/(1-u)) / ln 2)^(1/shape)``."""
        if math.isinf(self.median):
            return np.full(np.shape(u), math.inf)
        return self.median * (-np.log1p(-u) / math.log(2.0)) ** (1.0 / self.shape)
