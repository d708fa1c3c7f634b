"""Chunks of patients, done by threads or by the workers of a cluster: in any order, with the same bits."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from vein2vein.simulation.chunk import run_chunk
from vein2vein.simulation.plan import Results
from vein2vein.simulation.question import Question

if TYPE_CHECKING:
    from distributed import Client

Span = tuple[int, int]
"""First patient of a chunk, and the one after its last."""


def spans(patients: int, chunk: int) -> list[Span]:
    """Return the chunks of a population."""
    size = max(1, chunk)
    return [(first, min(first + size, patients)) for first in range(0, patients, size)]


def run_spans(
    question: Question, todo: Sequence[Span], threads: int | None, client: Client | None
) -> Iterator[tuple[Span, Results]]:
    """Yield each chunk and its results as they are done, on a cluster if there is a client."""
    if client is not None:
        from vein2vein.simulation.cluster import run_on_cluster

        return run_on_cluster(question, todo, client)
    return _run_in_threads(question, todo, threads)


def _run_in_threads(
    question: Question, todo: Sequence[Span], threads: int | None
) -> Iterator[tuple[Span, Results]]:
    workers = min(max(1, threads or os.cpu_count() or 1), max(1, len(todo)))
    left = iter(todo)
    with ThreadPoolExecutor(workers) as pool:
        running: dict[Future[Results], Span] = {}
        while True:
            for span in left:
                running[pool.submit(run_chunk, question, *span)] = span
                if len(running) >= 2 * workers:
                    break
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()
