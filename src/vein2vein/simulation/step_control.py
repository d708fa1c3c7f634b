"""How long the next step is: local errors measured in tolerances, and a first guess.

PI control and starting step: Hairer, Nørsett & Wanner, *Solving Ordinary Differential Equations I* (1993), II.4, and
Hairer & Wanner II (1996), IV.2. The norm is the largest ratio, not the mean: idle states must not hide a busy one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from numba import njit

from vein2vein.simulation.lane_math import exponential, larger, logarithm, smaller
from vein2vein.simulation.lanes import absolute, call, load, select, spread, store

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Kernels, Pointer, Rows

    Lanes = Any

SAFETY, SHRINK_MOST, GROW_MOST = 0.9, 0.2, 8.0
LOG_SMALL = math.log(1e-4)
_NEGATIVE_BEYOND = 0.1  # a state may undershoot zero by ten tolerances


@njit(error_model="numpy", forceinline=True)
def tolerance(y: Lanes, y_new: Lanes, atol: float, rtol: float) -> Lanes:
    """Return the local error that is allowed."""
    return larger(absolute(y), absolute(y_new)) * rtol + atol


@njit(error_model="numpy", forceinline=True)
def judge(w: Pointer, r: Rows, i: int, error: Lanes, atol: float, rtol: float, nonnegative: bool) -> Lanes:
    """Return the error of state ``i`` in tolerances, undershoot below zero included, and keep it in its row."""
    y_new = load(w, r.state_new + i)
    allowed = tolerance(load(w, r.state + i), y_new, atol, rtol)
    per_tolerance = 1.0 / allowed
    ratio = absolute(error) * per_tolerance
    if nonnegative:
        ratio = larger(ratio, y_new * per_tolerance * (-_NEGATIVE_BEYOND))
    ratio = select(ratio == ratio, ratio, 1e30)  # not-a-number is a large error
    store(w, r.ratio + i, ratio)
    return ratio


@njit(error_model="numpy", forceinline=True)
def next_factor(w: Pointer, r: Rows, worst: Lanes, order: float, memory: float) -> None:
    """Store the largest error and the factor by which the next step should differ."""
    error = logarithm(larger(worst, spread(1e-8)))
    store(w, r.log_error, error)
    steady = (
        error * (memory * 0.75 - 1.0 / order) + larger(load(w, r.log_error_old), spread(LOG_SMALL)) * memory
    )
    good = worst <= 1.0
    factor = exponential(select(good, steady, error * (-1.0 / order))) * SAFETY
    factor = select(good, factor, smaller(factor, spread(SAFETY)))
    factor = larger(smaller(factor, spread(GROW_MOST)), spread(SHRINK_MOST))
    store(w, r.error, worst)
    store(w, r.factor, factor)


@njit(error_model="numpy", forceinline=True)
def first_step(w: Pointer, r: Rows, kernels: Kernels, atol: Any, rtol: float) -> None:
    """Guess a first step from `time` in every lane (Hairer, Nørsett & Wanner I, II.4) into `guess`.

    Expects the derivatives at `time` in `rate_at`; uses `state_at`, `time_at` and the second stage as scratch.
    """
    n = r.n_states
    k2 = r.stages + n
    size, speed = spread(0.0), spread(0.0)
    for i in range(n):
        y = load(w, r.state + i)
        allowed = absolute(y) * rtol + atol[i]
        size = larger(size, absolute(y) / allowed)
        speed = larger(speed, absolute(load(w, r.rate_at + i)) / allowed)
    tiny = (size < 1e-5) | (speed < 1e-5)
    h0 = select(tiny, 1e-6, size / larger(speed, spread(1e-300)) * 0.01)
    for i in range(n):
        store(w, r.state_at + i, load(w, r.state + i) + h0 * load(w, r.rate_at + i))
    store(w, r.time_at, load(w, r.time) + h0)
    call(kernels.derivatives, w, r.time_at, r.state_at, 0, k2)
    bend = spread(0.0)
    for i in range(n):
        allowed = absolute(load(w, r.state + i)) * rtol + atol[i]
        bend = larger(bend, absolute(load(w, k2 + i) - load(w, r.rate_at + i)) / allowed)
    steepest = larger(speed, bend / h0)
    # in units of the tolerance: the error of one step of order 5 stays near a hundredth
    h1 = select(
        steepest <= 1e-15, larger(h0 * 1e-3, spread(1e-6)), exponential(logarithm(0.01 / steepest) * 0.2)
    )
    guess = smaller(h0 * 100.0, h1)
    store(w, r.guess, select(guess == guess, guess, 1e-6))
