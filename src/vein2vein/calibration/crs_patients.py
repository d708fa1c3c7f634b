"""The CRS layer against patients: how well its score ranks their grades, and whether its probabilities are right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import ndtr

from vein2vein.calibration.prediction import PredictedArm
from vein2vein.errors import InputError
from vein2vein.evidence import Sheet
from vein2vein.outcomes.binomial import exact_interval

Vector = NDArray[np.float64]
Grades = NDArray[np.intp]

GRADES = 5
RESAMPLES = 1000


@dataclass(frozen=True)
class Concordance:
    """How well a score ranks grades.

    Parameters
    ----------
    name : str
        The score.
    value, low, high : float
        Ordinal c-index, the share of pairs of different grade that the score orders rightly (ties count half), and its
        95 % bootstrap interval.
    patients : int
        Patients with the score.
    """

    name: str
    value: float
    low: float
    high: float
    patients: int


@dataclass(frozen=True)
class GradeCount:
    """Patients expected and observed at a grade.

    Parameters
    ----------
    grade : int
        Worst grade.
    observed : int
        Patients.
    expected, low, high : float
        Mean and central 95 % of the number that the ordinal model gives.
    """

    grade: int
    observed: int
    expected: float
    low: float
    high: float

    @property
    def covered(self) -> bool:
        """Whether the observed number is within the interval."""
        return self.low <= self.observed <= self.high


@dataclass(frozen=True)
class ScoreCheck:
    """The score of the model on measured cytokines of patients.

    Parameters
    ----------
    concordances : tuple of Concordance
        The model's score first, then single drivers.
    calibration : tuple of GradeCount
        By the model's own cut-offs and noise.
    refitted : tuple of GradeCount
        By cut-offs and noise fitted to these patients, each predicted by a fit without it.
    noise : float
        SD of the score noise of the model, and as the patients have it.
    """

    concordances: tuple[Concordance, ...]
    calibration: tuple[GradeCount, ...]
    refitted: tuple[GradeCount, ...]
    noise: tuple[float, float]


def concordance(name: str, score: Vector, grade: Grades, seed: int = 0) -> Concordance:
    """Return the ordinal c-index of a score with its bootstrap interval; patients without a score are left out."""
    known = np.isfinite(score)
    score, grade = score[known], grade[known]
    chance = np.random.default_rng(seed)
    draws = []
    for _ in range(RESAMPLES):
        rows = chance.integers(0, len(score), len(score))
        draws.append(_c_index(score[rows], grade[rows]))
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return Concordance(name, _c_index(score, grade), float(low), float(high), len(score))


def _c_index(score: Vector, grade: Grades) -> float:
    above = grade[:, None] > grade[None, :]
    if not above.any():
        return float("nan")
    order = (score[:, None] > score[None, :]) + 0.5 * (score[:, None] == score[None, :])
    return float(order[above].mean())


def probabilities(score: Vector, cuts: Vector, noise: float) -> Vector:
    """Return the probability of each grade: the score plus normal noise against rising cut-offs, shape (n, grades)."""
    exceed = ndtr((score[:, None] - cuts[None, :]) / noise)
    edges = np.hstack([np.ones((len(score), 1)), exceed, np.zeros((len(score), 1))])
    return edges[:, :-1] - edges[:, 1:]


def fit_ordinal(score: Vector, grade: Grades, grades: int = GRADES) -> tuple[Vector, float]:
    """Return cut-offs and noise that fit patients best (maximum likelihood, weakly penalised towards even steps)."""

    def unpacked(x: Vector) -> tuple[Vector, float]:
        return x[0] + np.concatenate([[0.0], np.cumsum(np.exp(x[1 : grades - 1]))]), float(np.exp(x[-1]))

    def loss(x: Vector) -> float:
        cuts, noise = unpacked(x)
        chosen = probabilities(score, cuts, noise)[np.arange(len(grade)), grade]
        return float(-np.log(np.maximum(chosen, 1e-12)).sum() + 0.05 * (x[1:] ** 2).sum())

    start = np.concatenate([[np.median(score) - 1.0], np.zeros(grades - 2), [0.0]])
    return unpacked(minimize(loss, start, method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-6}).x)


def counts(p: Vector, grade: Grades, seed: int = 0) -> tuple[GradeCount, ...]:
    """Return expected and observed numbers at each grade, with the interval of independent draws."""
    chance = np.random.default_rng(seed)
    edges = np.cumsum(p, axis=1)
    drawn = (chance.uniform(size=(RESAMPLES, len(p), 1)) > edges[None, :, :]).sum(axis=2)
    rows = []
    for g in range(p.shape[1]):
        low, high = np.quantile((drawn == g).sum(axis=1), [0.025, 0.975])
        rows.append(GradeCount(g, int((grade == g).sum()), float(p[:, g].sum()), float(low), float(high)))
    return tuple(rows)


def check_score(folder: Path, sheet: Sheet) -> ScoreCheck:
    """Return how the model's CRS score does on patients whose cytokines were measured.

    Parameters
    ----------
    folder : Path
        ``outcomes.csv``, ``cytokines.csv`` and ``car_expansion.csv`` of a trial of a CD22 CAR (Lichtenstein, Blood
        2021;138:2469). Cytokines were measured in patients with CRS only, and after tocilizumab too, which raises IL-6.
    sheet : Sheet
        The core model's sheet: weights, references, cut-offs and noise of the score.

    Raises
    ------
    InputError
        A file is missing or lacks a column.
    """
    patients = _patients(folder)
    value = lambda name: sheet.value(name).value  # noqa: E731
    il6, ifn = patients["il6"].to_numpy(float), patients["ifn"].to_numpy(float)
    weight = value("score_weight")
    score = weight * np.log1p(il6 / value("score_il6_ref")) + (1 - weight) * np.log1p(
        ifn / value("score_ifn_ref")
    )
    grade = patients["grade"].to_numpy(dtype=np.intp)
    known = np.isfinite(score)
    cuts = np.array([value(f"crs_cut_{g}") for g in (1, 2, 3, 4)])
    scores: Mapping[str, Vector] = {
        "score of the model": score,
        "peak IL-6": il6,
        "peak IFN-γ": ifn,
        "peak CAR-T cells": patients["car"].to_numpy(float),
    }
    left_out = np.array([_without(i, score[known], grade[known]) for i in range(int(known.sum()))])
    own = probabilities(score[known], cuts, value("crs_score_noise"))
    return ScoreCheck(
        tuple(concordance(name, s, grade) for name, s in scores.items()),
        counts(own, grade[known]),
        counts(left_out, grade[known]),
        (value("crs_score_noise"), fit_ordinal(score[known], grade[known])[1]),
    )


def _without(i: int, score: Vector, grade: Grades) -> Vector:
    """Return the probabilities of patient i from a fit to the others, shape (grades,)."""
    rest = np.arange(len(score)) != i
    cuts, noise = fit_ordinal(score[rest], grade[rest])
    return probabilities(score[i : i + 1], cuts, noise)[0]


def _patients(folder: Path) -> pd.DataFrame:
    """Return one row a patient: worst grade and peaks of IL-6, IFN-γ (pg/mL) and CAR-T cells (1/µL)."""
    try:
        outcomes = pd.read_csv(folder / "outcomes.csv").set_index("patient_id")
        cytokines = pd.read_csv(folder / "cytokines.csv")
        expansion = pd.read_csv(folder / "car_expansion.csv")
        peaks = cytokines.pivot_table(index="patient_id", columns="cytokine", values="pg_mL", aggfunc="max")
        car = expansion[expansion["measure"] == "car_cells_per_uL"].groupby("patient_id")["value"].max()
        table = pd.DataFrame({"grade": outcomes["crs_max_grade"]})
        table["il6"], table["ifn"], table["car"] = peaks["IL-6"], peaks["IFN-gamma"], car
    except (OSError, KeyError) as error:
        raise InputError(
            f"can't read the patients ({error})",
            where=str(folder),
            allowed="outcomes.csv, cytokines.csv and car_expansion.csv of the CD22 trial",
        ) from error
    return table[table["grade"].notna()]


@dataclass(frozen=True)
class DiaryRow:
    """A share in the diary and in the model.

    Parameters
    ----------
    name : str
        What.
    observed : (float, float, float)
        Share, and its exact 95 % interval.
    predicted : (float, float, float)
        Share, and central 95 % of virtual cohorts of the diary's size.
    """

    name: str
    observed: tuple[float, float, float]
    predicted: tuple[float, float, float]

    @property
    def covered(self) -> bool:
        """Whether the observed share is within the predicted interval."""
        return self.predicted[1] <= self.observed[0] <= self.predicted[2]


def check_diary(
    folder: Path, arm: PredictedArm, product: str = "axi-cel", seed: int = 0
) -> tuple[DiaryRow, ...]:
    """Return grades and drugs of a ward diary beside those of the model.

    Parameters
    ----------
    folder : Path
        ``diary.csv``: grades and drugs, day by day, of patients with lymphoma.
    arm : PredictedArm
        Simulated patients of the product.
    product : str
        Which patients of the diary.
    seed : int
        Of the virtual cohorts.

    Raises
    ------
    InputError
        The file is missing or lacks a column.
    """
    try:
        diary = pd.read_csv(folder / "diary.csv")
        worst = diary[diary["product"] == product].groupby("patient_id").max(numeric_only=True)
        columns = {
            "CRS of any grade": (worst["crs_grade"] >= 1, arm.table["crs_grade"] >= 1),
            "CRS of grade 2 or worse": (worst["crs_grade"] >= 2, arm.table["crs_grade"] >= 2),
            "CRS of grade 3 or worse": (worst["crs_grade"] >= 3, arm.table["crs_grade"] >= 3),
            "ICANS of any grade": (worst["icans_grade"] >= 1, arm.table["icans_grade"] >= 1),
            "ICANS of grade 3 or worse": (worst["icans_grade"] >= 3, arm.table["icans_grade"] >= 3),
            "given tocilizumab": (worst["tocilizumab"] >= 1, arm.table["tocilizumab_doses"] > 0),
            "given steroids": (worst["steroids"] >= 1, arm.table["steroid_courses"] > 0),
        }
    except (OSError, KeyError) as error:
        raise InputError(
            f"can't read the diary ({error})", where=str(folder), allowed="a folder that holds diary.csv"
        ) from error
    chance = np.random.default_rng(seed)
    rows = []
    for name, (seen, simulated) in columns.items():
        n, k = len(seen), int(seen.sum())
        by_set = simulated.groupby(arm.set_of).mean().to_numpy(dtype=float)
        drawn = chance.binomial(n, np.repeat(by_set, 50)) / n
        low, high = exact_interval(np.array(k), np.array(n))
        ends = np.quantile(drawn, [0.025, 0.975])
        rows.append(
            DiaryRow(
                name,
                (k / n, float(low), float(high)),
                (float(simulated.mean()), float(ends[0]), float(ends[1])),
            )
        )
    return tuple(rows)
