"""Rank histograms of simulation-based calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, box_swatch, legend, line_swatch
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.scale import Linear, Tick
from vein2vein.report.drawing.svg import element, text

BAR = "#a9cbe0"
HEIGHT, GAP, LEFT = 150.0, 46.0, 46.0


def rank_figure(checks: Sequence[tuple[str, Mapping[str, Any]]], width: float = 720.0) -> Figure:
    """Return rank histograms side by side: even where the inference is right.

    Parameters
    ----------
    checks : sequence of (str, mapping)
        Where truths were drawn from, and the coverage check as the posterior's provenance holds it.
    width : float
        Of the figure.
    """
    key, tall = legend(
        (
            (box_swatch(BAR), "share of ranks, all parameters"),
            (line_swatch(palette.INK), "95 % interval over truths"),
            (line_swatch(palette.ALARM, "4 3"), "even"),
        ),
        0,
        40,
        width,
    )
    top = 64.0 + tall
    bottom = top + HEIGHT
    each = (width - 14 - LEFT - GAP * (len(checks) - 1)) / len(checks)
    body = [text(0, 15, "Where the truth stands among the draws of its posterior", "head"), key]
    said = []
    for k, (origin, found) in enumerate(checks):
        left = LEFT + k * (each + GAP)
        body.append(text(left, top - 10, f"{found['truths']} truths from {origin}", "name"))
        body.append(_histogram(found["ranks"], left, top, left + each, bottom))
        shares = ", ".join(f"{100 * row[0]:.1f} %" for row in found["ranks"])
        said.append(f"truths from {origin}: {shares}")
    body.append(text(width - 14, bottom + 32, "rank of the truth, low to high", "quiet small", "end"))
    return Figure("ranks", "Rank histograms", "; ".join(said) + ".", width, bottom + 42, "".join(body))


def _histogram(ranks: Sequence[Sequence[float]], left: float, top: float, right: float, bottom: float) -> str:
    even = 1 / len(ranks)
    ticks = tuple(Tick(v / 100, str(v)) for v in (0, 10, 20))
    reach = max(0.22, *(row[2] for row in ranks))
    plot = Panel(
        Linear(0.0, float(len(ranks)), left, right),
        Linear(0.0, reach, bottom, top, ticks),
        left,
        top,
        right,
        bottom,
    )
    plot.rows(" %")
    for b, (share, low, high) in enumerate(ranks):
        x, end = float(plot.x(b + 0.08)), float(plot.x(b + 0.92))
        y = float(plot.y(share))
        plot.add(element("rect", x=x, y=y, width=end - x, height=bottom - y, fill=BAR))
        middle, ends = (x + end) / 2, [float(plot.y(v)) for v in (low, high)]
        plot.add(
            element(
                "path", d=f"M{middle:.1f} {ends[0]:.1f}V{ends[1]:.1f}", stroke=palette.INK, stroke_width=1.4
            )
        )
    y = float(plot.y(even))
    plot.add(
        element(
            "path",
            d=f"M{left:.1f} {y:.1f}H{right:.1f}",
            stroke=palette.ALARM,
            stroke_width=1.2,
            stroke_dasharray="4 3",
        )
    )
    return plot.svg
