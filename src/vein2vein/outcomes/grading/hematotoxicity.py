"""Immune effector cell-associated haematotoxicity (ICAHT) and the CAR-HEMATOTOX score that foresees it.

Sources: K. Rejeski et al., Blood 2023;142:865 (ICAHT, EHA/EBMT consensus) and Blood 2021;138:2499
(CAR-HEMATOTOX). The cut-offs of both are recalled (high confidence), not read; how days are counted follows
https://www.ash-sap.org/view-large/12809257 (the same principle, for platelets).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Floats

Grades = NDArray[np.int8]

EARLY_DAYS = 31
"""Days 0 to 30."""


@dataclass(frozen=True)
class GradeBounds:
    """Lowest and highest grade of n patients compatible with the counts taken."""

    low: Grades
    high: Grades


def grade_early_icaht(neutrophils: Floats) -> GradeBounds:
    """Grade early haematotoxicity from daily neutrophil counts of days 0–30.

    Parameters
    ----------
    neutrophils : (n, 31) array
        Neutrophils/µL, one column a day; not a number where none was taken. Columns missing at
        the end count as not taken.

    Returns
    -------
    GradeBounds
        (n,) grades 0–4. Days at or below 500/µL: up to 6 are grade 1, 7–13 grade 2, 14 or more grade 3; days
        at or below 100/µL: 7 or more are grade 3, 14 or more grade 4; never above 500/µL is grade 4. Days are
        added up, and a recovery of one or two days between two spells counts as part of them. A missing count
        may have been anything: the bounds take it as zero and as normal.
    """
    counts = _checked(neutrophils)
    if counts.shape[1] > EARLY_DAYS:
        raise InputError(
            "more days than early haematotoxicity has",
            field="neutrophils",
            value=counts.shape,
            allowed=f"at most {EARLY_DAYS} columns, days 0 to 30",
            remedy="grade later counts with grade_late_icaht",
        )
    counts = np.pad(counts, ((0, 0), (0, EARLY_DAYS - counts.shape[1])), constant_values=np.nan)
    return GradeBounds(_early(np.nan_to_num(counts, nan=np.inf)), _early(np.nan_to_num(counts, nan=0.0)))


def grade_late_icaht(neutrophils: Floats) -> GradeBounds:
    """Grade late haematotoxicity from neutrophil counts taken after day 30.

    Parameters
    ----------
    neutrophils : (n, K) array
        Neutrophils/µL of K planned counts; not a number where one was not taken.

    Returns
    -------
    GradeBounds
        (n,) grades 0–4 by the second lowest count, since a single low one is transient: at or below 1500 is
        grade 1, 1000 grade 2, 500 grade 3, 100 grade 4.
    """
    counts = _checked(neutrophils)
    if counts.shape[1] < 2:
        counts = np.concatenate([counts, np.full((len(counts), 2 - counts.shape[1]), np.nan)], axis=1)
    return GradeBounds(_late(np.nan_to_num(counts, nan=np.inf)), _late(np.nan_to_num(counts, nan=0.0)))


def _early(counts: Floats) -> Grades:
    severe, profound = _days(counts <= 500), _days(counts <= 100)
    never = (counts <= 500).all(axis=1)
    grade = np.select(
        [never | (profound >= 14), (severe >= 14) | (profound >= 7), severe >= 7, severe >= 1], [4, 3, 2, 1]
    )
    return grade.astype(np.int8)


def _days(low: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Days below, recoveries of one or two days between them included, (n,)."""
    filled = low.copy()
    for gap in (1, 2):
        for shift in range(1, gap + 1):
            before = np.zeros_like(low)
            after = np.zeros_like(low)
            before[:, shift:] = low[:, :-shift]
            back = gap + 1 - shift
            after[:, :-back] = low[:, back:]
            filled |= before & after
    return np.asarray(filled.sum(axis=1), dtype=np.int64)


def _late(counts: Floats) -> Grades:
    second = np.partition(counts, 1, axis=1)[:, 1]
    limits = np.array([1500, 1000, 500, 100])
    return np.asarray((second[:, None] <= limits).sum(axis=1), dtype=np.int8)


def _checked(neutrophils: Floats) -> Floats:
    counts = np.asarray(neutrophils, dtype=float)
    if counts.ndim != 2 or np.any(counts < 0) or np.any(np.isinf(counts)):
        raise InputError(
            "not a table of neutrophil counts",
            field="neutrophils",
            value=counts.shape,
            allowed="(patients, days) of counts/µL >= 0, not a number where none was taken",
        )
    return counts


@dataclass(frozen=True)
class CarHematotox:
    """Blood counts before lymphodepletion; None is "not measured".

    Parameters
    ----------
    platelets : float or None
        10⁹/L: above 175 no point, 75–175 one, below 75 two.
    neutrophils : float or None
        Cells/µL: above 1200 no point, else one.
    haemoglobin : float or None
        g/dL: above 9 no point, else one.
    crp : float or None
        mg/dL (not mg/L): below 3 no point, else one.
    ferritin : float or None
        ng/mL: below 650 no point, 650–2000 one, above 2000 two.
    """

    platelets: float | None = None
    neutrophils: float | None = None
    haemoglobin: float | None = None
    crp: float | None = None
    ferritin: float | None = None

    def __post_init__(self) -> None:
        for field in ("platelets", "neutrophils", "haemoglobin", "crp", "ferritin"):
            value = getattr(self, field)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise InputError(
                    "an impossible measurement",
                    where="CarHematotox",
                    field=field,
                    value=value,
                    allowed=">= 0, or None",
                )

    @property
    def points(self) -> tuple[int, int]:
        """The lowest and the highest score (0–7) compatible with what was measured."""
        parts = (
            _points(self.platelets, 2, lambda x: 0 if x > 175 else 1 if x >= 75 else 2),
            _points(self.neutrophils, 1, lambda x: 0 if x > 1200 else 1),
            _points(self.haemoglobin, 1, lambda x: 0 if x > 9 else 1),
            _points(self.crp, 1, lambda x: 0 if x < 3 else 1),
            _points(self.ferritin, 2, lambda x: 0 if x < 650 else 1 if x <= 2000 else 2),
        )
        return sum(low for low, _ in parts), sum(high for _, high in parts)

    @property
    def high_risk(self) -> bool | None:
        """Whether the score is 2 or more; None if what is missing decides it."""
        low, high = self.points
        return True if low >= 2 else False if high < 2 else None


def _points(value: float | None, most: int, rule: Callable[[float], int]) -> tuple[int, int]:
    return (0, most) if value is None else (rule(value), rule(value))
