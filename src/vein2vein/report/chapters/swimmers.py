"""The swimmer plot: every patient of one virtual cohort as a bar."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, Plate, box_swatch, legend
from vein2vein.report.drawing.scale import Linear, time_ticks
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.patient_records import Condition, Swimmer

COLOURS = {
    Condition.ACTIVE: palette.GREY,
    Condition.REMISSION: "#1c8a80",
    Condition.RELAPSED_POSITIVE: "#e9a122",
    Condition.RELAPSED_NEGATIVE: "#7d2150",
}
_BAR = 6.0
_MOST = 120
"""Bars that fit on a page; of a larger cohort every k-th patient is drawn."""
_GRADES = ("", "", "#e39a9f", "#c2404f", "#6d0f20")
"""Colour of the mark of each worst CRS grade from 2 up."""


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter with the swimmer plot."""
    n = len(report.swimmers)
    title = f"One cohort of {n}, patient by patient" if n > 1 else "One cohort, patient by patient"
    plate = plates(report)[0] if report.swimmers else None
    html = fill("swimmers.html", plate=plate, patients=n, every=_every(n))
    return Chapter("swimmers", title, html)


def plates(report: ReportInput) -> tuple[Plate, ...]:
    """Return the swimmer plot, drawn narrow and wide."""
    if not report.swimmers:
        return ()
    order = [group.label for group in report.header.groups]
    groups = sorted(
        {s.group for s in report.swimmers}, key=lambda g: (order.index(g) if g in order else len(order), g)
    )
    return (Plate(_figure(report.swimmers, groups, 340.0), _figure(report.swimmers, groups, 720.0)),)


def _figure(swimmers: Sequence[Swimmer], groups: Sequence[str], width: float) -> Figure:
    last = max((s.end for s in swimmers), default=0.0) or 1.0
    left, right = 16.0, width - 12
    x = Linear(0.0, last, left, right, time_ticks(last))
    key, top = legend(_key(), 0, 12, width)
    body = [key]
    top += 14
    first = top
    for group in groups:
        mine = sorted((s for s in swimmers if s.group == group), key=_rank)
        body.append(
            text(0, top + 10, group, "name") + text(right, top + 10, _tally(mine), "quiet small", "end")
        )
        top += 18
        for swimmer in mine[:: _every(len(swimmers))]:
            body.append(_bar(swimmer, x, top))
            top += _BAR + 2
        top += 10
    axis = []
    for tick in x.ticks:
        place = float(x(tick.value))
        axis.append(element("path", d=f"M{place:.1f} {first + 16:g}V{top:g}", stroke=palette.HAIR))
        axis.append(text(place, top + 14, tick.label, "quiet small", "middle"))
    axis.append(text(right, top + 30, "months after infusion", "quiet small", "end"))
    counts = Counter(s.stretches[-1].condition.value for s in swimmers if s.stretches and not s.died)
    description = (
        f"{len(swimmers)} patients, one bar each, from infusion to death or end of follow-up; "
        f"{sum(s.died for s in swimmers)} died"
        + "".join(
            f", {n} alive {'with ' if name.startswith('active') else ''}{name}"
            for name, n in sorted(counts.items())
        )
        + "."
    )
    return Figure(
        "swimmers", "Every patient of one virtual cohort", description, width, top + 36, "".join(axis + body)
    )


def _every(patients: int) -> int:
    return max(math.ceil(patients / _MOST), 1)


def _rank(swimmer: Swimmer) -> tuple[float, float, str]:
    """Longest remission first, then longest life."""
    remission = sum(s.end - s.start for s in swimmer.stretches if s.condition is Condition.REMISSION)
    return (-round(remission, 6), -swimmer.end, swimmer.patient)


def _tally(swimmers: Sequence[Swimmer]) -> str:
    """Return ``n patients, m alive``."""
    alive = sum(not s.died for s in swimmers)
    return f"{len(swimmers)} {'patient' if len(swimmers) == 1 else 'patients'}, {alive} alive"


def _bar(swimmer: Swimmer, x: Linear, top: float) -> str:
    out = []
    for stretch in swimmer.stretches:
        a, b = float(x(stretch.start)), float(x(stretch.end))
        colour, wide = COLOURS[stretch.condition], max(b - a, 0.3)
        out.append(element("rect", x=a, y=top, width=wide, height=_BAR, fill=colour))
        if stretch.condition is Condition.RELAPSED_NEGATIVE:
            middle = top + _BAR / 2
            out.append(
                element(
                    "path",
                    d=f"M{a:.1f} {middle:g}H{b:.1f}",
                    stroke="#fff",
                    stroke_width=1.2,
                    stroke_dasharray="2 3",
                )
            )
    end = float(x(swimmer.end))
    if swimmer.died:
        out.append(_cross(end + 4, top + _BAR / 2))
    if swimmer.crs_grade >= 2:
        fill_ = _GRADES[min(swimmer.crs_grade, 4)]
        out.append(element("circle", cx=6, cy=top + _BAR / 2, r=0.6 + 0.7 * swimmer.crs_grade, fill=fill_))
    return element("g", "".join(out))


def _cross(x: float, y: float) -> str:
    d = f"M{x - 2.4:.1f} {y - 2.4:.1f}l4.8 4.8m0 -4.8l-4.8 4.8"
    return element("path", d=d, stroke=palette.INK, stroke_width=1.4, fill="none")


def _key() -> list[tuple[str, str]]:
    entries = []
    for condition, colour in COLOURS.items():
        swatch = box_swatch(colour)
        if condition is Condition.RELAPSED_NEGATIVE:
            swatch += element("path", d="M0 -4H14", stroke="#fff", stroke_width=1.4, stroke_dasharray="2 3")
        entries.append((swatch, condition.value))
    entries.append((_cross(7, -4), "died"))
    dots = "".join(
        element("circle", cx=1 + 5.8 * k, cy=-4, r=0.6 + 0.7 * grade, fill=_GRADES[grade])
        for k, grade in enumerate((2, 3, 4))
    )
    return [*entries, (dots, "worst CRS grade 2, 3, 4")]
