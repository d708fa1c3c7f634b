"""The sourced numbers of manufacturing, by name; each lives in a sheet of the evidence with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from vein2vein.errors import InternalError
from vein2vein.evidence import EvidenceValue, load_sheet


def row(sheet: str, id: str, setting: str | None = None) -> EvidenceValue:
    """Return the row of a quantity, for a setting (a process, a product) or else shared by all."""
    return load_sheet(sheet).value(id, setting)


_NOTHING: Mapping[tuple[str, str | None], float] = MappingProxyType({})
_replaced: ContextVar[Mapping[tuple[str, str | None], float]] = ContextVar("replaced", default=_NOTHING)


def number(id: str, setting: str | None = None) -> float:
    """Return a parameter of the sheet ``manufacturing``, in the unit of its row."""
    found = row("manufacturing", id, setting)
    return _replaced.get().get((id, found.setting), found.value)


@contextmanager
def replaced(values: Mapping[tuple[str, str | None], float]) -> Iterator[None]:
    """Let :func:`number` return other values inside the block, by (id, setting): for sensitivity analysis."""
    token = _replaced.set(values)
    try:
        yield
    finally:
        _replaced.reset(token)


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
