"""How to repeat the run: command, versions, hashes, files."""

from __future__ import annotations

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter on reproduction."""
    html = fill("reproduction.html", header=report.header, page=report.provenance)
    return Chapter("reproduce", "Reproduce", html)
