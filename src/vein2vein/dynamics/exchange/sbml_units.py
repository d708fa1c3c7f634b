"""Unit definitions of SBML as text."""

from __future__ import annotations

from typing import Any

import libsbml

__all__ = ["time_unit", "unit_text"]

_PLAIN = {"dimensionless": "1", "item": "count"}
_LENGTHS_OF_TIME = {"1.0": "second", "60.0": "minute", "3600.0": "hour", "86400.0": "day", "604800.0": "week"}


def unit_text(model: Any, unit: str) -> str:
    """Return a unit identifier as text such as ``"1e-06*litre"``; an empty string if there is none."""
    if not unit:
        return ""
    definition = model.getUnitDefinition(unit)
    if definition is None:
        return _PLAIN.get(unit, unit)
    parts = []
    for part in definition.getListOfUnits():
        kind = _PLAIN.get(
            libsbml.UnitKind_toString(part.getKind()), libsbml.UnitKind_toString(part.getKind())
        )
        factor = part.getMultiplier() * 10.0 ** part.getScale()
        exponent = part.getExponentAsDouble()
        if kind == "second" and str(float(factor)) in _LENGTHS_OF_TIME:
            kind, factor = _LENGTHS_OF_TIME[str(float(factor))], 1.0
        base = kind if factor == 1 else f"({factor:g}*{kind})"
        parts.append(base if exponent == 1 else f"{base}**{exponent:g}")
    return "*".join(parts) or "1"


def time_unit(model: Any) -> str:
    """Return the unit of time of a model as text; ``"unknown"`` where the file doesn't say."""
    if model.getLevel() > 2:
        return unit_text(model, model.getTimeUnits()) or "unknown"
    return (
        unit_text(model, "time")
        if model.getUnitDefinition("time") is not None
        else "second (the default of level 2)"
    )
