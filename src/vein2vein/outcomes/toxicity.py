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
        grade = np.zeros(np.shape(score), dtype=np.int8)
        for cut, step in zip(self.lower, np.diff((0, *self.grades)), strict=True):
            grade += np.greater(score, cut) * np.int8(step)  # a score that is not a number exceeds nothing
        return grade


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
    onset, end, ended = _first_spell(t, s, above, low, quiet_days)
    return Episode(
        grade=grades.max(axis=1),
        onset=onset,
        duration=end - onset,
        ended=ended,
        day_grade=_daily(t, grades),
    )


def _first_spell(
    t: Floats, s: Floats, above: Flags, level: float, quiet: float
) -> tuple[Floats, Floats, Flags]:
    """Onset, end and whether it ended, of each row's first spell above ``level``. Shapes (n,).

    Works on the few crossings of the level (row by row, in order of time) instead of on the whole table.
    """
    row, column = np.nonzero(above[:, 1:] != above[:, :-1])
    before, after = s[row, column], s[row, column + 1]
    time = t[column] + (level - before) / (after - before) * (t[column + 1] - t[column])
    falls = above[row, column]

    onset = np.where(above[:, 0], t[0], np.nan)
    rising, index = np.unique(row[~falls], return_index=True)
    late = ~above[rising, 0]
    onset[rising[late]] = time[~falls][index[late]]

    # After each fall: silence until the next crossing of the same row, or until the end of the window.
    following = np.full(row.size, t[-1])
    same = np.flatnonzero(row[1:] == row[:-1])
    following[same] = time[same + 1]
    final = falls & (following - time > quiet)
    over, index = np.unique(row[final], return_index=True)
    end = np.where(above.any(axis=1), t[-1], np.nan)
    end[over] = time[final][index]
    ended = np.zeros(len(s), dtype=bool)
    ended[over] = True
    return onset, end, ended


def _daily(t: Floats, grades: Grades) -> Grades:
    days = np.floor(t).astype(int)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(days) > 0]))
    present = np.maximum.reduceat(grades, starts, axis=1)
    wide = np.zeros((len(grades), days[-1] + 1), dtype=np.int8)
    wide[:, days[starts]] = present
    return wide
