"""What the report is told about patients: courses over time, grades, survival, compositions."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.errors import InternalError
from vein2vein.report.estimate import Estimate

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
"""Quantiles of a :class:`Fan`: the median, the middle half and the middle nine tenths."""


def _shaped(name: str, array: NDArray[np.float64], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise InternalError(f"{name} has shape {array.shape}, not {shape}")


@dataclass(frozen=True)
class Fan:
    """Quantiles of a quantity over patients, on a time grid given beside it.

    Parameters
    ----------
    quantiles : array, shape (5, T)
        The :data:`QUANTILES` at each time; NaN where nobody is followed.
    """

    quantiles: NDArray[np.float64]

    def __post_init__(self) -> None:
        _shaped("quantiles", self.quantiles, (len(QUANTILES), self.quantiles.shape[-1]))

    @classmethod
    def of(cls, values: ArrayLike) -> Fan:
        """Return the fan of values, shape (n, T), over the patients whose value is not NaN."""
        table = np.atleast_2d(np.asarray(values, dtype=float))
        quantiles = np.full((len(QUANTILES), table.shape[1]), np.nan)
        some = ~np.isnan(table).all(axis=0)
        if some.any():
            quantiles[:, some] = np.nanquantile(table[:, some], QUANTILES, axis=0)
        return cls(quantiles)


@dataclass(frozen=True)
class Threshold:
    """A level marked in a figure: a limit of quantification, a definition of remission."""

    value: float
    label: str


@dataclass(frozen=True)
class Course:
    """One quantity of a journey, shown on a logarithmic axis.

    Parameters
    ----------
    name, unit : str
        What it is.
    fan : Fan
        Its quantiles.
    floor : float
        Values below it are shown at the foot of the axis, as none.
    thresholds : sequence of Threshold
        Levels to mark.
    examples : array, shape (k, T), optional
        A few single patients, drawn as thin lines; they show what quantiles hide where patients fall into two
        kinds.
    """

    name: str
    unit: str
    fan: Fan
    floor: float
    thresholds: Sequence[Threshold] = ()
    examples: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Journey:
    """What happens to the patients of a group over time.

    Parameters
    ----------
    group : str
        Label of the group.
    times : array, shape (T,)
        Days from infusion.
    courses : sequence of Course
        Each with quantiles on ``times``.
    followed : array, shape (T,)
        Share of the patients still followed, 0 to 1.
    """

    group: str
    times: NDArray[np.float64]
    courses: Sequence[Course]
    followed: NDArray[np.float64]

    def __post_init__(self) -> None:
        _shaped(f"followed of {self.group}", self.followed, self.times.shape)
        for course in self.courses:
            _shaped(f"{course.name} of {self.group}", course.fan.quantiles[0], self.times.shape)
            if course.examples is not None:
                _shaped(
                    f"examples of {course.name}", course.examples, (len(course.examples), *self.times.shape)
                )


@dataclass(frozen=True)
class Syndrome:
    """A syndrome that is graded day by day (CRS or ICANS) in one group.

    Parameters
    ----------
    name : str
        ``"CRS"`` or ``"ICANS"``.
    group : str
        Label of the group.
    shares : array, shape (5, D)
        Share of patients at grade 0 to 4 on day 0 to D - 1; the columns sum to 1.
    facts : mapping of str to Estimate
        Rows of the table beneath: any grade, grade 3 or worse, onset, duration, tocilizumab, steroids.
    scale : str
        Grading scale.
    """

    name: str
    group: str
    shares: NDArray[np.float64]
    facts: Mapping[str, Estimate] = field(default_factory=dict)
    scale: str = "ASTCT"

    def __post_init__(self) -> None:
        _shaped(f"grades of {self.name} of {self.group}", self.shares, (5, self.shares.shape[-1]))


class Condition(enum.Enum):
    """What a patient lives through between two dates."""

    ACTIVE = "active disease"
    REMISSION = "in remission"
    RELAPSED_POSITIVE = "relapsed, antigen kept"
    RELAPSED_NEGATIVE = "relapsed, antigen lost"


@dataclass(frozen=True)
class Stretch:
    """A time in one condition, in days from infusion."""

    start: float
    end: float
    condition: Condition


@dataclass(frozen=True)
class Swimmer:
    """One patient of the cohort that is shown.

    Parameters
    ----------
    patient : str
        Identifier.
    group : str
        Label of the group.
    stretches : sequence of Stretch
        In order of time; the last one ends at death or at the end of follow-up.
    died : bool
        Whether the last stretch ends in death.
    crs_grade : int
        Worst grade of CRS, 0 to 4.
    """

    patient: str
    group: str
    stretches: Sequence[Stretch]
    died: bool
    crs_grade: int = 0

    @property
    def end(self) -> float:
        """Last day followed."""
        return max((s.end for s in self.stretches), default=0.0)


@dataclass(frozen=True)
class Curve:
    """A survival curve, a step function.

    Parameters
    ----------
    label : str
        ``"Overall survival"``, ``"Progression-free survival"``, ``"Untreated"``.
    times : array, shape (K,)
        Days, increasing from 0.
    survival : array, shape (K,)
        Probability after each time.
    low, high : array, shape (K,), optional
        95 % prediction band of the Kaplan–Meier curve of a cohort of the group's size.
    at_risk : array, shape (J,), optional
        Numbers at risk at the times of the panel.
    median : Estimate, optional
        Median survival.
    comparator : bool
        Whether it is what the treated are compared with.
    """

    label: str
    times: NDArray[np.float64]
    survival: NDArray[np.float64]
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
    at_risk: NDArray[np.float64] | None = None
    median: Estimate | None = None
    comparator: bool = False

    def __post_init__(self) -> None:
        for name, values in (("survival", self.survival), ("low", self.low), ("high", self.high)):
            if values is not None:
                _shaped(f"{name} of {self.label}", values, self.times.shape)


@dataclass(frozen=True)
class SurvivalPanel:
    """The survival curves of one group and the days, shape (J,), at which numbers at risk are given."""

    group: str
    curves: Sequence[Curve]
    at_risk_times: NDArray[np.float64]

    def __post_init__(self) -> None:
        for curve in self.curves:
            if curve.at_risk is not None:
                _shaped(f"numbers at risk of {curve.label}", curve.at_risk, self.at_risk_times.shape)


class Tone(enum.Enum):
    """How a category of a composition is coloured: the same outcome has the same colour everywhere."""

    BEST = "best"
    GOOD = "good"
    NEUTRAL = "neutral"
    LOSS = "loss"
    ESCAPE = "escape"
    DEATH = "death"


@dataclass(frozen=True)
class Composition:
    """How the patients of each group split over categories that exclude one another.

    Parameters
    ----------
    title : str
        What is split, and when.
    categories : mapping of str to Tone
        From best to worst.
    rows : mapping of str to sequence of Estimate
        Group label to one share (percent) a category.
    """

    title: str
    categories: Mapping[str, Tone]
    rows: Mapping[str, Sequence[Estimate]]

    def __post_init__(self) -> None:
        for group, shares in self.rows.items():
            if len(shares) != len(self.categories):
                raise InternalError(
                    f"{self.title}, {group}: {len(shares)} shares, not {len(self.categories)}"
                )
