"""How a patient takes a lane, and how it leaves: done, stopped or failed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from vein2vein.simulation.agenda import happen, look_ahead, look_for_round
from vein2vein.simulation.failures import NEGATIVE, NOT_FINITE, STEP_LIMIT, UNDERFLOW
from vein2vein.simulation.lanes import WIDTH, call

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Controls, Kernels, Lanes, Pointer, Results, Rows, Tables


@njit(error_model="numpy")
def seat(lane: int, p: int, w: Pointer, rows: Rows, lanes: Lanes, tables: Tables, start: float) -> None:
    """Seat patient ``p`` of the chunk in a lane."""
    lanes.patient[lane] = p
    lanes.grid[lane] = 0
    lanes.event[lane] = tables.event_first[p]
    lanes.boundary[lane] = 0
    lanes.waiting[lane] = 0
    lanes.fresh[lane] = 1
    w[rows.time * WIDTH + lane] = start
    w[rows.live * WIDTH + lane] = 1.0
    w[rows.tries * WIDTH + lane] = -1.0
    w[rows.next_output * WIDTH + lane] = tables.grid[0]
    for j in range(rows.n_parameters):
        w[(rows.parameters + j) * WIDTH + lane] = tables.parameters[p * rows.n_parameters + j]
    for i in range(rows.n_states):
        w[(rows.inputs + i) * WIDTH + lane] = 0.0
    for e in range(rows.n_extremes):
        w[(rows.extremes + e) * WIDTH + lane] = -math.inf * tables.extreme_sign[e]
        w[(rows.extreme_times + e) * WIDTH + lane] = math.nan
    for i in range(rows.n_integrals):
        w[(rows.integrals + i) * WIDTH + lane] = 0.0
    for rule in range(rows.n_rules):
        place = rule * WIDTH + lane
        behind = (start - tables.rule_start[rule]) / tables.rule_every[rule]
        lanes.rounds[place] = max(0, math.ceil(behind - 1e-9))
        lanes.given[place] = 0
        lanes.last[place] = -math.inf
        lanes.first[place] = math.nan
    look_for_round(lane, w, rows, lanes, tables)


@njit(error_model="numpy")
def idle(lane: int, w: Pointer, rows: Rows, lanes: Lanes) -> None:
    """Leave a lane empty: it computes on, and nobody reads what."""
    lanes.patient[lane] = -1
    lanes.fresh[lane] = 0
    w[rows.live * WIDTH + lane] = 0.0


@njit(error_model="numpy")
def begin(w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables, controls: Controls) -> None:
    """Give newly seated patients their constants, initial state and first events."""
    call(kernels.prepare, w, 0, 0, 0, 0)
    changed = False
    for lane in range(WIDTH):
        if lanes.patient[lane] >= 0 and w[rows.tries * WIDTH + lane] < 0.0:
            for i in range(rows.n_states):
                w[(rows.state + i) * WIDTH + lane] = w[(rows.initial + i) * WIDTH + lane]
            w[rows.tries * WIDTH + lane] = 0.0
            changed |= happen(lane, controls.start, w, rows, lanes, tables)
            look_ahead(lane, controls.start, w, rows, lanes, tables, controls)
    if changed:
        call(kernels.prepare, w, 0, 0, 0, 0)


@njit(error_model="numpy")
def trouble(lane: int, w: Pointer, rows: Rows, lanes: Lanes, tables: Tables, controls: Controls) -> int:
    """Return why this lane can't go on, or 0; the state at fault goes to `culprit`."""
    t = w[rows.time * WIDTH + lane]
    shortest = 1e-14 * max(abs(t), 1e-6 * (controls.end - controls.start))
    too_short = w[rows.suggestion * WIDTH + lane] < shortest
    too_many = w[rows.tries * WIDTH + lane] >= controls.max_steps
    if not (w[rows.refused * WIDTH + lane] > 0.0 and too_short) and not too_many:
        return 0
    worst = 0
    for i in range(rows.n_states):
        if w[(rows.ratio + i) * WIDTH + lane] > w[(rows.ratio + worst) * WIDTH + lane]:
            worst = i
    lanes.culprit[lane] = worst
    if too_many:
        return STEP_LIMIT
    if w[(rows.ratio + worst) * WIDTH + lane] >= 1e30:
        return NOT_FINITE
    value = w[(rows.state_new + worst) * WIDTH + lane]
    return NEGATIVE if tables.nonnegative[worst] and value < -tables.absolute[worst] else UNDERFLOW


@njit(error_model="numpy")
def finish(
    lane: int, w: Pointer, rows: Rows, lanes: Lanes, controls: Controls, results: Results, kind: int
) -> None:
    """Write down the lane's patient and free the lane."""
    p, m = lanes.patient[lane], controls.n_patients
    results.steps[p] = int(w[rows.tries * WIDTH + lane])
    for k in range(rows.n_rules):
        results.counts[k * m + p] = lanes.given[k * WIDTH + lane]
        results.first_times[k * m + p] = lanes.first[k * WIDTH + lane]
    if kind:
        results.failure[p] = kind
        results.failure_time[p] = w[rows.time * WIDTH + lane]
        results.failure_state[p] = lanes.culprit[lane]
        for o in range(rows.n_outputs):
            for g in range(lanes.grid[lane]):
                results.outputs[(o * m + p) * controls.n_grid + g] = math.nan
    else:
        for e in range(rows.n_extremes):
            if not math.isnan(w[(rows.extreme_times + e) * WIDTH + lane]):
                results.extremes[e * m + p] = w[(rows.extremes + e) * WIDTH + lane]
                results.extreme_times[e * m + p] = w[(rows.extreme_times + e) * WIDTH + lane]
        for i in range(rows.n_integrals):
            results.integrals[i * m + p] = w[(rows.integrals + i) * WIDTH + lane]
    idle(lane, w, rows, lanes)
