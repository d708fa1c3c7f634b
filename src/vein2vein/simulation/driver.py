"""The loop that advances eight patients at a time until the chunk is done; compiled once for all models.

The mathematics of a model is reached through the addresses in ``Kernels``; nothing here knows what is simulated.
Each lane has its own time, step and agenda, and takes the next patient of the chunk when its own is done, so
that no lane waits for another and no result depends on which patients ran side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

from vein2vein.simulation.agenda import at_once, cross_switches, happen, look_ahead
from vein2vein.simulation.denormals import flush_denormals, restore_denormals
from vein2vein.simulation.explicit import explicit_step
from vein2vein.simulation.lanes import (
    WIDTH,
    bare,
    call,
    load,
    select,
    store,
)
from vein2vein.simulation.observe import (
    add_integrals,
    hold_rounds,
    hold_rounds_here,
    mark_accepted,
    sample_here,
    sample_inside,
)
from vein2vein.simulation.rosenbrock import rosenbrock_step
from vein2vein.simulation.seats import begin, finish, seat, trouble
from vein2vein.simulation.step_control import first_step
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
            lanes.refused[lane] = 0
            lanes.suggestion[lane] = w[rows.guess * WIDTH + lane]
            w[rows.error_old * WIDTH + lane] = 1e-4
            for i in range(rows.n_states):
                w[(rows.stages + i) * WIDTH + lane] = w[(rows.rate_at + i) * WIDTH + lane]


@njit(error_model="numpy", forceinline=True)
def plan_steps(w: Pointer, rows: Rows, lanes: Lanes, controls: Controls) -> None:
    """Choose each lane's step: what the error control suggests, cut so as to land on the agenda."""
    for lane in range(WIDTH):
        now = w[rows.time * WIDTH + lane]
        if lanes.patient[lane] < 0:
            w[rows.step * WIDTH + lane] = 0.0
            w[rows.time_new * WIDTH + lane] = now
            continue
        left = lanes.target[lane] - now
        h = min(lanes.suggestion[lane], controls.max_step)
        lands = h >= 0.99 * left
        if lands:
            h = left
        elif h > 0.5 * left:
            h = 0.5 * left
        w[rows.step * WIDTH + lane] = h
        w[rows.time_new * WIDTH + lane] = lanes.target[lane] if lands else now + h


@njit(error_model="numpy", forceinline=True)
def judge_steps(w: Pointer, rows: Rows, lanes: Lanes) -> None:
    """Accept or refuse each lane's step and keep the next suggestion."""
    for lane in range(WIDTH):
        lanes.accepted[lane] = 0
        if lanes.patient[lane] < 0:
            continue
        lanes.tries[lane] += 1
        h, factor = w[rows.step * WIDTH + lane], w[rows.factor * WIDTH + lane]
        if w[rows.error * WIDTH + lane] <= 1.0:
            lanes.accepted[lane] = 1
            if lanes.refused[lane]:
                factor = min(factor, 1.0)
            # a step cut short by the agenda says little about how long it could have been
            cut = h < 0.9 * lanes.suggestion[lane]
            lanes.suggestion[lane] = max(h * factor, lanes.suggestion[lane]) if cut else h * factor
            lanes.refused[lane] = 0
        else:
            lanes.suggestion[lane] = h * factor
            lanes.refused[lane] = 1
    mark_accepted(w, rows, lanes)


@njit(error_model="numpy", forceinline=True)
def commit(w: Pointer, rows: Rows, lanes: Lanes) -> None:
    """Make the ends of the accepted steps the present."""
    keep = load(w, rows.accept) > 0.0
    store(w, rows.time, select(keep, load(w, rows.time_new), load(w, rows.time)))
    store(w, rows.error_old, select(keep, load(w, rows.error), load(w, rows.error_old)))
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
    changed = False
    for lane in range(WIDTH):
        now = w[rows.time * WIDTH + lane]
        if lanes.patient[lane] >= 0 and at_once(now) >= lanes.target[lane]:
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
    for lane in range(WIDTH):
        if lanes.patient[lane] < 0:
            continue
        t = w[rows.time * WIDTH + lane]
        stops = False
        if rows.has_stop and lanes.accepted[lane] and at_once(t) >= controls.stop_after:
            stops = w[rows.results * WIDTH + lane] > 0.0
        if stops:
            results.stopped_at[lanes.patient[lane]] = t
        if stops or at_once(t) >= controls.end:
            finish(lane, w, rows, lanes, controls, results, 0)
        elif lanes.refused[lane] or lanes.tries[lane] >= controls.max_steps:
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
        lanes.patient[lane] = -1
        lanes.fresh[lane] = 0
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
        plan_steps(w, rows, lanes, controls)
        if rows.stiff:
            rosenbrock_step(w, rows, kernels, tables.absolute, controls.rtol, tables.nonnegative)
        else:
            explicit_step(w, rows, kernels, tables.absolute, controls.rtol, tables.nonnegative)
        judge_steps(w, rows, lanes)
        if rows.n_rules > 0:
            hold_rounds(w, rows, kernels, lanes, tables)
        if rows.n_outputs > 0:
            sample_inside(w, rows, kernels, lanes, tables, controls, results)
        if rows.n_integrals > 0:
            add_integrals(w, rows, kernels, tables)
        if rows.n_extremes > 0:
            watch_ends(w, rows, kernels, tables, controls.rtol)
        commit(w, rows, lanes)
        settle(w, rows, kernels, lanes, tables, controls, results)
