"""What the calibration is fitted to: published early data, each with the number of patients behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.observables import LEVELS, TIMES, measure_of
from vein2vein.evidence import EvidenceValue, Sheet

Vector = NDArray[np.float64]

INFUSED = {"ALL": 79, "LBCL": 101, "IDE": 128, "CILTA": 97}
"""Infused patients of the trials behind the settings, for a datum that states no n (trials sheet, row infused)."""
ASSUMED_WEIGHT = 20
"""Patients that a datum counts for which is itself an assumption or a compromise between sources."""
UNINFORMED = frozenset({"icans_onset"})
"""Assumed in three settings, so fitted in none but the one that reports it."""


@dataclass(frozen=True)
class Target:
    """One published quantity to be fitted.

    Parameters
    ----------
    setting, observable : str
        Where, and what.
    value : float
        In the observable's unit; shares as fractions.
    n : float
        Effective number of patients.
    source : str
        Where it is from.
    """

    setting: str
    observable: str
    value: float
    n: float
    source: str

    @property
    def id(self) -> str:
        """Setting and observable."""
        return f"{self.setting} {self.observable}"

    @property
    def scaled(self) -> float:
        """The value on the scale of the likelihood; shares by the count (Anscombe 1948, biometrika 35:246)."""
        measure, value = measure_of(self.observable), self.value
        if self.observable not in LEVELS | TIMES:
            value = (value * self.n + 0.375) / (self.n + 0.75)
        return float(measure.there(np.array([value]))[0])


def effective_n(row: EvidenceValue, share: float) -> float | None:
    """Return the n of a binomial count as uncertain as the row's own 95 % interval, None where it has none."""
    if row.spread_kind != "ci95" or not isinstance(row.spread, tuple) or not 0 < share < 1:
        return None
    low, high = (end / 100 for end in row.spread)
    return share * (1 - share) / ((high - low) / 3.92) ** 2


def shipped_targets(sheet: Sheet, settings: Sequence[str]) -> tuple[Target, ...]:
    """Return the targets of the shipped fit set: the rows of the fit table that are marked as fitted.

    Data that were assumed don't count, or count for few patients where nothing else informs the observable.
    """
    targets = []
    for row in sheet.rows:
        if row.setting not in settings or row.id.endswith("_prototype"):
            continue
        if row.mark != "fitted":
            continue
        if row.status == "assumed" and row.id in UNINFORMED:
            continue
        targets.append(target_of(row))
    return tuple(targets)


def target_of(row: EvidenceValue) -> Target:
    """Return a row of the fit table as a target."""
    setting = str(row.setting)
    value = row.value / 100 if row.unit in ("%", "percent") else row.value
    few = (
        row.status == "assumed" or row.id == "negative_relapse_share"
    )  # counted among relapses, not among infused
    n = effective_n(row, value) or row.n or (ASSUMED_WEIGHT if few else INFUSED[setting])
    return Target(setting, row.id, value, float(n), f"{row.source.citation}, {row.locator}")
