"""A chart of rows: a name, bars or a dot with an interval, and the number in words."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, Plate, legend
from vein2vein.report.drawing.scale import Linear, Tick, linear_ticks
from vein2vein.report.drawing.svg import element, text

NARROW, WIDE = 340.0, 720.0
"""Widths of the two drawings of a plate."""
_LETTER, _LABELS = 6.15, 220.0


@dataclass(frozen=True)
class Bar:
    """A bar from ``start`` to ``end`` with a label inside, where there is room."""

    start: float
    end: float
    colour: str
    label: str = ""
    ink: str = "#fff"


@dataclass(frozen=True)
class Row:
    """One row.

    Parameters
    ----------
    label : str
        What it is about.
    bars : sequence of Bar
        Drawn in order.
    interval : (float, float)
        Ends of a whisker; NaN where an end is not known.
    dot : float
        Value marked with a dot; NaN for none.
    words : str
        The number, with its interval, at the right.
    colour : str
        Of dot and whisker.
    strong : bool
        Whether the label is set bold.
    """

    label: str
    bars: Sequence[Bar] = ()
    interval: tuple[float, float] = (math.nan, math.nan)
    dot: float = math.nan
    words: str = ""
    colour: str = palette.INK
    strong: bool = False


@dataclass(frozen=True)
class Level:
    """A value marked across all rows."""

    value: float
    label: str
    colour: str = palette.QUIET
    dashes: str | None = "4 3"


@dataclass(frozen=True)
class Rows:
    """A chart of rows, ready to be drawn at any width.

    Parameters
    ----------
    name, title, description : str
        As of a :class:`~vein2vein.report.drawing.figure.Figure`.
    rows : sequence of Row
        From top to bottom.
    low, high : float
        Ends of the axis.
    axis : str
        What the axis measures, with unit; empty for no axis at all.
    key : sequence of (swatch, words)
        See :func:`~vein2vein.report.drawing.figure.legend`.
    levels : sequence of Level
        Values marked across the rows.
    """

    name: str
    title: str
    description: str
    rows: Sequence[Row]
    low: float
    high: float
    axis: str = ""
    key: Sequence[tuple[str, str]] = ()
    levels: Sequence[Level] = field(default=())

    def plate(self) -> Plate:
        """Return the chart for a phone and for a screen or paper."""
        return Plate(self.figure(NARROW), self.figure(WIDE))

    def figure(self, width: float) -> Figure:
        """Return the chart at a width."""
        stacked = width < 500
        said = max((len(row.words) for row in self.rows), default=0) * _LETTER
        left = 6.0 if stacked else _LABELS
        right = width - 8 if stacked else width - said - 14
        x = Linear(self.low, self.high, left, right, linear_ticks(self.low, self.high, 4 if stacked else 6))
        body, top = self._head(width)
        top, levels = self._named_levels(x, top, right)
        first, rows = top, []
        for row in self.rows:
            drawn, top = _stacked(row, x, top, width) if stacked else _beside(row, x, top, width)
            rows.append(drawn)
        body += [_grid(x, first, top)] if self.axis else []
        body += [
            element("path", d=f"M{place:.1f} {first - 2:g}V{top:g}", stroke=level.colour, stroke_width=1.4,
                    stroke_dasharray=level.dashes)
            for place, level in ((float(x(level.value)), level) for level in self.levels)
        ]  # fmt: skip
        body += [*levels, *rows]
        if self.axis:
            body += [
                *(text(_inside(float(x(t.value)), t, width), top + 14, t.label, "quiet small", "middle")
                  for t in x.ticks),
                text(right, top + 30, self.axis, "quiet small", "end"),
            ]  # fmt: skip
            top += 36
        return Figure(self.name, self.title, self.description, width, top + 2, "".join(body))

    def _head(self, width: float) -> tuple[list[str], float]:
        lines = textwrap.wrap(self.title, int(width / 7.4))
        body = [text(0, 15 + 17 * i, line, "head") for i, line in enumerate(lines)]
        top = 17.0 * len(lines) + 8
        if self.key:
            drawn, tall = legend(self.key, 0, top + 9, width)
            return [*body, drawn], top + tall + 4
        return body, top

    def _named_levels(self, x: Linear, top: float, right: float) -> tuple[float, list[str]]:
        named = []
        for level in self.levels:
            if not level.label:
                continue
            place, extent = float(x(level.value)), _LETTER * len(level.label)
            ends = place + extent > right
            named.append(
                text(place - 3 if ends else place + 3, top + 11, level.label, "small halo",
                     "end" if ends else "start", style=f"fill:{level.colour}")
            )  # fmt: skip
            top += 15
        return top + (4 if named else 0), named


def _inside(place: float, tick: Tick, width: float) -> float:
    half = 0.5 * _LETTER * len(tick.label)
    return min(max(place, half), width - half)


def _grid(x: Linear, top: float, bottom: float) -> str:
    lines = "".join(f"M{float(x(tick.value)):.1f} {top:g}V{bottom:g}" for tick in x.ticks)
    return element("path", d=lines, stroke=palette.HAIR) if lines else ""


def _stacked(row: Row, x: Linear, top: float, width: float) -> tuple[str, float]:
    """Return a row with its name above the bar, and where it ends."""
    room = width - _LETTER * len(row.words) - 12
    lines = textwrap.wrap(row.label, max(int(room / (_LETTER * (1.06 if row.strong else 1.0))), 14)) or [""]
    kind = "name" if row.strong else ""
    said, named = _LETTER * len(row.words), _LETTER * 1.05 * max(len(line) for line in lines)
    out = [_blank(0, top, named, 14.0 * len(lines) + 2)] + [_blank(width - said, top, said, 16)] * bool(said)
    out += [text(0, top + 12 + 14 * i, line, kind) for i, line in enumerate(lines)]
    out.append(text(width, top + 12, row.words, "", "end"))
    bar = top + 14 * len(lines) + 4
    return "".join(out) + _marks(row, x, bar, 13.0), bar + 13 + 8


def _blank(x: float, y: float, width: float, height: float) -> str:
    """Return white behind words, so that no line of the grid crosses them."""
    return element("rect", x=x, y=y, width=width, height=height, fill="#fff")


def _beside(row: Row, x: Linear, top: float, width: float) -> tuple[str, float]:
    """Return a row with its name at the left of the bar, and where it ends."""
    lines = textwrap.wrap(row.label, int((_LABELS - 14) / (_LETTER * (1.06 if row.strong else 1.0)))) or [""]
    tall = max(16.0, 14.0 * len(lines))
    kind = "name" if row.strong else ""
    first = top + 0.5 * (tall - 14 * len(lines)) + 11
    out = [text(0, first + 14 * i, line, kind) for i, line in enumerate(lines)]
    out.append(text(width, top + 0.5 * tall + 4, row.words, "", "end"))
    return "".join(out) + _marks(row, x, top + 0.5 * (tall - 16), 16.0), top + tall + 8


def _marks(row: Row, x: Linear, top: float, tall: float) -> str:
    """Return bars, whisker and dot of a row; what lies beyond the axis ends at it."""
    out: list[str] = []
    for bar in row.bars:
        a, b = sorted(_clipped(x, value) for value in (bar.start, bar.end))
        out.append(element("rect", x=a, y=top, width=max(b - a, 0.8), height=tall, fill=bar.colour))
        if bar.label and b - a > _LETTER * len(bar.label) + 6:
            style = f"fill:{bar.ink}"
            middle = top + 0.5 * tall + 4
            out.append(text(0.5 * (a + b), middle, bar.label, "small", "middle", style=style))
    low, high = row.interval
    middle = top + 0.5 * tall
    if not (math.isnan(low) or math.isnan(high)):
        a, b = _clipped(x, low), _clipped(x, high)
        d = f"M{a:.1f} {middle:g}H{b:.1f}M{a:.1f} {middle - 4:g}v8M{b:.1f} {middle - 4:g}v8"
        out.append(element("path", d=d, stroke="#fff", stroke_width=3.6, stroke_opacity=0.75))
        out.append(element("path", d=d, stroke=row.colour, stroke_width=1.4))
    if not math.isnan(row.dot):
        out.append(element("circle", cx=_clipped(x, row.dot), cy=middle, r=4.4, fill=row.colour))
    return "".join(out)


def _clipped(x: Linear, value: float) -> float:
    return float(x(min(max(value, x.low), x.high)))
