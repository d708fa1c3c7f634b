"""Numbers that a model must reproduce, and how each is read off its trajectory. They are never tuned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

__all__ = ["Area", "At", "Golden", "Highest", "HighestTime", "Lowest", "LowestTime", "Measure", "Origin"]


class Origin(Enum):
    """Where the expected number comes from."""

    READ = "read in the source"
    COMPUTED = "computed independently from the same equations"


@dataclass(frozen=True)
class At:
    """The value of a quantity on a day."""

    of: str
    day: float


@dataclass(frozen=True)
class Highest:
    """The largest value of a quantity between two days."""

    of: str
    start: float = 0.0
    end: float = float("inf")


@dataclass(frozen=True)
class HighestTime:
    """The day of the largest value of a quantity between two days."""

    of: str
    start: float = 0.0
    end: float = float("inf")


@dataclass(frozen=True)
class Lowest:
    """The smallest value of a quantity between two days."""

    of: str
    start: float = 0.0
    end: float = float("inf")


@dataclass(frozen=True)
class LowestTime:
    """The day of the smallest value of a quantity between two days."""

    of: str
    start: float = 0.0
    end: float = float("inf")


@dataclass(frozen=True)
class Area:
    """The integral of a quantity over days."""

    of: str
    start: float = 0.0
    end: float = 28.0


Measure = At | Highest | HighestTime | Lowest | LowestTime | Area


@dataclass(frozen=True)
class Golden:
    """A number to reproduce.

    Parameters
    ----------
    name : str
        What it is.
    printed : str
        The number as the source prints it: its last digit sets the tolerance.
    measure : Measure
        How it is read off a trajectory.
    unit : str
        Its unit.
    origin : Origin
        Read, or computed independently.
    settings : mapping of str to float
        Parameters that differ from the typical values.
    subjects : tuple of str
        Named individuals; with several, the median over them is meant.
    within : float, optional
        Relative error that is known and explained in ``note``, where it is larger than the printed digits allow.
    note : str
        The explanation.
    """

    name: str
    printed: str
    measure: Measure
    unit: str = "1"
    origin: Origin = Origin.COMPUTED
    settings: Mapping[str, float] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()
    within: float | None = None
    note: str = ""

    @property
    def value(self) -> float:
        """The expected number."""
        return float(self.printed)

    @property
    def tolerance(self) -> float:
        """Largest absolute error: half a unit of the last printed digit, or the known discrepancy."""
        if self.within is not None:
            return self.within * abs(self.value)
        exponent = Decimal(self.printed).as_tuple().exponent
        return 0.5 * 10.0 ** int(exponent) * (1 + 1e-9)
