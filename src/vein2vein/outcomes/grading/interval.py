"""A grade that is known only within bounds, because something was not recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vein2vein.errors import InputError


@dataclass(frozen=True, order=False)
class GradeInterval:
    """The lowest and the highest grade compatible with what was recorded.

    Parameters
    ----------
    low, high : int
        Grades, 0 <= low <= high <= 5. Equal when everything that matters is known.
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 5:
            raise InputError(
                "not an interval of grades",
                where="GradeInterval",
                value=(self.low, self.high),
                allowed="0 <= low <= high <= 5",
            )

    @property
    def known(self) -> bool:
        """Whether the record settles the grade."""
        return self.low == self.high

    @property
    def grade(self) -> int | None:
        """The grade where the record settles it, else None."""
        return self.low if self.known else None

    def contains(self, other: GradeInterval) -> bool:
        """Whether every grade of ``other`` is also one of this interval."""
        return self.low <= other.low and other.high <= self.high

    def __str__(self) -> str:
        return str(self.low) if self.known else f"{self.low}–{self.high}"


def worst(domains: Iterable[GradeInterval]) -> GradeInterval:
    """Return the grade of the most severe domain: the largest of the lows and the largest of the highs."""
    domains = tuple(domains)
    return GradeInterval(max(d.low for d in domains), max(d.high for d in domains))


def exactly(grade: int) -> GradeInterval:
    """Return a grade that is known."""
    return GradeInterval(grade, grade)
