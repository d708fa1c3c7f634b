"""What the library's commands print with ``--json``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vein2vein.dynamics.exchange.imported import ImportedModel
from vein2vein.dynamics.published.record import LogNormal, LogUniform, PublishedModel
from vein2vein.files import json_data
from vein2vein.simulation.imported_population import ImportedPopulation
from vein2vein.simulation.imported_run import ImportedRun
from vein2vein.simulation.model_run import ModelRun
from vein2vein.simulation.results import Failure

__all__ = ["imported_record", "imported_sets_record", "listed", "run_record", "shown"]


def listed(model: PublishedModel) -> dict[str, Any]:
    """Return a line of ``model list``."""
    return {
        "name": model.name,
        "title": model.title,
        "disease": model.disease,
        "antigen": model.antigen,
        "states": len(model.states),
        "parameters": len(model.values),
        "source": model.paper.citation,
        "doi": model.paper.doi or None,
        "species": model.species,
        "fitted_to": model.fitted_to,
        "individuals": list(model.subjects),
        "groups": {name: list(members) for name, members in model.groups.items()},
    }


def shown(model: PublishedModel) -> dict[str, Any]:
    """Return everything that ``model show`` says."""
    system = model.system
    return listed(model) | {
        "assay": model.assay,
        "pubmed": model.paper.pubmed,
        "biomodels": model.paper.biomodels,
        "dose": model.dose,
        "equations": {s.name: str(r) for s, r in zip(system.states, system.rates, strict=True)},
        "initial": {s.name: str(s.initial) for s in system.states},
        "derived": {d.name: str(d.value) for d in system.derived},
        "units": {str(symbol): unit for symbol, unit in system.units.items()},
        "values": [
            {
                "name": v.name,
                "value": v.value,
                "unit": v.unit,
                "meaning": v.meaning,
                "source": v.locator,
                "status": v.status.value,
                "spread": _spread(v.spread),
            }
            for v in model.values
        ],
        "observables": [{"name": o.name, "role": o.role.value, "assay": o.assay} for o in model.observables],
        "doses": [
            {"state": d.state, "amount": str(d.amount), "day": d.time, "duration": d.duration}
            for d in model.dosing
        ],
        "reproduces": [
            {"name": g.name, "value": g.value, "unit": g.unit, "origin": g.origin.value} for g in model.golden
        ],
        "errata": list(model.errata),
        "assumptions": list(model.assumptions),
        "breaks": [{"law": b.law, "what": b.what, "cure": b.cure} for b in model.breaks],
    }


def _spread(spread: LogNormal | LogUniform | None) -> dict[str, float | str] | None:
    if spread is None:
        return None
    return {
        "variance": spread.variance,
        "sd": spread.sd,
        "cv_percent": spread.cv_percent,
        "stated_as": spread.stated_as if isinstance(spread, LogNormal) else "range",
    }


def run_record(run: ModelRun, notes: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what ``model run`` found."""
    units = {str(symbol): unit for symbol, unit in run.model.system.units.items()}
    record: dict[str, Any] = {
        "model": run.model.name,
        "patients": run.ensemble.patients,
        "metrics": {m.name: _summary(m.value, m.unit) for m in run.metrics},
        "failures": _failures(run.ensemble.failures),
        "tolerance": run.ensemble.tolerances.rtol,
        "notes": list(notes),
    }
    if run.at:
        record["at"] = {
            f"{day:g}": {name: _summary(value, units[name]) for name, value in seen.items()}
            for day, seen in run.at.items()
        }
    return record


def _summary(values: NDArray[np.float64], unit: str) -> dict[str, Any]:
    """Return one value, or the median and the central 90 % of several."""
    seen = values[np.isfinite(values)]
    if len(values) == 1 or not seen.size:
        return {"value": json_data(values[0] if len(values) == 1 else math.nan), "unit": unit}
    low, middle, high = np.percentile(seen, (5, 50, 95))
    return {"value": float(middle), "unit": unit, "low": float(low), "high": float(high), "n": int(seen.size)}


def _file(model: ImportedModel) -> dict[str, Any]:
    """Return what is said of an imported file itself."""
    return {
        "model": model.name,
        "file": model.source,
        "sbml": model.level_version,
        "time_unit": model.time_unit,
        "states": len(model.system.states),
        "parameters": len(model.values),
        "events": [t.name for t in model.triggers],
        "identifiers": list(model.identifiers),
    }


def imported_sets_record(
    model: ImportedModel, names: tuple[str, ...], run: ImportedPopulation, at: tuple[float, ...]
) -> dict[str, Any]:
    """Return what ``model import --sets`` found: medians and the central 90 % over the sets."""
    figures = {
        f"{name} {what}": value
        for name, curves in run.outputs.items()
        for what, value in (
            ("maximum", curves.max(axis=1)),
            ("minimum", curves.min(axis=1)),
            ("at end", curves[:, -1]),
        )
    }
    record = _file(model) | {
        "sets": list(names),
        "warnings": list(model.warnings),
        "metrics": {name: _summary(values, "") for name, values in figures.items()},
        "failures": _failures(run.failures),
    }
    if at:
        record["at"] = {
            f"{time:g}": {
                name: _summary(curves[:, int(np.searchsorted(run.times, time))], "")
                for name, curves in run.outputs.items()
            }
            for time in at
        }
    return record


def imported_record(model: ImportedModel, run: ImportedRun, at: tuple[float, ...]) -> dict[str, Any]:
    """Return what ``model import`` found."""
    record: dict[str, Any] = _file(model) | {
        "warnings": list(model.warnings) + _negative(run),
        "metrics": {
            f"{name} {what}": {"value": json_data(value), "unit": ""}
            for name, curve in run.outputs.items()
            for what, value in (("maximum", np.max(curve)), ("minimum", np.min(curve)), ("at end", curve[-1]))
        },
        "fired": [{"time": time, "event": name} for time, name in run.fired],
        "failures": _failures(run.failures),
    }
    if at:
        record["at"] = {
            f"{time:g}": {
                name: {"value": json_data(curve[int(np.searchsorted(run.times, time))]), "unit": ""}
                for name, curve in run.outputs.items()
            }
            for time in at
        }
    return record


def _negative(run: ImportedRun) -> list[str]:
    return [f"{len(run.negative)} × species below zero: {', '.join(run.negative)}"] if run.negative else []


def _failures(failures: tuple[Failure, ...]) -> list[dict[str, Any]]:
    return [
        {"patient": f.patient, "time": f.time, "state": f.state, "kind": f.kind, "remedy": f.remedy}
        for f in failures
    ]
