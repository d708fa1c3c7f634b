"""What a lane must land on, and what happens there: doses, switches, actions of ward rules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from numba import njit

from vein2vein.simulation.lane_math import larger
from vein2vein.simulation.lanes import WIDTH, absolute, spread
from vein2vein.simulation.plan import ADD, PARAMETER, RATE, SET

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Controls, Lanes, Pointer, Rows, Tables


@njit(error_model="numpy", forceinline=True)
def at_once(t: float) -> float:
    """Return the latest instant that counts as ``t``."""
    return t + 1e-12 * max(1.0, abs(t))


@njit(error_model="numpy", forceinline=True)
def at_once_all(t: Any) -> Any:
    """Return the same for all lanes."""
    return t + larger(absolute(t), spread(1.0)) * 1e-12


@njit(error_model="numpy", forceinline=True)
def beside(t: float) -> float:
    """Return how far before a switch a step ends, and after it the next one starts."""
    return 1e-13 * max(1.0, abs(t))


@njit(error_model="numpy")
def look_ahead(
    lane: int, now: float, w: Pointer, rows: Rows, lanes: Lanes, tables: Tables, controls: Controls
) -> None:
    """Note in `target` the next instant on which a step of this lane must end."""
    target = controls.end
    row = lanes.event[lane]
    if row < tables.event_first[lanes.patient[lane] + 1]:
        target = min(target, tables.event_time[row])
    b = lanes.boundary[lane]
    while b < controls.n_boundaries and tables.boundaries[b] <= at_once(now):
        b += 1
    lanes.boundary[lane] = b
    if b < controls.n_boundaries:
        target = min(target, tables.boundaries[b])
    for q in range(lanes.waiting[lane]):
        target = min(target, lanes.queue_time[q * WIDTH + lane])
    for s in range(rows.n_switches):
        edge = w[(rows.switches + s) * WIDTH + lane]
        if edge - beside(edge) > now:
            target = min(target, edge - beside(edge))
    w[rows.target * WIDTH + lane] = target


@njit(error_model="numpy")
def cross_switches(lane: int, now: float, w: Pointer, rows: Rows, lanes: Lanes) -> None:
    """Carry a lane that has landed just before a switch to just after it."""
    for s in range(rows.n_switches):
        edge = w[(rows.switches + s) * WIDTH + lane]
        if edge - 2.0 * beside(edge) <= now <= edge:
            w[rows.time * WIDTH + lane] = edge + beside(edge)
            lanes.fresh[lane] = 1


@njit(error_model="numpy")
def apply(kind: int, target: int, amount: float, lane: int, w: Pointer, rows: Rows) -> bool:
    """Change the lane's state, input or parameter; return whether constants must be computed anew."""
    if kind == ADD:
        w[(rows.state + target) * WIDTH + lane] += amount
    elif kind == RATE:
        w[(rows.inputs + target) * WIDTH + lane] += amount
    elif kind == SET:
        w[(rows.state + target) * WIDTH + lane] = amount
    else:
        w[(rows.parameters + target) * WIDTH + lane] = amount
    return kind == PARAMETER


@njit(error_model="numpy")
def happen(lane: int, now: float, w: Pointer, rows: Rows, lanes: Lanes, tables: Tables) -> bool:
    """Apply what is due now, in the order of the table, then the queue; return whether parameters changed."""
    due = at_once(now)
    changed = False
    last = tables.event_first[lanes.patient[lane] + 1]
    e = lanes.event[lane]
    while e < last and tables.event_time[e] <= due:
        changed |= apply(tables.event_kind[e], tables.event_target[e], tables.event_amount[e], lane, w, rows)
        e += 1
        lanes.fresh[lane] = 1
    lanes.event[lane] = e
    kept = 0
    for q in range(lanes.waiting[lane]):  # in the order in which they were ordered
        here, there = q * WIDTH + lane, kept * WIDTH + lane
        if lanes.queue_time[here] <= due:
            apply(lanes.queue_kind[here], lanes.queue_target[here], lanes.queue_amount[here], lane, w, rows)
            lanes.fresh[lane] = 1
        else:
            lanes.queue_time[there] = lanes.queue_time[here]
            lanes.queue_kind[there] = lanes.queue_kind[here]
            lanes.queue_target[there] = lanes.queue_target[here]
            lanes.queue_amount[there] = lanes.queue_amount[here]
            kept += 1
    lanes.waiting[lane] = kept
    return changed


@njit(error_model="numpy", forceinline=True)
def round_of(rule: int, lane: int, lanes: Lanes, tables: Tables) -> float:
    """Return the next round of a rule in this lane; infinity when it is over."""
    place = rule * WIDTH + lane
    t = tables.rule_start[rule] + lanes.rounds[place] * tables.rule_every[rule]
    over = lanes.given[place] >= tables.rule_most[rule] or t > tables.rule_end[rule] + 1e-9
    return math.inf if over else t


@njit(error_model="numpy", forceinline=True)
def look_for_round(lane: int, w: Pointer, rows: Rows, lanes: Lanes, tables: Tables) -> None:
    """Note in `next_round` when this lane's next ward round is."""
    soonest = math.inf
    for rule in range(rows.n_rules):
        soonest = min(soonest, round_of(rule, lane, lanes, tables))
    w[rows.next_round * WIDTH + lane] = soonest


@njit(error_model="numpy")
def hold_round(lane: int, w: Pointer, rows: Rows, lanes: Lanes, tables: Tables) -> float:
    """Hold this lane's next round: queue the actions of every rule that fires; return when the first is due."""
    instant = w[rows.next_round * WIDTH + lane]
    soonest = math.inf
    for rule in range(rows.n_rules):
        if round_of(rule, lane, lanes, tables) != instant:
            continue
        place = rule * WIDTH + lane
        lanes.rounds[place] += 1
        due = instant + tables.rule_delay[rule]
        rested = due - lanes.last[place] >= tables.rule_gap[rule] - 1e-9
        if w[(rows.results + rule) * WIDTH + lane] > 0.0 and rested:
            lanes.given[place] += 1
            lanes.last[place] = due
            if lanes.given[place] == 1:
                lanes.first[place] = due
            for a in range(tables.action_first[rule], tables.action_first[rule + 1]):
                q = lanes.waiting[lane] * WIDTH + lane
                lanes.queue_time[q] = due + tables.action_after[a]
                lanes.queue_kind[q] = tables.action_kind[a]
                lanes.queue_target[q] = tables.action_target[a]
                lanes.queue_amount[q] = w[(rows.amounts + a) * WIDTH + lane]
                lanes.waiting[lane] += 1
                soonest = min(soonest, lanes.queue_time[q])
    look_for_round(lane, w, rows, lanes, tables)
    w[rows.target * WIDTH + lane] = min(w[rows.target * WIDTH + lane], soonest)
    return soonest
