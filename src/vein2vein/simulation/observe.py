"""What is written down along the way: samples on the grid, ward rounds, integrals. All read the dense output."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from vein2vein.simulation.agenda import at_once, at_once_all, happen, hold_round, look_ahead
from vein2vein.simulation.explicit import explicit_dense, explicit_slopes
from vein2vein.simulation.lanes import WIDTH, any_lane, call, load, select, spread, store
from vein2vein.simulation.rosenbrock import rosenbrock_dense, rosenbrock_slopes

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


@njit(error_model="numpy")
def dense_slopes(w: Pointer, rows: Rows, wanted: Any) -> None:
    """Put the slopes of the wanted states there into `rate_at`."""
    if rows.stiff:
        rosenbrock_slopes(w, rows, wanted)
    else:
        explicit_slopes(w, rows, wanted)


@njit(error_model="numpy", forceinline=True)
def within(t: Any, end: Any, first: float, last: float) -> Any:
    """Return in which lanes the step from ``t`` to ``end`` lies in a window; steps land on both its ends."""
    middle = (t + end) * 0.5
    return (middle > first) & (middle < last)


@njit(error_model="numpy", forceinline=True)
def point_at(w: Pointer, rows: Rows, where: Any, instant: Any, otherwise: Any) -> bool:
    """Note in `point` which lanes take part, and at which instant in `time_at`; return whether any does."""
    if not any_lane(where):
        return False
    store(w, rows.point, select(where, spread(1.0), spread(0.0)))
    store(w, rows.time_at, select(where, instant, otherwise))
    return True


@njit(error_model="numpy")
def write_outputs(
    w: Pointer, rows: Rows, lanes: Lanes, tables: Tables, controls: Controls, results: Results
) -> None:
    """Copy the results of the lanes pointed at into their next places on the grid."""
    stride = controls.n_patients * controls.n_grid
    for lane in range(WIDTH):
        if w[rows.point * WIDTH + lane] == 0.0:
            continue
        g = lanes.grid[lane]
        place = lanes.patient[lane] * controls.n_grid + g
        for o in range(rows.n_outputs):
            results.outputs[o * stride + place] = w[(rows.results + o) * WIDTH + lane]
        lanes.grid[lane] = g + 1
        w[rows.next_output * WIDTH + lane] = tables.grid[g + 1] if g + 1 < controls.n_grid else math.inf


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
    accepted, end = load(w, rows.accept) > 0.0, load(w, rows.time_new)
    while True:
        instant = load(w, rows.next_output)
        if not point_at(w, rows, accepted & (instant < end), instant, end):
            return
        dense(w, rows, tables.states_of_outputs)
        call(kernels.outputs, w, rows.time_at, rows.state_at, 0, rows.results)
        write_outputs(w, rows, lanes, tables, controls, results)


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
    now, instant = load(w, rows.time), load(w, rows.next_output)
    if point_at(w, rows, (load(w, rows.live) > 0.0) & (instant <= at_once_all(now)), now, now):
        call(kernels.outputs, w, rows.time, rows.state, 0, rows.results)
        write_outputs(w, rows, lanes, tables, controls, results)


@njit(error_model="numpy", forceinline=True)
def hold_rounds(w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables) -> None:
    """Hold the ward rounds inside the accepted steps; where a drug is due before the step's end, take it back.

    A step taken back is tried anew so as to land on the administration; the rounds held up to there stand. A round at
    the very end of a step waits for what happens there (:func:`hold_rounds_here`).
    """
    end = load(w, rows.time_new)
    while True:
        instant = load(w, rows.next_round)
        if not point_at(w, rows, (load(w, rows.accept) > 0.0) & (instant < end), instant, end):
            return
        dense(w, rows, tables.states_of_conditions)
        call(kernels.conditions, w, rows.time_at, rows.state_at, 0, rows.results)
        for lane in range(WIDTH):
            if w[rows.point * WIDTH + lane] > 0.0:
                given = hold_round(lane, w, rows, lanes, tables)
                if given < w[rows.time_new * WIDTH + lane]:
                    w[rows.accept * WIDTH + lane] = 0.0


@njit(error_model="numpy")
def hold_rounds_here(
    w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables, controls: Controls
) -> None:
    """Hold the rounds of this very instant, after its events; what they order for now happens now."""
    while True:
        now = load(w, rows.time)
        begun = (load(w, rows.live) > 0.0) & (load(w, rows.tries) >= 0.0)
        if not point_at(w, rows, begun & (load(w, rows.next_round) <= at_once_all(now)), now, now):
            return
        call(kernels.conditions, w, rows.time, rows.state, 0, rows.results)
        for lane in range(WIDTH):
            if w[rows.point * WIDTH + lane] > 0.0:
                instant = w[rows.time * WIDTH + lane]
                hold_round(lane, w, rows, lanes, tables)
                if w[rows.target * WIDTH + lane] <= at_once(instant):
                    happen(lane, instant, w, rows, lanes, tables)
                    look_ahead(lane, instant, w, rows, lanes, tables, controls)


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
