"""``python -m benchmarks``: measure, keep the numbers in ``benchmarks/results.json``, write ``docs/performance.md``.

``--quick`` takes small populations; ``--million`` adds one million patients.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks import measure
from benchmarks.million import measure as measure_population
from benchmarks.page import page
from benchmarks.verdicts import changed_verdicts

ROOT = Path(__file__).parents[1]


def main(arguments: list[str]) -> None:
    quick = "--quick" in arguments
    store = ROOT / "benchmarks" / "results.json"
    results = {"machine": measure.machine()}
    steps = {
        "compilation": measure.compilation,
        "core": lambda: measure.core_against_peers(8 if quick else 32),
        "stiff": lambda: measure.stiff_against_peers(8 if quick else 32),
        "scaling": lambda: measure.scaling((1000, 4000) if quick else (1000, 10_000, 100_000)),
        "threads": lambda: measure.threads(4000 if quick else 20_000),
        "operations": measure.operations,
        "verdicts": lambda: changed_verdicts(200 if quick else 10_000),
        "population": lambda: measure_population(1_000_000 if "--million" in arguments else 20_000, 2),
    }
    for name, step in steps.items():
        print(f"{name} …", flush=True)
        results[name] = step()
        store.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (ROOT / "docs" / "performance.md").write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
