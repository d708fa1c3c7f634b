"""The sourced numbers of manufacturing, by name; each lives in a sheet of the evidence with its source."""

from __future__ import annotations

from vein2vein.errors import InternalError
from vein2vein.evidence import EvidenceValue, load_sheet


def row(sheet: str, id: str, setting: str | None = None) -> EvidenceValue:
    """Return the row of a quantity, for a setting (a process, a product) or else shared by all."""
    return load_sheet(sheet).value(id, setting)


def number(id: str, setting: str | None = None) -> float:
    """Return a parameter of the sheet ``manufacturing``, in the unit of its row."""
    return row("manufacturing", id, setting).value


def interval(sheet: str, id: str, setting: str | None = None) -> tuple[float, float]:
    """Return the spread of a row that has two ends (quartiles, range, confidence interval)."""
    spread = row(sheet, id, setting).spread
    if not isinstance(spread, tuple):
        raise InternalError(f"the row {id!r} of the sheet {sheet!r} has no interval")
    return spread


def deviation(sheet: str, id: str, setting: str | None = None) -> float:
    """Return the spread of a row that is one number (a standard deviation)."""
    spread = row(sheet, id, setting).spread
    if not isinstance(spread, float):
        raise InternalError(f"the row {id!r} of the sheet {sheet!r} has no standard deviation")
    return spread
