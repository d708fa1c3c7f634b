"""What is written down along the way: samples on the grid, extrema, integrals. All read the dense output."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from vein2vein.simulation.agenda import at_once, hold_round, next_round
from vein2vein.simulation.explicit import explicit_dense as dense
from vein2vein.simulation.lanes import WIDTH, call, load, store

if TYPE_CHECKING:
    from typing import Any

    from vein2vein.simulation.plan import Controls, Floats, Kernels, Lanes, Results, Rows, Tables

    Pointer = Any

_GAUSS = (0.5 - math.sqrt(0.15), 0.5, 0.5 + math.sqrt(0.15))
_WEIGHT = (5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0)


@njit(error_model="numpy")
def write_outputs(lane: int, work: Floats, rows: Rows, lanes: Lanes, results: Results) -> None:
    """Copy the lane's results into its next place on the grid."""
    for o in range(rows.n_outputs):
        results.outputs[o, lanes.patient[lane], lanes.grid[lane]] = work[(rows.results + o) * WIDTH + lane]
    lanes.grid[lane] += 1


@njit(error_model="numpy")
def sample_inside(
    w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables, results: Results
) -> None:
    """Write the outputs that are due inside the accepted steps; one at the very end waits for events there."""
    grid = tables.grid
    while True:
        due = False
        for lane in range(WIDTH):
            end = work[rows.time_new * WIDTH + lane]
            work[rows.time_at * WIDTH + lane] = end
            if lanes.accepted[lane] and lanes.grid[lane] < len(grid) and grid[lanes.grid[lane]] < end:
                work[rows.time_at * WIDTH + lane] = grid[lanes.grid[lane]]
                due = True
        if not due:
            return
        dense(w, rows)
        call(kernels.outputs, w, rows.time_at, rows.state_at, 0, rows.results)
        for lane in range(WIDTH):
            if work[rows.time_at * WIDTH + lane] < work[rows.time_new * WIDTH + lane] and lanes.accepted[lane]:
                write_outputs(lane, work, rows, lanes, results)


@njit(error_model="numpy")
def sample_here(
    w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables, results: Results
) -> None:
    """Write the outputs that are due at this very instant, after its events."""
    due = False
    for lane in range(WIDTH):
        lanes.point[lane] = (
            lanes.patient[lane] >= 0
            and lanes.grid[lane] < len(tables.grid)
            and tables.grid[lanes.grid[lane]] <= at_once(work[rows.time * WIDTH + lane])
        )
        due |= lanes.point[lane]
    if due:
        call(kernels.outputs, w, rows.time, rows.state, 0, rows.results)
        for lane in range(WIDTH):
            if lanes.point[lane]:
                write_outputs(lane, work, rows, lanes, results)


@njit(error_model="numpy")
def hold_rounds(
    w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables
) -> None:
    """Hold the ward rounds inside the accepted steps; where a drug is due before the step's end, take it back.

    A step taken back is tried anew so as to land on the administration; the rounds held up to there stand.
    """
    while True:
        due = False
        for lane in range(WIDTH):
            end = work[rows.time_new * WIDTH + lane]
            work[rows.time_at * WIDTH + lane] = end
            lanes.point[lane] = False
            if lanes.accepted[lane]:
                instant = next_round(lane, lanes, tables)
                if instant <= end:
                    work[rows.time_at * WIDTH + lane] = instant
                    lanes.point[lane] = True
                    due = True
        if not due:
            return
        dense(w, rows)
        call(kernels.conditions, w, rows.time_at, rows.state_at, 0, rows.results)
        for lane in range(WIDTH):
            if lanes.point[lane]:
                instant = work[rows.time_at * WIDTH + lane]
                given = hold_round(lane, instant, work, rows, lanes, tables)
                if given < work[rows.time_new * WIDTH + lane]:
                    lanes.accepted[lane] = False


@njit(error_model="numpy")
def add_integrals(
    w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables
) -> None:
    """Add the step's share of each integral: Gauss's rule of order 6 on the dense output."""
    for node in range(3):
        at = load(w, rows.time) + load(w, rows.step) * _GAUSS[node]
        store(w, rows.time_at, at)
        dense(w, rows)
        call(kernels.integrands, w, rows.time_at, rows.state_at, 0, rows.results)
        for i in range(rows.n_integrals):
            for lane in range(WIDTH):
                t = work[rows.time * WIDTH + lane]
                inside = at_once(t) >= tables.integral_from[i] and t < tables.integral_to[i]
                if lanes.accepted[lane] and inside:
                    value = work[(rows.results + i) * WIDTH + lane]
                    lanes.integral[i, lane] += _WEIGHT[node] * work[rows.step * WIDTH + lane] * value


@njit(error_model="numpy")
def note_extreme(e: int, lane: int, t: float, value: float, work: Floats, rows: Rows, lanes: Lanes, sign: float) -> None:
    """Keep ``value`` at ``t`` if it is further out than what was seen before."""
    place = (rows.extremes + e) * WIDTH + lane
    if sign * value > sign * work[place]:
        work[place] = value
        lanes.extreme_time[e, lane] = t


@njit(error_model="numpy")
def watch_ends(
    w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables
) -> None:
    """Note the extrema at the ends of the accepted steps, and those inside them.

    Afterwards `watched` holds value and slope at the end of each accepted step.
    """
    k_new = rows.stages + 6 * rows.n_states
    call(kernels.watch, w, rows.time_new, rows.state_new, k_new, rows.results)
    for e in range(rows.n_extremes):
        sign = tables.extreme_sign[e]
        turning = False
        for lane in range(WIDTH):
            t, end = work[rows.time * WIDTH + lane], work[rows.time_new * WIDTH + lane]
            lanes.point[lane] = False
            if not lanes.accepted[lane] or at_once(end) < tables.extreme_from[e] or t >= tables.extreme_to[e]:
                continue
            note_extreme(e, lane, end, work[(rows.results + 2 * e) * WIDTH + lane], work, rows, lanes, sign)
            rising = sign * work[(rows.watched + 2 * e + 1) * WIDTH + lane] > 0.0
            falling = sign * work[(rows.results + 2 * e + 1) * WIDTH + lane] < 0.0
            if rising and falling and at_once(t) >= tables.extreme_from[e]:
                lanes.point[lane] = True
                turning = True
        if turning:
            turn(e, w, work, rows, kernels, lanes, sign)
            call(kernels.watch, w, rows.time_new, rows.state_new, k_new, rows.results)
    for row in range(2 * rows.n_extremes):
        for lane in range(WIDTH):
            if lanes.accepted[lane]:
                work[(rows.watched + row) * WIDTH + lane] = work[(rows.results + row) * WIDTH + lane]


@njit(error_model="numpy")
def turn(
    e: int, w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, sign: float
) -> None:
    """Find the instant at which the slope of extremum ``e`` changes sign, by regula falsi (Illinois)."""
    left, right = rows.scratch, rows.scratch + 1
    slope_left, slope_right = rows.scratch + 2, rows.scratch + 3
    for lane in range(WIDTH):
        work[left * WIDTH + lane] = work[rows.time * WIDTH + lane]
        work[right * WIDTH + lane] = work[rows.time_new * WIDTH + lane]
        work[slope_left * WIDTH + lane] = work[(rows.watched + 2 * e + 1) * WIDTH + lane]
        work[slope_right * WIDTH + lane] = work[(rows.results + 2 * e + 1) * WIDTH + lane]
    for _ in range(60):
        open_ = False
        for lane in range(WIDTH):
            a, b = work[left * WIDTH + lane], work[right * WIDTH + lane]
            fa, fb = work[slope_left * WIDTH + lane], work[slope_right * WIDTH + lane]
            work[rows.time_at * WIDTH + lane] = b
            if lanes.point[lane]:
                middle = a + (b - a) * (fa / (fa - fb))
                if not a < middle < b:
                    middle = 0.5 * (a + b)
                work[rows.time_at * WIDTH + lane] = middle
                open_ = True
        if not open_:
            return
        dense(w, rows)
        call(kernels.derivatives, w, rows.time_at, rows.state_at, 0, rows.rate_at)
        call(kernels.watch, w, rows.time_at, rows.state_at, rows.rate_at, rows.results)
        for lane in range(WIDTH):
            if not lanes.point[lane]:
                continue
            middle = work[rows.time_at * WIDTH + lane]
            value = work[(rows.results + 2 * e) * WIDTH + lane]
            slope = work[(rows.results + 2 * e + 1) * WIDTH + lane]
            note_extreme(e, lane, middle, value, work, rows, lanes, sign)
            a, b = work[left * WIDTH + lane], work[right * WIDTH + lane]
            if sign * slope > 0.0:
                work[left * WIDTH + lane], work[slope_left * WIDTH + lane] = middle, slope
                work[slope_right * WIDTH + lane] *= 0.5
            else:
                work[right * WIDTH + lane], work[slope_right * WIDTH + lane] = middle, slope
                work[slope_left * WIDTH + lane] *= 0.5
            narrow = (b - a) < 1e-9 * (work[rows.step * WIDTH + lane])
            if slope == 0.0 or narrow or not math.isfinite(slope):
                lanes.point[lane] = False


@njit(error_model="numpy")
def watch_starts(
    w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables
) -> None:
    """Note value and slope of watched quantities where a lane starts anew; `rate_at` holds its derivatives."""
    call(kernels.watch, w, rows.time, rows.state, rows.rate_at, rows.results)
    for e in range(rows.n_extremes):
        for lane in range(WIDTH):
            if not lanes.fresh[lane]:
                continue
            t = work[rows.time * WIDTH + lane]
            value = work[(rows.results + 2 * e) * WIDTH + lane]
            work[(rows.watched + 2 * e) * WIDTH + lane] = value
            work[(rows.watched + 2 * e + 1) * WIDTH + lane] = work[(rows.results + 2 * e + 1) * WIDTH + lane]
            if tables.extreme_from[e] <= at_once(t) and t <= at_once(tables.extreme_to[e]):
                note_extreme(e, lane, t, value, work, rows, lanes, tables.extreme_sign[e])


@njit(error_model="numpy")
def should_stop(
    w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, controls: Controls
) -> None:
    """Mark in `point` the lanes whose stop condition holds now."""
    call(kernels.stop, w, rows.time, rows.state, 0, rows.results)
    for lane in range(WIDTH):
        due = lanes.accepted[lane] and at_once(work[rows.time * WIDTH + lane]) >= controls.stop_after
        lanes.point[lane] = due and work[rows.results * WIDTH + lane] > 0.0
