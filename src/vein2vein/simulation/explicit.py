"""Explicit steps: Dormand and Prince 5(4), eight patients at a time, with a dense output of order 4.

Coefficients: Dormand & Prince, J. Comput. Appl. Math. 6 (1980) 19; dense output: Shampine, Math. Comp. 46 (1986) 135.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from vein2vein.simulation.lane_math import larger
from vein2vein.simulation.lanes import call, load, select, spread, store
from vein2vein.simulation.step_control import judge, next_factor

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Kernels, Pointer, Rows

_A21 = 1 / 5
_A31, _A32 = 3 / 40, 9 / 40
_A41, _A42, _A43 = 44 / 45, -56 / 15, 32 / 9
_A51, _A52, _A53, _A54 = 19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729
_A61, _A62, _A63, _A64, _A65 = 9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656
_B1, _B3, _B4, _B5, _B6 = 35 / 384, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84
_E1, _E3, _E4, _E5, _E6, _E7 = -71 / 57600, 71 / 16695, -71 / 1920, 17253 / 339200, -22 / 525, 1 / 40
_C2, _C3, _C4, _C5 = 1 / 5, 3 / 10, 4 / 5, 8 / 9
# dense output: weights x², x³ and x⁴ of each stage (the first one also has x)
_D1 = (-2.8535800653862835, 3.0717434641059005, -1.1270175653862835)
_D3 = (4.023133379230305, -6.249321565289, 2.675424484351598)
_D4 = (-3.7324019615885042, 10.068970589843675, -5.685526961588504)
_D5 = (2.5548038301849423, -6.399112377351017, 3.5219323679207912)
_D6 = (-1.3744241142186024, 3.272657752246729, -1.7672812570757455)
_D7 = (1.3824689317781436, -3.764937863556287, 2.382468931778144)

_ORDER, _MEMORY = 5.0, 0.04


@njit(error_model="numpy")
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


@njit(error_model="numpy")
def explicit_slopes(w: Pointer, r: Rows, wanted: Any) -> None:
    """Put the time derivatives of :func:`explicit_dense` at `time_at` into `rate_at`, for the wanted states."""
    n = r.n_states
    k1 = r.stages
    k3, k4, k5, k6, k7 = k1 + 2 * n, k1 + 3 * n, k1 + 4 * n, k1 + 5 * n, k1 + 6 * n
    h = load(w, r.step)
    x = (load(w, r.time_at) - load(w, r.time)) / select(h == 0.0, 1.0, h)
    b1 = x * (x * (x * (4.0 * _D1[2]) + 3.0 * _D1[1]) + 2.0 * _D1[0]) + 1.0
    b3 = x * (x * (x * (4.0 * _D3[2]) + 3.0 * _D3[1]) + 2.0 * _D3[0])
    b4 = x * (x * (x * (4.0 * _D4[2]) + 3.0 * _D4[1]) + 2.0 * _D4[0])
    b5 = x * (x * (x * (4.0 * _D5[2]) + 3.0 * _D5[1]) + 2.0 * _D5[0])
    b6 = x * (x * (x * (4.0 * _D6[2]) + 3.0 * _D6[1]) + 2.0 * _D6[0])
    b7 = x * (x * (x * (4.0 * _D7[2]) + 3.0 * _D7[1]) + 2.0 * _D7[0])
    for k in range(1, wanted[0] + 1):
        i = wanted[k]
        total = load(w, k1 + i) * b1 + load(w, k3 + i) * b3 + load(w, k4 + i) * b4
        total = total + load(w, k5 + i) * b5 + load(w, k6 + i) * b6 + load(w, k7 + i) * b7
        store(w, r.rate_at + i, total)


@njit(error_model="numpy")
def explicit_dense(w: Pointer, r: Rows, wanted: Any) -> None:
    """Put states at `time_at`, an instant inside the step just tried, into `state_at`: as many as `wanted` begins with."""
    n = r.n_states
    k1 = r.stages
    k3, k4, k5, k6, k7 = k1 + 2 * n, k1 + 3 * n, k1 + 4 * n, k1 + 5 * n, k1 + 6 * n
    h = load(w, r.step)
    x = (load(w, r.time_at) - load(w, r.time)) / select(h == 0.0, 1.0, h)
    hx2 = h * x * x
    b1 = h * x + hx2 * (x * (x * _D1[2] + _D1[1]) + _D1[0])
    b3 = hx2 * (x * (x * _D3[2] + _D3[1]) + _D3[0])
    b4 = hx2 * (x * (x * _D4[2] + _D4[1]) + _D4[0])
    b5 = hx2 * (x * (x * _D5[2] + _D5[1]) + _D5[0])
    b6 = hx2 * (x * (x * _D6[2] + _D6[1]) + _D6[0])
    b7 = hx2 * (x * (x * _D7[2] + _D7[1]) + _D7[0])
    for k in range(1, wanted[0] + 1):
        i = wanted[k]
        total = load(w, k1 + i) * b1 + load(w, k3 + i) * b3 + load(w, k4 + i) * b4
        total = total + load(w, k5 + i) * b5 + load(w, k6 + i) * b6 + load(w, k7 + i) * b7
        store(w, r.state_at + i, load(w, r.state + i) + total)
