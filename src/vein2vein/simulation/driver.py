"""The loop that advances eight patients at a time until the chunk is done; compiled once for all models.

The mathematics of a model is reached through the addresses in ``Kernels``; nothing here knows what is simulated.
Each lane has its own time, step and agenda, and takes the next patient of the chunk when its own is done, so
that no lane waits for another and no result depends on which patients ran side by side.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from vein2vein.simulation.agenda import at_once, happen, next_landing
from vein2vein.simulation.explicit import explicit_step, first_step
from vein2vein.simulation.lanes import WIDTH, call, load, pointer, select, store
from vein2vein.simulation.observe import (
    add_integrals,
    hold_rounds,
    sample_here,
    sample_inside,
    should_stop,
    watch_ends,
    watch_starts,
)
from vein2vein.simulation.plan import Controls, Floats, Kernels, Lanes, Results, Rows, Tables
from numba import njit

if TYPE_CHECKING:
    from typing import Any

    Pointer = Any

STEP_LIMIT, UNDERFLOW, NOT_FINITE, NEGATIVE = 1, 2, 3, 4


@njit(error_model="numpy")
def load_patient(lane: int, p: int, work: Floats, rows: Rows, lanes: Lanes, tables: Tables, start: float) -> None:
    """Seat patient ``p`` of the chunk in a lane."""
    lanes.patient[lane] = p
    lanes.grid[lane] = 0
    lanes.event[lane] = tables.event_first[p]
    lanes.boundary[lane] = 0
    lanes.tries[lane] = 0
    lanes.waiting[lane] = 0
    lanes.fresh[lane] = True
    work[rows.time * WIDTH + lane] = start
    for j in range(rows.n_parameters):
        work[(rows.parameters + j) * WIDTH + lane] = tables.parameters[p, j]
    for i in range(rows.n_states):
        work[(rows.inputs + i) * WIDTH + lane] = 0.0
    for e in range(rows.n_extremes):
        work[(rows.extremes + e) * WIDTH + lane] = -math.inf * tables.extreme_sign[e]
        lanes.extreme_time[e, lane] = math.nan
    for i in range(rows.n_integrals):
        lanes.integral[i, lane] = 0.0
    for k in range(rows.n_rules):
        behind = (start - tables.rule_start[k]) / tables.rule_every[k]
        lanes.rounds[k, lane] = max(0, int(math.ceil(behind - 1e-9)))
        lanes.count[k, lane] = 0
        lanes.last[k, lane] = -math.inf
        lanes.first[k, lane] = math.nan


@njit(error_model="numpy")
def begin(w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables) -> None:
    """Give newly seated patients (those without a try) their constants, initial state and first events."""
    call(kernels.prepare, w, 0, 0, 0, 0)
    changed = False
    for lane in range(WIDTH):
        if lanes.patient[lane] >= 0 and lanes.fresh[lane] and lanes.tries[lane] == 0:
            for i in range(rows.n_states):
                work[(rows.state + i) * WIDTH + lane] = work[(rows.initial + i) * WIDTH + lane]
            lanes.tries[lane] = 1
            changed |= happen(lane, work[rows.time * WIDTH + lane], work, rows, lanes, tables)
    if changed:
        call(kernels.prepare, w, 0, 0, 0, 0)


@njit(error_model="numpy")
def start_anew(
    w: Pointer, work: Floats, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables, rtol: float
) -> None:
    """Compute derivatives, a first step and watched values for the lanes whose state or inputs changed."""
    call(kernels.derivatives, w, rows.time, rows.state, 0, rows.rate_at)
    first_step(w, rows, kernels, tables.absolute, rtol)
    if rows.n_extremes > 0:
        watch_starts(w, work, rows, kernels, lanes, tables)
    for lane in range(WIDTH):
        if lanes.fresh[lane]:
            lanes.fresh[lane] = False
            lanes.refused[lane] = False
            lanes.suggestion[lane] = work[rows.guess * WIDTH + lane]
            work[rows.error_old * WIDTH + lane] = 1e-4
            for i in range(rows.n_states):
                work[(rows.stages + i) * WIDTH + lane] = work[(rows.rate_at + i) * WIDTH + lane]


@njit(error_model="numpy")
def plan_steps(work: Floats, rows: Rows, lanes: Lanes, tables: Tables, controls: Controls) -> None:
    """Choose each lane's step: what the error control suggests, cut so as to land on the agenda."""
    for lane in range(WIDTH):
        now = work[rows.time * WIDTH + lane]
        if lanes.patient[lane] < 0:
            work[rows.step * WIDTH + lane] = 0.0
            work[rows.time_new * WIDTH + lane] = now
            continue
        target = next_landing(lane, now, lanes, tables, controls)
        left = target - now
        h = min(lanes.suggestion[lane], controls.max_step)
        lanes.lands[lane] = h >= 0.99 * left
        if lanes.lands[lane]:
            h = left
        elif h > 0.5 * left:
            h = 0.5 * left
        lanes.target[lane] = target
        work[rows.step * WIDTH + lane] = h
        work[rows.time_new * WIDTH + lane] = target if lanes.lands[lane] else now + h


@njit(error_model="numpy")
def judge_steps(work: Floats, rows: Rows, lanes: Lanes) -> None:
    """Accept or refuse each lane's step and keep the next suggestion."""
    for lane in range(WIDTH):
        lanes.accepted[lane] = False
        if lanes.patient[lane] < 0:
            continue
        lanes.tries[lane] += 1
        h, factor = work[rows.step * WIDTH + lane], work[rows.factor * WIDTH + lane]
        if work[rows.error * WIDTH + lane] <= 1.0:
            lanes.accepted[lane] = True
            if lanes.refused[lane]:
                factor = min(factor, 1.0)
            # a step cut short by the agenda says little about how long it could have been
            cut = h < 0.9 * lanes.suggestion[lane]
            lanes.suggestion[lane] = max(h * factor, lanes.suggestion[lane]) if cut else h * factor
            lanes.refused[lane] = False
        else:
            lanes.suggestion[lane] = h * factor
            lanes.refused[lane] = True


@njit(error_model="numpy")
def commit(w: Pointer, work: Floats, rows: Rows, lanes: Lanes) -> None:
    """Make the ends of the accepted steps the present."""
    for lane in range(WIDTH):
        work[rows.accept * WIDTH + lane] = 1.0 if lanes.accepted[lane] else 0.0
    keep = load(w, rows.accept) > 0.0
    store(w, rows.time, select(keep, load(w, rows.time_new), load(w, rows.time)))
    store(w, rows.error_old, select(keep, load(w, rows.error), load(w, rows.error_old)))
    last = rows.stages + 6 * rows.n_states
    for i in range(rows.n_states):
        store(w, rows.state + i, select(keep, load(w, rows.state_new + i), load(w, rows.state + i)))
        store(w, rows.stages + i, select(keep, load(w, last + i), load(w, rows.stages + i)))


@njit(error_model="numpy")
def trouble(lane: int, work: Floats, rows: Rows, lanes: Lanes, tables: Tables, controls: Controls) -> int:
    """Return why this lane can't go on, or 0; the state at fault goes to `target`."""
    t = work[rows.time * WIDTH + lane]
    too_short = lanes.suggestion[lane] < 1e-14 * max(abs(t), 1e-6 * (controls.end - controls.start))
    too_many = lanes.tries[lane] > controls.max_steps
    if not (lanes.refused[lane] and too_short) and not too_many:
        return 0
    worst = 0
    for i in range(rows.n_states):
        if work[(rows.ratio + i) * WIDTH + lane] > work[(rows.ratio + worst) * WIDTH + lane]:
            worst = i
    lanes.target[lane] = worst
    if too_many:
        return STEP_LIMIT
    if work[(rows.ratio + worst) * WIDTH + lane] >= 1e30:
        return NOT_FINITE
    value = work[(rows.state_new + worst) * WIDTH + lane]
    return NEGATIVE if tables.nonnegative[worst] and value < -tables.absolute[worst] else UNDERFLOW


@njit(error_model="numpy")
def finish(lane: int, work: Floats, rows: Rows, lanes: Lanes, results: Results, kind: int) -> None:
    """Write down the lane's patient and free the lane."""
    p = lanes.patient[lane]
    results.steps[p] = lanes.tries[lane] - 1
    for k in range(rows.n_rules):
        results.counts[k, p] = lanes.count[k, lane]
        results.first_times[k, p] = lanes.first[k, lane]
    if kind:
        results.failure[p] = kind
        results.failure_time[p] = work[rows.time * WIDTH + lane]
        results.failure_state[p] = int(lanes.target[lane])
        results.outputs[:, p, :] = math.nan
        results.extremes[:, p] = math.nan
        results.extreme_times[:, p] = math.nan
        results.integrals[:, p] = math.nan
    else:
        for e in range(rows.n_extremes):
            if not math.isnan(lanes.extreme_time[e, lane]):
                results.extremes[e, p] = work[(rows.extremes + e) * WIDTH + lane]
                results.extreme_times[e, p] = lanes.extreme_time[e, lane]
        for i in range(rows.n_integrals):
            results.integrals[i, p] = lanes.integral[i, lane]
    lanes.patient[lane] = -1
    lanes.fresh[lane] = False


@njit(error_model="numpy")
def settle(
    w: Pointer,
    work: Floats,
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
        if lanes.patient[lane] >= 0:
            changed |= happen(lane, work[rows.time * WIDTH + lane], work, rows, lanes, tables)
    if changed:
        call(kernels.prepare, w, 0, 0, 0, 0)
    if rows.n_outputs > 0:
        sample_here(w, work, rows, kernels, lanes, tables, results)
    for lane in range(WIDTH):
        lanes.point[lane] = False
    if rows.has_stop:
        should_stop(w, work, rows, kernels, lanes, controls)
    for lane in range(WIDTH):
        if lanes.patient[lane] < 0:
            continue
        t = work[rows.time * WIDTH + lane]
        if lanes.point[lane]:
            results.stopped_at[lanes.patient[lane]] = t
            finish(lane, work, rows, lanes, results, 0)
        elif at_once(t) >= controls.end:
            finish(lane, work, rows, lanes, results, 0)
        else:
            kind = trouble(lane, work, rows, lanes, tables, controls)
            if kind:
                finish(lane, work, rows, lanes, results, kind)


def drive(
    work: Floats,
    rows: Rows,
    kernels: Kernels,
    controls: Controls,
    tables: Tables,
    lanes: Lanes,
    results: Results,
) -> None:
    """Integrate every patient of a chunk."""
    w = pointer(work)
    waiting, chunk = 0, tables.parameters.shape[0]
    for lane in range(WIDTH):  # idle lanes compute on a copy of the first patient; nobody reads them
        load_patient(lane, 0, work, rows, lanes, tables, controls.start)
        lanes.patient[lane] = -1
        lanes.fresh[lane] = False
    while True:
        seated, running, fresh = False, False, False
        for lane in range(WIDTH):
            if lanes.patient[lane] < 0 and waiting < chunk:
                load_patient(lane, waiting, work, rows, lanes, tables, controls.start)
                waiting += 1
                seated = True
            running |= lanes.patient[lane] >= 0
            lanes.accepted[lane] = False
        if not running:
            return
        if seated:
            begin(w, work, rows, kernels, lanes, tables)
        if seated and rows.n_outputs > 0:
            sample_here(w, work, rows, kernels, lanes, tables, results)
        for lane in range(WIDTH):
            fresh |= lanes.fresh[lane]
        if fresh:
            start_anew(w, work, rows, kernels, lanes, tables, controls.rtol)
        plan_steps(work, rows, lanes, tables, controls)
        explicit_step(w, rows, kernels, tables.absolute, controls.rtol, tables.nonnegative)
        judge_steps(work, rows, lanes)
        if rows.n_rules > 0:
            hold_rounds(w, work, rows, kernels, lanes, tables)
        if rows.n_outputs > 0:
            sample_inside(w, work, rows, kernels, lanes, tables, results)
        if rows.n_integrals > 0:
            add_integrals(w, work, rows, kernels, lanes, tables)
        if rows.n_extremes > 0:
            watch_ends(w, work, rows, kernels, lanes, tables)
        commit(w, work, rows, lanes)
        settle(w, work, rows, kernels, lanes, tables, controls, results)
