"""The reported claims: what was reported, with its exact interval, beside what the simulation predicts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import Claim, ReportInput
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, Plate, legend
from vein2vein.report.drawing.scale import Linear
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import THIN, Estimate, estimate, sentence_case

_REPORTED, _PREDICTED = palette.INK, "#0b6aa8"


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter on the reported claims."""
    return Chapter(
        "claims", "Reported claims", fill("claims.html", claims=report.claims, plates=plates(report))
    )


def plates(report: ReportInput) -> tuple[Plate, ...]:
    """Return the intervals of the claims in percent side by side, drawn narrow and wide."""
    shares = [c for c in report.claims if _in_percent(c.reported) or _in_percent(c.predicted)]
    if not shares:
        return ()
    return (Plate(_figure(shares, 340.0), _figure(shares, 680.0)),)


def _in_percent(given: Estimate | None) -> bool:
    return given is not None and given.unit == "%"


def _figure(claims: Sequence[Claim], width: float) -> Figure:
    left, right = 6.0, width - 20
    x = Linear(0.0, 100.0, left, right)
    marks = [
        (_mark(7, -4, _REPORTED, False), "reported, exact 95 % interval"),
        (_mark(7, -4, _PREDICTED, True), "predicted for a cohort of that size"),
    ]
    key, tall = legend(marks, 0, 12, width)
    top = 14 + tall
    rows: list[str] = []
    words: list[str] = []
    first = top + 4
    for claim in claims:
        for line in textwrap.wrap(sentence_case(claim.text), int(width / 6.9)):
            rows.append(text(0, top + 16, line, "name halo"))
            top += 15
        top -= 15
        rows.append(_range(claim.reported, x, top + 29, _REPORTED, False))
        if claim.reported is None:
            rows.append(text(left, top + 33, "reported without a number", "quiet small halo"))
        rows.append(_range(claim.predicted, x, top + 41, _PREDICTED, True))
        words.append(
            f"{claim.text}: reported {estimate(claim.reported)}, predicted {estimate(claim.predicted)}."
        )
        top += 54
    axis = []
    for percent in range(0, 101, 20):
        place = float(x(percent))
        axis.append(element("path", d=f"M{place:.1f} {first:g}V{top:g}", stroke=palette.HAIR))
        axis.append(
            text(
                place,
                top + 14,
                f"{percent}{THIN}%" if percent == 100 else str(percent),
                "quiet small",
                "middle",
            )
        )
    return Figure(
        "claims",
        "Reported and predicted shares",
        " ".join(words),
        width,
        top + 20,
        key + "".join(axis + rows),
    )


def _range(given: Estimate | None, x: Linear, y: float, colour: str, round_: bool) -> str:
    """Return the interval as a bar and the value as a mark; one that is not known is left out."""
    if given is None or not _in_percent(given):
        return ""
    low = 0.0 if np.isnan(given.low) else given.low
    high = 100.0 if np.isnan(given.high) else given.high
    out = ""
    if not (np.isnan(given.low) and np.isnan(given.high)):
        a, b = x(low), x(high)
        out = element(
            "path",
            d=f"M{a:.1f} {y:g}H{b:.1f}",
            stroke=colour,
            stroke_width=4,
            stroke_opacity="0.35",
            stroke_linecap="round",
        )
    return out + (_mark(float(x(given.value)), y, colour, round_) if given.known else "")


def _mark(x: float, y: float, colour: str, round_: bool) -> str:
    if round_:
        return element("circle", cx=x, cy=y, r=4.2, fill=colour)
    return element("path", d=f"M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5Z", fill=colour)
