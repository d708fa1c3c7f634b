"""What a lane must land on, and what happens there: doses, switches, actions of ward rules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from vein2vein.simulation.lanes import WIDTH
from vein2vein.simulation.plan import ADD, PARAMETER, RATE

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Controls, Floats, Lanes, Rows, Tables


@njit(error_model="numpy")
def at_once(t: float) -> float:
    """Return the latest instant that counts as ``t``."""
    return t + 1e-12 * max(1.0, abs(t))


@njit(error_model="numpy")
def next_landing(lane: int, now: float, lanes: Lanes, tables: Tables, controls: Controls) -> float:
    """Return the next instant on which a step of this lane must end."""
    target = controls.end
    p = lanes.patient[lane]
    row = lanes.event[lane]
    if row < tables.event_first[p + 1]:
        target = min(target, tables.event_time[row])
    while lanes.boundary[lane] < len(tables.boundaries) and tables.boundaries[lanes.boundary[lane]] <= at_once(now):
        lanes.boundary[lane] += 1
    if lanes.boundary[lane] < len(tables.boundaries):
        target = min(target, tables.boundaries[lanes.boundary[lane]])
    for q in range(lanes.waiting[lane]):
        target = min(target, lanes.queue_time[q, lane])
    return target


@njit(error_model="numpy")
def apply(
    kind: int, target: int, amount: float, lane: int, work: Floats, rows: Rows
) -> bool:
    """Change the lane's state, input or parameter; return whether constants must be computed anew."""
    if kind == ADD:
        work[(rows.state + target) * WIDTH + lane] += amount
    elif kind == RATE:
        work[(rows.inputs + target) * WIDTH + lane] += amount
    elif kind == PARAMETER:
        work[(rows.parameters + target) * WIDTH + lane] = amount
        return True
    else:
        work[(rows.state + target) * WIDTH + lane] = amount
    return False


@njit(error_model="numpy")
def happen(lane: int, now: float, work: Floats, rows: Rows, lanes: Lanes, tables: Tables) -> bool:
    """Apply what is due now, in the order of the table, then the queue; return whether parameters changed."""
    due = at_once(now)
    changed = False
    last = tables.event_first[lanes.patient[lane] + 1]
    while lanes.event[lane] < last and tables.event_time[lanes.event[lane]] <= due:
        e = lanes.event[lane]
        changed |= apply(tables.event_kind[e], tables.event_target[e], tables.event_amount[e], lane, work, rows)
        lanes.event[lane] += 1
        lanes.fresh[lane] = True
    q = 0
    while q < lanes.waiting[lane]:
        if lanes.queue_time[q, lane] <= due:
            changed |= apply(
                lanes.queue_kind[q, lane], lanes.queue_target[q, lane], lanes.queue_amount[q, lane], lane, work, rows
            )
            lanes.fresh[lane] = True
            last_q = lanes.waiting[lane] - 1
            for j in range(q, last_q):  # keep the order in which they were ordered
                lanes.queue_time[j, lane] = lanes.queue_time[j + 1, lane]
                lanes.queue_kind[j, lane] = lanes.queue_kind[j + 1, lane]
                lanes.queue_target[j, lane] = lanes.queue_target[j + 1, lane]
                lanes.queue_amount[j, lane] = lanes.queue_amount[j + 1, lane]
            lanes.waiting[lane] = last_q
        else:
            q += 1
    return changed


@njit(error_model="numpy")
def next_round(lane: int, lanes: Lanes, tables: Tables) -> float:
    """Return the next ward round of this lane; infinity if there is none."""
    soonest = math.inf
    for rule in range(len(tables.rule_start)):
        if lanes.count[rule, lane] < tables.rule_most[rule]:
            t = tables.rule_start[rule] + lanes.rounds[rule, lane] * tables.rule_every[rule]
            if t <= tables.rule_end[rule] * (1 + 1e-14) + 1e-12:
                soonest = min(soonest, t)
    return soonest


@njit(error_model="numpy")
def hold_round(lane: int, instant: float, work: Floats, rows: Rows, lanes: Lanes, tables: Tables) -> float:
    """Hold the round at ``instant``: queue the actions of every rule that fires; return the first action's time."""
    soonest = math.inf
    for rule in range(len(tables.rule_start)):
        if lanes.count[rule, lane] >= tables.rule_most[rule]:
            continue
        t = tables.rule_start[rule] + lanes.rounds[rule, lane] * tables.rule_every[rule]
        if t != instant:
            continue
        lanes.rounds[rule, lane] += 1
        given = instant + tables.rule_delay[rule]
        rested = given - lanes.last[rule, lane] >= tables.rule_gap[rule] - 1e-9
        if work[(rows.results + rule) * WIDTH + lane] > 0.0 and rested:
            lanes.count[rule, lane] += 1
            lanes.last[rule, lane] = given
            if lanes.count[rule, lane] == 1:
                lanes.first[rule, lane] = given
            for a in range(tables.action_first[rule], tables.action_first[rule + 1]):
                q = lanes.waiting[lane]
                lanes.queue_time[q, lane] = given + tables.action_after[a]
                lanes.queue_kind[q, lane] = 3 if tables.action_set[a] else ADD
                lanes.queue_target[q, lane] = tables.action_target[a]
                lanes.queue_amount[q, lane] = work[(rows.amounts + a) * WIDTH + lane]
                lanes.waiting[lane] = q + 1
                soonest = min(soonest, given + tables.action_after[a])
    return soonest
