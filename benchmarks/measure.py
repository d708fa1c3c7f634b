"""The measurements, each a function that returns plain numbers. Processor seconds, so that a busy machine distorts less."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.flops import stiff_step
from benchmarks.peak import peak
from benchmarks.peers import Peer, diffrax_vmap, diffsol, engine, lsoda, roadrunner
from benchmarks.workload import (
    LOGARITHMS,
    ROBERTSON,
    STIFF_MODEL,
    SUMMARIES,
    YEAR,
    Workload,
    core,
    never_standing_still,
    published,
    robertson,
)
from vein2vein.dynamics.published.library import find_model
from vein2vein.simulation import Method, Tolerances

COPIES = 128
"""How often the patients of a comparison are repeated for this engine, which takes eight at a time."""
ROUNDS = 3
"""Interleaved repetitions; the smallest time of each solver counts."""
COMPARED = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
"""Tolerances of the peers' curves."""
RTOLS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)


def machine() -> dict:
    """Return what it ran on."""
    name = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), name)
    return {
        "processor": name,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def compilation() -> dict:
    """Return the seconds to the first result of the core model: fresh cache, then a second process."""
    program = (
        "import time; a = time.process_time(); from benchmarks.workload import core; w = core(8); "
        "from vein2vein.simulation import simulate; b = time.process_time(); c = time.perf_counter(); "
        "w.run(times=[0.0, 365.0]); print(b - a, time.process_time() - b, time.perf_counter() - c)"
    )
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first", "second"):
            environment = os.environ | {"VEIN2VEIN_CACHE": folder}
            out = subprocess.run(
                [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
            )
            imports, processor, wall = map(float, out.stdout.split())
            answers[name] = {"imports_s": imports, "processor_s": processor, "wall_s": wall}
    return answers


def error(states: np.ndarray, reference: np.ndarray, work: Workload) -> float:
    """Return the median over patients of the largest error of any state, in units of its size (or scale)."""
    scale = np.array([s.scale for s in work.system.states])
    whole = np.isfinite(states).all(axis=(1, 2))
    states, reference = states[whole], reference[whole]
    return float(np.median((np.abs(states - reference) / (scale + np.abs(reference))).max(axis=(1, 2))))


def work_precision(
    work: Workload,
    reference: np.ndarray,
    peers: dict[str, tuple[Peer, tuple[float, ...]]],
    rounds: int = ROUNDS,
) -> list[dict]:
    """Return, for each solver and tolerance, the error reached and the processor time a patient."""
    rows: dict[tuple[str, float], dict] = {}
    for round_ in range(rounds):
        for name, (peer, tolerances) in peers.items():
            for rtol in tolerances:
                if (name, rtol) in rows and rows[name, rtol].get("failed"):
                    continue
                try:
                    states, seconds = peer(work, rtol)
                    lost = int((~np.isfinite(states).all(axis=(1, 2))).sum())
                    if lost == work.patients:
                        raise ArithmeticError("no patient came to the end")
                except Exception as problem:  # a peer that can't be run is a row of the table, not the end
                    rows[name, rtol] = {
                        "solver": name,
                        "rtol": rtol,
                        "failed": " ".join(f"{type(problem).__name__}: {problem}".split())[:120],
                    }
                    continue
                ms = seconds / work.patients * 1e3
                if round_ == 0:
                    rows[name, rtol] = {
                        "solver": name,
                        "rtol": rtol,
                        "error": error(states, reference, work),
                        "ms": ms,
                        "lost": lost,
                    }
                rows[name, rtol]["ms"] = min(ms, rows[name, rtol]["ms"])
                print(
                    f"  {work.name}: {name} at {rtol:g}: error {rows[name, rtol]['error']:.2g}, {ms:.3g} ms",
                    flush=True,
                )
    return list(rows.values())


def at_equal_accuracy(rows: list[dict], ours: str) -> list[dict]:
    """Return how many times longer each peer takes than this engine does for the accuracy that the peer reached."""
    curve = sorted((r["error"], r["ms"]) for r in rows if r["solver"] == ours and "error" in r)
    errors, times = np.log([c[0] for c in curve]), np.log([c[1] for c in curve])
    answers = []
    for r in rows:
        if r["solver"].startswith("vein2vein") or "error" not in r or not np.isfinite(r["error"]):
            continue
        inside = errors[0] <= np.log(r["error"]) <= errors[-1]
        ours_ms = float(np.exp(np.interp(np.log(r["error"]), errors, times)))
        answers.append(r | {"engine_ms": ours_ms, "ratio": r["ms"] / ours_ms, "inside": bool(inside)})
    return answers


def solvers(copies: int, whole: bool = True) -> dict[str, tuple[Peer, tuple[float, ...]]]:
    """Return this engine's two methods and the peers that are installed; JAX is slow to compile stiff methods."""
    table: dict[str, tuple[Peer, tuple[float, ...]]] = {
        "vein2vein stiff": (engine(Method.STIFF, copies), RTOLS),
        "vein2vein explicit": (engine(Method.EXPLICIT, copies), RTOLS[1:]),
        "SciPy LSODA, compiled rates": (lsoda, COMPARED),
    }
    if _installed("roadrunner"):
        table["libroadrunner (CVODE)"] = (roadrunner, COMPARED)
    if _installed("pydiffsol"):
        table["pydiffsol (BDF)"] = (diffsol, COMPARED)
    if _installed("diffrax"):
        table["diffrax Tsit5, vmap"] = (diffrax_vmap("Tsit5"), (1e-4, 1e-6))
    if _installed("diffrax") and whole:
        table["diffrax Kvaerno5, vmap"] = (diffrax_vmap("Kvaerno5"), (1e-4, 1e-6))
    return table


def _installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def core_against_peers(n: int, rounds: int = ROUNDS) -> dict:
    work = core(n)
    work = replace(work, system=never_standing_still(work.system, LOGARITHMS))
    reference, _ = engine(Method.EXPLICIT)(work, 1e-11)
    check, _ = engine(Method.STIFF)(work.first(2), 1e-9)
    rows = work_precision(work, reference, solvers(COPIES, rounds > 1), rounds)
    return {"rows": rows, "equal": at_equal_accuracy(rows, "vein2vein stiff"), "patients": n, "rounds": rounds,
            "reference_check": error(check, reference[:2], work)}  # fmt: skip


def stiff_against_peers(work: Workload, rounds: int) -> dict:
    """Return the same comparison on a stiff problem, without the explicit methods."""
    reference, _ = engine(Method.STIFF)(work, 1e-11)
    check, _ = engine(Method.STIFF)(work.first(2), 1e-9)
    table = {
        k: v
        for k, v in solvers(COPIES, rounds > 1 or work.name == ROBERTSON).items()
        if "explicit" not in k and "diffrax Tsit5" not in k
    }
    rows = work_precision(work, reference, table, rounds)
    return {"rows": rows, "equal": at_equal_accuracy(rows, "vein2vein stiff"), "patients": work.patients, "rounds": rounds,
            "model": work.name, "reference_check": error(check, reference[:2], work)}  # fmt: skip


def library_against_peers(n: int, rounds: int = ROUNDS) -> dict:
    """Return the comparison on the stiff model of the library, and how it was chosen."""
    return stiff_against_peers(published(n), rounds) | {"candidates": stiffness()}


def robertson_against_peers(n: int, rounds: int = ROUNDS) -> dict:
    return stiff_against_peers(robertson(n), rounds)


CANDIDATES = ("hardiansyah2019", "minucci2024", "singh2021", "kirouac2023", "park2025")
MOST_STEPS = 50_000


def stiffness() -> list[dict]:
    """Return how many steps the explicit and the stiff method take for the library's larger models, by default tolerances.

    ``settled`` is the error at a tolerance of 1e-6: where the law jumps at a threshold that the solution rests on, it
    doesn't fall with the tolerance, and no solver can be judged by it.
    """
    rows = []
    for name in CANDIDATES:
        work, counts = published(4, name), []
        for method in (Method.EXPLICIT, Method.STIFF):
            e = work.run(
                times=[0.0, float(work.times[-1])], method=method, tolerances=Tolerances(max_steps=MOST_STEPS)
            )
            counts.append(MOST_STEPS if e.failures else float(e.steps.mean()))
        fine, coarse = (engine(Method.STIFF)(work, rtol)[0] for rtol in (1e-9, 1e-6))
        rows.append(
            {
                "model": name,
                "states": len(find_model(name).states),
                "explicit": counts[0],
                "stiff": counts[1],
                "settled": error(coarse, fine, work),
                "chosen": name == STIFF_MODEL,
            }
        )
        print(f"  {rows[-1]}", flush=True)
    return rows


def scaling(sizes: tuple[int, ...]) -> list[dict]:
    """Return the processor time a patient for growing populations, summaries only, one thread."""
    rows = []
    for n in sizes:
        work = core(n)
        best = float("inf")
        for _ in range(2 if n <= 10_000 else 1):
            start = time.process_time()
            e = work.run(times=[0.0, YEAR], summaries=SUMMARIES)
            best = min(best, time.process_time() - start)
        rows.append(
            {"patients": n, "ms": best / n * 1e3, "steps": float(e.steps.mean()), "failed": len(e.failures)}
        )
        print(f"  {n} patients: {best / n * 1e3:.3g} ms each", flush=True)
    return rows


def threads(n: int, rounds: int = 9) -> dict:
    """Return wall seconds with one and with two threads, interleaved."""
    work, seconds = core(n), {1: [], 2: []}
    for _ in range(rounds):
        for count in seconds:
            start = time.perf_counter()
            work.run(times=[0.0, YEAR], summaries=SUMMARIES, threads=count)
            seconds[count].append(time.perf_counter() - start)
    pairs = [a / b for a, b in zip(seconds[1], seconds[2], strict=True)]
    return {
        "patients": n,
        "rounds": rounds,
        "one_s": min(seconds[1]),
        "two_s": min(seconds[2]),
        "ratio": min(seconds[1]) / min(seconds[2]),
        "pairs": [min(pairs), float(np.median(pairs)), max(pairs)],
    }


def operations() -> dict:
    """Return the operations of one step of one patient, and what the processor can do at most."""
    return {"stiff": stiff_step(), "peak": peak()}
