"""Figures of sensitivity: a tornado of swings, Sobol indices, and how they change over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vein2vein.calibration.sensitivity import Sensitivity
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, box_swatch, legend, line_swatch
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.scale import Linear, Tick, linear_ticks
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import number

WIDTH, NARROW = 720.0, 350.0
"""Widths for a page and for a phone."""


def _spoken(parameter: str, setting: str) -> str:
    """Return a parameter's name in words; the setting's own key is left out."""
    return parameter.replace(f" [{setting}]", "").replace("_", " ")


def _margin(names: Sequence[str], width: float) -> float:
    """Return the room that names need at the left of bars."""
    return min(14 + 5.6 * max((len(n) for n in names), default=0), 0.52 * width)


def tornado_figure(
    sensitivity: Sensitivity,
    title: str,
    unit: str = "",
    factor: float = 1.0,
    most: int = 10,
    width: float = WIDTH,
) -> Figure:
    """Return the swing of an output as each parameter goes from its 5th to its 95th prior percentile."""
    swings = sorted(sensitivity.influences, key=lambda i: -abs(i.high - i.low))[:most]
    ends = factor * np.array([[i.low, i.high] for i in swings])
    low, high = float(ends.min()), float(ends.max())
    margin = 0.06 * ((high - low) or 1.0)
    ticks = linear_ticks(low - margin, high + margin, 6 if width > NARROW else 4)
    names = [_spoken(i.parameter, sensitivity.setting) for i in swings]
    left, step = _margin(names, width), 24.0
    key, tall = legend(
        (
            (box_swatch(palette.GROUPS[1]), "parameter low (5th percentile of its prior)"),
            (box_swatch(palette.GROUPS[0]), "parameter high (95th)"),
        ),
        0,
        40,
        width,
    )
    top = 47.0 + tall
    bottom = top + step * len(swings)
    x = Linear(low - margin, high + margin, left, width - 14, ticks)
    plot = Panel(x, Linear(0, 1, top, bottom), left, top, width - 14, bottom)
    plot.columns(lines=True)
    centre = float(x(factor * sensitivity.centre))
    for k, (name, (a, b)) in enumerate(zip(names, ends, strict=True)):
        y = top + step * k + 4
        plot.add(text(left - 10, y + 12, name, "small", "end"))
        for end, colour in ((a, palette.GROUPS[1]), (b, palette.GROUPS[0])):
            start, stop = sorted((centre, float(x(end))))
            plot.add(element("rect", x=start, y=y, width=max(stop - start, 0.5), height=16, fill=colour))
    plot.add(element("path", d=f"M{centre:.1f} {top:g}V{bottom:g}", stroke=palette.INK, stroke_width=1.2))
    described = "; ".join(
        f"{i.parameter}: {number(float(a))} to {number(float(b))}"
        for i, (a, b) in zip(swings, ends, strict=True)
    )
    body = [text(0, 15, title, "head"), key, plot.svg]
    body.append(text(width - 14, bottom + 32, unit, "quiet small", "end"))
    name = f"tornado-{sensitivity.output.replace('_', '-')}-{sensitivity.setting.lower()}"
    return Figure(name, title, described + ".", width, bottom + 42, "".join(body))


def sobol_figure(sensitivity: Sensitivity, title: str, most: int = 10, width: float = WIDTH) -> Figure:
    """Return total and first-order Sobol indices with their intervals."""
    shown = sensitivity.influences[:most]
    names = [_spoken(i.parameter, sensitivity.setting) for i in shown]
    left, step = _margin(names, width), 26.0
    key, tall = legend(
        (
            (box_swatch(palette.GROUPS[0]), "total index"),
            (box_swatch(palette.GROUPS[1]), "first-order index"),
            (line_swatch(palette.INK), "95 % interval"),
        ),
        0,
        40,
        width,
    )
    top = 47.0 + tall
    bottom = top + step * len(shown)
    reach = max(1.0, *(i.total + i.total_error for i in shown)) if shown else 1.0
    ticks = tuple(Tick(v / 5, f"{v / 5:g}") for v in range(6))
    x = Linear(0.0, reach, left, width - 14, ticks)
    plot = Panel(x, Linear(0, 1, top, bottom), left, top, width - 14, bottom)
    plot.columns(lines=True)
    for k, (name, influence) in enumerate(zip(names, shown, strict=True)):
        y = top + step * k + 3
        plot.add(text(left - 10, y + 13, name, "small", "end"))
        for offset, value, error, colour in (
            (0, influence.total, influence.total_error, palette.GROUPS[0]),
            (10, influence.first, influence.first_error, palette.GROUPS[1]),
        ):
            end = float(x(max(value, 0.0)))
            plot.add(element("rect", x=left, y=y + offset, width=max(end - left, 0.5), height=8, fill=colour))
            a, b = (float(x(np.clip(value + s * error, 0.0, reach))) for s in (-1, 1))
            plot.add(
                element(
                    "path", d=f"M{a:.1f} {y + offset + 4:g}H{b:.1f}", stroke=palette.INK, stroke_width=1.2
                )
            )
    described = "; ".join(f"{i.parameter}: total {i.total:.2f}, first order {i.first:.2f}" for i in shown)
    file = f"sobol-{sensitivity.output.replace('_', '-')}-{sensitivity.setting.lower()}"
    body = [text(0, 15, title, "head"), key, plot.svg]
    body.append(text(width - 14, bottom + 32, "share of the variance over the prior", "quiet small", "end"))
    return Figure(file, title, described + ".", width, bottom + 42, "".join(body))


def influence_over_time_figure(sensitivities: Sequence[Sensitivity], title: str, most: int = 6) -> Figure:
    """Return total indices of one output at successive months, one line a parameter."""
    months = [float(s.output.rpartition("_")[2]) for s in sensitivities]
    totals = [{i.parameter: i.total for i in s.influences} for s in sensitivities]
    known = [n for n in totals[0] if all(n in t for t in totals)]  # leading parameters only are kept
    names = sorted(known, key=lambda n: -max(t[n] for t in totals))[:most]
    entries = [
        (line_swatch(palette.GROUPS[k % len(palette.GROUPS)]), _spoken(name, sensitivities[0].setting))
        for k, name in enumerate(names)
    ]
    width, left = 620.0, 46.0
    key, tall = legend(entries, 0, 40, width)
    top = 44.0 + tall
    bottom = top + 190.0
    ticks = tuple(Tick(m, f"{m:g}") for m in months)
    x = Linear(min(months), max(months), left, width - 14, ticks)
    y = Linear(0.0, 1.0, bottom, top, tuple(Tick(v / 4, f"{v / 4:g}") for v in range(5)))
    plot = Panel(x, y, left, top, width - 14, bottom)
    plot.rows()
    plot.columns()
    for k, name in enumerate(names):
        plot.line(months, [min(t[name], 1.0) for t in totals], palette.GROUPS[k % len(palette.GROUPS)])
    described = "; ".join(f"{n}: " + ", ".join(f"{t[n]:.2f}" for t in totals) for n in names)
    body = [text(0, 15, title, "head"), key, plot.svg]
    body.append(
        text(width - 14, bottom + 32, "months after infusion; total Sobol index", "quiet small", "end")
    )
    name = f"sobol-time-{sensitivities[0].setting.lower()}"
    return Figure(name, title, described + ".", width, bottom + 42, "".join(body))
