"""What is written down along the way: samples on the grid, extrema, integrals. All read the dense output."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from vein2vein.simulation.agenda import at_once, hold_round
from vein2vein.simulation.explicit import explicit_dense as dense
from vein2vein.simulation.lanes import WIDTH, call, load, store

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Controls, Kernels, Lanes, Pointer, Results, Rows, Tables

_GAUSS = (0.5 - math.sqrt(0.15), 0.5, 0.5 + math.sqrt(0.15))
_WEIGHT = (5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0)


@njit(error_model="numpy", forceinline=True)
def write_outputs(
    lane: int, w: Pointer, rows: Rows, lanes: Lanes, controls: Controls, results: Results
) -> None:
    """Copy the lane's results into its next place on the grid."""
    place = lanes.patient[lane] * controls.n_grid + lanes.grid[lane]
    for o in range(rows.n_outputs):
        results.outputs[o * controls.n_patients * controls.n_grid + place] = w[
            (rows.results + o) * WIDTH + lane
        ]
    lanes.grid[lane] += 1


@njit(error_model="numpy", forceinline=True)
def sample_inside(
    w: Pointer,
    rows: Rows,
    kernels: Kernels,
    lanes: Lanes,
    tables: Tables,
    controls: Controls,
    results: Results,
) -> None:
    """Write the outputs that are due inside the accepted steps; one at the very end waits for events there."""
    while True:
        due = False
        for lane in range(WIDTH):
            end = w[rows.time_new * WIDTH + lane]
            w[rows.time_at * WIDTH + lane] = end
            g = lanes.grid[lane]
            lanes.point[lane] = 0
            if lanes.accepted[lane] and g < controls.n_grid and tables.grid[g] < end:
                w[rows.time_at * WIDTH + lane] = tables.grid[g]
                lanes.point[lane] = 1
                due = True
        if not due:
            return
        dense(w, rows)
        call(kernels.outputs, w, rows.time_at, rows.state_at, 0, rows.results)
        for lane in range(WIDTH):
            if lanes.point[lane]:
                write_outputs(lane, w, rows, lanes, controls, results)


@njit(error_model="numpy")
def sample_here(
    w: Pointer,
    rows: Rows,
    kernels: Kernels,
    lanes: Lanes,
    tables: Tables,
    controls: Controls,
    results: Results,
) -> None:
    """Write the outputs that are due at this very instant, after its events."""
    due = False
    for lane in range(WIDTH):
        lanes.point[lane] = 0
        g = lanes.grid[lane]
        if lanes.patient[lane] >= 0 and g < controls.n_grid:
            if tables.grid[g] <= at_once(w[rows.time * WIDTH + lane]):
                lanes.point[lane] = 1
                due = True
    if due:
        call(kernels.outputs, w, rows.time, rows.state, 0, rows.results)
        for lane in range(WIDTH):
            if lanes.point[lane]:
                write_outputs(lane, w, rows, lanes, controls, results)


@njit(error_model="numpy", forceinline=True)
def hold_rounds(w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables) -> None:
    """Hold the ward rounds inside the accepted steps; where a drug is due before the step's end, take it back.

    A step taken back is tried anew so as to land on the administration; the rounds held up to there stand.
    """
    while True:
        due = False
        for lane in range(WIDTH):
            end = w[rows.time_new * WIDTH + lane]
            w[rows.time_at * WIDTH + lane] = end
            lanes.point[lane] = 0
            if lanes.accepted[lane] and lanes.next_round[lane] <= end:
                w[rows.time_at * WIDTH + lane] = lanes.next_round[lane]
                lanes.point[lane] = 1
                due = True
        if not due:
            return
        dense(w, rows)
        call(kernels.conditions, w, rows.time_at, rows.state_at, 0, rows.results)
        for lane in range(WIDTH):
            if lanes.point[lane]:
                given = hold_round(lane, w, rows, lanes, tables)
                if given < w[rows.time_new * WIDTH + lane]:
                    lanes.accepted[lane] = 0


@njit(error_model="numpy", forceinline=True)
def add_integrals(w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables) -> None:
    """Add the step's share of each integral: Gauss's rule of order 6 on the dense output."""
    for node in range(3):
        at = load(w, rows.time) + load(w, rows.step) * _GAUSS[node]
        store(w, rows.time_at, at)
        dense(w, rows)
        call(kernels.integrands, w, rows.time_at, rows.state_at, 0, rows.results)
        for i in range(rows.n_integrals):
            for lane in range(WIDTH):
                t = w[rows.time * WIDTH + lane]
                inside = at_once(t) >= tables.integral_from[i] and t < tables.integral_to[i]
                if lanes.accepted[lane] and inside:
                    value = w[(rows.results + i) * WIDTH + lane]
                    lanes.integral[i * WIDTH + lane] += _WEIGHT[node] * w[rows.step * WIDTH + lane] * value


@njit(error_model="numpy", forceinline=True)
def note_extreme(
    e: int, lane: int, t: float, value: float, w: Pointer, rows: Rows, lanes: Lanes, sign: float
) -> None:
    """Keep ``value`` at ``t`` if it is further out than what was seen before."""
    place = (rows.extremes + e) * WIDTH + lane
    if sign * value > sign * w[place]:
        w[place] = value
        lanes.extreme_time[e * WIDTH + lane] = t


@njit(error_model="numpy", forceinline=True)
def watch_ends(w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables) -> None:
    """Note the extrema at the ends of the accepted steps, and those inside them.

    Afterwards `watched` holds value and slope at the end of each accepted step.
    """
    k_new = rows.stages + 6 * rows.n_states
    call(kernels.watch, w, rows.time_new, rows.state_new, k_new, rows.results)
    for e in range(rows.n_extremes):
        sign = tables.extreme_sign[e]
        turning = False
        for lane in range(WIDTH):
            t, end = w[rows.time * WIDTH + lane], w[rows.time_new * WIDTH + lane]
            lanes.point[lane] = 0
            if not lanes.accepted[lane] or at_once(end) < tables.extreme_from[e] or t >= tables.extreme_to[e]:
                continue
            note_extreme(e, lane, end, w[(rows.results + 2 * e) * WIDTH + lane], w, rows, lanes, sign)
            rising = sign * w[(rows.watched + 2 * e + 1) * WIDTH + lane] > 0.0
            falling = sign * w[(rows.results + 2 * e + 1) * WIDTH + lane] < 0.0
            if rising and falling and at_once(t) >= tables.extreme_from[e]:
                lanes.point[lane] = 1
                turning = True
        if turning:
            turn(e, w, rows, kernels, lanes, sign)
            call(kernels.watch, w, rows.time_new, rows.state_new, k_new, rows.results)
    for row in range(2 * rows.n_extremes):
        for lane in range(WIDTH):
            if lanes.accepted[lane]:
                w[(rows.watched + row) * WIDTH + lane] = w[(rows.results + row) * WIDTH + lane]


@njit(error_model="numpy")
def turn(e: int, w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, sign: float) -> None:
    """Find the instant at which the slope of extremum ``e`` changes sign, by regula falsi (Illinois)."""
    left, right, slope_left, slope_right = rows.scratch, rows.scratch + 1, rows.scratch + 2, rows.scratch + 3
    for lane in range(WIDTH):
        w[left * WIDTH + lane] = w[rows.time * WIDTH + lane]
        w[right * WIDTH + lane] = w[rows.time_new * WIDTH + lane]
        w[slope_left * WIDTH + lane] = w[(rows.watched + 2 * e + 1) * WIDTH + lane]
        w[slope_right * WIDTH + lane] = w[(rows.results + 2 * e + 1) * WIDTH + lane]
    for _ in range(60):
        searching = False
        for lane in range(WIDTH):
            a, b = w[left * WIDTH + lane], w[right * WIDTH + lane]
            fa, fb = w[slope_left * WIDTH + lane], w[slope_right * WIDTH + lane]
            w[rows.time_at * WIDTH + lane] = b
            if lanes.point[lane]:
                middle = a + (b - a) * (fa / (fa - fb))
                if not a < middle < b:
                    middle = 0.5 * (a + b)
                w[rows.time_at * WIDTH + lane] = middle
                searching = True
        if not searching:
            return
        dense(w, rows)
        call(kernels.derivatives, w, rows.time_at, rows.state_at, 0, rows.rate_at)
        call(kernels.watch, w, rows.time_at, rows.state_at, rows.rate_at, rows.results)
        for lane in range(WIDTH):
            if not lanes.point[lane]:
                continue
            middle = w[rows.time_at * WIDTH + lane]
            slope = w[(rows.results + 2 * e + 1) * WIDTH + lane]
            note_extreme(e, lane, middle, w[(rows.results + 2 * e) * WIDTH + lane], w, rows, lanes, sign)
            narrow = w[right * WIDTH + lane] - w[left * WIDTH + lane] < 1e-9 * w[rows.step * WIDTH + lane]
            if sign * slope > 0.0:
                w[left * WIDTH + lane], w[slope_left * WIDTH + lane] = middle, slope
                w[slope_right * WIDTH + lane] *= 0.5
            else:
                w[right * WIDTH + lane], w[slope_right * WIDTH + lane] = middle, slope
                w[slope_left * WIDTH + lane] *= 0.5
            if slope == 0.0 or narrow or not math.isfinite(slope):
                lanes.point[lane] = 0


@njit(error_model="numpy")
def watch_starts(w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables) -> None:
    """Note value and slope of watched quantities where a lane starts anew; `rate_at` holds its derivatives."""
    call(kernels.watch, w, rows.time, rows.state, rows.rate_at, rows.results)
    for e in range(rows.n_extremes):
        for lane in range(WIDTH):
            if not lanes.fresh[lane]:
                continue
            t = w[rows.time * WIDTH + lane]
            value = w[(rows.results + 2 * e) * WIDTH + lane]
            w[(rows.watched + 2 * e) * WIDTH + lane] = value
            w[(rows.watched + 2 * e + 1) * WIDTH + lane] = w[(rows.results + 2 * e + 1) * WIDTH + lane]
            if tables.extreme_from[e] <= at_once(t) and t <= at_once(tables.extreme_to[e]):
                note_extreme(e, lane, t, value, w, rows, lanes, tables.extreme_sign[e])
