"""Manufacturing: who reaches the infusion, how long it takes, what the slots do, what comes off the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from vein2vein.evidence import EvidenceValue, load_sheet
from vein2vein.manufacturing.batches import Batches
from vein2vein.manufacturing.queue_summary import by_origin, doses_per_year, funnel, times, utilisation
from vein2vein.manufacturing.study import ManufacturingStudy
from vein2vein.report.batch_sheet import TITLES, batch_record
from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.chapters import manufacturing_figures as figures
from vein2vein.report.estimate import Estimate, count, estimate, interval, listed, number, with_unit

_UNITS = {"percent": ("%", 1.0), "day": ("days", 1.0), "cell": ("million cells", 1e-6), "1": ("", 1.0)}
_BATCH = 0
"""Position of the batch whose sheet is shown."""


def chapter(study: ManufacturingStudy) -> Chapter:
    """Return the chapter on manufacturing.

    Parameters
    ----------
    study : ManufacturingStudy
        From :func:`~vein2vein.manufacturing.study.manufacturing_study`.
    """
    sheet = batch_record(study.batches, _BATCH)
    html = fill(
        "manufacturing.html",
        sentences=sentences(study),
        study=study,
        mode=figures.mode_name(study.scenario.manufacturing.mode),
        specification=study.queue.process.specification.title,
        funnel=figures.funnel_rows(study.queue).plate(),
        vein_to_vein=figures.vein_to_vein(study.modes).plate(),
        waiting=figures.waiting(study.queue).plate(),
        slots=figures.slots(study.queue).plate(),
        levers=figures.levers(study).plate(),
        modes=[figures.mode_name(mode) for mode in dict.fromkeys(study.comparison["mode"])],
        analyses=_analyses(study.comparison),
        waits=[
            (row.wait, estimate(Estimate(row.median, row.low, row.high, "days"), digits=3))
            for row in figures.lines(times(study.queue))
        ],
        origins=_origins(study),
        dispositions=dispositions(study.batches),
        reasons=_reasons(study.batches),
        batches=len(study.batches),
        sheet=sheet,
        phenotype=figures.phenotype(sheet["phenotype"]).plate() if sheet["tests"] else None,
        assumed=[_assumption(row) for row in _assumed()],
        inputs=len(load_sheet("manufacturing").rows),
    )
    return Chapter("manufacturing", "Manufacturing", html)


def sentences(study: ManufacturingStudy) -> tuple[str, ...]:
    """Return what the chapter says first, written from the study."""
    return (_lost(study), _modes(study), _capacity(study), _made(study))


def _lost(study: ManufacturingStudy) -> str:
    steps = {row.step: row for row in figures.lines(funnel(study.queue))}
    worst = max((row for row in steps.values() if row.kind == "loss"), key=lambda row: float(row.patients))
    return (
        f"Of {_mean(steps['referred'])} patients referred to a programme {_mean(steps['infused'])} are infused, "
        f"{number(100 * steps['infused'].share)} %; the largest loss is “{worst.step}” with {_mean(worst)}."
    )


def _modes(study: ManufacturingStudy) -> str:
    told = []
    for mode in study.modes:
        mine = study.comparison[study.comparison["mode"] == mode]
        rows = {row.quantity: _row(row) for row in figures.lines(mine)}
        told.append(
            f"{rows['vein to vein, median']} from vein to vein and {rows['infused, alive and fit']} of the "
            f"referred infused ({figures.mode_name(mode)})"
        )
    return f"For the same referred patients the two ways of making give {listed(told)}."


def _capacity(study: ManufacturingStudy) -> str:
    busiest = max(figures.lines(utilisation(study.queue)), key=lambda row: float(row.culture))
    culture = Estimate.share(busiest.culture, busiest.culture_low, busiest.culture_high)
    gains = listed(
        f"{row.lever} {estimate(Estimate(row.gain, row.gain_low, row.gain_high))}"
        for row in figures.lines(study.levers)
    )
    added = f"; patients that more capacity or speed would add: {gains}" if gains else ""
    return (
        f"The busiest site, the {busiest.site}, has a culture in its slots for {estimate(culture)} of the "
        f"time{added}."
    )


def _made(study: ManufacturingStudy) -> str:
    told = listed(f"{share} {name}" for name, _, share in dispositions(study.batches))
    rate = doses_per_year(study.queue)
    pace = estimate(Estimate(rate.mean, rate.low, rate.high))
    return f"Of {count(len(study.batches))} first batches {told}; the programme gives {pace} doses a year."


def dispositions(batches: Batches) -> list[tuple[str, int, str]]:
    """Return each disposition with its number of batches and its share with exact 95 % interval."""
    from scipy.stats import binomtest

    total = len(batches)
    rows = []
    for name, share in batches.shares().items():
        found = round(share * total)
        ends = binomtest(found, total).proportion_ci(0.95, "exact")
        rows.append((name.replace("_", " "), found, estimate(Estimate.share(share, ends.low, ends.high))))
    return rows


def _reasons(batches: Batches) -> str:
    counts = batches.table["reason"].value_counts()
    return listed(
        f"{TITLES.get(str(name), str(name).replace('_', ' '))} {count(found)}"
        for name, found in counts.items()
        if found and name != "none"
    )


def _analyses(comparison: pd.DataFrame) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Return, for each analysis set, its quantities with one value a mode."""
    tables = []
    for analysis, part in comparison.groupby("set", sort=False):
        rows = []
        for quantity, lines in part.groupby("quantity", sort=False):
            rows.append((str(quantity), [_row(line) for line in figures.lines(lines)]))
        tables.append((str(analysis), rows))
    return tables


def _row(line: Any) -> str:
    unit, factor = _UNITS.get(line.unit, (line.unit, 1.0))
    mean, low, high = factor * line.mean, factor * line.low, factor * line.high
    digits = 3 if unit == "days" or (not unit and mean >= 1) else None
    return estimate(Estimate(mean, low, high, unit), digits=digits)


def _mean(line: Any) -> str:
    return figures.patients(line.patients, line.low, line.high)


def _origins(study: ManufacturingStudy) -> list[tuple[str, str, str, str]]:
    return [
        (
            str(row.origin),
            estimate(Estimate(row.infused, row.low, row.high, "%")),
            number(row.patients),
            with_unit(number(row.wait), "days"),
        )
        for row in figures.lines(by_origin(study.queue))
    ]


def _assumed() -> Sequence[EvidenceValue]:
    return [row for row in load_sheet("manufacturing").rows if row.status == "assumed"]


def _assumption(row: EvidenceValue) -> dict[str, Any]:
    unit = "" if row.unit == "1" else row.unit
    setting = f", {row.setting.replace('_', ' ')}" if row.setting else ""
    return {
        "meaning": f"{row.meaning or row.id}{setting}",
        "value": with_unit(number(row.value), unit),
        "range": interval(*row.range) if row.range else "no range",
    }
