"""Credibility after ICH M15 and ASME V&V 40, misfits first."""

from __future__ import annotations

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput


def chapter(report: ReportInput) -> Chapter:
    """Return the credibility chapter."""
    page = report.credibility
    comparisons = sorted(page.comparisons, key=lambda c: c.agrees) if page is not None else []
    checks = sorted(page.checks, key=lambda c: c.holds) if page is not None else []
    html = fill("credibility.html", page=page, comparisons=comparisons, checks=checks)
    return Chapter("credibility", "Credibility", html)
