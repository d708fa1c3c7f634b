"""What trials report, on scales where its sampling error is roughly normal and doesn't depend on the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.clinic.metrics import METRICS

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
        "crs_moderate",
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


RULED = {"steroids": 0.1}
"""Observables that follow a ward rule which is itself assumed: ten points are granted."""


def allowance_of(observable: str) -> float:
    """Return the SD granted to structural error, on the scale of the likelihood."""
    return RULED.get(observable, measure_of(observable).allowance)


def measure_of(observable: str) -> Measure:
    """Return the kind of an observable."""
    if observable in LEVELS:
        return LEVEL
    return DAYS if observable in TIMES else SHARE


def is_survival(observable: str) -> bool:
    """Return whether deaths other than from the tumour move an observable."""
    return observable.startswith(("os_", "pfs_"))


def _ratios(table: pd.DataFrame, groups: pd.Series) -> pd.Series:
    """Return the geometric mean Cmax of responders over that of non-responders, by group."""
    responded = table["best_response"].isin(["partial", "complete"])
    level = _BY_ID["cmax"]
    return level.by(table[responded], groups[responded]) / level.by(table[~responded], groups[~responded])


def by_group(
    observables: Sequence[str], table: pd.DataFrame, groups: NDArray[np.integer[Any]], count: int
) -> Vector:
    """Return observables of groups of patients on the scales of the likelihood; NaN where undefined.

    Parameters
    ----------
    observables : sequence of str
        What is read, k of them.
    table : DataFrame
        One row a patient.
    groups : ndarray of int, shape (rows,)
        Group of each patient, from 0.
    count : int
        Number of groups.

    Returns
    -------
    ndarray, shape (count, k)
    """
    labels = pd.Series(groups, index=table.index)
    columns = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for o in observables:
            values = _ratios(table, labels) if o == RATIO else _BY_ID[o].by(table, labels)
            columns.append(measure_of(o).there(values.reindex(range(count)).to_numpy(dtype=float)))
    result = np.column_stack(columns) if columns else np.empty((count, 0))
    result[~np.isfinite(result)] = np.nan
    return result


def read(observables: Mapping[str, tuple[str, ...]], table: pd.DataFrame) -> dict[str, Vector]:
    """Return the observables of each setting of a table of patients, shape (k,) each; see :func:`by_group`."""
    every = tuple(dict.fromkeys(o for names in observables.values() for o in names))
    groups = table["setting"].map({s: i for i, s in enumerate(observables)}).to_numpy(dtype=np.intp)
    values = by_group(every, table, groups, len(observables))
    place = {o: j for j, o in enumerate(every)}
    return {s: values[i, [place[o] for o in names]] for i, (s, names) in enumerate(observables.items())}


def read_trials(sizes: Mapping[str, Mapping[str, int]], table: pd.DataFrame) -> dict[str, Vector]:
    """Return observables by setting, each of as many patients as its trial had: the first of the setting's patients.

    Parameters
    ----------
    sizes : mapping of str to mapping of str to int
        Patients by setting and observable; two observables share the patients of the smaller.
    table : DataFrame
        One row a patient.
    """
    found = {}
    for setting, own in sizes.items():
        patients = table[table["setting"] == setting]
        values: dict[str, float] = {}
        for size in sorted(set(own.values())):
            names = [o for o, n in own.items() if n == size]
            few = patients.head(size)
            values |= dict(
                zip(names, by_group(names, few, np.zeros(len(few), dtype=np.intp), 1)[0], strict=True)
            )
        found[setting] = np.array([values[o] for o in own])
    return found


def resampled(observables: Sequence[str], table: pd.DataFrame, size: int, times: int, seed: int) -> Vector:
    """Return observables of ``times`` trials of ``size`` patients drawn from a table, shape (times, k)."""
    rows = np.random.default_rng(seed).integers(0, len(table), size=times * size)
    drawn = table.iloc[rows].reset_index(drop=True)
    return by_group(observables, drawn, np.repeat(np.arange(times), size), times)
