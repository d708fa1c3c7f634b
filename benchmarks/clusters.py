"""Beyond this machine: what a chunk and its dispatch cost here, and a simulation of the schedule on more workers."""

from __future__ import annotations

import heapq
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.workload import SUMMARIES, YEAR, Workload, core
from vein2vein.simulation import Method, Question, Tolerances
from vein2vein.simulation.chunk import run_chunk
from vein2vein.simulation.run import CHUNK
from vein2vein.simulation.schedule import run_spans, spans

if TYPE_CHECKING:
    from distributed import Client

WORKERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
WAITING = 2
"""Chunks that are out for each worker at a time, as :mod:`vein2vein.simulation.cluster` sends them."""


def question_of(work: Workload) -> Question:
    """Return the workload as the engine's chunks see it: a year, summaries only, stiff method."""
    return work.question(times=[0.0, YEAR], summaries=SUMMARIES, method=Method.STIFF, tolerances=Tolerances())


def chunk_cost(sizes: Sequence[int] = (64, 128, 256, 512, 1024, 2048, 4096), rounds: int = 3) -> dict:
    """Return the least-squares fit of a chunk's processor time, a + b · patients, and what it was fitted to."""
    question = question_of(core(max(sizes)))
    run_chunk(question, 0, 8)
    seconds = np.full(len(sizes), np.inf)
    for _ in range(rounds):
        for k, m in enumerate(sizes):
            start = time.process_time()
            run_chunk(question, 0, m)
            seconds[k] = min(seconds[k], time.process_time() - start)
    design = np.stack([np.ones(len(sizes)), np.array(sizes, float)], axis=1) / seconds[:, None]
    a, b = np.linalg.lstsq(design, np.ones(len(sizes)), rcond=None)[0]  # relative errors count the same
    return {"sizes": list(sizes), "seconds": seconds.tolist(), "fixed_s": float(a), "each_s": float(b)}


def chunk_seconds(chunks: int) -> list[float]:
    """Return the processor seconds of each of as many successive chunks of the usual size."""
    question, found = question_of(core(chunks * CHUNK)), []
    for first, last in spans(question.patients, CHUNK):
        start = time.process_time()
        run_chunk(question, first, last)
        found.append(time.process_time() - start)
    return found


def dispatch_costs(workers: int, sizes: Sequence[tuple[int, int]]) -> list[dict]:
    """Return what Dask distributed adds on local worker processes, for so many chunks of so many patients each."""
    from distributed import Client, LocalCluster

    options = {"n_workers": workers, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with (
        LocalCluster(**options, silence_logs=logging.ERROR) as cluster,
        Client(cluster) as client,
    ):
        return [{"workers": workers} | _dispatch_cost(client, chunks, size) for chunks, size in sizes]


def _dispatch_cost(client: Client, chunks: int, size: int) -> dict:
    """Return the costs of a chunk.

    ``client_s`` is the processor time of this process, which holds client and scheduler, for a chunk, above what it
    spends idle: it bounds how many chunks a second one scheduler can hand out. ``wall_s`` is the wall clock.
    """
    question = question_of(core(chunks * size))
    assert question.structure.digest  # travels with the question, as it does from `simulate`
    small = spans(question.patients, 64)[: 4 * len(client.nthreads())]
    list(run_spans(question, small, None, client))  # warm: kernels loaded by every worker
    wall, processor = time.perf_counter(), time.process_time()
    time.sleep(1.0)
    idle = (time.process_time() - processor) / (time.perf_counter() - wall)
    wall, processor = time.perf_counter(), time.process_time()
    count = sum(1 for _ in run_spans(question, spans(question.patients, size), None, client))
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {
        "size": size,
        "chunks": count,
        "client_s": (processor - idle * wall) / count,
        "wall_s": wall / count,
    }


@dataclass(frozen=True)
class Schedule:
    """A simulated run: ``seconds`` from the first dispatch to the last result, ``busy`` the workers' mean share of it."""

    workers: int
    seconds: float
    busy: float


def schedule(durations: Iterable[float], workers: int, dispatch: float) -> Schedule:
    """Simulate list scheduling: one dispatcher hands chunks out in order, each to the worker that is free first.

    Parameters
    ----------
    durations : iterable of float
        Seconds of each chunk, in order.
    workers : int
        Worker processes, one thread each.
    dispatch : float
        Seconds that the dispatcher needs for each chunk, one after the other. At most :data:`WAITING` chunks a worker
        are out at a time.
    """
    free, out = [0.0] * workers, []
    ready = end = total = 0.0
    for seconds in durations:
        if len(out) == WAITING * workers:
            ready = max(ready, heapq.heappop(out))
        ready += dispatch
        done = max(ready, heapq.heappop(free)) + seconds
        heapq.heappush(free, done)
        heapq.heappush(out, done)
        end, total = max(end, done), total + seconds
    return Schedule(workers, end, total / (workers * end) if end else 1.0)


def larger_clusters(seconds: Sequence[float], dispatch: float, patients: int, size: int) -> list[dict]:
    """Return the simulated schedules of a population, with the measured chunks of ``size`` patients over and over."""
    chunks, rows = -(-patients // size), []
    alone = sum(islice(cycle(seconds), chunks))
    for workers in WORKERS:
        s = schedule(islice(cycle(seconds), chunks), workers, dispatch)
        row = {"patients": patients, "size": size, "workers": workers, "seconds": s.seconds}
        rows.append(row | {"speed_up": alone / s.seconds, "busy": s.busy})
    return rows


def beyond_one_machine(chunks: int, populations: Sequence[tuple[int, int]]) -> dict:
    """Return measured costs of chunks and dispatch, and simulated schedules of (patients, patients a chunk)."""
    cost, seconds = chunk_cost(), {CHUNK: chunk_seconds(chunks)}
    sizes = sorted({size for _, size in populations})
    for size in sizes:
        each = size // CHUNK
        groups = [seconds[CHUNK][k : k + each] for k in range(0, chunks - each + 1, each)]
        seconds[size] = [sum(group) - (each - 1) * cost["fixed_s"] for group in groups]
    asked = [(max(4, chunks * CHUNK // size), size) for size in sizes]
    dispatch, schedules = [row for workers in (1, 2) for row in dispatch_costs(workers, asked)], []
    for patients, size in populations:
        serial = max(d["client_s"] for d in dispatch if d["size"] == size)
        schedules += larger_clusters(seconds[size], serial, patients, size)
    return {
        "chunk": CHUNK,
        "cost": cost,
        "chunk_seconds": seconds[CHUNK],
        "dispatch": dispatch,
        "schedules": schedules,
    }
