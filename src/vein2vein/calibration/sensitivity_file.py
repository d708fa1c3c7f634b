"""The sensitivity analysis as a file: written by the command, shipped, and read by reports without another simulation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

from vein2vein.calibration.kept import read_kept
from vein2vein.calibration.sensitivity import Influence, Sensitivity
from vein2vein.files import write_text

SHIPPED = "sensitivity.json"
KEPT = 12
"""Parameters kept for each output: so many by total index, and so many by swing."""
DIGITS = 4


@dataclass(frozen=True)
class SensitivityResult:
    """Influences on every output in every setting, with what made them.

    Parameters
    ----------
    sensitivities : tuple of Sensitivity
        By setting and output, the most influential parameters of each.
    provenance : mapping
        Command, parameter sets, patients a set, sets that failed, seed, version, hashes.
    """

    sensitivities: tuple[Sensitivity, ...]
    provenance: Mapping[str, Any]

    def of(self, setting: str, output: str) -> Sensitivity | None:
        """Return the influences on an output in a setting, None where it wasn't analysed."""
        return next((s for s in self.sensitivities if (s.setting, s.output) == (setting, output)), None)


def save_sensitivities(result: SensitivityResult, path: Path) -> Path:
    """Write a result as JSON, one influence a line, and return its path."""
    lines = []
    for s in result.sensitivities:
        rows = ",\n".join(f"   {json.dumps(_plain(i))}" for i in s.influences)
        head = {"setting": s.setting, "output": s.output, "centre": _short(s.centre)}
        head["explained"] = _short(s.explained)
        lines.append(json.dumps(head)[:-1] + f', "influences": [\n{rows}]}}')
    columns = json.dumps([f.name for f in fields(Influence)])
    body = ",\n  ".join(lines)
    provenance = json.dumps(dict(result.provenance), indent=1)
    text = f'{{"provenance": {provenance},\n "columns": {columns},\n "sensitivities": [\n  {body}]}}\n'
    return write_text(path, text)


def load_sensitivities(path: Path | None = None) -> SensitivityResult:
    """Return a result: the shipped one, or one that ``vein2vein calibrate --sensitivity`` wrote.

    Raises
    ------
    InputError
        The file can't be read, or is no such result.
    """
    return read_kept(path, SHIPPED, _parsed, "sensitivity analysis", "vein2vein calibrate --sensitivity")


def _parsed(text: str) -> SensitivityResult:
    content = json.loads(text)
    found = tuple(
        Sensitivity(
            s["setting"],
            s["output"],
            s["centre"],
            s["explained"],
            tuple(Influence(**dict(zip(content["columns"], row, strict=True))) for row in s["influences"]),
        )
        for s in content["sensitivities"]
    )
    return SensitivityResult(found, content["provenance"])


def leading(sensitivity: Sensitivity) -> Sensitivity:
    """Return the influences that lead by total index or by swing (:data:`KEPT` each), in the order they came."""
    swings = sorted(sensitivity.influences, key=lambda i: -abs(i.high - i.low))[:KEPT]
    chosen = {i.parameter for i in (*sensitivity.influences[:KEPT], *swings)}
    kept = tuple(i for i in sensitivity.influences if i.parameter in chosen)
    return replace(sensitivity, influences=kept)


def _plain(influence: Influence) -> list[str | float]:
    return [v if isinstance(v, str) else _short(v) for v in astuple(influence)]


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
