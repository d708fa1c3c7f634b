"""``python -m benchmarks``: measure, keep the numbers in ``benchmarks/results.json``, write ``docs/performance.md``.

``--quick`` takes small populations; ``--million`` adds one million patients; ``--page`` writes the page anew from the
numbers that are kept, and ``--only NAME …`` measures the named sections alone and keeps the others.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import measure
from benchmarks.clusters import beyond_one_machine
from benchmarks.million import measure as measure_population
from benchmarks.page import write_page
from benchmarks.raw_cells import wrong_verdicts
from benchmarks.verdicts import changed_verdicts
from vein2vein.files import write_text

ROOT = Path(__file__).parents[1]


def sections(quick: bool, million: bool) -> dict[str, Callable[[], object]]:
    """Return what is measured, by name, in order."""
    few, rounds = (8, 1) if quick else (32, measure.ROUNDS)
    return {
        "compilation": measure.compilation,
        "population": lambda: measure_population(1_000_000 if million else 20_000, 2),
        "scaling": lambda: measure.scaling((1000, 4000) if quick else (1000, 10_000, 100_000)),
        "threads": lambda: measure.threads(4000 if quick else 20_000, 3 if quick else 9),
        "operations": measure.operations,
        "core": lambda: measure.core_against_peers(few, rounds),
        "stiff": lambda: measure.library_against_peers(few, rounds),
        "robertson": lambda: measure.robertson_against_peers(few, rounds),
        "verdicts": lambda: changed_verdicts(100 if quick else 10_000),
        "raw": lambda: wrong_verdicts(20 if quick else 1000, not quick),
        "beyond": lambda: beyond_one_machine(
            8 if quick else 40,
            [(n, size) for n in (1_000_000, 100_000_000) for size in (1024, 4096 if quick else 8192)],
        ),
    }


def main(arguments: list[str]) -> None:
    store = ROOT / "benchmarks" / "results.json"
    chosen = arguments[arguments.index("--only") + 1 :] if "--only" in arguments else []
    keep = bool(chosen) or "--page" in arguments
    results = (
        json.loads(store.read_text(encoding="utf-8")) if keep else {"machine": measure.machine(), "under": {}}
    )
    for name, step in sections("--quick" in arguments, "--million" in arguments).items():
        if "--page" in arguments or (chosen and name not in chosen):
            continue
        load, start = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"), time.perf_counter()
        print(f"{name} (load average {load:.2f}) …", flush=True)
        results[name] = step()
        results["under"][name] = {"load": load, "wall_s": time.perf_counter() - start}
    write_text(store, json.dumps(results, indent=1) + "\n")
    write_page(results, ROOT / "docs" / "performance.md")


if __name__ == "__main__":
    main(sys.argv[1:])
