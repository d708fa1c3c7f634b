"""A panel: two scales, a frame of hairlines, and the marks that statistics needs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from vein2vein.report.drawing import palette
from vein2vein.report.drawing.scale import Scale
from vein2vein.report.drawing.svg import element, path, ribbon, stairs, text


@dataclass(frozen=True)
class Panel:
    """A plotting area; every method adds marks, :attr:`svg` is what was drawn.

    Parameters
    ----------
    x, y : Scale
        Scales whose places lie within the box.
    left, top, right, bottom : float
        The box.
    """

    x: Scale
    y: Scale
    left: float
    top: float
    right: float
    bottom: float
    marks: list[str] = field(default_factory=list)

    @property
    def svg(self) -> str:
        """What was drawn so far."""
        return "".join(self.marks)

    def add(self, mark: str) -> None:
        """Add SVG."""
        self.marks.append(mark)

    def rows(self, unit: str = "") -> None:
        """Draw a hairline and a label for each tick of y; the unit follows the last label."""
        for tick in self.y.ticks:
            words = tick.label + (unit if tick is self.y.ticks[-1] else "")
            place = float(self.y(tick.value))
            self.add(element("path", d=f"M{self.left:g} {place:.1f}H{self.right:g}", stroke=palette.HAIR))
            self.add(text(self.left - 6, place + 4, words, "quiet small", "end"))

    def columns(self, labels: bool = True, lines: bool = False) -> None:
        """Draw a tick mark (or a hairline) and, if wanted, a label for each tick of x."""
        for tick in self.x.ticks:
            place = float(self.x(tick.value))
            reach = (
                f"M{place:.1f} {self.top:g}V{self.bottom:g}" if lines else f"M{place:.1f} {self.bottom:g}v4"
            )
            self.add(element("path", d=reach, stroke=palette.HAIR if lines else palette.GREY))
            if labels:
                self.add(text(place, self.bottom + 16, tick.label, "quiet small", "middle"))

    def band(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str, opacity: float) -> None:
        """Fill between two lines."""
        d = ribbon(self.x(x), self.y(low), self.y(high))
        if d:
            self.add(element("path", d=d, fill=colour, fill_opacity=f"{opacity:g}"))

    def step_band(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str, opacity: float) -> None:
        """Fill between two step functions."""
        self.band(stairs(x, low)[0], stairs(x, low)[1], stairs(x, high)[1], colour, opacity)

    def line(
        self,
        x: ArrayLike,
        y: ArrayLike,
        colour: str,
        width: float = 2.0,
        dashes: str | None = None,
        opacity: float | None = None,
    ) -> None:
        """Draw a line; where there are only lone points between gaps, they become dots."""
        xs, ys = np.asarray(self.x(x)), np.asarray(self.y(y))
        d = path(xs, ys)
        if not d:
            return
        if "L" not in d:
            for a, b in zip(xs, ys, strict=True):
                if not np.isnan(a + b):
                    self.add(element("circle", cx=float(a), cy=float(b), r=2.5, fill=colour))
            return
        self.add(
            element(
                "path",
                d=d,
                fill="none",
                stroke=colour,
                stroke_width=width,
                stroke_dasharray=dashes,
                stroke_opacity=opacity,
                stroke_linejoin="round",
            )
        )

    def steps(
        self, x: ArrayLike, y: ArrayLike, colour: str, width: float = 2.0, dashes: str | None = None
    ) -> None:
        """Draw a step function."""
        self.line(*stairs(x, y), colour, width, dashes)

    def level(self, value: float, label: str) -> None:
        """Mark a level with a dashed line and its name at the right."""
        place = float(self.y(value))
        self.add(
            element(
                "path",
                d=f"M{self.left:g} {place:.1f}H{self.right:g}",
                stroke=palette.QUIET,
                stroke_dasharray="2 3",
            )
        )
        self.add(text(self.right - 2, place - 4, label, "quiet small halo", "end"))
