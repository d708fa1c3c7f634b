"""The core model's sheet, generated from a posterior: medians with their 90 % ranges, each sourced to the fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vein2vein.calibration.free import FREE
from vein2vein.calibration.posterior import PosteriorSets, with_set
from vein2vein.evidence import EvidenceValue, Sheet, Source, load_sheet

POSTERIOR = Source(
    key="posterior",
    citation="vein2vein core model, joint calibration to published early data: median over an ensemble of parameter sets",
    no_address="this project's own calibration, by the command that the locators name; method and fit in docs/validation.md",
)


def generated_sheet(posterior: PosteriorSets, sheet: Sheet | None = None) -> Sheet:
    """Return the core model's sheet with the posterior's medians in it.

    Parameters
    ----------
    posterior : PosteriorSets
        The ensemble.
    sheet : Sheet, optional
        What to start from; the shipped core model by default. Rows that weren't free stay as they are.

    Returns
    -------
    Sheet
        Each row whose typical value was free is marked as estimated, with the central 90 % over the sets as its range.
    """
    start = load_sheet("core_model") if sheet is None else sheet
    filled = with_set(posterior.typical(), start)
    ranges: dict[tuple[str, str | None], tuple[float, float]] = {}
    for parameter in FREE:
        if parameter.name in posterior.names and not parameter.spread:
            values = [s[parameter.name] for s in posterior.sets]
            low, high = (float(f"{q:.4g}") for q in np.quantile(values, [0.05, 0.95]))
            for row in parameter.rows(start):
                ranges[row.id, row.setting] = (low, high)
    locator = str(posterior.provenance.get("command", "unknown command"))
    rows = tuple(_sourced(row, ranges.get((row.id, row.setting)), locator) for row in filled.rows)
    used = {row.source.key for row in rows} | {statement.source.key for statement in filled.statements}
    sources = tuple(source for source in (*filled.sources, POSTERIOR) if source.key in used)
    return replace(filled, rows=rows, sources=sources)


def _sourced(row: EvidenceValue, ends: tuple[float, float] | None, locator: str) -> EvidenceValue:
    if ends is None:
        return row
    return replace(
        row,
        status="estimated",
        source=POSTERIOR,
        locator=locator,
        evidence="computed",
        confidence=None,
        range=(min(ends[0], row.value), max(ends[1], row.value)),
    )
