"""Measurements of the engine: ``python -m benchmarks`` writes ``docs/performance.md`` from what it measures."""
