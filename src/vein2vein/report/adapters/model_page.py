"""The equations and parameters page of a system and its sheet."""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from vein2vein.dynamics.system import OdeSystem
from vein2vein.evidence import EvidenceValue, Sheet
from vein2vein.patients.settings import Setting
from vein2vein.report.chapters import model as chapter
from vein2vein.report.trust_records import ModelPage, ParameterRow


def model_page(system: OdeSystem, sheet: Sheet, settings: tuple[Setting, ...]) -> ModelPage:
    """Return every equation and every parameter with unit, values, variability, source and status.

    Parameters
    ----------
    system : OdeSystem
        The equations.
    sheet : Sheet
        Its parameters' values; parameters made per patient are described instead.
    settings : tuple of Setting
        Columns of the parameter table.
    """
    known = {row.id for row in sheet.rows}
    parameters = [
        _row(p.symbol, p.meaning, p.unit, {s: sheet.value(p.name, s.key) for s in settings})
        if p.name in known
        else ParameterRow(
            p.symbol, p.meaning, p.unit, {}, "drawn or set per patient", "see the patients", "derived"
        )
        for p in system.parameters
    ]
    return chapter.model_page(system, parameters)


def _row(
    symbol: sympy.Symbol, meaning: str, unit: str, rows: Mapping[Setting, EvidenceValue]
) -> ParameterRow:
    values = {s.label: row.value for s, row in rows.items()}
    if len(set(values.values())) == 1:
        values = {"": next(iter(values.values()))}
    statuses = dict.fromkeys(_status(row) for row in rows.values())
    sources = dict.fromkeys(_source(row) for row in rows.values())
    spreads = dict.fromkeys(_spread(row) for row in rows.values())
    return ParameterRow(
        symbol,
        meaning,
        unit,
        values,
        " / ".join(s for s in spreads if s),
        "; ".join(sources),
        ", ".join(statuses),
    )


def _status(row: EvidenceValue) -> str:
    return "recalled" if row.recalled else row.status


def _source(row: EvidenceValue) -> str:
    if row.range is not None and row.status == "assumed":
        return f"assumed, {row.range[0]:g} to {row.range[1]:g}"
    if row.range is not None and row.source.key == "posterior":
        return f"joint calibration, 90 % {row.range[0]:.3g} to {row.range[1]:.3g}"
    return f"{row.source.citation}, {row.locator}"


def _spread(row: EvidenceValue) -> str:
    kinds = {"log_sd": "log SD {:g}", "cv_pct": "CV {:g} %"}
    if row.spread is None or row.spread_kind not in kinds:
        return ""
    return kinds[row.spread_kind].format(row.spread)
