"""One million core-model patients, a year each, summaries only: time, memory and failures."""

from __future__ import annotations

import resource
import sys
import time

from benchmarks.workload import SUMMARIES, YEAR, core
from vein2vein.simulation import Method


def measure(n: int, threads: int | None = None) -> dict:
    """Return what a run of ``n`` patients took."""
    patients = core(n)
    patients.first(64).run(times=[0.0, YEAR], summaries=SUMMARIES, method=Method.STIFF)  # compiled, warm
    before = peak_memory()
    wall, processor = time.perf_counter(), time.process_time()
    e = patients.run(times=[0.0, YEAR], summaries=SUMMARIES, threads=threads)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {
        "patients": n,
        "wall_s": wall,
        "processor_s": processor,
        "steps": float(e.steps.mean()),
        "method": e.method,
        "failures": [f"{f.patient}: {f.kind} of {f.state} on day {f.time:g}" for f in e.failures][:20],
        "failed": len(e.failures),
        "peak_memory_gb": peak_memory(),
        "before_gb": before,
    }


def peak_memory() -> float:
    """Return the largest memory of this process so far, GB."""
    unit = 1e9 if sys.platform == "darwin" else 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    print(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, 2))
