"""A population of a model of the library too large for memory: partitioned Parquet, on this machine or on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vein2vein.dynamics.published.record import PublishedModel
from vein2vein.errors import ModelError
from vein2vein.simulation.model_run import DEFAULT, check_days, doses, drawn, summaries
from vein2vein.simulation.question import Question
from vein2vein.simulation.records import Tolerances
from vein2vein.simulation.stream import PART, Streamed, stream

if TYPE_CHECKING:
    from distributed import Client


def stream_population(
    model: PublishedModel,
    folder: str | Path,
    *,
    patients: int,
    rng: np.random.Generator | None = None,
    days: float | None = None,
    every: float | None = None,
    part: int = PART,
    tolerances: Tolerances = DEFAULT,
    threads: int | None = None,
    client: Client | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Streamed:
    """Simulate a population drawn from a model's own spread into a folder of Parquet parts; a stopped run goes on.

    Parameters
    ----------
    model : PublishedModel
        What to run.
    folder : path
        Made if absent; gets ``patients/`` (summaries and failures, one row a patient) and ``trajectories/``.
    patients : int
        Patients in all.
    rng : numpy.random.Generator, optional
        Source of chance; seed 1 by default.
    days : float, optional
        Length of the run; the model's horizon by default.
    every : float, optional
        Interval of the trajectories (days); summaries only without it.
    part : int
        Patients a part.
    tolerances : Tolerances
        Of the engine.
    threads, client
        Where the parts are integrated: threads of this process, or the workers of a Dask client.
    progress : callable, optional
        Called with (patients done, patients in all).

    Raises
    ------
    ModelError
        The run's length or interval can't be used, or the paper gives no population.
    OutputError
        The folder can't be written, or holds another run.
    """
    end = float(model.horizon if days is None else days)
    check_days(model, end, (), patients)
    if every is not None and not 0 < every <= end:
        raise ModelError(
            "the interval of the trajectories is unusable",
            where=model.name,
            field="every",
            value=every,
            allowed=f"above 0, up to {end:g} days",
            remedy="leave it out for summaries only",
        )
    grid = np.array([0.0, end]) if every is None else np.unique(np.append(np.arange(0.0, end, every), end))
    parameters = drawn(model, patients, rng)
    question = Question.of(
        model.system,
        parameters,
        patients,
        grid,
        [o.name for o in model.observables] if every else [],
        doses(model, parameters, patients, end),
        (),
        summaries(model, end),
        None,
        tolerances,
    )
    return stream(question, folder, part=part, threads=threads, client=client, progress=progress)
