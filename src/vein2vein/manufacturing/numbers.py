"""The sourced numbers of manufacturing, by name; each lives in a sheet with its source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Row:
    """One row of a sheet."""

    id: str
    value: float
    unit: str
    n: int | None
    spread: Any
    range: Any
    setting: str | None
    meaning: str
    citation: str
    evidence: str


@lru_cache(maxsize=8)
def _rows(sheet: str) -> dict[tuple[str, str | None], Row]:
    text = (resources.files("vein2vein.evidence") / "sheets" / f"{sheet}.toml").read_text(encoding="utf-8")
    file = tomllib.loads(text)
    rows, cited = file["value"], {s["key"]: s["citation"] for s in file["source"]}
    return {
        (r["id"], r.get("setting")): Row(
            id=r["id"],
            value=float(r["value"]),
            unit=r["unit"],
            n=r.get("n"),
            spread=r.get("spread"),
            range=r.get("range"),
            setting=r.get("setting"),
            meaning=r.get("meaning", ""),
            citation=cited[r["source"]],
            evidence=r.get("evidence", "assumed"),
        )
        for r in rows
    }


def row(sheet: str, id: str, setting: str | None = None) -> Row:
    """Return the row of a quantity."""
    rows = _rows(sheet)
    return rows.get((id, setting)) or rows[(id, None)]


def number(id: str, setting: str | None = None) -> float:
    """Return a parameter of the manufacturing sheet, in the unit of its row."""
    return row("manufacturing", id, setting).value
