"""Patient journeys: CAR-T cells, tumour, B cells and IL-6 over time, one strip a group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.scale import Broken, Linear, Logarithmic, Scale, Tick, decades
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import number, with_unit
from vein2vein.report.patient_records import Course, Journey

WIDTH, LEFT, RIGHT = 280.0, 44.0, 272.0
_TOP, _PLOT, _GAP = 46.0, 104.0, 30.0
_BREACH, _LAST = 60.0, 730.5


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter on patient journeys."""
    html = fill("journeys.html", figures=figures(report), examples=_examples(report.journeys))
    return Chapter("journeys", "Patient journeys", html, wide=True)


def figures(report: ReportInput) -> tuple[Figure, ...]:
    """Return one strip a group; the strips share their axes."""
    labels = [group.label for group in report.header.groups]
    axes = _axes(report.journeys)
    last = min(max((float(j.times[-1]) for j in report.journeys if j.times.size), default=1.0), _LAST)
    return tuple(
        _strip(k, journey, axes, last, palette.group_colour(journey.group, labels))
        for k, journey in enumerate(report.journeys, start=1)
    )


def _examples(journeys: Sequence[Journey]) -> bool:
    return any(course.examples is not None for journey in journeys for course in journey.courses)


def _axes(journeys: Sequence[Journey]) -> dict[str, tuple[int, int]]:
    """Return the decades of every course, shared by all groups."""
    values: dict[str, list[np.ndarray]] = {}
    floors: dict[str, float] = {}
    for course in (course for journey in journeys for course in journey.courses):
        marked = np.array([threshold.value for threshold in course.thresholds])
        values.setdefault(course.name, []).extend((course.fan.quantiles.ravel(), marked))
        floors[course.name] = min(course.floor, floors.get(course.name, course.floor))
    return {name: decades(np.concatenate(values[name]), floors[name]) for name in values}


def _time(last: float) -> Scale:
    if last > 1.5 * _BREACH:
        return Broken(_BREACH, last, LEFT, RIGHT)
    step = 14 if last > 20 else 7 if last > 8 else 1
    ticks = tuple(Tick(float(d), str(d)) for d in range(0, int(last) + 1, step))
    return Linear(0.0, max(last, 1.0), LEFT, RIGHT, ticks)


def _strip(k: int, journey: Journey, axes: dict[str, tuple[int, int]], last: float, colour: str) -> Figure:
    x = _time(last)
    shown = journey.times <= last
    body = [text(0, 15, journey.group, "head")]
    top = _TOP
    for course in journey.courses:
        bottom = top + _PLOT
        y = Logarithmic(axes[course.name], bottom, top)
        panel = Panel(x, y, LEFT, top, RIGHT, bottom)
        body.append(
            text(0, top - 9, course.name, "name") + text(RIGHT, top - 9, course.unit, "quiet small", "end")
        )
        _draw(panel, course, journey.times, shown, colour)
        body.append(panel.svg)
        top = bottom + _GAP
    foot = top - _GAP
    body.append(_foot(x, journey, foot))
    description = " ".join(_sentence(course, journey.times) for course in journey.courses)
    return Figure(
        f"journey-{k}", f"Patient journeys: {journey.group}", description, WIDTH, foot + 56, "".join(body)
    )


def _draw(panel: Panel, course: Course, times: np.ndarray, shown: np.ndarray, colour: str) -> None:
    low, quarter, median, three, high = course.fan.quantiles[:, shown]
    days = times[shown]
    panel.rows()
    panel.columns(labels=False)
    panel.band(days, low, high, colour, 0.15)
    panel.band(days, quarter, three, colour, 0.28)
    for patient in course.examples if course.examples is not None else ():
        panel.line(days, patient[shown], colour, 0.7, opacity=0.6)
    panel.line(days, median, colour, 2.2)
    if isinstance(panel.x, Broken):
        gap = panel.x.edge
        panel.add(element("rect", x=gap + 1, y=panel.top - 2, width=6, height=_PLOT + 8, fill="#fff"))
        for edge in (gap + 1, gap + 7):
            panel.add(element("path", d=f"M{edge - 1.5:.1f} {panel.bottom + 4:g}l3 -8", stroke=palette.GREY))
    for threshold in course.thresholds:
        panel.level(threshold.value, threshold.label)


def _foot(x: Scale, journey: Journey, foot: float) -> str:
    """Return the labels of the time axis and the share of patients followed at them."""
    out = [text(0, foot + 16, "day", "quiet small"), text(0, foot + 48, "still followed, %", "quiet small")]
    for tick in x.ticks:
        place = float(x(tick.value))
        anchor = "end" if place > RIGHT - 6 else "middle"
        out.append(text(min(place, RIGHT + 6), foot + 16, tick.label, "quiet small", anchor))
        near = np.flatnonzero(journey.times <= tick.value)
        share = 100 * journey.followed[near[-1]] if near.size else np.nan
        if not np.isnan(share) and tick.value <= journey.times[-1] + 15:
            out.append(text(min(place, RIGHT + 6), foot + 33, f"{share:.0f}", "small", anchor))
    return "".join(out)


def _sentence(course: Course, times: np.ndarray) -> str:
    """Return what the median does, for readers who listen."""
    median = course.fan.quantiles[2]
    if np.isnan(median).all():
        return f"{course.name}: no data."
    peak = int(np.nanargmax(median))
    end = np.flatnonzero(~np.isnan(median))[-1]
    last = median[end]
    final = (
        with_unit(number(float(last)), course.unit)
        if last >= course.floor
        else f"less than {with_unit(number(course.floor), course.unit)}"
    )
    return (
        f"{course.name}: the median is highest, {with_unit(number(float(median[peak])), course.unit)}, "
        f"on day {number(float(times[peak]))} and stands at {final} on day {number(float(times[end]))}."
    )
