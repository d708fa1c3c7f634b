"""Simulated cytokine release and neurotoxicity: a latent score, cut into grades, read as an episode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Flags, Floats

Grades = NDArray[np.int8]


@dataclass(frozen=True)
class CutOffs:
    """Grades of a latent score.

    Parameters
    ----------
    lower : tuple of float
        Increasing cut-offs of the score.
    grades : tuple of int, optional
        Grade above each cut-off, increasing; 1, 2, 3, … by default.
    """

    lower: tuple[float, ...]
    grades: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        grades = self.grades or tuple(range(1, len(self.lower) + 1))
        increasing = all(np.isfinite(self.lower)) and all(np.diff(self.lower) > 0)
        if not self.lower or not increasing:
            raise InputError(
                "cut-offs must increase",
                where="CutOffs",
                field="lower",
                value=self.lower,
                allowed="one or more increasing numbers",
            )
        if len(grades) != len(self.lower) or not all(np.diff((0, *grades)) > 0) or grades[-1] > 4:
            raise InputError(
                "each cut-off needs its grade",
                where="CutOffs",
                field="grades",
                value=grades,
                allowed=f"{len(self.lower)} increasing grades between 1 and 4",
            )
        object.__setattr__(self, "grades", grades)

    def grade(self, score: Floats) -> Grades:
        """Return the grade of each score (any shape): the grade of the highest cut-off exceeded, else 0."""
        steps = np.concatenate([[0], np.asarray(self.grades)]).astype(np.int8)
        exceeded = np.zeros(np.shape(score), dtype=np.intp)
        for cut in self.lower:
            exceeded += np.greater(score, cut)  # a score that is not a number exceeds nothing
        return steps[exceeded]


@dataclass(frozen=True)
class Episode:
    """The first episode of each of n patients.

    Attributes
    ----------
    grade : (n,) int8 array
        Largest grade in the window.
    onset : (n,) array
        Day on which the first cut-off is first exceeded (linear between grid days); not a number without.
    duration : (n,) array
        Days from onset until the score falls below the first cut-off for more than a day; up to the end of
        the window if it never does; not a number without an episode.
    ended : (n,) bool array
        Whether the episode ended within the window.
    day_grade : (n, D) int8 array
        Largest grade of each day: column d covers [d, d + 1).
    """

    grade: Grades
    onset: Floats
    duration: Floats
    ended: Flags
    day_grade: Grades

    @property
    def prevalence(self) -> Floats:
        """Share of patients by day and grade, (D, 5); the rows of a heat map, each summing to 1."""
        return np.stack([(self.day_grade == grade).mean(axis=0) for grade in range(5)], axis=1)


def read_episode(
    times: Floats, score: Floats, cut_offs: CutOffs, *, until: float = 40.0, quiet_days: float = 1.0
) -> Episode:
    """Read the first episode, the largest grade and the daily grades from a latent score.

    Parameters
    ----------
    times : (T,) array
        Days from infusion.
    score : (n, T) array
        Latent score.
    cut_offs : CutOffs
        Grades of the score.
    until : float
        End of the window, days. The default is the span over which the cytokine model is integrated.
    quiet_days : float
        The episode ends when the score stays below the first cut-off for more than this many days.

    Raises
    ------
    InputError
        The grid has fewer than two days between 0 and ``until``.
    """
    kept = (times >= 0) & (times <= until)
    t, s = times[kept], score[:, kept]
    if t.size < 2:
        raise InputError(
            "the time grid can't show an episode",
            field="until",
            value=until,
            allowed="at least two grid days between 0 and this day",
        )
    grades, low = cut_offs.grade(s), cut_offs.lower[0]
    above = np.greater(s, low)
    some = above.any(axis=1)
    rise, fall = _crossings(t, s, above, low)
    start = np.argmax(above, axis=1)
    row = np.arange(len(s))
    onset = np.where(some, rise[row, start], np.nan)

    # From each day above the cut-off: when is the next day above it, and how long is the silence between?
    last = t.size - 1
    column = np.where(above, np.arange(t.size), t.size)
    after = np.minimum.accumulate(column[:, ::-1], axis=1)[:, ::-1]
    following = np.concatenate([after[:, 1:], np.full((len(s), 1), t.size)], axis=1)
    next_rise = np.take_along_axis(rise, np.minimum(following, last), axis=1)
    silence = np.where(following <= last, next_rise, t[-1]) - fall
    ends = above & (np.arange(t.size) < last) & (silence > quiet_days)
    ended: Flags = np.asarray(ends.any(axis=1))
    end = np.where(ended, fall[row, np.argmax(ends, axis=1)], t[-1])
    return Episode(
        grade=grades.max(axis=1),
        onset=onset,
        duration=np.where(some, end - onset, np.nan),
        ended=ended,
        day_grade=_daily(t, grades),
    )


def _crossings(t: Floats, s: Floats, above: Flags, level: float) -> tuple[Floats, Floats]:
    """Linear crossing of ``level`` just before, and just after, each grid day above it. Shapes (n, T)."""
    rise, fall = np.tile(t, (len(s), 1)), np.tile(t, (len(s), 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        crossing = t[:-1] + (level - s[:, :-1]) / (s[:, 1:] - s[:, :-1]) * np.diff(t)
    up, down = above[:, 1:] & (s[:, :-1] <= level), above[:, :-1] & (s[:, 1:] <= level)
    rise[:, 1:] = np.where(up, crossing, rise[:, 1:])
    fall[:, :-1] = np.where(down, crossing, fall[:, :-1])
    return rise, fall


def _daily(t: Floats, grades: Grades) -> Grades:
    days = np.floor(t).astype(int)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(days) > 0]))
    present = np.maximum.reduceat(grades, starts, axis=1)
    wide = np.zeros((len(grades), days[-1] + 1), dtype=np.int8)
    wide[:, days[starts]] = present
    return wide
