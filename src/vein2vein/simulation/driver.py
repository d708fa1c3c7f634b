"""The loop that advances eight patients at a time until the chunk is done; compiled once for all models.

The mathematics of a model is reached through the addresses in ``Kernels``; nothing here knows what is simulated.
Each lane has its own time, step and agenda, and takes the next patient of the chunk when its own is done, so
that no lane waits for another and no result depends on which patients ran side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

from vein2vein.simulation.agenda import at_once, at_once_all, cross_switches, happen, look_ahead
from vein2vein.simulation.denormals import flush_denormals, restore_denormals
from vein2vein.simulation.explicit import explicit_step
from vein2vein.simulation.lane_math import larger, smaller
from vein2vein.simulation.lanes import (
    WIDTH,
    any_lane,
    bare,
    call,
    load,
    select,
    spread,
    store,
)
from vein2vein.simulation.observe import (
    add_integrals,
    hold_rounds,
    hold_rounds_here,
    sample_here,
    sample_inside,
)
from vein2vein.simulation.rosenbrock import rosenbrock_step
from vein2vein.simulation.seats import begin, finish, idle, seat, trouble
from vein2vein.simulation.step_control import LOG_SMALL, first_step
from vein2vein.simulation.watch import watch_ends, watch_starts

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Buffer, Controls, Kernels, Lanes, Pointer, Results, Rows, Tables


@njit(error_model="numpy")
def start_anew(w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables, rtol: float) -> None:
    """Compute derivatives, a first step and watched values for the lanes whose state or inputs changed."""
    call(kernels.derivatives, w, rows.time, rows.state, 0, rows.rate_at)
    first_step(w, rows, kernels, tables.absolute, rtol)
    if rows.n_extremes > 0:
        watch_starts(w, rows, kernels, lanes, tables)
    for lane in range(WIDTH):
        if lanes.fresh[lane]:
            lanes.fresh[lane] = 0
            w[rows.refused * WIDTH + lane] = 0.0
            w[rows.suggestion * WIDTH + lane] = w[rows.guess * WIDTH + lane]
            w[rows.log_error_old * WIDTH + lane] = LOG_SMALL
            for i in range(rows.n_states):
                w[(rows.stages + i) * WIDTH + lane] = w[(rows.rate_at + i) * WIDTH + lane]


@njit(error_model="numpy", forceinline=True)
def plan_steps(w: Pointer, rows: Rows, controls: Controls) -> None:
    """Choose each lane's step: what the error control suggests, cut so as to land on the agenda."""
    live, now, target = load(w, rows.live) > 0.0, load(w, rows.time), load(w, rows.target)
    left = target - now
    wish = smaller(load(w, rows.suggestion), spread(controls.max_step))
    lands = wish >= left * 0.99
    h = select(lands, left, smaller(wish, left * 0.5))
    store(w, rows.step, select(live, h, 0.0))
    store(w, rows.time_new, select(live, select(lands, target, now + h), now))


@njit(error_model="numpy", forceinline=True)
def judge_steps(w: Pointer, rows: Rows) -> None:
    """Accept or refuse each lane's step and keep the next suggestion."""
    live, refused = load(w, rows.live) > 0.0, load(w, rows.refused) > 0.0
    h, factor, suggestion = load(w, rows.step), load(w, rows.factor), load(w, rows.suggestion)
    accepted = live & (load(w, rows.error) <= 1.0)
    longer = h * select(refused, smaller(factor, spread(1.0)), factor)
    # a step cut short by the agenda says little about how long it could have been
    longer = select(h < suggestion * 0.9, larger(longer, suggestion), longer)
    one, zero = spread(1.0), spread(0.0)
    store(w, rows.suggestion, select(accepted, longer, select(live, h * factor, suggestion)))
    store(w, rows.tries, load(w, rows.tries) + select(live, one, zero))
    store(w, rows.accept, select(accepted, one, zero))
    store(w, rows.refused, select(live & ~accepted, one, zero))


@njit(error_model="numpy", forceinline=True)
def commit(w: Pointer, rows: Rows) -> None:
    """Make the ends of the accepted steps the present."""
    keep = load(w, rows.accept) > 0.0
    store(w, rows.time, select(keep, load(w, rows.time_new), load(w, rows.time)))
    store(w, rows.log_error_old, select(keep, load(w, rows.log_error), load(w, rows.log_error_old)))
    last = rows.stages + 6 * rows.n_states
    for i in range(rows.n_states):
        store(w, rows.state + i, select(keep, load(w, rows.state_new + i), load(w, rows.state + i)))
        store(w, rows.stages + i, select(keep, load(w, last + i), load(w, rows.stages + i)))


@njit(error_model="numpy", forceinline=True)
def settle(
    w: Pointer,
    rows: Rows,
    kernels: Kernels,
    lanes: Lanes,
    tables: Tables,
    controls: Controls,
    results: Results,
) -> None:
    """After a step: events of this instant, outputs of this instant, patients that end, stop or fail."""
    lanes_due = (load(w, rows.live) > 0.0) & (at_once_all(load(w, rows.time)) >= load(w, rows.target))
    if any_lane(lanes_due):
        changed = False
        for lane in range(WIDTH):
            now = w[rows.time * WIDTH + lane]
            if lanes.patient[lane] >= 0 and at_once(now) >= w[rows.target * WIDTH + lane]:
                changed |= happen(lane, now, w, rows, lanes, tables)
                cross_switches(lane, now, w, rows, lanes)
                look_ahead(lane, w[rows.time * WIDTH + lane], w, rows, lanes, tables, controls)
        if changed:
            call(kernels.prepare, w, 0, 0, 0, 0)
    if rows.n_rules > 0:
        hold_rounds_here(w, rows, kernels, lanes, tables, controls)
    if rows.n_outputs > 0:
        sample_here(w, rows, kernels, lanes, tables, controls, results)
    if rows.has_stop:
        call(kernels.stop, w, rows.time, rows.state, 0, rows.results)
    over = (at_once_all(load(w, rows.time)) >= controls.end) | (load(w, rows.refused) > 0.0)
    over = over | (load(w, rows.tries) >= float(controls.max_steps))
    if rows.has_stop or any_lane(over):
        for lane in range(WIDTH):
            if lanes.patient[lane] >= 0:
                leave(lane, w, rows, lanes, tables, controls, results)


@njit(error_model="numpy")
def leave(
    lane: int, w: Pointer, rows: Rows, lanes: Lanes, tables: Tables, controls: Controls, results: Results
) -> None:
    """Let the lane's patient go if it has stopped, has ended or has failed."""
    t = w[rows.time * WIDTH + lane]
    accepted = w[rows.accept * WIDTH + lane] > 0.0
    stops = False
    if rows.has_stop and accepted and at_once(t) >= controls.stop_after:
        stops = w[rows.results * WIDTH + lane] > 0.0
    if stops:
        results.stopped_at[lanes.patient[lane]] = t
    if stops or at_once(t) >= controls.end:
        finish(lane, w, rows, lanes, controls, results, 0)
    elif w[rows.refused * WIDTH + lane] > 0.0 or w[rows.tries * WIDTH + lane] >= controls.max_steps:
        kind = trouble(lane, w, rows, lanes, tables, controls)
        if kind:
            finish(lane, w, rows, lanes, controls, results, kind)


def drive(
    buffer: Buffer,
    rows: Rows,
    kernels: Kernels,
    controls: Controls,
    all_tables: Tables,
    all_lanes: Lanes,
    all_results: Results,
) -> None:
    """Integrate every patient of a chunk."""
    w = bare(buffer).work
    tables, lanes, results = bare(all_tables), bare(all_lanes), bare(all_results)
    waiting, mode = 0, flush_denormals()
    for lane in range(WIDTH):  # idle lanes compute on a copy of the first patient; nobody reads them
        seat(lane, 0, w, rows, lanes, tables, controls.start)
        idle(lane, w, rows, lanes)
    while True:
        seated, running, fresh = False, False, False
        for lane in range(WIDTH):
            if lanes.patient[lane] < 0 and waiting < controls.n_patients:
                seat(lane, waiting, w, rows, lanes, tables, controls.start)
                waiting += 1
                seated = True
            running |= lanes.patient[lane] >= 0
        if not running:
            restore_denormals(mode)
            return
        if seated:
            begin(w, rows, kernels, lanes, tables, controls)
            if rows.n_outputs > 0:
                sample_here(w, rows, kernels, lanes, tables, controls, results)
        for lane in range(WIDTH):
            fresh |= lanes.fresh[lane] != 0
        if fresh:
            start_anew(w, rows, kernels, lanes, tables, controls.rtol)
        plan_steps(w, rows, controls)
        if rows.stiff:
            rosenbrock_step(w, rows, kernels, tables.absolute, controls.rtol, tables.nonnegative)
        else:
            explicit_step(w, rows, kernels, tables.absolute, controls.rtol, tables.nonnegative)
        judge_steps(w, rows)
        if rows.n_rules > 0:
            hold_rounds(w, rows, kernels, lanes, tables)
        if rows.n_outputs > 0:
            sample_inside(w, rows, kernels, lanes, tables, controls, results)
        if rows.n_integrals > 0:
            add_integrals(w, rows, kernels, tables)
        if rows.n_extremes > 0:
            watch_ends(w, rows, kernels, tables, controls.rtol)
        commit(w, rows)
        settle(w, rows, kernels, lanes, tables, controls, results)
