"""What is written down along the way: samples on the grid, ward rounds, integrals. All read the dense output."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from vein2vein.simulation.agenda import at_once, happen, hold_round, look_ahead
from vein2vein.simulation.explicit import explicit_dense
from vein2vein.simulation.lanes import WIDTH, any_lane, call, load, select, store
from vein2vein.simulation.rosenbrock import rosenbrock_dense

if TYPE_CHECKING:
    from typing import Any

    from vein2vein.simulation.plan import Controls, Kernels, Lanes, Pointer, Results, Rows, Tables

_GAUSS = (0.5 - math.sqrt(0.15), 0.5, 0.5 + math.sqrt(0.15))
_WEIGHT = (5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0)


@njit(error_model="numpy")
def dense(w: Pointer, rows: Rows, wanted: Any) -> None:
    """Put the wanted states at `time_at`, an instant inside the step just tried, into `state_at`."""
    if rows.stiff:
        rosenbrock_dense(w, rows, wanted)
    else:
        explicit_dense(w, rows, wanted)


@njit(error_model="numpy", forceinline=True)
def within(t: Any, end: Any, first: float, last: float) -> Any:
    """Return in which lanes the step from ``t`` to ``end`` lies in a window; steps land on both its ends."""
    middle = (t + end) * 0.5
    return (middle > first) & (middle < last)


@njit(error_model="numpy", forceinline=True)
def mark_accepted(w: Pointer, rows: Rows, lanes: Lanes) -> None:
    """Copy which steps count to the workspace."""
    for lane in range(WIDTH):
        w[rows.accept * WIDTH + lane] = lanes.accepted[lane]


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
        dense(w, rows, tables.states_of_outputs)
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
        seated = lanes.patient[lane] >= 0
        if seated and g < controls.n_grid and tables.grid[g] <= at_once(w[rows.time * WIDTH + lane]):
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

    A step taken back is tried anew so as to land on the administration; the rounds held up to there stand. A round at
    the very end of a step waits for what happens there (:func:`hold_rounds_here`).
    """
    while True:
        due = False
        for lane in range(WIDTH):
            end = w[rows.time_new * WIDTH + lane]
            w[rows.time_at * WIDTH + lane] = end
            lanes.point[lane] = 0
            if lanes.accepted[lane] and lanes.next_round[lane] < end:
                w[rows.time_at * WIDTH + lane] = lanes.next_round[lane]
                lanes.point[lane] = 1
                due = True
        if not due:
            mark_accepted(w, rows, lanes)
            return
        dense(w, rows, tables.states_of_conditions)
        call(kernels.conditions, w, rows.time_at, rows.state_at, 0, rows.results)
        for lane in range(WIDTH):
            if lanes.point[lane]:
                given = hold_round(lane, w, rows, lanes, tables)
                if given < w[rows.time_new * WIDTH + lane]:
                    lanes.accepted[lane] = 0


@njit(error_model="numpy")
def hold_rounds_here(
    w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables, controls: Controls
) -> None:
    """Hold the rounds of this very instant, after its events; what they order for now happens now."""
    while True:
        due = False
        for lane in range(WIDTH):
            now = at_once(w[rows.time * WIDTH + lane])
            lanes.point[lane] = 0
            if lanes.patient[lane] >= 0 and lanes.tries[lane] >= 0 and lanes.next_round[lane] <= now:
                lanes.point[lane] = 1
                due = True
        if not due:
            return
        call(kernels.conditions, w, rows.time, rows.state, 0, rows.results)
        for lane in range(WIDTH):
            if lanes.point[lane]:
                now = w[rows.time * WIDTH + lane]
                hold_round(lane, w, rows, lanes, tables)
                if lanes.target[lane] <= at_once(now):
                    happen(lane, now, w, rows, lanes, tables)
                    look_ahead(lane, now, w, rows, lanes, tables, controls)


@njit(error_model="numpy", forceinline=True)
def add_integrals(w: Pointer, rows: Rows, kernels: Kernels, tables: Tables) -> None:
    """Add the step's share of each integral: Gauss's rule of order 6 on the dense output."""
    t, end, h = load(w, rows.time), load(w, rows.time_new), load(w, rows.step)
    accepted = load(w, rows.accept) > 0.0
    anyone = False
    for i in range(rows.n_integrals):
        anyone |= any_lane(accepted & within(t, end, tables.integral_from[i], tables.integral_to[i]))
    if not anyone:
        return
    for node in range(3):
        store(w, rows.time_at, t + h * _GAUSS[node])
        dense(w, rows, tables.states_of_integrands)
        call(kernels.integrands, w, rows.time_at, rows.state_at, 0, rows.results)
        for i in range(rows.n_integrals):
            counts = accepted & within(t, end, tables.integral_from[i], tables.integral_to[i])
            so_far = load(w, rows.integrals + i)
            more = so_far + h * _WEIGHT[node] * load(w, rows.results + i)
            store(w, rows.integrals + i, select(counts, more, so_far))
