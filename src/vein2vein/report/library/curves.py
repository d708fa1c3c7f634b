"""Figures of published models: what was observed over time, and several models side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.dynamics.published.record import Measured
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, legend, line_swatch
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.scale import Linear, Logarithmic, Tick, decades, linear_ticks
from vein2vein.report.drawing.svg import element, text
from vein2vein.simulation.model_run import ModelRun

__all__ = ["Line", "individuals_figure", "lines_figure", "quantity_lines", "run_figure"]

_LEFT, _PLOT = 52.0, 210.0
_DASHES = (None, "7 4", "2 4", "9 4 2 4", "1 3", "12 5")
_DECADES_SHOWN, _DECADES_OF_CELLS = 8, 13


@dataclass(frozen=True)
class Line:
    """A curve with its band: ``low`` and ``high`` are absent for one patient.

    Lines are coloured in order, or by ``style`` where a line must look the same in several panels.
    """

    label: str
    days: NDArray[np.float64]
    middle: NDArray[np.float64]
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
    style: int | None = None


def run_figure(run: ModelRun, width: float = 620.0) -> Figure:
    """Return one panel an observable, stacked, with the patients' data that the paper's figure shows."""
    top, parts = 0.0, []
    units = {str(symbol): unit for symbol, unit in run.model.system.units.items()}
    for observable in run.model.observables:
        curves = run.ensemble.outputs[observable.name]
        line = _line(observable.name, run.ensemble.times, curves)
        data = [m for m in run.model.measured if m.of == observable.name]
        title = f"{observable.name}{_in_unit(units[observable.name])} – {observable.assay}"
        figure = lines_figure(observable.name, title, [line], width, data, _least(units[observable.name]))
        parts.append(figure.placed(0, top))
        top += figure.height + 18
    words = "; ".join(
        f"{m.name} {np.nanmedian(m.value):.4g} {m.unit}"
        for m in run.metrics[:6]
        if np.isfinite(m.value).any()
    )
    return Figure(
        _anchor(run.model.name), f"{run.model.name}: {run.model.title}", words, width, top, "".join(parts)
    )


def individuals_figure(run: ModelRun, names: Sequence[str], width: float = 620.0) -> Figure:
    """Return one panel an observable with the individuals of a model: a line each, or a band a group.

    Parameters
    ----------
    run : ModelRun
        Of :func:`~vein2vein.simulation.model_run.run_individuals`.
    names : sequence of str
        Its patients, in order.
    width : float
        Of the figure.
    """
    top, parts, place = 0.0, [], {name: k for k, name in enumerate(names)}
    units = {str(symbol): unit for symbol, unit in run.model.system.units.items()}
    groups = run.model.groups or (
        {name: (name,) for name in names}
        if len(names) <= len(_DASHES)
        else {f"{len(names)} individuals": tuple(names)}
    )
    for observable in run.model.observables:
        curves = run.ensemble.outputs[observable.name]
        lines = [
            _line(
                f"{group} ({len(members)})" if len(members) > 1 else group, run.ensemble.times, curves[rows]
            )
            for group, members in groups.items()
            for rows in ([place[name] for name in members],)
        ]
        title = f"{observable.name}{_in_unit(units[observable.name])} – {observable.assay}"
        figure = lines_figure(observable.name, title, lines, width, least=_least(units[observable.name]))
        parts.append(figure.placed(0, top))
        top += figure.height + 18
    title = f"{run.model.name}: {', '.join(groups)}"
    return Figure(f"{_anchor(run.model.name)}-individuals", title, title, width, top, "".join(parts))


def _least(unit: str) -> float:
    """Return the smallest value worth showing: one cell, where cells are counted."""
    return 1.0 if unit == "cell" else 0.0


def _in_unit(unit: str) -> str:
    return "" if unit == "1" else f", {unit.replace('gigacell', '1e9 cells')}"


def quantity_lines(times: NDArray[np.float64], curves: Mapping[str, NDArray[np.float64]]) -> list[Line]:
    """Return a line a quantity, of one run (T,) or with the band of several (n, T)."""
    return [_line(name, times, np.atleast_2d(curve)) for name, curve in curves.items()]


def _line(label: str, days: NDArray[np.float64], curves: NDArray[np.float64]) -> Line:
    if len(curves) == 1:
        return Line(label, days, curves[0])
    low, middle, high = np.nanpercentile(curves, (5, 50, 95), axis=0)
    return Line(label, days, middle, low, high)


def lines_figure(
    name: str,
    title: str,
    lines: Sequence[Line],
    width: float = 620.0,
    data: Sequence[Measured] = (),
    least: float = 0.0,
) -> Figure:
    """Return curves over days on a logarithmic scale (a straight one where nothing spans a decade).

    Parameters
    ----------
    name, title : str
        Anchor, and what stands above.
    lines : sequence of Line
        Curves.
    width : float
        Of the figure.
    data : sequence of Measured
        Patients' data to draw on top.
    least : float
        Smallest value worth showing; eight decades below the largest are shown if it is 0.
    """
    last = max(float(line.days[-1]) for line in lines)
    key, tall = "", 0.0
    styles = [(k if line.style is None else line.style) % len(_DASHES) for k, line in enumerate(lines)]
    if len(lines) > 1:
        entries = [
            (line_swatch(palette.GROUPS[k], _DASHES[k]), line.label)
            for k, line in zip(styles, lines, strict=True)
        ]
        key, tall = legend(entries, 0, 36, width)
    top = 30.0 + tall
    bottom = top + _PLOT
    drawn = [v for line in lines for v in (line.middle, line.low, line.high) if v is not None]
    values = np.concatenate([*drawn, np.array([v for m in data for v in (m.median, m.high)])])
    scale = _scale(values, np.concatenate([line.middle for line in lines]), bottom, top, least)
    panel = Panel(Linear(0.0, last, _LEFT, width - 12, _days(last)), scale, _LEFT, top, width - 12, bottom)
    panel.rows()
    panel.add(element("path", d=f"M{_LEFT:g} {bottom:g}H{width - 12:g}", stroke=palette.HAIR))
    panel.columns()
    for k, line in zip(styles, lines, strict=True):
        if line.low is not None and line.high is not None:
            panel.band(line.days, line.low, line.high, palette.GROUPS[k], 0.15)
    for k, line in zip(styles, lines, strict=True):
        panel.line(*_above(scale, line.days, line.middle), palette.GROUPS[k], 2.0, _DASHES[k])
    for point in data:
        _point(panel, point)
    body = [
        text(0, 15, title, "head"),
        key,
        panel.svg,
        text((_LEFT + width) / 2, bottom + 34, "days after the start", "quiet small", "middle"),
    ]
    if data:
        body.append(
            text(width - 12, 26, "dots: patients' medians and quartiles in the paper", "quiet small", "end")
        )
    return Figure(_anchor(name), title, title, width, bottom + 42, "".join(body))


def _scale(
    values: NDArray[np.float64], middle: NDArray[np.float64], bottom: float, top: float, least: float
) -> Linear | Logarithmic:
    """Return a scale for what is drawn; a band may go three decades beyond the curves, and down to ``least``."""
    seen = values[np.isfinite(values)]
    largest = float(seen.max()) if seen.size else 1.0
    centre = float(np.nanmax(middle)) if np.isfinite(middle).any() else 0.0
    deepest = max(least, centre * 10.0 ** -(_DECADES_OF_CELLS if least else _DECADES_SHOWN))
    shown = seen[(seen >= deepest) & (seen <= centre * 1e3) & (seen > 0)]
    if not shown.size or shown.min() > shown.max() / 12 or (largest <= 1.0 and seen.min() >= 0):
        high = largest * 1.08 if largest > 0 else 1.0
        return Linear(0.0, high, bottom, top, linear_ticks(0.0, high))
    return Logarithmic(decades(shown, float(shown.min())), bottom, top, foot=0.0)


def _above(
    scale: Linear | Logarithmic, days: NDArray[np.float64], curve: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a curve that leaves through the floor of a logarithmic scale instead of running along it."""
    if isinstance(scale, Linear):
        return days, curve
    floor = 10.0 ** scale.decades[0]
    under = ~(curve >= floor)
    edge = np.flatnonzero(under[1:] != under[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log(np.maximum(curve, 1e-300) / floor)
    share = level[edge] / (level[edge] - level[edge + 1])
    crossing = days[edge] + np.where(np.isfinite(share), share, 1.0) * (days[edge + 1] - days[edge])
    kept = np.where(under, np.nan, curve)
    return np.insert(days, edge + 1, crossing), np.insert(kept, edge + 1, floor)


def _point(panel: Panel, m: Measured) -> None:
    x = float(panel.x(m.day))
    low, high = float(panel.y(m.low)), float(panel.y(m.high))
    panel.add(element("path", d=f"M{x:.1f} {low:.1f}V{high:.1f}", stroke=palette.INK, stroke_width=1.2))
    panel.add(element("circle", cx=x, cy=float(panel.y(m.median)), r=3.2, fill=palette.INK))


def _days(last: float) -> tuple[Tick, ...]:
    every = next((s for s in (1, 2, 5, 7, 14, 28, 50, 100, 200, 365) if last / s <= 9), 730)
    return tuple(Tick(float(d), str(d)) for d in range(0, int(last) + 1, every))


def _anchor(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower())
