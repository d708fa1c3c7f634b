"""A population too large for memory: chunks written to partitioned Parquet as they are done; a stopped run goes on.

::

    folder/
    ├── question.json            what was simulated; a folder never mixes two runs
    ├── trajectories/part-00000.parquet   patient, time, one column an output
    └── patients/part-00000.parquet       patient, summaries, interventions, stop, steps, failure

A part is whole or absent, and its patients are written last: where they are, the part is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vein2vein.errors import OutputError
from vein2vein.files import output_folder, whole_file, write_text
from vein2vein.simulation.failures import KINDS
from vein2vein.simulation.methods import Method, cheaper_method
from vein2vein.simulation.plan import Results
from vein2vein.simulation.question import Question
from vein2vein.simulation.schedule import run_spans, spans

if TYPE_CHECKING:
    import pyarrow
    from distributed import Client

PART = 4096
"""Patients in one part."""


@dataclass(frozen=True)
class Streamed:
    """What a streamed run has written.

    Parameters
    ----------
    folder : Path
        Where.
    patients : int
        Patients in all parts.
    written, found : int
        Parts written now, and found from an earlier run.
    failures : int
        Patients without a result, in all parts.
    """

    folder: Path
    patients: int
    written: int
    found: int
    failures: int


def stream(
    question: Question,
    folder: str | Path,
    *,
    part: int = PART,
    method: Method | None = None,
    threads: int | None = None,
    client: Client | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Streamed:
    """Simulate a population into a folder of Parquet parts, going on from what an earlier run left there.

    Parameters
    ----------
    question : Question
        What is simulated, of whom; :meth:`Question.of` takes the arguments of ``simulate``.
    folder : path
        Made if absent.
    part : int
        Patients a part.
    method : Method, optional
        The integrator; by default the cheaper one.
    threads, client
        Where the chunks run: threads of this process, or the workers of a Dask client.
    progress : callable, optional
        Called with (patients done, patients in all).

    Raises
    ------
    OutputError
        The folder can't be written, or holds another run.
    """
    question = replace(question, stiff=(method or cheaper_method(question)) is Method.STIFF)
    place = output_folder(folder)
    _claim(place, question, part)
    for name in ("trajectories", "patients"):
        (place / name).mkdir(exist_ok=True)
    everything = spans(question.patients, part)
    todo = [span for span in everything if not _part(place, "patients", span[0] // part).exists()]
    done = question.patients - sum(end - start for start, end in todo)
    for span, results in run_spans(question, todo, threads, client):
        number = span[0] // part
        if question.structure.outputs:
            _write(_part(place, "trajectories", number), trajectories(question, span[0], results))
        _write(_part(place, "patients", number), patients(question, span[0], results))
        done += span[1] - span[0]
        if progress is not None:
            progress(done, question.patients)
    failed = sum(_failures(_part(place, "patients", k)) for k in range(len(everything)))
    return Streamed(place, question.patients, len(todo), len(everything) - len(todo), failed)


def _part(folder: Path, what: str, number: int) -> Path:
    return folder / what / f"part-{number:05d}.parquet"


def _write(path: Path, table: pyarrow.Table) -> None:
    import pyarrow.parquet as pq

    with whole_file(path) as partial:
        pq.write_table(table, partial)


def _failures(path: Path) -> int:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    return int(pc.sum(pc.is_valid(pq.read_table(path, columns=["failure"])["failure"])).as_py() or 0)


def trajectories(question: Question, first: int, results: Results) -> pyarrow.Table:
    """Return the sampled outputs of a chunk, one row a patient and time."""
    import pyarrow as pa

    m, n = len(results.steps), len(question.times)
    columns: dict[str, Any] = {
        "patient": np.repeat(np.arange(first, first + m), n),
        "time": np.tile(question.times, m),
    }
    columns |= {name: results.outputs[k].ravel() for k, name in enumerate(question.structure.outputs)}
    return pa.table(columns)


def patients(question: Question, first: int, results: Results) -> pyarrow.Table:
    """Return what is known of each patient of a chunk, one row a patient."""
    import pyarrow as pa

    columns: dict[str, Any] = {"patient": np.arange(first, first + len(results.steps))}
    for k, s in enumerate(question.extremes):
        columns |= {s.name: results.extremes[k], f"{s.name}.time": results.extreme_times[k]}
    columns |= {s.name: results.integrals[k] for k, s in enumerate(question.integrals)}
    for k, rule in enumerate(question.rules):
        columns |= {
            f"{rule.name}.count": results.counts[k],
            f"{rule.name}.first_time": results.first_times[k],
        }
    columns |= {"stopped_at": results.stopped_at, "steps": results.steps}
    failed = results.failure > 0
    names = np.array([s.name for s in question.system.states])[results.failure_state]
    kinds = [KINDS[int(k)].kind if k else None for k in results.failure]
    return pa.table(
        columns
        | {
            "failure": pa.array(kinds, pa.string()),
            "failure.time": results.failure_time,
            "failure.state": pa.array(names, pa.string(), mask=~failed),
        }
    )


def _claim(folder: Path, question: Question, part: int) -> None:
    """Write down what the folder holds, or check that it holds this very run."""
    path = folder / "question.json"
    text = json.dumps({"system": question.system.name, "patients": question.patients, "part": part,
                       "digest": _digest(question)}, indent=2)  # fmt: skip
    if not path.exists():
        write_text(path, text + "\n")
    elif path.read_text(encoding="utf-8").strip() != text:
        raise OutputError(
            "the folder holds another run",
            where=str(path),
            allowed="a folder of the same model, patients, events, times, tolerances and part size",
            remedy="choose another folder, or delete this one",
        )


def _digest(question: Question) -> str:
    """Return the hash of everything that decides the results."""
    digest = sha256(question.structure.digest.encode())
    for column in question.parameters:
        digest.update(np.ascontiguousarray(column).tobytes())
    agenda = question.agenda
    for array in (question.times, agenda.first, agenda.time, agenda.kind, agenda.target, agenda.amount):
        digest.update(np.ascontiguousarray(array).tobytes())
    settings = (question.rules, question.summaries, question.stop_after, question.tolerances, question.stiff)
    digest.update(repr(settings).encode())
    return digest.hexdigest()
