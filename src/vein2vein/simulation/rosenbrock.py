"""Stiff steps: the stiffly accurate Rosenbrock method RODAS 4(3), eight patients at a time, with dense output.

Each step solves six linear systems with one matrix, 1/(γh) - J, factorised by a generated kernel without a single
loop. Coefficients: Hairer & Wanner, *Solving Ordinary Differential Equations II* (1996), section IV.7, method RODAS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from vein2vein.simulation.lane_math import larger
from vein2vein.simulation.lanes import call, load, select, spread, store
from vein2vein.simulation.step_control import judge, next_factor

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Kernels, Pointer, Rows

_GAMMA = 0.25
_C2, _C3, _C4 = 0.386, 0.21, 0.63
_D1, _D2, _D3, _D4 = 0.25, -0.1043, 0.1035, -0.03620000000000023
_A21 = 1.544
_A31, _A32 = 0.9466785280815826, 0.2557011698983284
_A41, _A42, _A43 = 3.314825187068521, 2.896124015972201, 0.9986419139977817
_A51, _A52, _A53, _A54 = 1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950
_C21 = -5.6688
_C31, _C32 = -2.430093356833875, -0.2063599157091915
_C41, _C42, _C43 = -0.1073529058151375, -9.594562251023355, -20.47028614809616
_C51, _C52, _C53, _C54 = 7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160
_C61, _C62, _C63 = 8.083246795921522, -7.981132988064893, -31.52159432874371
_C64, _C65 = 16.31930543123136, -6.058818238834054
_H21, _H22, _H23, _H24, _H25 = (
    10.12623508344586,
    -7.487995877610167,
    -34.80091861555747,
    -7.992771707568823,
    1.025137723295662,
)
_H31, _H32, _H33, _H34, _H35 = (
    -0.6762803392801253,
    6.087714651680015,
    16.43084320892478,
    24.76722511418386,
    -6.594389125716872,
)
_ORDER, _MEMORY = 4.0, 0.04


@njit(error_model="numpy")
def rosenbrock_step(w: Pointer, r: Rows, kernels: Kernels, atol: Any, rtol: float, nonnegative: Any) -> None:
    """Try one step of `step` days from `time` in every lane; derivatives at `time` are in the first stage.

    Stages 2 to 6 hold u1 … u5 (the dense output needs them); the derivatives at the end go to the last.
    """
    n = r.n_states
    f0 = r.stages
    u1, u2, u3, u4, u5, u6 = f0 + n, f0 + 2 * n, f0 + 3 * n, f0 + 4 * n, f0 + 5 * n, f0 + 6 * n
    y, z, t, f, b = r.state, r.state_at, r.time_at, r.rate_at, r.right_side
    time, h = load(w, r.time), load(w, r.step)
    per_h = 1.0 / select(h == 0.0, 1.0, h)
    store(w, r.shift, per_h * (1.0 / _GAMMA))
    call(kernels.factor, w, r.time, y, 0, 0)
    for i in range(n):
        store(w, b + i, load(w, f0 + i) + h * _D1 * load(w, r.rate_in_time + i))
    call(kernels.solve, w, 0, 0, b, u1)
    for i in range(n):
        store(w, z + i, load(w, y + i) + load(w, u1 + i) * _A21)
    store(w, t, time + h * _C2)
    call(kernels.derivatives, w, t, z, 0, f)
    for i in range(n):
        pull = load(w, u1 + i) * _C21
        store(w, b + i, load(w, f + i) + per_h * pull + h * _D2 * load(w, r.rate_in_time + i))
    call(kernels.solve, w, 0, 0, b, u2)
    for i in range(n):
        store(w, z + i, load(w, y + i) + load(w, u1 + i) * _A31 + load(w, u2 + i) * _A32)
    store(w, t, time + h * _C3)
    call(kernels.derivatives, w, t, z, 0, f)
    for i in range(n):
        pull = load(w, u1 + i) * _C31 + load(w, u2 + i) * _C32
        store(w, b + i, load(w, f + i) + per_h * pull + h * _D3 * load(w, r.rate_in_time + i))
    call(kernels.solve, w, 0, 0, b, u3)
    for i in range(n):
        total = load(w, u1 + i) * _A41 + load(w, u2 + i) * _A42 + load(w, u3 + i) * _A43
        store(w, z + i, load(w, y + i) + total)
    store(w, t, time + h * _C4)
    call(kernels.derivatives, w, t, z, 0, f)
    for i in range(n):
        pull = load(w, u1 + i) * _C41 + load(w, u2 + i) * _C42 + load(w, u3 + i) * _C43
        store(w, b + i, load(w, f + i) + per_h * pull + h * _D4 * load(w, r.rate_in_time + i))
    call(kernels.solve, w, 0, 0, b, u4)
    for i in range(n):
        total = (
            load(w, u1 + i) * _A51 + load(w, u2 + i) * _A52 + load(w, u3 + i) * _A53 + load(w, u4 + i) * _A54
        )
        store(w, z + i, load(w, y + i) + total)
    call(kernels.derivatives, w, r.time_new, z, 0, f)
    for i in range(n):
        pull = (
            load(w, u1 + i) * _C51 + load(w, u2 + i) * _C52 + load(w, u3 + i) * _C53 + load(w, u4 + i) * _C54
        )
        store(w, b + i, load(w, f + i) + per_h * pull)
    call(kernels.solve, w, 0, 0, b, u5)
    for i in range(n):
        store(w, z + i, load(w, z + i) + load(w, u5 + i))
    call(kernels.derivatives, w, r.time_new, z, 0, f)
    for i in range(n):
        pull = load(w, u1 + i) * _C61 + load(w, u2 + i) * _C62 + load(w, u3 + i) * _C63
        pull = pull + load(w, u4 + i) * _C64 + load(w, u5 + i) * _C65
        store(w, b + i, load(w, f + i) + per_h * pull)
    call(kernels.solve, w, 0, 0, b, u6)
    for i in range(n):
        store(w, r.state_new + i, load(w, z + i) + load(w, u6 + i))
        store(w, b + i, load(w, u6 + i))  # the embedded solution differs by the last stage
    call(kernels.derivatives, w, r.time_new, r.state_new, 0, u6)
    worst = spread(0.0)
    for i in range(n):
        slope_finite = load(w, u6 + i) * 0.0  # not-a-number where the next step couldn't start
        worst = larger(worst, judge(w, r, i, load(w, b + i) + slope_finite, atol[i], rtol, nonnegative[i]))
    next_factor(w, r, worst, _ORDER, _MEMORY)


@njit(error_model="numpy")
def rosenbrock_slopes(w: Pointer, r: Rows, wanted: Any) -> None:
    """Put the time derivatives of :func:`rosenbrock_dense` at `time_at` into `rate_at`, for the wanted states."""
    n = r.n_states
    u1 = r.stages + n
    u2, u3, u4, u5 = u1 + n, u1 + 2 * n, u1 + 3 * n, u1 + 4 * n
    h = load(w, r.step)
    per_h = 1.0 / select(h == 0.0, 1.0, h)
    x = (load(w, r.time_at) - load(w, r.time)) * per_h
    rest, tilt = 1.0 - x, 1.0 - x * 2.0
    for k in range(1, wanted[0] + 1):
        i = wanted[k]
        a, b, c, d, e = load(w, u1 + i), load(w, u2 + i), load(w, u3 + i), load(w, u4 + i), load(w, u5 + i)
        bend = a * _H21 + b * _H22 + c * _H23 + d * _H24 + e * _H25
        twist = a * _H31 + b * _H32 + c * _H33 + d * _H34 + e * _H35
        slope = tilt * (bend + x * twist) + x * rest * twist
        store(w, r.rate_at + i, per_h * (load(w, r.state_new + i) - load(w, r.state + i) + slope))


@njit(error_model="numpy")
def rosenbrock_dense(w: Pointer, r: Rows, wanted: Any) -> None:
    """Put states at `time_at`, an instant inside the step just tried, into `state_at`: as many as `wanted` begins with."""
    n = r.n_states
    u1 = r.stages + n
    u2, u3, u4, u5 = u1 + n, u1 + 2 * n, u1 + 3 * n, u1 + 4 * n
    h = load(w, r.step)
    x = (load(w, r.time_at) - load(w, r.time)) / select(h == 0.0, 1.0, h)
    rest = 1.0 - x
    for k in range(1, wanted[0] + 1):
        i = wanted[k]
        a, b, c, d, e = load(w, u1 + i), load(w, u2 + i), load(w, u3 + i), load(w, u4 + i), load(w, u5 + i)
        bend = a * _H21 + b * _H22 + c * _H23 + d * _H24 + e * _H25
        twist = a * _H31 + b * _H32 + c * _H33 + d * _H34 + e * _H35
        straight = load(w, r.state + i) * rest + load(w, r.state_new + i) * x
        store(w, r.state_at + i, straight + x * rest * (bend + x * twist))
