"""One picture of the whole: expansion, cytokine storm and survival, for a front page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vein2vein.files import write_text
from vein2vein.report.chapters import journeys, survival, syndromes
from vein2vein.report.contents import ReportInput
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure, tiles
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import count, listed

_MARGIN = 28.0


def picture(report: ReportInput, groups: int = 3) -> Figure:
    """Return journeys, heat maps and survival of the first groups, one column a group.

    Parameters
    ----------
    report : ReportInput
        What to draw from.
    groups : int
        Columns, at least 1.
    """
    shown = [group.label for group in report.header.groups][: max(groups, 1)]
    columns = [tiles(_of(report, label), columns=1, gap=26.0) for label in shown]
    body = [
        text(_MARGIN, 40, f"vein2vein · {report.header.scenario}", style="font-size:20px;font-weight:650"),
        text(_MARGIN, 62, _line(report), "quiet", style="font-size:13px"),
    ]
    left = _MARGIN
    for drawing, width, _ in columns:
        body.append(element("g", drawing, transform=f"translate({left:g} 88)"))
        left += width + 36
    width = max(left - 36 + _MARGIN, 640.0)
    height = 88 + max((tall for _, _, tall in columns), default=0.0) + 40
    note = f"Simulated, seed {report.header.seed}. Research use only: never a medical device."
    body.append(text(_MARGIN, height - 16, note, "quiet small"))
    body.append(element("path", d=f"M{_MARGIN:g} 74H{width - _MARGIN:g}", stroke=palette.HAIR))
    title = f"{report.header.scenario}: CAR-T journeys, cytokine release syndrome and survival"
    words = f"One column each for {listed(shown)}." if shown else "Nothing was simulated."
    return Figure("picture", title, words, width, height, "".join(body))


def write_picture(report: ReportInput, path: str | Path, groups: int = 3) -> Path:
    """Write :func:`picture` as a standalone SVG file.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    return write_text(path, picture(report, groups).standalone())


def _of(report: ReportInput, label: str) -> list[Figure]:
    """Return what is drawn of one group, from top to bottom: two courses, the storm, survival."""
    short = replace(report, journeys=[replace(j, courses=j.courses[:2]) for j in report.journeys])
    strips = [f for f, j in zip(journeys.figures(short), report.journeys, strict=True) if j.group == label]
    maps = [
        f
        for f, s in zip(syndromes.figures(report), report.syndromes, strict=True)
        if s.group == label and s.name == "CRS"
    ]
    curves = [
        survival.figure(p, k, journeys.WIDTH)
        for k, p in enumerate(report.survival, start=1)
        if p.group == label
    ]
    return strips + maps + curves


def _line(report: ReportInput) -> str:
    header = report.header
    return (
        f"{count(header.patients)} virtual patients, {count(header.replicates)} replicates: "
        "median, middle half and middle nine tenths of patients"
    )
