"""What the machine can do at most: independent multiply-adds on the engine's lanes, from registers and from the cache."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numba import njit

from vein2vein.simulation.lanes import WIDTH, bare, load, store
from vein2vein.simulation.plan import Buffer

CHAINS = 12
"""Independent accumulators of eight doubles: more than latency times throughput of any processor met so far."""
PER_ROUND = 2.0 * CHAINS * WIDTH
"""Floating-point operations of a round: a multiply-add is two."""


@njit(error_model="numpy")
def from_registers(buffer: Buffer, rounds: int) -> None:
    """Twelve chains of x = x · a + b."""
    w = bare(buffer).work
    a, b = load(w, 12), load(w, 13)
    x0, x1, x2, x3, x4, x5 = load(w, 0), load(w, 1), load(w, 2), load(w, 3), load(w, 4), load(w, 5)
    x6, x7, x8, x9, x10, x11 = load(w, 6), load(w, 7), load(w, 8), load(w, 9), load(w, 10), load(w, 11)
    for _ in range(rounds):
        x0, x1, x2, x3 = x0 * a + b, x1 * a + b, x2 * a + b, x3 * a + b
        x4, x5, x6, x7 = x4 * a + b, x5 * a + b, x6 * a + b, x7 * a + b
        x8, x9, x10, x11 = x8 * a + b, x9 * a + b, x10 * a + b, x11 * a + b
    total = (x0 + x1) + (x2 + x3) + (x4 + x5) + (x6 + x7) + (x8 + x9) + (x10 + x11)
    store(w, 0, total)


@njit(error_model="numpy")
def from_cache(buffer: Buffer, rounds: int) -> None:
    """Twelve chains of x = x + a · (a row of the workspace): one load for every multiply-add, as generated kernels do."""
    w = bare(buffer).work
    a = load(w, 12)
    x0, x1, x2, x3, x4, x5 = a, a, a, a, a, a
    x6, x7, x8, x9, x10, x11 = a, a, a, a, a, a
    for k in range(rounds):
        r = 16 + (k & 7) * 12
        x0, x1, x2 = x0 + a * load(w, r), x1 + a * load(w, r + 1), x2 + a * load(w, r + 2)
        x3, x4, x5 = x3 + a * load(w, r + 3), x4 + a * load(w, r + 4), x5 + a * load(w, r + 5)
        x6, x7, x8 = x6 + a * load(w, r + 6), x7 + a * load(w, r + 7), x8 + a * load(w, r + 8)
        x9, x10, x11 = x9 + a * load(w, r + 9), x10 + a * load(w, r + 10), x11 + a * load(w, r + 11)
    total = (x0 + x1) + (x2 + x3) + (x4 + x5) + (x6 + x7) + (x8 + x9) + (x10 + x11)
    store(w, 0, total)


def measure(kernel: Callable, rounds: int = 2_000_000) -> float:
    """Return billions of floating-point operations a processor second, the best of five."""
    buffer = Buffer(np.full(112 * WIDTH, 0.5))
    kernel(buffer, 10)
    best = 0.0
    for _ in range(5):
        buffer.work[:] = 0.5
        start = time.process_time()
        kernel(buffer, rounds)
        best = max(best, PER_ROUND * rounds / (time.process_time() - start) / 1e9)
    return best


def peak() -> dict[str, float]:
    """Return the measured peak of one core, billions of floating-point operations a second."""
    return {"registers": measure(from_registers), "cache": measure(from_cache)}
