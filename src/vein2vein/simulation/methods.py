"""Which integrator runs: the cheaper one, measured on the first patients in counted operations, never in seconds.

Counting makes the choice the same on every machine and under any load. It is made once for a model, tolerance and
period in a process, so that a population simulated in several calls is integrated by one method throughout.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

import numpy as np

from vein2vein.simulation.chunk import run_chunk
from vein2vein.simulation.kernel_cache import kernel_costs
from vein2vein.simulation.question import Question
from vein2vein.simulation.records import Tolerances


class Method(Enum):
    """The integrators."""

    EXPLICIT = "explicit, Dormand-Prince 5(4)"
    STIFF = "stiff, Rosenbrock RODAS 4(3)"


PROBED = 16
"""Patients on which the choice is made."""
_FEW_STEPS = 40.0
_LIMITED_BY_ACCURACY = 1.35
"""Steps grow 10^(1/5) = 1.58-fold per decade of tolerance where accuracy limits an explicit method of order 5, and
hardly where its stability does."""

_CHOSEN: dict[tuple[object, ...], Method] = {}


def cheaper_method(question: Question) -> Method:
    """Return the method that needs fewer operations for the first patients of the question."""
    key = (question.structure.digest, question.tolerances, question.times[0], question.times[-1])
    if key not in _CHOSEN:
        _CHOSEN[key] = _measure(question) if question.patients else Method.EXPLICIT
    return _CHOSEN[key]


def _measure(question: Question) -> Method:
    explicit = _steps(question, stiff=False)
    if explicit < _FEW_STEPS:
        return Method.EXPLICIT
    loose = replace(question.tolerances, rtol=min(0.1, 10.0 * question.tolerances.rtol))
    if explicit > _LIMITED_BY_ACCURACY * _steps(question, stiff=False, tolerances=loose):
        return Method.EXPLICIT
    stiff = _steps(question, stiff=True)
    of_explicit, of_stiff = step_costs(question)
    return Method.STIFF if stiff * of_stiff < explicit * of_explicit else Method.EXPLICIT


def _steps(question: Question, stiff: bool, tolerances: Tolerances | None = None) -> float:
    """Return the mean number of steps; a failed patient counts as many."""
    probe = replace(question, stiff=stiff, tolerances=tolerances or question.tolerances)
    r = run_chunk(probe, 0, min(PROBED, question.patients))
    return float(np.where(r.failure > 0, max(10_000, int(r.steps.max())), r.steps).mean())


def step_costs(question: Question) -> tuple[float, float]:
    """Return the operations of one explicit and one stiff step of one patient."""
    cost, n = kernel_costs(question.structure), len(question.system.states)
    explicit = 6.0 * cost["derivatives"] + 70.0 * n
    stiff = 6.0 * (cost["derivatives"] + cost["solve"]) + cost["factor"] + 90.0 * n
    return explicit, stiff
