"""The patients whose trajectories are kept: the first cohort, and enough others for quantiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.clinic.cohort import Cohort
from vein2vein.patients.settings import Setting

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shown:
    """Trajectories of some patients.

    Parameters
    ----------
    settings : tuple of Setting
        The settings of the programme.
    setting_of : ndarray of int, shape (n,)
        Index into ``settings`` of each patient.
    patient : ndarray of int, shape (n,)
        Number of each patient over all replicates.
    times : ndarray, shape (T,)
        Days from infusion.
    outputs : mapping of str to ndarray, shape (n, T)
        Curves by name; NaN after progression.
    """

    settings: tuple[Setting, ...]
    setting_of: NDArray[np.intp]
    patient: NDArray[np.int64]
    times: Floats
    outputs: Mapping[str, Floats]

    @classmethod
    def of(cls, cohort: Cohort, patients: int) -> Shown:
        """Return the first patients of a simulated cohort."""
        population, ensemble = cohort.population, cohort.ensemble
        kept = slice(0, patients)
        return cls(
            population.settings,
            population.setting_of[kept],
            population.table["patient"].to_numpy()[kept],
            ensemble.times,
            {name: curves[kept].copy() for name, curves in ensemble.outputs.items()},
        )

    @classmethod
    def joined(cls, parts: Sequence[Shown]) -> Shown:
        """Return the patients of several cohorts, in their order."""
        return cls(
            parts[0].settings,
            np.concatenate([p.setting_of for p in parts]),
            np.concatenate([p.patient for p in parts]),
            parts[0].times,
            {name: np.concatenate([p.outputs[name] for p in parts]) for name in parts[0].outputs},
        )
