"""The posterior as an ensemble of parameter sets: shipped, loaded, put into a sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.coverage import LEVEL, Coverage
from vein2vein.calibration.fit import SHEETS_READ, Calibration
from vein2vein.calibration.free import FREE
from vein2vein.calibration.kept import read_kept
from vein2vein.calibration.parameters import Prior, apply
from vein2vein.clinic.cohort import STARTING_SHEET, Biology
from vein2vein.evidence import Sheet, evidence_hash, load_sheet
from vein2vein.files import write_text
from vein2vein.version import __version__

Vector = NDArray[np.float64]

SHIPPED = "posterior.json"
DIGITS = 6


@dataclass(frozen=True)
class PosteriorSets:
    """An ensemble of parameter sets, equally likely.

    Parameters
    ----------
    sets : tuple of mapping of str to float
        Natural value by name of the free parameter; the name says row and settings.
    provenance : mapping
        Command, seed, versions, hashes, what was fitted, and how the fit was checked.
    """

    sets: tuple[Mapping[str, float], ...]
    provenance: Mapping[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the free parameters."""
        return tuple(self.sets[0])

    def matrix(self) -> Vector:
        """Return the sets in prior SDs from the prior mean, shape (sets, p), columns as :attr:`names`."""
        chosen = {p.name: p for p in FREE}
        prior = Prior.of([chosen[n] for n in self.names], load_sheet(STARTING_SHEET))
        return np.array([prior.standardised(s) for s in self.sets])

    def typical(self) -> dict[str, float]:
        """Return the median of every parameter over the sets."""
        return {n: float(np.median([s[n] for s in self.sets])) for n in self.names}


def with_set(values: Mapping[str, float], sheet: Sheet | None = None) -> Sheet:
    """Return the core model's sheet with one parameter set in it.

    Parameters
    ----------
    values : mapping of str to float
        One of :attr:`PosteriorSets.sets`.
    sheet : Sheet, optional
        What to change; the shipped core model by default.
    """
    return apply(FREE, values, load_sheet("core_model") if sheet is None else sheet)


def sets_of(calibration: Calibration, command: str) -> PosteriorSets:
    """Return the ensemble of a calibration with its provenance."""
    prior = calibration.prior
    sets = tuple({n: _rounded(v) for n, v in prior.natural(z).items()} for z in calibration.draws.z)
    provenance = {
        "command": command,
        "version": __version__,
        "evidence_hash": evidence_hash(SHEETS_READ),
        "model_hash": Biology.starting().system.digest,
        "fingerprint": calibration.fingerprint,
        "seed": calibration.effort.seed,
        "effort": {k: v for k, v in vars(calibration.effort).items() if k != "seed"},
        "failed_sets": calibration.failed,
        "acceptance": round(calibration.draws.acceptance, 3),
        "settling": round(calibration.draws.spread_ratio, 3),
        "coverage": _coverage(calibration.coverage, prior.names),
        "coverage_again": _coverage(calibration.coverage_again, prior.names),
        "targets": [
            {
                "setting": t.setting,
                "observable": t.observable,
                "value": t.value,
                "n": round(t.n, 1),
                "source": t.source,
            }
            for t in calibration.targets
        ],
        "emulators": {
            e.setting: {
                o: {
                    "loo_error": round(float(e.error[j]), 4),
                    "loo_explained": round(float(e.explained[j]), 3),
                }
                for j, o in enumerate(e.observables)
            }
            for e in calibration.emulators
        },
    }
    return PosteriorSets(sets, provenance)


def _coverage(found: Coverage, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a coverage check as plain data."""
    return {
        "level": LEVEL,
        "truths": found.truths,
        "share": _plain(found.share),
        "informed_share": _plain(found.informed),
        "observables_share": _plain(found.observables),
        "by_parameter": dict(zip(names, _plain(found.by_parameter), strict=True)),
        "by_observable": dict(zip(found.by_observable, _plain(found.by_observable.values()), strict=True)),
        "contraction": dict(zip(names, _plain(found.contraction), strict=True)),
        "ranks": [_plain(row) for row in found.ranks],
    }


def save(posterior: PosteriorSets, path: Path) -> Path:
    """Write an ensemble as JSON and return its path."""
    content = {
        "provenance": dict(posterior.provenance),
        "parameters": list(posterior.names),
        "sets": [[s[n] for n in posterior.names] for s in posterior.sets],
    }
    text = json.dumps(content, indent=1)
    return write_text(path, _rows_on_one_line(text) + "\n")


def load_posterior(path: Path | None = None) -> PosteriorSets:
    """Return an ensemble: the shipped one, or one that ``vein2vein calibrate`` wrote.

    Raises
    ------
    InputError
        The file can't be read, or is no ensemble.
    """
    return read_kept(path, SHIPPED, _parsed, "posterior", "vein2vein calibrate")


def _parsed(text: str) -> PosteriorSets:
    content = json.loads(text)
    names = content["parameters"]
    sets = tuple(dict(zip(names, row, strict=True)) for row in content["sets"])
    return PosteriorSets(sets, content["provenance"])


def _rows_on_one_line(text: str) -> str:
    """Return indented JSON with each parameter set on one line."""
    head, sets = text.split('"sets": [', 1)
    rows = json.loads("[" + sets.rsplit("}", 1)[0])
    return head + '"sets": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]}"


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _plain(values: Any) -> list[float | None]:
    return [round(float(v), 4) if np.isfinite(v) else None for v in values]
