"""Explicit steps: Dormand and Prince 5(4), eight patients at a time, with a dense output of order 4.

Coefficients: Dormand & Prince, J. Comput. Appl. Math. 6 (1980) 19; dense output: Shampine, Math. Comp. 46 (1986) 135.
Step control: Hairer, Nørsett & Wanner, *Solving Ordinary Differential Equations I*, II.4 and IV.2 (PI control).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from vein2vein.simulation.lane_math import exponential, larger, logarithm, smaller
from vein2vein.simulation.lanes import absolute, call, load, select, spread, store

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Kernels, Pointer, Rows

    Lanes = Any

_A21 = 1 / 5
_A31, _A32 = 3 / 40, 9 / 40
_A41, _A42, _A43 = 44 / 45, -56 / 15, 32 / 9
_A51, _A52, _A53, _A54 = 19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729
_A61, _A62, _A63, _A64, _A65 = 9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656
_B1, _B3, _B4, _B5, _B6 = 35 / 384, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84
_E1, _E3, _E4, _E5, _E6, _E7 = -71 / 57600, 71 / 16695, -71 / 1920, 17253 / 339200, -22 / 525, 1 / 40
_C2, _C3, _C4, _C5 = 1 / 5, 3 / 10, 4 / 5, 8 / 9

SAFETY, SHRINK_MOST, GROW_MOST = 0.9, 0.2, 8.0
_MEMORY = 0.04  # weight of the last error in the PI control
_ORDER = 5.0
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
    ratio = absolute(error) / allowed
    if nonnegative:
        ratio = larger(ratio, y_new / allowed * (-_NEGATIVE_BEYOND))
    ratio = select(ratio == ratio, ratio, 1e30)  # not-a-number is a large error
    store(w, r.ratio + i, ratio)
    return ratio


@njit(error_model="numpy", forceinline=True)
def next_factor(w: Pointer, r: Rows, worst: Lanes, order: float, memory: float) -> None:
    """Store the largest error and the factor by which the next step should differ."""
    floor = larger(worst, spread(1e-8))
    old = larger(load(w, r.error_old), spread(1e-4))
    accepted = (
        exponential(logarithm(floor) * (memory * 0.75 - 1.0 / order) + logarithm(old) * memory) * SAFETY
    )
    refused = exponential(logarithm(floor) * (-1.0 / order)) * SAFETY
    factor = select(worst <= 1.0, accepted, smaller(refused, spread(SAFETY)))
    factor = larger(smaller(factor, spread(GROW_MOST)), spread(SHRINK_MOST))
    store(w, r.error, worst)
    store(w, r.factor, factor)


@njit(error_model="numpy", forceinline=True)
def explicit_step(w: Pointer, r: Rows, kernels: Kernels, atol: Any, rtol: float, nonnegative: Any) -> None:
    """Try one step of `step` days from `time` in every lane; derivatives at `time` are in the first stage."""
    n = r.n_states
    k1 = r.stages
    k2, k3, k4, k5, k6, k7 = k1 + n, k1 + 2 * n, k1 + 3 * n, k1 + 4 * n, k1 + 5 * n, k1 + 6 * n
    y, z, t, f = r.state, r.state_at, r.time_at, kernels.derivatives
    time, h = load(w, r.time), load(w, r.step)
    for i in range(n):
        store(w, z + i, load(w, y + i) + h * (load(w, k1 + i) * _A21))
    store(w, t, time + h * _C2)
    call(f, w, t, z, 0, k2)
    for i in range(n):
        store(w, z + i, load(w, y + i) + h * (load(w, k1 + i) * _A31 + load(w, k2 + i) * _A32))
    store(w, t, time + h * _C3)
    call(f, w, t, z, 0, k3)
    for i in range(n):
        total = load(w, k1 + i) * _A41 + load(w, k2 + i) * _A42 + load(w, k3 + i) * _A43
        store(w, z + i, load(w, y + i) + h * total)
    store(w, t, time + h * _C4)
    call(f, w, t, z, 0, k4)
    for i in range(n):
        total = load(w, k1 + i) * _A51 + load(w, k2 + i) * _A52 + load(w, k3 + i) * _A53
        store(w, z + i, load(w, y + i) + h * (total + load(w, k4 + i) * _A54))
    store(w, t, time + h * _C5)
    call(f, w, t, z, 0, k5)
    for i in range(n):
        total = load(w, k1 + i) * _A61 + load(w, k2 + i) * _A62 + load(w, k3 + i) * _A63
        total = total + load(w, k4 + i) * _A64 + load(w, k5 + i) * _A65
        store(w, z + i, load(w, y + i) + h * total)
    call(f, w, r.time_new, z, 0, k6)
    for i in range(n):
        total = load(w, k1 + i) * _B1 + load(w, k3 + i) * _B3 + load(w, k4 + i) * _B4
        total = total + load(w, k5 + i) * _B5 + load(w, k6 + i) * _B6
        store(w, r.state_new + i, load(w, y + i) + h * total)
    call(f, w, r.time_new, r.state_new, 0, k7)
    worst = spread(0.0)
    for i in range(n):
        total = load(w, k1 + i) * _E1 + load(w, k3 + i) * _E3 + load(w, k4 + i) * _E4
        total = total + load(w, k5 + i) * _E5 + load(w, k6 + i) * _E6 + load(w, k7 + i) * _E7
        slope_finite = load(w, k7 + i) * 0.0  # not-a-number where the next step couldn't start
        worst = larger(worst, judge(w, r, i, h * total + slope_finite, atol[i], rtol, nonnegative[i]))
    next_factor(w, r, worst, _ORDER, _MEMORY)


@njit(error_model="numpy", forceinline=True)
def explicit_dense(w: Pointer, r: Rows) -> None:
    """Put the state at `time_at`, an instant inside the step just tried, into `state_at`."""
    n = r.n_states
    k1 = r.stages
    k3, k4, k5, k6, k7 = k1 + 2 * n, k1 + 3 * n, k1 + 4 * n, k1 + 5 * n, k1 + 6 * n
    h = load(w, r.step)
    x = (load(w, r.time_at) - load(w, r.time)) / select(h == 0.0, 1.0, h)
    hx2 = h * x * x
    b1 = h * x + hx2 * (x * (x * -1.1270175653862835 + 3.0717434641059005) - 2.8535800653862835)
    b3 = hx2 * (x * (x * 2.675424484351598 - 6.249321565289) + 4.023133379230305)
    b4 = hx2 * (x * (x * -5.685526961588504 + 10.068970589843675) - 3.7324019615885042)
    b5 = hx2 * (x * (x * 3.5219323679207912 - 6.399112377351017) + 2.5548038301849423)
    b6 = hx2 * (x * (x * -1.7672812570757455 + 3.272657752246729) - 1.3744241142186024)
    b7 = hx2 * (x * (x * 2.382468931778144 - 3.764937863556287) + 1.3824689317781436)
    for i in range(n):
        total = load(w, k1 + i) * b1 + load(w, k3 + i) * b3 + load(w, k4 + i) * b4
        total = total + load(w, k5 + i) * b5 + load(w, k6 + i) * b6 + load(w, k7 + i) * b7
        store(w, r.state_at + i, load(w, r.state + i) + total)


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
