"""Age, sex and weight: truncated normal ages, weight for age from growth references, adults log-normal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from vein2vein.evidence import EvidenceValue, Sheet
from vein2vein.patients.settings import Setting
from vein2vein.patients.streams import normals, uniforms

Vector = NDArray[np.float64]

SHEET_SETTING = {"B-ALL": "ALL", "LBCL": "LBCL", "MM": "MM"}
"""Column of the sheet of indications."""
GROWTH_AGES = (3, 5, 7, 9, 11, 13, 15, 17, 20)
"""Ages (years) at which the growth reference is tabulated."""


def draw_demographics(
    sheet: Sheet, settings: Sequence[Setting], setting_of: NDArray[np.intp], seed: int, first: int
) -> pd.DataFrame:
    """Draw age, sex and weight of patients.

    Parameters
    ----------
    sheet : Sheet
        Facts of the indications.
    settings : sequence of Setting
        The settings of the population.
    setting_of : ndarray of int, shape (n,)
        Index into ``settings``.
    seed, first : int
        Seed of the run and number of the first patient.

    Returns
    -------
    DataFrame
        ``patient``, ``setting``, ``indication``, ``product``, ``age`` (years), ``sex``, ``weight`` (kg).
    """
    n = len(setting_of)
    keys = [SHEET_SETTING[s.indication] for s in settings]
    draws = (
        uniforms(seed, "age", first, n),
        uniforms(seed, "sex", first, n),
        normals(seed, "weight", first, n),
    )
    age, female, weight = np.empty(n), np.empty(n, dtype=bool), np.empty(n)
    for index, key in enumerate(keys):
        rows = setting_of == index
        u_age, u_sex, z_weight = (draw[rows] for draw in draws)
        age[rows] = _ages(sheet.value("age_median", key), sheet.value("age_sd", key).value, u_age)
        female[rows] = u_sex < sheet.value("female_share", key).value
        if key == "ALL":
            weight[rows] = _weights_for_age(sheet, age[rows], female[rows], z_weight)
        else:
            weight[rows] = _adult_weights(sheet.value("weight_adult", key), z_weight)
    named = [settings[i] for i in setting_of]
    return pd.DataFrame(
        {
            "patient": np.arange(first, first + n),
            "setting": pd.Categorical([s.key for s in named], categories=[s.key for s in settings]),
            "indication": [s.indication for s in named],
            "product": [s.product for s in named],
            "age": age,
            "sex": np.where(female, "female", "male"),
            "weight": weight,
        }
    )


def _ages(median: EvidenceValue, sd: float, u: Vector) -> Vector:
    """Return normal ages truncated to the published range."""
    low, high = median.clip or (0.0, 100.0)
    bottom, top = ndtr((low - median.value) / sd), ndtr((high - median.value) / sd)
    return median.value + sd * ndtri(bottom + u * (top - bottom))


def _weights_for_age(sheet: Sheet, age: Vector, female: NDArray[np.bool_], z: Vector) -> Vector:
    """Return log-normal weights around the growth reference of the patient's age and sex."""
    weight = np.empty(len(age))
    for sex, rows in (("male", ~female), ("female", female)):
        reference = [sheet.value(f"weight_{sex}_{years}") for years in GROWTH_AGES]
        median = np.interp(age[rows], GROWTH_AGES, [row.value for row in reference])
        cv = np.interp(age[rows], GROWTH_AGES, [_number(row) / 100 for row in reference])
        weight[rows] = median * np.exp(np.sqrt(np.log1p(cv**2)) * z[rows])
    return weight


def _adult_weights(row: EvidenceValue, z: Vector) -> Vector:
    """Return log-normal weights with the given median and SD, clipped."""
    log_sd = np.sqrt(np.log1p((_number(row) / row.value) ** 2))
    low, high = row.clip or (0.0, np.inf)
    return np.clip(row.value * np.exp(log_sd * z), low, high)


def _number(row: EvidenceValue) -> float:
    if not isinstance(row.spread, int | float):
        raise TypeError(f"{row.sheet}: {row.id} needs one number as its spread")
    return float(row.spread)
