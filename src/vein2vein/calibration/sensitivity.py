"""Which parameters matter: global sensitivity over the prior, over time, and one-at-a-time swings for a tornado."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import sobol as sobol_sample
from scipy.special import ndtri
from scipy.stats import qmc

from vein2vein.calibration.bank import Bank, Checkpoint, Progress, simulate_bank
from vein2vein.calibration.emulator import Emulator, train
from vein2vein.calibration.fit import DESIGN_REACH, Effort, fingerprint
from vein2vein.calibration.observables import measure_of
from vein2vein.calibration.parameters import Prior
from vein2vein.calibration.virtual_trial import VirtualTrial

Vector = NDArray[np.float64]

OUTPUTS = (
    "cmax",
    "crs_severe",
    "cured",
    "negative_relapse_share",
    "pfs_6",
    "pfs_12",
    "pfs_24",
    "pfs_36",
    "pfs_48",
    "os_12",
    "os_24",
    "os_48",
)
"""Peak, severe CRS, cure, phenotype of relapse, and progression and death over time."""
MONTHS = 61.0
SETS, PATIENTS, SEED = 256, 100, 77
"""Of the shipped analysis: parameter sets, patients a setting and set, seed of the design."""
DRAWS = 512
"""Base points of the Sobol sequence; each costs two more than the number of inputs, on the emulator."""


@dataclass(frozen=True)
class Influence:
    """Influence of one parameter on one output.

    Parameters
    ----------
    parameter : str
        Name.
    first, first_error : float
        First-order index and half of its 95 % interval.
    total, total_error : float
        Total index and half of its 95 % interval.
    low, high : float
        The output with this parameter at the 5th and 95th percentile of its prior and all others at their median, in
        the output's unit.
    """

    parameter: str
    first: float
    first_error: float
    total: float
    total_error: float
    low: float
    high: float


@dataclass(frozen=True)
class Sensitivity:
    """Influences on one output in one setting.

    Parameters
    ----------
    setting, output : str
        Where, and what.
    centre : float
        The output at the prior medians.
    explained : float
        Leave-one-out share of variance that the emulator explains.
    influences : tuple of Influence
        Most influential first, by total index.
    """

    setting: str
    output: str
    centre: float
    explained: float
    influences: tuple[Influence, ...]


def sensitivity_bank(
    trial: VirtualTrial,
    sets: int,
    *,
    seed: int = SEED,
    checkpoint: Path | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> tuple[Bank, Prior]:
    """Simulate parameter sets of the prior over five years; one that fails is left out of what is learned.

    Parameters
    ----------
    trial : VirtualTrial
        Model, free parameters, settings and patients a set.
    sets : int
        Parameter sets.
    seed : int
        Of the design.
    checkpoint : Path, optional
        Folder that keeps what was simulated.
    workers : int
        Sets simulated at a time.
    progress : callable, optional
        Called with sets done and sets in all.
    """
    trial = replace(trial, months=MONTHS)
    prior = Prior.of(trial.parameters, trial.biology.parameters)
    points = qmc.Sobol(len(prior.parameters), seed=seed).random(2 ** int(np.ceil(np.log2(sets))))[:sets]
    z = np.clip(ndtri(points), -DESIGN_REACH, DESIGN_REACH)
    stamp = fingerprint(trial, (), Effort(design=sets, patients=trial.patients, seed=seed))
    bank = simulate_bank(
        trial,
        prior,
        {s.key: OUTPUTS for s in trial.settings},
        z,
        name="sensitivity",
        checkpoint=Checkpoint(checkpoint, stamp) if checkpoint else None,
        workers=workers,
        progress=progress,
    )
    return bank, prior


def sensitivities(bank: Bank, prior: Prior, seed: int = SEED) -> tuple[Sensitivity, ...]:
    """Return Sobol indices, first order and total, with intervals, and one-at-a-time swings, on emulators."""
    results = []
    for setting, y in bank.y.items():
        emulator = train(setting, OUTPUTS, prior.parameters, bank.z, y)
        problem = {
            "num_vars": len(emulator.inputs),
            "names": [prior.names[i] for i in emulator.inputs],
            "bounds": [[0.0, 1.0]] * len(emulator.inputs),
        }
        points = sobol_sample.sample(problem, DRAWS, calc_second_order=False, seed=seed)
        z = np.zeros((len(points), len(prior.parameters)))
        z[:, emulator.inputs] = np.clip(ndtri(np.clip(points, 1e-6, 1 - 1e-6)), -DESIGN_REACH, DESIGN_REACH)
        values = emulator(z)
        for j, output in enumerate(OUTPUTS):
            results.append(_analysed(emulator, j, output, problem, values[:, j], prior.names, seed))
    return tuple(results)


def _analysed(
    emulator: Emulator,
    j: int,
    output: str,
    problem: dict[str, object],
    values: Vector,
    names: Sequence[str],
    seed: int,
) -> Sensitivity:
    back = measure_of(output).back
    size = len(names)
    if np.std(values) > 0:
        found = sobol_analysis.analyze(problem, values, calc_second_order=False, seed=seed)
    else:
        found = {k: np.zeros(len(emulator.inputs)) for k in ("S1", "S1_conf", "ST", "ST_conf")}
    influences = []
    for k, i in enumerate(emulator.inputs):
        ends = np.zeros((2, size))
        ends[:, i] = (-1.645, 1.645)
        low, high = back(emulator(ends)[:, j])
        first, first_error, total, total_error = (
            float(found[key][k]) for key in ("S1", "S1_conf", "ST", "ST_conf")
        )
        influences.append(
            Influence(names[i], first, first_error, total, total_error, float(low), float(high))
        )
    influences.sort(key=lambda influence: -influence.total)
    centre = float(back(emulator(np.zeros((1, size)))[:, j])[0])
    return Sensitivity(emulator.setting, output, centre, float(emulator.explained[j]), tuple(influences))
