"""Posterior prediction: virtual trials under every parameter set, at the size of the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.calibration.arms import Arm
from vein2vein.calibration.free import FREE
from vein2vein.calibration.posterior import PosteriorSets
from vein2vein.calibration.readouts import Readout
from vein2vein.calibration.virtual_trial import VirtualTrial
from vein2vein.clinic.cohort import Biology

Vector = NDArray[np.float64]
Progress = Callable[[int, int], None]

TRIALS_A_SET = 8
"""Virtual trials resampled under each parameter set."""
LEVEL = 0.95


@dataclass(frozen=True)
class ArmKey:
    """What decides the patients of an arm.

    Parameters
    ----------
    settings : tuple of str
        Settings that speak for it.
    dose, burden : float or None
        Median CAR-T cells infused and tumour cells at infusion; the setting's own where None.
    """

    settings: tuple[str, ...]
    dose: float | None
    burden: float | None


@dataclass(frozen=True)
class Depth:
    """How much is simulated for a prediction.

    Parameters
    ----------
    sets : int
        Parameter sets used, the first of the posterior.
    patients : int
        Patients under each set, different ones for each.
    seed : int
        Of the patients and of the resampling.
    """

    sets: int = 64
    patients: int = 200
    seed: int = 2024


@dataclass(frozen=True)
class Prediction:
    """A predicted quantity.

    Parameters
    ----------
    value : float
        Over all patients of all sets.
    interval : (float, float)
        Central 95 % of virtual trials: parameters, structural allowance, patients at the trial's n.
    parameters : float
        Share of the predictive variance that the parameters cause.
    """

    value: float
    interval: tuple[float, float]
    parameters: float


@dataclass(frozen=True)
class PredictedArm:
    """Simulated patients of an arm.

    Parameters
    ----------
    table : DataFrame
        One row a patient.
    set_of : ndarray of int, shape (rows,)
        Parameter set of each patient.
    sets : int
        Number of parameter sets.
    """

    table: pd.DataFrame
    set_of: NDArray[np.intp]
    sets: int

    def by_set(self, readout: Readout) -> Vector:
        """Return the quantity under each parameter set, shape (sets,)."""
        groups = pd.Series(self.set_of, index=self.table.index)
        values = readout.summarise(readout.of(self.table), groups)
        return values.reindex(range(self.sets)).to_numpy(dtype=float)

    def predict(self, readout: Readout, n: int | None, seed: int) -> Prediction:
        """Return the prediction of a quantity in a trial of n patients (None: without sampling error)."""
        chance = np.random.default_rng(seed)
        values = readout.of(self.table).astype(float)
        pooled = readout.summarise(values, pd.Series(0, index=values.index))
        value = float(pooled.iloc[0]) if len(pooled) else float("nan")
        each = self.by_set(readout)
        draws = each if n is None else self._trials(readout, values, n, chance)
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = readout.measure.there(draws)
            between = readout.measure.there(each)
        scaled = scaled + readout.measure.allowance * chance.standard_normal(len(scaled))
        scaled, between = scaled[np.isfinite(scaled)], between[np.isfinite(between)]
        if len(scaled) < 2 or not np.isfinite(value):
            return Prediction(float("nan"), (float("nan"), float("nan")), float("nan"))
        low, high = readout.measure.back(np.quantile(scaled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
        if readout.percent:
            low, high = max(low, 0.0), min(high, 1.0)
        chance_alone = 0.25 * self.sets / len(self.table) if readout.percent else 0.0  # of an arcsine share
        share = (
            float(np.clip((between.var() - chance_alone) / scaled.var(), 0.0, 1.0)) if scaled.var() else 0.0
        )
        return Prediction(value, (float(low), float(high)), share)

    def _trials(self, readout: Readout, values: pd.Series, n: int, chance: np.random.Generator) -> Vector:
        """Return the quantity in virtual trials of n patients, resampled within each parameter set."""
        rows, groups = [], []
        order = np.argsort(self.set_of, kind="stable")
        bounds = np.searchsorted(self.set_of[order], np.arange(self.sets + 1))
        trial = 0
        for i in range(self.sets):
            members = order[bounds[i] : bounds[i + 1]]
            if not len(members):
                continue
            rows.append(chance.choice(members, size=TRIALS_A_SET * n))
            groups.append(np.repeat(np.arange(trial, trial + TRIALS_A_SET), n))
            trial += TRIALS_A_SET
        drawn = values.iloc[np.concatenate(rows)].reset_index(drop=True)
        return readout.summarise(drawn, pd.Series(np.concatenate(groups))).to_numpy(dtype=float)


def simulate_arm(
    posterior: PosteriorSets,
    arm: Arm,
    key: ArmKey,
    months: float,
    depth: Depth = Depth(),
    *,
    biology: Biology | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> PredictedArm:
    """Simulate the patients of an arm under the sets of a posterior.

    Parameters
    ----------
    posterior : PosteriorSets
        Parameter sets; where several settings speak for the arm, each takes every other set.
    arm, key
        What is simulated.
    months : float
        Follow-up.
    depth : Depth, optional
        How much is simulated.
    biology : Biology, optional
        Model and sheets; the shipped ones by default.
    workers : int
        Sets simulated at a time; the result doesn't depend on it.
    progress : callable, optional
        Called with sets done and sets in all.
    """
    count = min(depth.sets, len(posterior.sets))
    trial = VirtualTrial(
        biology or Biology.shipped(), FREE, patients=depth.patients, seed=depth.seed, months=months
    )

    def one(i: int) -> pd.DataFrame:
        setting = arm.settings[i % len(arm.settings)]
        dose = {setting.key: key.dose} if key.dose is not None else None
        values = _with_burden(posterior.sets[i], setting.key, key.burden)
        return replace(trial, settings=(setting,)).table(values, first=i * depth.patients, dose=dose)

    tables = []
    with ThreadPoolExecutor(workers) as pool:
        for done, table in enumerate(pool.map(one, range(count)), start=1):
            tables.append(table)
            if progress:
                progress(done, count)
    set_of = np.repeat(np.arange(count), [len(t) for t in tables])
    return PredictedArm(pd.concat(tables, ignore_index=True), set_of, count)


def _with_burden(values: Mapping[str, float], setting: str, burden: float | None) -> dict[str, float]:
    """Return a parameter set with the median burden replaced."""
    changed = dict(values)
    if burden is not None:
        name = next(p.name for p in FREE if p.row == "tumour_0" and p.acts_in(setting))
        changed[name] = burden
    return changed
