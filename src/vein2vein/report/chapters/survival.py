"""Survival: Kaplan–Meier curves with the band that chance gives such a cohort, and numbers at risk."""

from __future__ import annotations

import numpy as np

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, Plate, legend, line_swatch
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.scale import Linear, Tick, time_ticks
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import THIN, Estimate, estimate
from vein2vein.report.patient_records import Curve, SurvivalPanel

_COLOURS = ("#0b6aa8", "#c2510a", "#0b7d5b")
_PERCENT = tuple(Tick(v / 100, str(v)) for v in (0, 25, 50, 75, 100))
_LEFT, _PLOT = 44.0, 190.0


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter on survival."""
    labels = list(dict.fromkeys(c.label for p in report.survival for c in p.curves if c.median is not None))
    medians = [(p.group, {curve.label: curve.median for curve in p.curves}) for p in report.survival]
    html = fill("survival.html", plates=plates(report), labels=labels, medians=medians)
    return Chapter("survival", "Survival", html, wide=True)


def plates(report: ReportInput) -> tuple[Plate, ...]:
    """Return one plate a group, drawn narrow and wide."""
    return tuple(
        Plate(figure(panel, k, 340.0), figure(panel, k, 500.0))
        for k, panel in enumerate(report.survival, start=1)
    )


def figure(panel: SurvivalPanel, k: int, width: float) -> Figure:
    """Return the curves of one group at a width."""
    last = max((float(curve.times[-1]) for curve in panel.curves if curve.times.size), default=1.0) or 1.0
    x = Linear(0.0, last, _LEFT, width - 10, time_ticks(last))
    styles = _styles(panel)
    entries = [(line_swatch(styles[c.label][0], styles[c.label][1]), c.label) for c in panel.curves]
    key, tall = legend(entries, 0, 36, width)
    top = 36 + tall + 2
    bottom = top + _PLOT
    plot = Panel(x, Linear(0.0, 1.0, bottom, top, _PERCENT), _LEFT, top, width - 10, bottom)
    plot.rows(f"{THIN}%")
    plot.columns()
    for curve in panel.curves:
        if curve.low is not None and curve.high is not None:
            plot.step_band(curve.times, curve.low, curve.high, styles[curve.label][0], 0.14)
    for curve in panel.curves:
        colour, dashes = styles[curve.label]
        plot.steps(curve.times, curve.survival, colour, 1.8 if curve.comparator else 2.2, dashes)
    table, height = _at_risk(panel, x, bottom + 40, styles)
    body = [
        text(0, 15, panel.group, "head"),
        key,
        plot.svg,
        text(width - 10, bottom + 31, "months after infusion", "quiet small", "end"),
        table,
    ]
    return Figure(
        f"survival-{k}",
        f"Survival: {panel.group}",
        _sentence(panel),
        width,
        bottom + 40 + height,
        "".join(body),
    )


def _styles(panel: SurvivalPanel) -> dict[str, tuple[str, str | None]]:
    """Return colour and dashes of each curve."""
    treated = [curve.label for curve in panel.curves if not curve.comparator]
    styles: dict[str, tuple[str, str | None]] = {
        label: (_COLOURS[k % len(_COLOURS)], None) for k, label in enumerate(treated)
    }
    return styles | {curve.label: (palette.QUIET, "5 4") for curve in panel.curves if curve.comparator}


def _at_risk(
    panel: SurvivalPanel, x: Linear, top: float, styles: dict[str, tuple[str, str | None]]
) -> tuple[str, float]:
    """Return the numbers at risk beneath the time axis and their height."""
    rows = [curve for curve in panel.curves if curve.at_risk is not None]
    if not rows:
        return "", 4.0
    out = [text(0, top + 10, "at risk", "quiet small")]
    line = top + 10
    for curve in rows:
        line += 16
        out.append(element("path", d=f"M6 {line - 4:g}H24", stroke=styles[curve.label][0], stroke_width=2.2))
        for day, at_risk in zip(
            panel.at_risk_times, curve.at_risk if curve.at_risk is not None else (), strict=True
        ):
            if not np.isnan(at_risk):
                out.append(text(float(x(day)), line, f"{at_risk:.0f}", "small", "middle"))
    return "".join(out), line - top + 8


def _sentence(panel: SurvivalPanel) -> str:
    return " ".join(_words(curve) for curve in panel.curves)


def _words(curve: Curve) -> str:
    if not curve.times.size:
        return f"{curve.label}: no data."
    months = curve.times[-1] / 30.4375
    median = f"median {estimate(curve.median)}; " if curve.median is not None else ""
    return f"{curve.label}: {median}{Estimate.share(float(curve.survival[-1]))} at {months:.0f} months."
