"""Calibration and validation on a terminal: fitted against published, observed against predicted, refused and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vein2vein.calibration.fit import Calibration
from vein2vein.calibration.observables import LEVELS, TIMES, measure_of
from vein2vein.calibration.validation import Row, Validation
from vein2vein.report.estimate import interval, number

if TYPE_CHECKING:
    from rich.table import Table


def posterior_table(calibration: Calibration) -> Table:
    """Return what was fitted beside what the emulators give over the posterior."""
    table = _table("Fitted to, and given by the posterior (90 %)", ("", "published", "n", "posterior"))
    for emulator in calibration.emulators:
        values = emulator(calibration.draws.z)
        targets = [t for t in calibration.targets if t.setting == emulator.setting]
        for j, target in enumerate(targets):
            back = measure_of(target.observable).back
            unit = "%" if target.observable not in LEVELS | TIMES else ""
            factor = 100 if unit else 1
            low, middle, high = factor * back(np.quantile(values[:, j], [0.05, 0.5, 0.95]))
            table.add_row(
                target.id,
                number(factor * target.value),
                f"{target.n:.0f}",
                f"{number(float(middle))} {unit} ({interval(float(low), float(high))})",
            )
    return table


def validation_table(result: Validation) -> Table:
    """Return observed and predicted, the largest misfits first, fitted rows last."""
    table = _table("Observed and predicted (95 %)", ("", "observed", "predicted", "covered", "basis"))
    for row in by_misfit(result):
        table.add_row(
            row.observation.id,
            _value(row.observed, row.observed_interval, row.unit),
            _value(row.predicted, row.predicted_interval, row.unit),
            "yes" if row.covered else "no",
            "fitted" if row.fitted else row.arm.why.split(":")[0],
        )
    return table


def by_misfit(result: Validation) -> list[Row]:
    """Return rows that were not fitted before those that were, uncovered before covered, large errors first."""
    return sorted(result.rows, key=lambda r: (r.fitted, r.covered, -abs(r.error) if r.percent else 0.0))


def refusal_table(result: Validation) -> Table:
    """Return what was refused, and why."""
    table = _table("Not predicted", ("", "why"))
    for name, why in result.refused:
        table.add_row(name, why)
    return table


def summary_line(result: Validation) -> str:
    """Return coverage and error in a sentence, apart for what was not fitted."""
    parts = []
    for name, rows in (("all", result), ("not fitted", result.only(fitted=False))):
        if rows.coverage is not None:
            error = (
                f", mean absolute error {rows.mae_pp:.1f} percentage points"
                if rows.mae_pp is not None
                else ""
            )
            covered = sum(r.covered for r in rows.rows)
            parts.append(f"{name}: {covered} of {len(rows.rows)} covered by 95 % intervals{error}")
    return "; ".join(parts) + f". {len(result.refused)} refused. Research use only."


def _value(value: float, ends: tuple[float, float] | None, unit: str) -> str:
    around = f" ({interval(*ends)})" if ends else ""
    return f"{number(value)} {unit}{around}"


def _table(title: str, headings: tuple[str, ...]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
