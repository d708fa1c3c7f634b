"""What ``model run``, ``compare`` and ``import`` leave in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vein2vein.files import output_folder, write_text
from vein2vein.report.drawing.figure import Figure
from vein2vein.simulation.model_run import ModelRun

__all__ = ["as_json", "trajectories_csv", "write_folder"]


def as_json(record: Any) -> str:
    """Return a record as JSON text."""
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def trajectories_csv(
    names: dict[str, str], times: NDArray[np.float64], curves: dict[str, NDArray[np.float64]]
) -> str:
    """Return trajectories as a long table: patient, time, quantity, value, unit.

    Parameters
    ----------
    names : dict of str to str
        Quantities and their units.
    times : array, shape (T,)
        Grid.
    curves : dict of str to array, shape (n, T)
        Values.
    """
    lines = ["patient,time,quantity,value,unit"]
    for name, unit in names.items():
        for patient, row in enumerate(np.atleast_2d(curves[name])):
            lines += [f"{patient},{t:.10g},{name},{v:.10g},{unit}" for t, v in zip(times, row, strict=True)]
    return "\n".join(lines) + "\n"


def write_folder(
    folder: str | Path, record: Any, table: str, figure: Figure, page: str | None = None
) -> tuple[Path, ...]:
    """Write result.json, trajectories.csv, figure.svg and, if given, page.html; return their paths."""
    place = output_folder(folder)
    files = [
        write_text(place / "result.json", as_json(record)),
        write_text(place / "trajectories.csv", table),
        write_text(place / "figure.svg", figure.standalone()),
    ]
    if page is not None:
        files.append(write_text(place / "page.html", page))
    return tuple(files)


def run_table(run: ModelRun) -> str:
    """Return the trajectories of a run as CSV."""
    units = {str(symbol): unit for symbol, unit in run.model.system.units.items()}
    names = {o.name: units[o.name] for o in run.model.observables}
    return trajectories_csv(names, run.ensemble.times, run.ensemble.outputs)
