"""A figure: SVG with a title and a description for those who listen, drawn for phone and page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from vein2vein.report.drawing import palette
from vein2vein.report.drawing.svg import element, text

STYLE = f"""
svg.figure {{ font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
  "Liberation Sans", sans-serif; font-size: 11.5px; }}
svg.figure text {{ fill: {palette.INK}; }}
svg.figure .quiet {{ fill: {palette.QUIET}; }}
svg.figure .small {{ font-size: 10.5px; }}
svg.figure .head {{ font-weight: 650; font-size: 13px; }}
svg.figure .name {{ font-weight: 600; }}
svg.figure .halo {{ paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round; }}
""".strip()
"""Style of every figure; stands once in the page, and inside each standalone file."""


@dataclass(frozen=True)
class Figure:
    """A drawing with its words.

    Parameters
    ----------
    name : str
        Anchor and file name: lower-case letters, digits and hyphens.
    title, description : str
        What it shows, in a line; what it says, in a sentence or two, numbers included.
    width, height : float
        Size of the view box.
    body : str
        SVG inside.
    """

    name: str
    title: str
    description: str
    width: float
    height: float
    body: str

    def _svg(self, suffix: str, style: str, **attributes: object) -> Markup:
        ids = f"{self.name}{suffix}-title", f"{self.name}{suffix}-desc"
        content = (
            element("title", str(escape(self.title)), id=ids[0])
            + element("desc", str(escape(self.description)), id=ids[1])
            + style
            + self.body
        )
        return Markup(
            element(
                "svg",
                content,
                viewBox=f"0 0 {self.width:g} {self.height:g}",
                class_="figure",
                role="img",
                aria_labelledby=" ".join(ids),
                **attributes,
            )
        )

    def inline(self, suffix: str = "") -> Markup:
        """Return the figure for a page whose style sheet holds :data:`STYLE`."""
        return self._svg(suffix, "")

    def standalone(self) -> str:
        """Return the figure as an SVG file of its own, on white."""
        style = element("style", STYLE) + element("rect", width=self.width, height=self.height, fill="#fff")
        return str(
            self._svg("", style, xmlns="http://www.w3.org/2000/svg", width=self.width, height=self.height)
        )

    def placed(self, x: float, y: float) -> str:
        """Return the drawing shifted, as a part of another figure (without words of its own)."""
        return element("g", self.body, transform=f"translate({x:g} {y:g})")


@dataclass(frozen=True)
class Plate:
    """One figure drawn twice: narrow for a phone, wide for a screen or paper; the page shows one of them."""

    narrow: Figure
    wide: Figure

    def inline(self) -> Markup:
        """Return both drawings, each in the box that the style sheet shows or hides."""
        return Markup('<div class="narrow">{}</div><div class="broad">{}</div>').format(
            self.narrow.inline("-narrow"), self.wide.inline()
        )


def legend(entries: Iterable[tuple[str, str]], x: float, y: float, width: float) -> tuple[str, float]:
    """Return a legend of (SVG swatch 14 by 10, words), wrapped to ``width``, and its height.

    The swatch is drawn from (0, -9) to (14, 1).
    """
    out: list[str] = []
    left, line = x, y
    for swatch, words in entries:
        extent = 20 + 6.1 * len(words) + 14
        if left > x and left + extent - 14 > x + width:
            left, line = x, line + 17
        out.append(element("g", swatch + text(19, 0, words), transform=f"translate({left:g} {line:g})"))
        left += extent
    return "".join(out), line - y + 17


def box_swatch(fill: str, stroke: str | None = None) -> str:
    """Return a filled box for :func:`legend`."""
    return element("rect", x=0, y=-9, width=14, height=10, rx=1.5, fill=fill, stroke=stroke)


def line_swatch(colour: str, dashes: str | None = None) -> str:
    """Return a line for :func:`legend`."""
    return element(
        "path", d="M0 -4H14", stroke=colour, stroke_width=2.2, stroke_dasharray=dashes, fill="none"
    )


def tiles(figures: Sequence[Figure], columns: int, gap: float = 24.0) -> tuple[str, float, float]:
    """Return the figures side by side as the body of one, with its width and height."""
    out: list[str] = []
    top = 0.0
    width = 0.0
    for first in range(0, len(figures), columns):
        row = figures[first : first + columns]
        left = 0.0
        for figure in row:
            out.append(figure.placed(left, top))
            left += figure.width + gap
        width = max(width, left - gap)
        top += max(figure.height for figure in row) + gap
    return "".join(out), width, max(top - gap, 0.0)
