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


@lru_cache(maxsize=8)
def _rows(sheet: str) -> dict[tuple[str, str | None], Row]:
    text = (resources.files("vein2vein.evidence") / "sheets" / f"{sheet}.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["value"]
    return {
        (r["id"], r.get("setting")): Row(
            r["id"],
            float(r["value"]),
            r["unit"],
            r.get("n"),
            r.get("spread"),
            r.get("range"),
            r.get("setting"),
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
