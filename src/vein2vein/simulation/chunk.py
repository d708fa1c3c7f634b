"""One chunk of patients: the unit of work of a thread, a stored part or a worker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vein2vein.simulation.failures import STEP_LIMIT
from vein2vein.simulation.kernel_cache import compiled_kernels, run_driver, states_needed
from vein2vein.simulation.lanes import WIDTH
from vein2vein.simulation.plan import ADD, SET, Buffer, Controls, Lanes, Results, Rows, Tables
from vein2vein.simulation.question import Question
from vein2vein.simulation.records import Maximum

TIGHTER = (0.1, 0.01)
"""Factors on the tolerance with which a failed patient is tried again before it is given up."""


def run_chunk(question: Question, start: int, end: int) -> Results:
    """Integrate patients ``start`` to ``end - 1`` and return their results.

    A patient that fails is tried again more accurately: a state that decays to nothing and regrows may pass below
    zero within the tolerance and then grow with the wrong sign. Each patient decides alone, so that the bits stay the same.
    """
    results = _integrate(question, start, end)
    for factor in TIGHTER:
        failed = np.flatnonzero((results.failure > 0) & (results.failure != STEP_LIMIT))
        tighter = max(1e-13, question.tolerances.rtol * factor)
        for p in failed:
            tolerances = replace(question.tolerances, rtol=tighter)
            again = _integrate(replace(question, tolerances=tolerances), start + int(p), start + int(p) + 1)
            spent = results.steps[p] + again.steps[0]
            if again.failure[0] == 0:
                for into, what in zip(results, again, strict=True):
                    if into.ndim == 3:
                        into[:, p, :] = what[:, 0, :]
                    else:
                        into[..., p] = what[..., 0]
            results.steps[p] = spent
    return results


def _integrate(question: Question, start: int, end: int) -> Results:
    rows, kernels = compiled_kernels(question.structure, question.stiff)
    controls = Controls(
        start=float(question.times[0]),
        end=float(question.times[-1]),
        rtol=question.tolerances.rtol,
        max_step=float(question.tolerances.max_step),
        max_steps=question.tolerances.max_steps,
        stop_after=float(question.stop_after),
        n_patients=end - start,
        n_grid=len(question.times),
        n_boundaries=len(question.boundaries),
    )
    results = empty_results(question, end - start)
    if end > start:
        buffer = Buffer(_aligned(rows.total * WIDTH))
        tables = _tables(question, start, end)
        run_driver(buffer, rows, kernels, controls, tables, _lanes(question, rows), results)
    return results


def empty_results(question: Question, m: int) -> Results:
    """Return results of ``m`` patients that nobody has written yet."""
    e, i, rules = len(question.extremes), len(question.integrals), len(question.rules)
    return Results(
        outputs=np.full((len(question.structure.outputs), m, len(question.times)), np.nan),
        extremes=np.full((e, m), np.nan),
        extreme_times=np.full((e, m), np.nan),
        integrals=np.full((i, m), np.nan),
        counts=np.zeros((rules, m), np.int64),
        first_times=np.full((rules, m), np.nan),
        stopped_at=np.full(m, np.nan),
        steps=np.zeros(m, np.int64),
        failure=np.zeros(m, np.int64),
        failure_time=np.full(m, np.nan),
        failure_state=np.zeros(m, np.int64),
    )


def _tables(question: Question, start: int, end: int) -> Tables:
    system, rules = question.system, question.rules
    agenda = question.agenda.part(start, end)
    needed = states_needed(question.structure)
    actions = [a for r in rules for a in r.actions]
    floats = lambda values: np.array(list(values), dtype=np.float64)  # noqa: E731
    integers = lambda values: np.array(list(values), dtype=np.int64)  # noqa: E731
    return Tables(
        parameters=question.parameter_rows(start, end),
        grid=question.times,
        absolute=floats(s.scale * question.tolerances.rtol for s in system.states),
        nonnegative=integers(s.nonnegative for s in system.states),
        states_of_outputs=integers([len(needed["outputs"]), *needed["outputs"]]),
        states_of_conditions=integers([len(needed["conditions"]), *needed["conditions"]]),
        states_of_integrands=integers([len(needed["integrands"]), *needed["integrands"]]),
        states_of_watch=integers([len(needed["watch"]), *needed["watch"]]),
        event_first=agenda.first,
        event_time=agenda.time,
        event_kind=agenda.kind,
        event_target=agenda.target,
        event_amount=agenda.amount,
        boundaries=question.boundaries,
        extreme_sign=floats(1.0 if isinstance(s, Maximum) else -1.0 for s in question.extremes),
        extreme_from=floats(s.start for s in question.extremes),
        extreme_to=floats(s.end for s in question.extremes),
        integral_from=floats(s.start for s in question.integrals),
        integral_to=floats(s.end for s in question.integrals),
        rule_start=floats(r.start for r in rules),
        rule_end=floats(r.end for r in rules),
        rule_every=floats(r.every for r in rules),
        rule_delay=floats(r.delay for r in rules),
        rule_gap=floats(r.min_interval for r in rules),
        rule_most=integers(r.max_times for r in rules),
        action_first=integers(np.cumsum([0, *(len(r.actions) for r in rules)])),
        action_target=integers(system.index(a.target) for a in actions),
        action_after=floats(a.after for a in actions),
        action_kind=integers(SET if a.set else ADD for a in actions),
    )


def _aligned(size: int) -> np.ndarray:
    """Return zeros that begin where a cache line does: a row is one line, and is read and written as one."""
    line = 64
    room = np.zeros(size + line // 8)
    skipped = (-room.ctypes.data % line) // room.itemsize
    return room[skipped : skipped + size]


def _lanes(question: Question, rows: Rows) -> Lanes:
    rules = question.rules
    queue = sum(r.max_times * len(r.actions) for r in rules)

    def integers(*shape: int) -> np.ndarray:
        return np.zeros((*shape, WIDTH), np.int64)

    def floats(*shape: int) -> np.ndarray:
        return np.zeros((*shape, WIDTH))

    return Lanes(
        patient=integers(),
        grid=integers(),
        event=integers(),
        boundary=integers(),
        fresh=integers(),
        culprit=integers(),
        rounds=integers(len(rules)),
        given=integers(len(rules)),
        last=floats(len(rules)),
        first=floats(len(rules)),
        waiting=integers(),
        queue_time=floats(queue),
        queue_kind=integers(queue),
        queue_target=integers(queue),
        queue_amount=floats(queue),
    )
