"""The page: chapters in order, one style sheet, no script, nothing fetched."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from vein2vein.files import output_folder, write_text
from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.chapters import (
    claims,
    credibility,
    journeys,
    model,
    reproduction,
    responses,
    summary,
    survival,
    swimmers,
    syndromes,
)
from vein2vein.report.contents import Header, ReportInput
from vein2vein.report.drawing.figure import STYLE, Figure


def chapters(report: ReportInput) -> tuple[Chapter, ...]:
    """Return the chapters of a report in reading order; ``report.further`` stands before Credibility."""
    return (
        summary.chapter(report),
        claims.chapter(report),
        *report.before,
        journeys.chapter(report),
        syndromes.chapter(report),
        responses.chapter(report),
        swimmers.chapter(report),
        survival.chapter(report),
        *report.further,
        credibility.chapter(report),
        model.chapter(report),
        reproduction.chapter(report),
    )


def render(header: Header, parts: tuple[Chapter, ...]) -> str:
    """Return the whole page as HTML.

    Parameters
    ----------
    header : Header
        What was simulated.
    parts : tuple of Chapter
        In the order of reading.
    """
    style = files("vein2vein.report").joinpath("templates", "style.css").read_text(encoding="utf-8")
    return str(fill("page.html", header=header, chapters=parts, style=Markup(f"{style}\n{STYLE}")))


def write_report(report: ReportInput, path: str | Path) -> Path:
    """Write the report as one self-contained HTML file; the same report gives the same bytes.

    Parameters
    ----------
    report : ReportInput
        What it shows.
    path : str or Path
        Where; the file is whole or absent.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    return write_text(path, render(report.header, chapters(report)))


def figures(report: ReportInput) -> tuple[Figure, ...]:
    """Return every figure of the report, wide where it comes in two widths."""
    plates = (
        *claims.plates(report),
        *responses.plates(report),
        *swimmers.plates(report),
        *survival.plates(report),
    )
    return (*journeys.figures(report), *syndromes.figures(report), *(plate.wide for plate in plates))


def write_figures(report: ReportInput, folder: str | Path) -> tuple[Path, ...]:
    """Write every figure as an SVG file named after it and return the paths.

    Raises
    ------
    OutputError
        The folder or a file can't be written.
    """
    place = output_folder(folder)
    return tuple(write_text(place / f"{figure.name}.svg", figure.standalone()) for figure in figures(report))
