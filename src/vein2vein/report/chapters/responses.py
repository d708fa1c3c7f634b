"""Response and relapse: how each group splits over outcomes that exclude one another."""

from __future__ import annotations

import math

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, Plate, box_swatch, legend
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.patient_records import Composition, Tone

_COLOURS = {
    Tone.BEST: "#1c8a80",
    Tone.GOOD: "#86c5b8",
    Tone.NEUTRAL: "#c9d1d5",
    Tone.LOSS: "#e9a122",
    Tone.ESCAPE: "#7d2150",
    Tone.DEATH: "#2f383d",
}
_PALE = (Tone.GOOD, Tone.NEUTRAL, Tone.LOSS)


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter on response and relapse."""
    pairs = list(zip(report.compositions, plates(report), strict=True))
    return Chapter("responses", "Response and relapse", fill("responses.html", pairs=pairs))


def plates(report: ReportInput) -> tuple[Plate, ...]:
    """Return one plate a composition, drawn narrow and wide."""
    return tuple(
        Plate(_figure(composition, k, 340.0), _figure(composition, k, 720.0))
        for k, composition in enumerate(report.compositions, start=1)
    )


def _figure(composition: Composition, k: int, width: float) -> Figure:
    entries = [(box_swatch(_COLOURS[tone]), name) for name, tone in composition.categories.items()]
    key, tall = legend(entries, 0, 34, width)
    body = [text(0, 15, composition.title, "head"), key]
    top = 34 + tall
    stacked = width < 500
    left = 0.0 if stacked else 190.0
    for group, shares in composition.rows.items():
        label_y = top + 11 if stacked else top + 17
        body.append(text(0, label_y, group))
        bar = top + 17 if stacked else top
        place = left
        for share, tone in zip(shares, composition.categories.values(), strict=True):
            if math.isnan(share.value):
                continue
            extent = (width - left) * share.value / 100
            body.append(
                element("rect", x=place, y=bar, width=max(extent - 0.8, 0), height=25, fill=_COLOURS[tone])
            )
            if extent > 22:
                ink = palette.INK if tone in _PALE else "#fff"
                label = f"{share.value:.0f}"
                body.append(text(place + extent / 2, bar + 17, label, "small", "middle", style=f"fill:{ink}"))
            place += extent
        top = bar + 25 + (10 if stacked else 8)
    description = "; ".join(
        f"{group}: "
        + ", ".join(f"{share} {name}" for share, name in zip(shares, composition.categories, strict=True))
        for group, shares in composition.rows.items()
    )
    return Figure(f"composition-{k}", composition.title, description + ".", width, top, "".join(body))
