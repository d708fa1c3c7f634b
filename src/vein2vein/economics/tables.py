"""Tidy tables and sentences of a valuation, for the terminal, CSV files and the report."""

from __future__ import annotations

import math

import pandas as pd

from vein2vein.economics.books import Spread
from vein2vein.economics.decisions import Comparison
from vein2vein.economics.published import printed_ratios
from vein2vein.economics.value import ProgrammeValue, StrategyValue, indication_name


def strategy_table(value: ProgrammeValue) -> pd.DataFrame:
    """Return one row a strategy and population; ``_low`` and ``_high`` are the 95 % interval."""
    table: list[dict[str, object]] = []
    for row in value.strategies:
        compared = _compared(value, row)
        table.append(
            {"population": row.indication, "strategy": row.name}
            | _columns("cost", row.cost)
            | {"cost_error": row.cost_error}
            | _columns("qaly", row.qaly)
            | {"qaly_error": row.qaly_error}
            | _columns("life_years", row.life_years)
            | _columns("net_benefit_gained", row.net_benefit_gained)
            | {"net_benefit_error": row.net_benefit_error, "verdict": compared.verdict}
            | {"compared_with": compared.compared_with, "icer": compared.icer}
        )
    return pd.DataFrame(table)


def compact_table(value: ProgrammeValue) -> pd.DataFrame:
    """Return the same for a terminal: money in thousands with its interval, ICER or verdict."""
    table = []
    for row in value.strategies:
        compared = _compared(value, row)
        table.append(
            {
                "population": indication_name(row.indication),
                "strategy": row.name,
                "cost (thousands)": _spread(row.cost, 1e3, 0),
                "QALYs": _spread(row.qaly, 1.0, 1),
                "ICER": compared.verdict if math.isnan(compared.icer) else f"{compared.icer:,.0f}",
            }
        )
    return pd.DataFrame(table)


def what_if_table(value: ProgrammeValue) -> pd.DataFrame:
    """Return one row a scenario analysis: the programme against standard salvage at central values."""
    return pd.DataFrame(
        {
            "scenario": row.name,
            "cost": row.cost,
            "qaly": row.qaly,
            "cost_gained": row.cost_gained,
            "qaly_gained": row.qaly_gained,
            "icer": row.icer,
        }
        for row in value.what_ifs
    )


def published_table() -> str:
    """Return the published ratios beside what their totals give, as a Markdown table."""
    lines = [
        "| comparison | effect | printed | from the totals | reproduced |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in printed_ratios():
        interval = f"{row.computed:,.0f} ({row.computed_low:,.0f}–{row.computed_high:,.0f})"
        effect = "QALY" if row.effect == "qaly" else "life-year"
        verdict = "yes" if row.reproduced else "**no**: known error of the source"
        printed = f"{row.printed:,.0f} {row.unit.split('/')[0]}"
        lines.append(f"| {row.comparison} | {effect} | {printed} | {interval} | {verdict} |")
    return "\n".join(lines)


def research_table(value: ProgrammeValue) -> pd.DataFrame:
    """Return one row a question: worth a treated decision and a year, with standard errors."""
    return pd.DataFrame(
        {
            "indication": q.indication,
            "to know": q.group,
            "a patient": round(q.per_patient.value),
            "a year": round(q.per_year.value),
            "standard error": round(q.per_year.standard_error),
        }
        for q in value.questions
    )


def book_lines(value: ProgrammeValue) -> list[str]:
    """Return the books in sentences, one a reading of the report, and one on capacity."""
    lines = []
    for row in value.books:
        cost = f"{row.cost.mean:,.0f} ({row.cost.low:,.0f} to {row.cost.high:,.0f})"
        lines.append(
            f"Books, {row.reading}: {row.foreigners} foreigners bring {row.revenue:,.0f} against "
            f"a cost of {cost} for {row.citizens} citizens and themselves: {row.covered.mean:.0%} covered; "
            f"break-even price {row.break_even_price.mean:,.0f}."
        )
    slots = value.capacity
    courses = slots.courses_a_year
    lines.append(
        f"Capacity: {courses.mean:.0f} courses a year ({courses.low:.0f} to {courses.high:.0f}), "
        f"{slots.utilisation:.0%} used; if every slot is used, foreigners can carry "
        f"{slots.citizens_at_break_even:.0f} citizens a year at the present price."
    )
    return lines


def _compared(value: ProgrammeValue, row: StrategyValue) -> Comparison:
    return next(c for c in value.comparisons[row.indication] if c.option.name == row.name)


def _columns(name: str, spread: Spread) -> dict[str, float]:
    return {name: spread.mean, f"{name}_low": spread.low, f"{name}_high": spread.high}


def _spread(spread: Spread, unit: float, digits: int) -> str:
    low, high = spread.low / unit, spread.high / unit
    return f"{spread.mean / unit:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"
