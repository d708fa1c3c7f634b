"""A plot on two straight axes: title, key, panel and the names of the axes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, Plate, legend
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.rows import NARROW, WIDE
from vein2vein.report.drawing.scale import Linear, Tick, linear_ticks
from vein2vein.report.drawing.svg import element, text


@dataclass(frozen=True)
class Axis:
    """Ends and name of an axis; ticks at round values unless they are given."""

    low: float
    high: float
    label: str
    ticks: tuple[Tick, ...] | None = None

    def scale(self, start: float, end: float, most: int) -> Linear:
        """Return the scale between two places."""
        ticks = linear_ticks(self.low, self.high, most) if self.ticks is None else self.ticks
        return Linear(self.low, self.high, start, end, ticks)


@dataclass(frozen=True)
class Plot:
    """A plot, ready to be drawn at any width.

    Parameters
    ----------
    name, title, description : str
        As of a :class:`~vein2vein.report.drawing.figure.Figure`.
    x, y : Axis
        The axes.
    draw : callable
        Adds the marks to the panel.
    key : sequence of (swatch, words)
        See :func:`~vein2vein.report.drawing.figure.legend`.
    tall : float
        Height of the panel.
    """

    name: str
    title: str
    description: str
    x: Axis
    y: Axis
    draw: Callable[[Panel], None]
    key: Sequence[tuple[str, str]] = ()
    tall: float = 210.0

    def plate(self) -> Plate:
        """Return the plot for a phone and for a screen or paper."""
        return Plate(self.figure(NARROW), self.figure(WIDE))

    def figure(self, width: float) -> Figure:
        """Return the plot at a width."""
        lines = textwrap.wrap(self.title, int(width / 7.4))
        body = [text(0, 15 + 17 * i, line, "head") for i, line in enumerate(lines)]
        top = 17.0 * len(lines) + 8
        if self.key:
            drawn, tall = legend(self.key, 0, top + 9, width)
            body.append(drawn)
            top += tall + 2
        body.append(text(0, top + 12, self.y.label, "quiet small"))
        top += 24
        bottom = top + self.tall
        y = self.y.scale(bottom, top, 5)
        left = 12 + 6.2 * max((len(tick.label) for tick in y.ticks), default=0)
        x = self.x.scale(left, width - 12, 5 if width < 500 else 8)
        panel = Panel(x, y, left, top, width - 10, bottom)
        panel.rows()
        panel.columns()
        self.draw(panel)
        body += [panel.svg, text(width - 10, bottom + 33, self.x.label, "quiet small", "end")]
        return Figure(self.name, self.title, self.description, width, bottom + 40, "".join(body))


def dots(panel: Panel, x: ArrayLike, y: ArrayLike, colour: str, radius: float, opacity: float) -> None:
    """Draw points as one path of round dots; those beyond the axes are left out."""
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    a, b = panel.x(xs), panel.y(ys)
    seen = (a >= panel.left) & (a <= panel.right) & (b >= panel.top) & (b <= panel.bottom)
    d = "".join(f"M{p:.0f} {q:.0f}h0" for p, q in zip(a[seen], b[seen], strict=True))
    if d:
        panel.add(
            element(
                "path",
                d=d,
                stroke=colour,
                stroke_width=2 * radius,
                stroke_linecap="round",
                stroke_opacity=opacity,
            )
        )


def upright(panel: Panel, value: float, label: str) -> None:
    """Mark a value of x with a dashed upright line and its name beside it."""
    place = float(panel.x(value))
    panel.add(
        element(
            "path",
            d=f"M{place:.1f} {panel.top:g}V{panel.bottom:g}",
            stroke=palette.QUIET,
            stroke_dasharray="2 3",
        )
    )
    panel.add(text(place + 4, 0.5 * (panel.top + panel.bottom), label, "quiet small halo"))
