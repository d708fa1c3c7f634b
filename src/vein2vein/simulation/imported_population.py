"""Run an imported model for many sets of parameters: one ensemble where nothing interrupts it, else one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.dynamics.exchange.imported import ImportedModel
from vein2vein.errors import ModelError
from vein2vein.simulation.imported_run import run_imported
from vein2vein.simulation.records import Tolerances
from vein2vein.simulation.results import Failure
from vein2vein.simulation.run import simulate

__all__ = ["ImportedPopulation", "run_imported_sets"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ImportedPopulation:
    """Trajectories of an imported model for several sets of parameters.

    Parameters
    ----------
    times : array, shape (T,)
        In the model's own unit of time.
    outputs : dict of str to array, shape (n, T)
        Quantities asked for; NaN after a failure.
    failures : tuple of Failure
        What went wrong, by set.
    """

    times: Floats
    outputs: dict[str, Floats]
    failures: tuple[Failure, ...]


def run_imported_sets(
    model: ImportedModel,
    sets: Sequence[Mapping[str, float]],
    times: ArrayLike,
    outputs: Sequence[str] | None = None,
    tolerances: Tolerances | None = None,
) -> ImportedPopulation:
    """Integrate an imported model from time 0 for every set of parameters.

    Without events all sets run together on the ensemble engine; with events each set has its own clock, and they run
    one after another with the same compiled equations.

    Parameters
    ----------
    model : ImportedModel
        What to run.
    sets : sequence of mapping of str to float
        Parameters that differ from the file's, a set each.
    times, outputs, tolerances
        As in :func:`~vein2vein.simulation.imported_run.run_imported`.

    Raises
    ------
    ModelError
        There is no set, a parameter or an output is unknown, or events don't come to an end.
    """
    if not sets:
        raise ModelError("no sets of parameters", where=model.name, remedy="give one set or more")
    each = [model.with_values(changed) for changed in sets]
    grid, tolerances = np.asarray(times, dtype=float), tolerances or Tolerances(rtol=1e-8)
    if model.triggers:
        runs = [run_imported(m, grid, outputs, tolerances) for m in each]
        failures = tuple(replace(f, patient=k) for k, run in enumerate(runs) for f in run.failures)
        curves = {name: np.array([run.outputs[name] for run in runs]) for name in runs[0].outputs}
        return ImportedPopulation(grid, curves, failures)
    known = {s.name for s in model.system.states} | {d.name for d in model.system.derived}
    wanted = list(dict.fromkeys(model.species if outputs is None else outputs))
    moving = [name for name in wanted if name in known or name not in model.values]
    ensemble = simulate(
        model.system,
        {name: np.array([m.values[name] for m in each]) for name in model.values},
        patients=len(each),
        times=grid,
        outputs=moving,
        tolerances=tolerances,
    )
    fixed = {
        name: np.repeat([[m.values[name]] for m in each], len(grid), axis=1)
        for name in wanted
        if name not in moving
    }
    return ImportedPopulation(grid, {**ensemble.outputs, **fixed}, ensemble.failures)
