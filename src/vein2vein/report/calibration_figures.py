"""Figures of the calibration: predictive bands over reported data, observed against predicted, what matters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vein2vein.calibration.posterior_curves import SettingCurves
from vein2vein.calibration.targets import Target
from vein2vein.calibration.validation import Row
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, box_swatch, legend, line_swatch
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.scale import Linear, Logarithmic, Tick, decades
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import THIN, number

PERCENT = tuple(Tick(float(v), str(v)) for v in (0, 25, 50, 75, 100))
PFS, OS = palette.GROUPS[0], palette.GROUPS[1]
BAR = "#a9cbe0"
WIDTH = 720.0


def _dot(x: float, y: float, colour: str, filled: bool) -> str:
    return element(
        "circle", cx=x, cy=y, r=4, fill=colour if filled else "#fff", stroke=colour, stroke_width=1.8
    )


def _circle_swatch(colour: str, filled: bool) -> str:
    return _dot(7, -4, colour, filled)


def survival_figure(curves: SettingCurves, rows: Sequence[Row], landmarks: Sequence[Target]) -> Figure:
    """Return survival bands of a setting over reported landmarks: full dots were fitted, empty ones were not."""
    setting = curves.setting
    width, left, top, bottom = 560.0, 46.0, 76.0, 280.0
    ticks = tuple(Tick(float(m), str(m)) for m in range(0, 61, 12))
    plot = Panel(
        Linear(0, 61, left, width - 12, ticks),
        Linear(0, 100, bottom, top, PERCENT),
        left,
        top,
        width - 12,
        bottom,
    )
    plot.rows(f"{THIN}%")
    plot.columns()
    for band, colour in ((curves.pfs, PFS), (curves.os, OS)):
        plot.band(band.x, 100 * band.low, 100 * band.high, colour, 0.16)
        plot.line(band.x, 100 * band.middle, colour)
    said = []
    for target in landmarks:
        kind, _, month = target.observable.partition("_")
        colour = OS if kind == "os" else PFS
        half = 196 * np.sqrt(target.value * (1 - target.value) / target.n)
        _landmark(
            plot,
            float(month),
            100 * target.value,
            (100 * target.value - half, 100 * target.value + half),
            colour,
            True,
        )
        said.append(f"{kind.upper()} {month} months {100 * target.value:.0f} % (fitted)")
    for row in rows:
        when = row.observation.month
        endpoint = row.observation.quantity.upper()
        if row.fitted or when is None or endpoint not in ("OS", "PFS", "EFS"):
            continue
        colour = OS if endpoint == "OS" else PFS
        _landmark(plot, when, row.observed, row.observed_interval, colour, False)
        said.append(f"{row.observation.id} {row.observed:.0f} %")
    progression = "event-free" if setting.indication == "B-ALL" else "progression-free"
    key, _ = legend(
        (
            (line_swatch(PFS), progression),
            (line_swatch(OS), "alive"),
            (_circle_swatch(palette.INK, True), "reported, fitted"),
            (_circle_swatch(palette.INK, False), "reported, not fitted"),
        ),
        0,
        40,
        width,
    )
    body = [
        text(0, 15, f"Survival: {setting.label}", "head"),
        key,
        plot.svg,
        text(
            width - 12,
            bottom + 32,
            "months after infusion; bands: 90 % of parameter sets",
            "quiet small",
            "end",
        ),
    ]
    return Figure(
        f"survival-{setting.key.lower()}",
        f"Posterior predictive survival, {setting.label}",
        "Reported: " + "; ".join(said) + ".",
        width,
        bottom + 42,
        "".join(body),
    )


def _landmark(
    plot: Panel, x: float, y: float, ends: tuple[float, float] | None, colour: str, filled: bool
) -> None:
    place, level = float(plot.x(x)), float(plot.y(y))
    if ends:
        high, low = (float(plot.y(np.clip(e, 0, 100))) for e in ends)
        plot.add(element("path", d=f"M{place:.1f} {low:.1f}V{high:.1f}", stroke=colour, stroke_width=1.4))
    plot.add(_dot(place, level, colour, filled))


def kinetics_figure(curves: SettingCurves, targets: Sequence[Target]) -> Figure:
    """Return the CAR-T level of a setting over its reported peak and levels."""
    setting = curves.setting
    width, left, top, bottom = 560.0, 66.0, 76.0, 280.0
    values = {t.observable: t for t in targets if t.setting == setting.key}
    shown = curves.patients.x <= 91
    y = Logarithmic(
        decades(curves.patients.high[shown], float(curves.patients.high[shown].max()) / 1e5), bottom, top
    )
    ticks = tuple(Tick(float(d), str(d)) for d in range(0, 91, 14))
    plot = Panel(Linear(0, 91, left, width - 12, ticks), y, left, top, width - 12, bottom)
    plot.rows()
    plot.columns()
    for band, opacity in ((curves.patients, 0.14), (curves.typical, 0.35)):
        plot.band(band.x[shown], band.low[shown], band.high[shown], PFS, opacity)
    plot.line(curves.typical.x[shown], curves.typical.middle[shown], PFS)
    said = []
    if "cmax" in values:
        peak, day = values["cmax"].value, values["tmax"].value
        sd = values["cmax_log_sd"].value if "cmax_log_sd" in values else 0.0
        place = float(plot.x(day))
        ends = [float(plot.y(peak * np.exp(k * 1.645 * sd))) for k in (-1, 1)]
        plot.add(
            element(
                "path", d=f"M{place:.1f} {ends[0]:.1f}V{ends[1]:.1f}", stroke=palette.INK, stroke_width=1.4
            )
        )
        plot.add(_dot(place, float(plot.y(peak)), palette.INK, True))
        said.append(f"geometric mean peak {number(peak)} {curves.unit}, on day {day:g}")
    for name, day in (("level_day28", 28.0), ("level_day90", 90.0)):
        if name in values:
            plot.add(_dot(float(plot.x(day)), float(plot.y(values[name].value)), palette.INK, True))
            said.append(f"median on day {day:g} {number(values[name].value)}")
    key, _ = legend(
        (
            (box_swatch("#dbe8f1"), "90 % of patients"),
            (box_swatch("#8fb9d6"), "median patient, 90 % of parameter sets"),
            (_circle_swatch(palette.INK, True), "reported (peak: 90 % of patients)"),
        ),
        0,
        40,
        width,
    )
    body = [
        text(0, 15, f"CAR-T cells in blood: {setting.label}, {curves.unit}", "head"),
        key,
        plot.svg,
        text(width - 12, bottom + 32, "days after infusion", "quiet small", "end"),
    ]
    return Figure(
        f"kinetics-{setting.key.lower()}",
        f"Posterior predictive kinetics, {setting.label}",
        "Reported: " + "; ".join(said) + ".",
        width,
        bottom + 42,
        "".join(body),
    )


def comparison_figure(name: str, title: str, rows: Sequence[Row]) -> Figure:
    """Return observed shares with intervals beside predicted ones, one line a row."""
    left, step, top = 232.0, 22.0, 66.0
    bottom = top + step * len(rows)
    plot = Panel(
        Linear(0, 100, left, WIDTH - 14, PERCENT), Linear(0, 1, top, bottom), left, top, WIDTH - 14, bottom
    )
    plot.columns(lines=True)
    for k, row in enumerate(rows):
        y = top + step * (k + 0.5)
        low, high = (float(plot.x(np.clip(e, 0, 100))) for e in row.predicted_interval)
        plot.add(text(left - 10, y + 4, row.observation.id.replace("_", " "), "small", "end"))
        plot.add(element("rect", x=low, y=y - 6, width=max(high - low, 1), height=12, rx=2, fill=BAR))
        middle = float(plot.x(row.predicted))
        plot.add(element("path", d=f"M{middle:.1f} {y - 7:.1f}V{y + 7:.1f}", stroke=PFS, stroke_width=2.2))
        colour = palette.INK if row.covered else palette.ALARM
        if row.observed_interval:
            a, b = (float(plot.x(np.clip(e, 0, 100))) for e in row.observed_interval)
            plot.add(element("path", d=f"M{a:.1f} {y:.1f}H{b:.1f}", stroke=colour, stroke_width=1.4))
        plot.add(_dot(float(plot.x(row.observed)), y, colour, row.fitted))
    key, _ = legend(
        (
            (box_swatch(BAR), "predicted, 95 %"),
            (_circle_swatch(palette.INK, True), "observed, fitted"),
            (_circle_swatch(palette.INK, False), "observed, not fitted"),
            (_circle_swatch(palette.ALARM, False), "outside of the predicted interval"),
        ),
        0,
        40,
        WIDTH,
    )
    described = "; ".join(
        f"{r.observation.id}: observed {r.observed:.0f} %, predicted {r.predicted:.0f} % "
        f"({r.predicted_interval[0]:.0f} to {r.predicted_interval[1]:.0f})"
        for r in rows
    )
    body = [text(0, 15, title, "head"), key, plot.svg]
    body.append(text(WIDTH - 14, bottom + 34, "percent of patients", "quiet small", "end"))
    return Figure(name, title, described + ".", WIDTH, bottom + 42, "".join(body))
