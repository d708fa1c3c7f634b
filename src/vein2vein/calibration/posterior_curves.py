"""Posterior predictive curves: CAR-T levels over days and survival over months, with bands."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.arms import Arm
from vein2vein.calibration.free import FREE
from vein2vein.calibration.parameters import apply
from vein2vein.calibration.posterior import PosteriorSets
from vein2vein.calibration.prediction import ArmKey, Depth, PredictedArm, simulate_arm
from vein2vein.calibration.virtual_trial import VirtualTrial
from vein2vein.clinic.cohort import Biology
from vein2vein.clinic.metrics import MONTH
from vein2vein.clinic.reading import outcome_rules
from vein2vein.outcomes.trajectories import Trajectories
from vein2vein.patients.settings import Setting

Vector = NDArray[np.float64]

HORIZON = 62.0
KINETIC_SETS, KINETIC_PATIENTS, KINETIC_MONTHS = 32, 60, 4.0


@dataclass(frozen=True)
class Band:
    """A curve with its band.

    Parameters
    ----------
    x, low, middle, high : ndarray, shape (T,)
        Days or months; quantiles.
    """

    x: Vector
    low: Vector
    middle: Vector
    high: Vector


@dataclass(frozen=True)
class SettingCurves:
    """Posterior predictive curves of one setting.

    Parameters
    ----------
    setting : Setting
        Product and disease.
    pfs, os : Band
        Share progression-free, and alive, by month: median over parameter sets and central 90 % of them.
    patients, typical : Band
        CAR-T level by day in the assay's unit: 5, 50 and 95 % of patients over all sets, and the central 90 % over sets
        of the median patient.
    unit : str
        The assay's.
    arm : PredictedArm
        The simulated patients of the survival curves.
    """

    setting: Setting
    pfs: Band
    os: Band
    patients: Band
    typical: Band
    unit: str
    arm: PredictedArm


def posterior_curves(
    posterior: PosteriorSets,
    setting: Setting,
    depth: Depth = Depth(),  # noqa: B008 - frozen
    *,
    workers: int = 2,
) -> SettingCurves:
    """Return the posterior predictive curves of a setting."""
    arm = Arm((setting,), True, True, True, "calibrated product and disease")
    simulated = simulate_arm(
        posterior, arm, ArmKey((setting.key,), None, None), HORIZON, depth, workers=workers
    )
    patients, typical, unit = _kinetics(posterior, setting, depth.seed)
    return SettingCurves(
        setting,
        survival_band(simulated, "pfs_days"),
        survival_band(simulated, "os_days"),
        patients,
        typical,
        unit,
        simulated,
    )


def survival_band(arm: PredictedArm, column: str) -> Band:
    """Return the share free of an event by month, with the central 90 % over parameter sets."""
    months = np.arange(0.0, HORIZON - 1, 1.0)
    days = arm.table[column].to_numpy(dtype=float)
    free = days[:, None] > months[None, :] * MONTH
    by_set = np.array([free[arm.set_of == i].mean(axis=0) for i in range(arm.sets)])
    low, middle, high = np.quantile(by_set, [0.05, 0.5, 0.95], axis=0)
    return Band(months, low, middle, high)


def _kinetics(posterior: PosteriorSets, setting: Setting, seed: int) -> tuple[Band, Band, str]:
    biology = Biology.shipped()
    trial = VirtualTrial(
        biology, FREE, settings=(setting,), patients=KINETIC_PATIENTS, seed=seed, months=KINETIC_MONTHS
    )
    signals, medians = [], []
    for i, values in enumerate(posterior.sets[:KINETIC_SETS]):
        sheet = apply(FREE, values, biology.parameters)
        cohort = replace(trial, biology=replace(biology, parameters=sheet)).cohort(
            sheet, first=i * KINETIC_PATIENTS
        )
        curves = Trajectories.of(cohort.ensemble)
        assay = outcome_rules(setting, sheet, float(cohort.ensemble.times[-1])).assay
        signal = np.where(curves.failed[:, None], np.nan, assay.signal(curves))
        signals.append(signal)
        medians.append(np.nanmedian(signal, axis=0))
    times = np.asarray(cohort.ensemble.times, dtype=float)
    low, middle, high = np.nanquantile(np.vstack(signals), [0.05, 0.5, 0.95], axis=0)
    ends = np.nanquantile(np.array(medians), [0.05, 0.5, 0.95], axis=0)
    return Band(times, low, middle, high), Band(times, *ends), assay.unit
