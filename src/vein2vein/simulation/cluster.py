"""The same chunks on the workers of a Dask cluster.

A chunk travels with its own patients only, and its results come back to the client, so that workers need no shared
disk. Dask runs a chunk again when the worker that held it is lost; a chunk's bits don't depend on where it ran, as long
as the workers have the same kind of processor.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.simulation.chunk import run_chunk
from vein2vein.simulation.plan import Results
from vein2vein.simulation.question import Question

if TYPE_CHECKING:
    from distributed import Client

RETRIES = 3
"""How often a chunk that raised on a worker is tried again; a lost worker's chunks don't count."""


def connect(address: str, timeout: float = 10.0) -> Client:
    """Return a client of the Dask scheduler at ``address``, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    InputError
        ``distributed`` isn't installed, or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "a cluster needs Dask distributed, which isn't installed",
            field="cluster",
            value=address,
            remedy="pip install 'vein2vein[cluster]'",
        ) from error
    try:
        return Client(address, timeout=timeout)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            f"no Dask scheduler answers ({error})",
            field="cluster",
            value=address,
            allowed="the address of a running scheduler, such as tcp://10.0.0.5:8786",
            remedy="start one with `dask scheduler` and workers with `dask worker ADDRESS`",
        ) from error


def run_on_cluster(
    question: Question, todo: Sequence[tuple[int, int]], client: Client
) -> Iterator[tuple[tuple[int, int], Results]]:
    """Yield each chunk and its results as they are done by the workers."""
    from distributed import as_completed

    left, done = iter(todo), as_completed(with_results=True)
    spans = {}

    def submit_next() -> None:
        for start, end in left:
            # packed: the scheduler would unpack and pack again what it can see through, equations and all; and as an
            # array, which it hands on without a copy
            part = pickle.dumps(question.part(start, end), protocol=pickle.HIGHEST_PROTOCOL)
            packed = np.frombuffer(part, np.uint8)
            future = client.submit(_run_packed, packed, pure=False, retries=RETRIES)
            spans[future.key] = (start, end)
            done.add(future)
            return

    for _ in range(2 * max(1, sum(client.nthreads().values()))):
        submit_next()
    for future, results in done:
        yield spans.pop(future.key), Results(*results)
        submit_next()


def _run_packed(packed: NDArray[np.uint8]) -> Results:
    """Integrate all patients of a packed question; this runs on a worker."""
    question: Question = pickle.loads(packed.data)
    return run_chunk(question, 0, question.patients)
