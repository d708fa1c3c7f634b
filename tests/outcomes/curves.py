"""Synthetic curves with known outcomes, shared by the tests of this folder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vein2vein.outcomes.trajectories import Trajectories

GRID = np.concatenate([np.arange(0, 40.01, 0.25), [45, 50], np.arange(60, 1826, 30), [1825]])
GRID = np.unique(np.concatenate([GRID, [75.0]]))
DAYS = GRID[None, :]


def curves(**named: NDArray[np.float64]) -> Trajectories:
    """Return trajectories on the programme's grid from (n, T) or (T,) arrays."""
    outputs = {name: np.atleast_2d(value).astype(float) for name, value in named.items()}
    n = max(len(value) for value in outputs.values())
    return Trajectories.complete(
        GRID, {k: np.broadcast_to(v, (n, GRID.size)).copy() for k, v in outputs.items()}
    )


def stopped(source: Trajectories, patient: int, day: float) -> Trajectories:
    """Return the same trajectories with one patient stopped on a day."""
    outputs = {name: curve.copy() for name, curve in source.outputs.items()}
    for curve in outputs.values():
        curve[patient, day <= source.times] = np.nan
    stops = source.stopped_at.copy()
    stops[patient] = day
    return Trajectories(source.times, outputs, stops, source.failed)
