"""Simulate a population: the one public call of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from vein2vein.dynamics.system import OdeSystem
from vein2vein.simulation.chunk import empty_results
from vein2vein.simulation.failures import KINDS
from vein2vein.simulation.methods import Method, cheaper_method
from vein2vein.simulation.plan import Results
from vein2vein.simulation.question import Question
from vein2vein.simulation.records import Events, StopWhen, Summary, Tolerances, WardRule
from vein2vein.simulation.results import Ensemble, Failure, Interventions
from vein2vein.simulation.schedule import run_spans, spans

if TYPE_CHECKING:
    from distributed import Client

CHUNK = 1024
"""Patients that a thread takes at a time; no result depends on it."""
CLUSTER_CHUNK = 8192
"""The most that a worker of a cluster takes at a time; fewer where there are more threads than such chunks. A chunk costs
the scheduler some milliseconds, whatever its size."""


def _shared_out(patients: int, client: Client) -> int:
    """Return how many patients a worker takes at a time, so that all of a cluster's threads have some."""
    threads = max(1, sum(client.nthreads().values()))
    return max(1, min(CLUSTER_CHUNK, -(-patients // threads)))


def simulate(
    system: OdeSystem,
    parameters: Mapping[str, ArrayLike],
    *,
    patients: int | None = None,
    times: ArrayLike,
    outputs: Sequence[str] = (),
    events: Events | None = None,
    rules: Sequence[WardRule] = (),
    summaries: Sequence[Summary] = (),
    stop: StopWhen | None = None,
    tolerances: Tolerances | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    chunk: int | None = None,
    method: Method | None = None,
    client: Client | None = None,
) -> Ensemble:
    """Integrate a population and return what was asked for.

    The result is the same to the bit whatever the number of threads and the size of the chunks.

    Parameters
    ----------
    system : OdeSystem
        The equations.
    parameters : mapping of str to float or array
        Every parameter: one value, or one a patient, shape (n,).
    patients : int, optional
        n; may be omitted if any parameter is an array.
    times : array, shape (T,)
        Output grid, days, increasing; the first is the start, the last the end. At the time of an event the
        output is the value after it.
    outputs : sequence of str
        States or derived quantities sampled on ``times``.
    events : Events, optional
        Doses, infusions and switches, patient by patient.
    rules : sequence of WardRule
        Drugs given when a condition holds at a ward round.
    summaries : sequence of Maximum, Minimum or Integral
        Found on the dense output, not on the grid.
    stop : StopWhen, optional
        When a patient's integration may end early.
    tolerances : Tolerances, optional
        1e-4 relative by default.
    threads : int, optional
        All processors by default.
    progress : callable, optional
        Called with (patients done, patients in all).
    chunk : int, optional
        Patients that a thread, or a worker of a cluster, takes at a time.
    method : Method, optional
        The integrator; by default the one that needs fewer operations for the first patients.
    client : distributed.Client, optional
        Runs the chunks on the workers of a Dask cluster instead of threads of this process.

    Returns
    -------
    Ensemble
        A failed patient never raises: it is listed in ``failures`` and NaN elsewhere.

    Raises
    ------
    InputError
        A name, length, time or value can't be used.
    """
    question = Question.of(
        system,
        parameters,
        patients,
        times,
        outputs,
        events,
        rules,
        summaries,
        stop,
        tolerances or Tolerances(),
    )
    method = method or cheaper_method(question)
    question = replace(question, stiff=method is Method.STIFF)
    whole, done = empty_results(question, question.patients), 0
    chunk = chunk or (_shared_out(question.patients, client) if client else CHUNK)
    for (first, _), part in run_spans(question, spans(question.patients, chunk), threads, client):
        done += store(whole, first, part)
        if progress is not None:
            progress(done, question.patients)
    return ensemble(question, whole)


def store(whole: Results, first: int, part: Results) -> int:
    """Copy a chunk's results to their place; return how many patients it has."""
    m = len(part.steps)
    for into, what in zip(whole, part, strict=True):
        if into.ndim == 3:
            into[:, first : first + m, :] = what
        else:
            into[..., first : first + m] = what
    return m


def ensemble(question: Question, r: Results) -> Ensemble:
    """Return the results under the names by which they were asked for."""
    extremes, integrals = question.extremes, question.integrals
    summaries = {s.name: r.extremes[k] for k, s in enumerate(extremes)}
    summaries |= {s.name: r.integrals[k] for k, s in enumerate(integrals)}
    return Ensemble(
        times=question.times,
        outputs={name: r.outputs[k] for k, name in enumerate(question.structure.outputs)},
        summaries={s.name: summaries[s.name] for s in question.summaries},
        summary_times={s.name: r.extreme_times[k] for k, s in enumerate(extremes)},
        interventions={
            rule.name: Interventions(r.counts[k], r.first_times[k]) for k, rule in enumerate(question.rules)
        },
        stopped_at=r.stopped_at,
        steps=r.steps,
        failures=tuple(
            Failure(
                patient=int(p),
                time=float(r.failure_time[p]),
                state=question.system.states[r.failure_state[p]].name,
                kind=KINDS[int(r.failure[p])].kind,
                remedy=KINDS[int(r.failure[p])].remedy,
            )
            for p in r.failure.nonzero()[0]
        ),
        tolerances=question.tolerances,
        method=(Method.STIFF if question.stiff else Method.EXPLICIT).value,
    )
