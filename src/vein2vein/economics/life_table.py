"""Background mortality by age and sex: a life table as a piecewise-constant hazard."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.errors import InputError, near_miss

Array = NDArray[np.float64]
OLDEST = 130.0
"""Age at which the hazard stops being followed; survival from 100 to there is below 1e-5."""


@dataclass(frozen=True)
class LifeTable:
    """Death rates of one sex.

    Attributes
    ----------
    name, sex : str
        Table and ``"male"`` or ``"female"``.
    ages : array, shape (k,)
        Lower ages of the groups (years), starting at 0; the last group is open.
    mortality : array, shape (k,)
        Central death rate of each group (1/year), used as a constant hazard within the group.
    """

    name: str
    sex: str
    ages: Array
    mortality: Array
    _knots: Array = field(init=False, repr=False, compare=False)
    _cumulative: Array = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ages, rates = np.asarray(self.ages, float), np.asarray(self.mortality, float)
        where = f"life table {self.name!r}, {self.sex}"
        if ages.ndim != 1 or ages.shape != rates.shape or ages[0] != 0 or not np.all(np.diff(ages) > 0):
            raise InputError(
                "a life table has increasing ages from 0 and one death rate for each",
                where=where,
                field="age",
                value=ages.tolist(),
                allowed="0, 1, 5, 10, …",
                remedy="check the rows of the table",
            )
        if not np.all(np.isfinite(rates)) or np.any(rates <= 0):
            raise InputError(
                "a death rate must be positive",
                where=where,
                field="mortality",
                value=float(rates[~(rates > 0)][0]),
                allowed="a finite number above 0 (1/year)",
                remedy="check the rows of the table",
            )
        object.__setattr__(self, "ages", ages)
        object.__setattr__(self, "mortality", rates)
        knots = np.append(ages, OLDEST)
        cumulative = np.concatenate(([0.0], np.cumsum(rates * np.diff(knots))))
        object.__setattr__(self, "_knots", knots)
        object.__setattr__(self, "_cumulative", cumulative)

    def hazard(self, age: ArrayLike) -> Array:
        """Return the death rate (1/year) at an age."""
        found = np.searchsorted(self.ages, np.asarray(age, float), side="right") - 1
        return self.mortality[np.clip(found, 0, None)]

    def cumulative_hazard(self, age: ArrayLike) -> Array:
        """Return the hazard accumulated from birth to an age."""
        return np.interp(np.asarray(age, float), self._knots, self._cumulative)

    def survival(self, age: ArrayLike, years: ArrayLike, ratio: float = 1.0) -> Array:
        """Return the probability to live ``years`` more from ``age``, with mortality times ``ratio``."""
        start = np.asarray(age, float)
        gained = self.cumulative_hazard(start + np.asarray(years, float)) - self.cumulative_hazard(start)
        return np.exp(-ratio * gained)

    def remaining_years(self, age: ArrayLike, exposure: ArrayLike) -> Array:
        """Return the years from ``age`` until the accumulated hazard has grown by ``exposure``.

        With an exponential draw as the exposure this is a random remaining lifetime; the draw divided by a
        standardised mortality ratio gives the lifetime under that ratio, patient by patient comparable.
        """
        start = np.asarray(age, float)
        target = self.cumulative_hazard(start) + np.asarray(exposure, float)
        reached = np.interp(target, self._cumulative, self._knots)
        return np.maximum(reached - start, 0.0)

    def expectancy(self, age: float = 0.0, *, ratio: float = 1.0, rate: float = 0.0) -> float:
        """Return the expected remaining years, discounted at ``rate``, with mortality times ``ratio``.

        Exact for the piecewise-constant hazard: the sum over age groups of a closed-form integral.
        """
        knots = self._knots
        edges = np.concatenate(([age], knots[knots > age]))
        decay = ratio * self.hazard(edges[:-1]) + np.log1p(rate)
        width = np.diff(edges)
        alive = np.exp(-np.concatenate(([0.0], np.cumsum(decay * width)[:-1])))
        return float(np.sum(alive * -np.expm1(-decay * width) / decay))


@lru_cache(maxsize=1)
def _rows() -> dict[tuple[str, str], tuple[list[float], list[float]]]:
    tables: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    text = (resources.files("vein2vein.evidence") / "sheets" / "economics_life_tables.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        ages, rates = tables.setdefault((row["table"], row["sex"]), ([], []))
        ages.append(float(row["age"]))
        rates.append(float(row["mortality"]))
    return tables


def life_tables() -> tuple[str, ...]:
    """Return the names of the shipped life tables."""
    return tuple(sorted({name for name, _ in _rows()}))


@lru_cache(maxsize=8)
def load_life_table(name: str, sex: str) -> LifeTable:
    """Return a shipped life table of one sex; its source stands in the sheet ``economics_life_tables``.

    Raises
    ------
    InputError
        There is no such table, or the sex is neither ``"male"`` nor ``"female"``.
    """
    if (name, sex) not in _rows():
        wrong_name = name not in life_tables()
        known = life_tables() if wrong_name else ("male", "female")
        raise InputError(
            f"there is no such life table.{near_miss(name if wrong_name else sex, known)}",
            field="life_table" if wrong_name else "sex",
            value=name if wrong_name else sex,
            allowed=", ".join(known),
            remedy="name one of these",
        )
    ages, rates = _rows()[name, sex]
    return LifeTable(name, sex, np.array(ages), np.array(rates))
