"""What a paper states: its reference, its numbers with their locators, and their spread between patients."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from vein2vein.errors import ModelError
from vein2vein.parameter import Parameter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LogNormal", "LogUniform", "Paper", "PaperValue", "Status"]

_Z_QUARTILE = 0.6744897501960817


class Status(Enum):
    """How a number came about."""

    FIXED = "fixed"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"
    DERIVED = "derived"


@dataclass(frozen=True)
class Paper:
    """A published source.

    Parameters
    ----------
    citation : str
        Authors, journal, year, volume and page.
    doi : str
        Without a leading address; empty where there is none.
    pubmed, pmc, biomodels : str, optional
        Identifiers, where known.
    """

    citation: str
    doi: str
    pubmed: str | None = None
    pmc: str | None = None
    biomodels: str | None = None

    @property
    def reference(self) -> str:
        """Citation and DOI."""
        return f"{self.citation}. doi:{self.doi}" if self.doi else self.citation


@dataclass(frozen=True)
class LogNormal:
    """A log-normal spread between patients around the typical value.

    Parameters
    ----------
    variance : float
        Variance of the natural logarithm.
    stated_as : str
        How the source states it: variance, SD, CV or interquartile range.
    """

    variance: float
    stated_as: str = "variance"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.variance) and self.variance >= 0):
            raise ModelError("a variance must be finite and not negative", value=self.variance)

    @classmethod
    def from_sd(cls, sd: float) -> LogNormal:
        """Return the spread whose logarithm has standard deviation ``sd``."""
        return cls(sd**2, "SD of the logarithm")

    @classmethod
    def from_cv(cls, percent: float) -> LogNormal:
        """Return the spread of coefficient of variation ``percent`` on the natural scale."""
        return cls(math.log1p((percent / 100) ** 2), "CV %")

    @classmethod
    def from_quartiles(cls, lower: float, upper: float) -> LogNormal:
        """Return the spread whose quartiles stand in the ratio ``upper / lower``."""
        return cls((math.log(upper / lower) / (2 * _Z_QUARTILE)) ** 2, "interquartile range")

    @property
    def sd(self) -> float:
        """Standard deviation of the natural logarithm."""
        return math.sqrt(self.variance)

    @property
    def cv_percent(self) -> float:
        """Coefficient of variation on the natural scale, per cent."""
        return 100 * math.sqrt(math.expm1(self.variance))

    def at(self, typical: float, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of patients whose standard normal scores are given, shape (n,)."""
        import numpy as np

        return np.asarray(typical * np.exp(self.sd * score))

    def __str__(self) -> str:
        return f"log-normal: variance {self.variance:.3g}, SD {self.sd:.3g}, CV {self.cv_percent:.3g} %"


@dataclass(frozen=True)
class LogUniform:
    """A spread that is even on the logarithmic scale between two bounds.

    Parameters
    ----------
    low, high : float
        Bounds, in the unit of the parameter.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high < math.inf:
            raise ModelError("bounds must be positive and ascending", value=(self.low, self.high))

    @property
    def variance(self) -> float:
        """Variance of the natural logarithm."""
        return math.log(self.high / self.low) ** 2 / 12

    @property
    def sd(self) -> float:
        """Standard deviation of the natural logarithm."""
        return math.sqrt(self.variance)

    @property
    def cv_percent(self) -> float:
        """Coefficient of variation on the natural scale, per cent."""
        width = math.log(self.high / self.low)
        mean = (self.high - self.low) / width
        square = (self.high**2 - self.low**2) / (2 * width)
        return 100 * math.sqrt(square / mean**2 - 1)

    def at(self, typical: float, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values of patients whose standard normal scores are given, shape (n,)."""
        import numpy as np
        from scipy.special import ndtr

        return np.asarray(self.low * (self.high / self.low) ** ndtr(score))

    def __str__(self) -> str:
        return (
            f"log-uniform {self.low:g} to {self.high:g}: variance of the logarithm {self.variance:.3g}, "
            f"SD {self.sd:.3g}, CV {self.cv_percent:.3g} %"
        )


@dataclass(frozen=True)
class PaperValue:
    """One number of a paper.

    Parameters
    ----------
    name : str
        Symbol of the paper, spelt in ASCII.
    value : float
        Typical value.
    unit : str
        As :func:`vein2vein.units.parse_unit` reads it.
    meaning : str
        What it is, in one clause.
    locator : str
        Where it stands: table, page, file, or the reason for an assumption with its plausible range.
    status : Status
        Fixed, estimated or assumed.
    spread : LogNormal or LogUniform, optional
        Variation between patients.
    latex : str, optional
        How the symbol is typeset.
    lower, upper : float
        Bounds beyond which a value is refused.

    Raises
    ------
    ModelError
        The value isn't finite, or the locator is empty.
    """

    name: str
    value: float
    unit: str
    meaning: str
    locator: str
    status: Status = Status.ESTIMATED
    spread: LogNormal | LogUniform | None = None
    latex: str | None = None
    lower: float = 0.0
    upper: float = math.inf

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or not self.lower <= self.value <= self.upper:
            raise ModelError(
                "a value must be finite and within its bounds",
                where=self.name,
                value=self.value,
                allowed=f"a finite number of at least {self.lower:g}"
                + (f" and at most {self.upper:g}" if self.upper < math.inf else ""),
            )
        if not self.locator.strip():
            raise ModelError(
                "a value without a source", where=self.name, remedy="say where the number stands"
            )

    @property
    def parameter(self) -> Parameter:
        """The declaration that the equations need."""
        return Parameter(self.unit, self.meaning, latex=self.latex, lower=self.lower, name=self.name)

    def with_value(self, value: float) -> PaperValue:
        """Return the same parameter with another value."""
        return replace(self, value=value)
