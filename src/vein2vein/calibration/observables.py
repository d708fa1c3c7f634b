"""What trials report, on scales where its sampling error is roughly normal and doesn't depend on the value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.clinic.metrics import METRICS, responder_ratio

Vector = NDArray[np.float64]

_BY_ID = {m.id: m for m in METRICS}
RATIO = "cmax_ratio_responders"


@dataclass(frozen=True)
class Measure:
    """A kind of observable: its scale, and how far the model may be off by construction.

    Parameters
    ----------
    there, back : callable
        To the scale of the likelihood, and from it.
    allowance : float
        SD of the structural error granted to the model on that scale: half of the tolerance of the calibration targets.
    """

    there: Callable[[Vector], Vector]
    back: Callable[[Vector], Vector]
    allowance: float


def _share_there(p: Vector) -> Vector:
    return np.arcsin(np.sqrt(np.clip(p, 0.0, 1.0)))


def _share_back(x: Vector) -> Vector:
    return np.sin(np.clip(x, 0.0, np.pi / 2)) ** 2


SHARE = Measure(_share_there, _share_back, 0.025)
"""A share of patients: arcsine of the root, where a binomial count of n has variance 1/(4n) whatever the share."""
LEVEL = Measure(np.log, np.exp, float(np.log(1.25)) / 2)
"""A level, an exposure, a half-life, a ratio or a log-SD: its logarithm."""
DAYS = Measure(np.log1p, np.expm1, 0.15)
"""A median day of onset or a duration, reported in whole days."""

LEVELS = frozenset(
    {
        "cmax",
        "auc_0_28",
        "half_life",
        "level_day28",
        "level_day90",
        "tlast",
        "cmax_log_sd",
        RATIO,
    }
)
TIMES = frozenset({"tmax", "crs_onset", "crs_duration", "icans_onset"})
TOXIC = frozenset(
    {
        "crs_any",
        "crs_severe",
        "crs_onset",
        "crs_duration",
        "icans_any",
        "icans_severe",
        "icans_onset",
        "tocilizumab",
        "steroids",
    }
)
"""What the cytokine layer decides."""


def measure_of(observable: str) -> Measure:
    """Return the kind of an observable."""
    if observable in LEVELS:
        return LEVEL
    return DAYS if observable in TIMES else SHARE


def is_survival(observable: str) -> bool:
    """Return whether deaths other than from the tumour move an observable."""
    return observable.startswith(("os_", "pfs_"))


def value_of(observable: str, table: pd.DataFrame) -> float:
    """Return an observable of a table of patients, in its own unit."""
    if observable == RATIO:
        return responder_ratio(table)
    return _BY_ID[observable].over(table)


def read(observables: tuple[str, ...], table: pd.DataFrame) -> Vector:
    """Return observables of a table of patients on the scales of the likelihood, shape (k,); NaN where undefined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = [measure_of(o).there(np.array([value_of(o, table)]))[0] for o in observables]
    result = np.array(values, dtype=float)
    result[~np.isfinite(result)] = np.nan
    return result


def resampled(
    observables: tuple[str, ...], table: pd.DataFrame, size: int, times: int, seed: int
) -> Vector:
    """Return observables of ``times`` trials of ``size`` patients drawn from a table, shape (times, k)."""
    chance = np.random.default_rng(seed)
    rows = chance.integers(0, len(table), size=(times, size))
    return np.array([read(observables, table.iloc[r].reset_index(drop=True)) for r in rows])
