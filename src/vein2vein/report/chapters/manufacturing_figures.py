"""Figures of the chapter on manufacturing: funnel, vein-to-vein time, waiting list, slots, levers, one batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from vein2vein.manufacturing.queue_result import QueueResult
from vein2vein.manufacturing.queue_summary import funnel, utilisation, waiting_list
from vein2vein.manufacturing.study import ManufacturingStudy
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import box_swatch, line_swatch
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.plot import Axis, Plot
from vein2vein.report.drawing.rows import Bar, Level, Row, Rows
from vein2vein.report.estimate import THIN, Estimate, estimate, number

_BLUE, _ORANGE = palette.GROUPS[:2]
_LOSS, _HELD, _FREE = "#c98a7b", "#8fb4cf", "#e6eaec"
_MODES = {"place_of_care": (_BLUE, "place of care"), "central": (_ORANGE, "central")}
_PERIOD = 28.0
_WIDEST = 0.985


def funnel_rows(result: QueueResult) -> Rows:
    """Return who is left at each stage, and why the others are not."""
    table = funnel(result)
    table = table[(table["kind"] != "open") | (table["patients"] > 0)]
    colours = {"stage": _BLUE, "loss": _LOSS, "open": palette.GREY}
    rows = [
        Row(
            label=f"− {line.step}" if line.kind == "loss" else str(line.step),
            bars=[Bar(0.0, line.patients, colours[str(line.kind)])],
            interval=(line.low, line.high),
            words=f"{patients(line.patients, line.low, line.high)} · {_percent(line.share)}",
            strong=line.kind == "stage",
        )
        for line in lines(table)
    ]
    said = "; ".join(f"{row.label.removeprefix('− ')}: {row.words}" for row in rows)
    return Rows(
        "manufacturing-funnel",
        "From referral to infusion: who is lost, and why",
        f"Patients of one programme, mean and 95 % interval, and share of the referred. {said}.",
        rows,
        0.0,
        _top(table["high"].fillna(table["patients"]).max()),
        "patients of one programme",
    )


def vein_to_vein(modes: Mapping[str, QueueResult]) -> Plot:
    """Return the days from first collection to infusion of the infused, one histogram a mode."""
    waits = {mode: result.patients["vein_to_vein"].dropna().to_numpy() for mode, result in modes.items()}
    waits = {mode: wait for mode, wait in waits.items() if wait.size}
    last = 5 * np.ceil(max((np.quantile(wait, _WIDEST) for wait in waits.values()), default=30.0) / 5)
    edges = np.arange(0.0, last + 1.0)
    shares = {m: 100.0 * np.histogram(w, bins=edges)[0] / w.size for m, w in waits.items()}
    key = []
    for mode, wait in waits.items():
        low, middle, high = np.quantile(wait, [0.025, 0.5, 0.975])
        told = estimate(Estimate(middle, low, high, "days"))
        key.append((box_swatch(mode_colour(mode)), f"{mode_name(mode)}: {told}"))

    def draw(panel: Panel) -> None:
        for mode, share in shares.items():
            heights = np.r_[share, share[-1:]]
            panel.step_band(edges, np.zeros_like(heights), heights, mode_colour(mode), 0.3)
            panel.steps(edges, heights, mode_colour(mode), 1.4)

    beyond = max((float((wait > last).mean()) for wait in waits.values()), default=0.0)
    return Plot(
        "manufacturing-vein-to-vein",
        "Vein to vein",
        "Days from first collection to infusion; median, and where 95 % of infused patients fall. "
        f"{'; '.join(words for _, words in key)}. At most {_percent(beyond)} of a mode lie beyond the axis.",
        Axis(0.0, float(last), "days from first collection to infusion"),
        Axis(
            0.0,
            _top(max((float(s.max()) for s in shares.values()), default=1.0)),
            "% of infused patients a day",
        ),
        draw,
        key,
    )


def waiting(result: QueueResult) -> Plot:
    """Return how many patients wait for a slot over the programme, with the band of 95 % of programmes."""
    table = waiting_list(result, np.arange(0.0, float(result.ends.max()) + _PERIOD, _PERIOD))
    band = table.dropna()
    highest = float(table[["mean", "high"]].max().max()) if len(table) else 1.0

    def draw(panel: Panel) -> None:
        panel.band(band["day"], band["low"], band["high"], _BLUE, 0.18)
        panel.line(table["day"], table["mean"], _BLUE, 2.2)

    end = lines(table)[-1:]
    told = estimate(Estimate(end[0].mean, end[0].low, end[0].high)) if end else "nobody is known to"
    return Plot(
        "manufacturing-waiting",
        "Waiting for a slot",
        f"Patients ready for collection, averaged over {_PERIOD:.0f} days; mean and 95 % band of programmes. "
        f"In the last period {told} wait.",
        Axis(0.0, float(table["day"].max()) if len(table) else 1.0, "day of the programme"),
        Axis(0.0, _top(highest), "patients waiting"),
        draw,
        [(line_swatch(_BLUE), "mean"), (box_swatch("#d0e1ee"), "95 % of programmes")],
        150.0,
    )


def slots(result: QueueResult) -> Rows:
    """Return how each site spends its slot-days."""
    rows = []
    for line in lines(utilisation(result)):
        ends = (100 * line.culture_low, 100 * line.culture_high)
        held = 100 * (line.culture + line.held)
        bars = (
            Bar(0.0, 100 * line.culture, _BLUE),
            Bar(100 * line.culture, held, _HELD),
            Bar(held, 100.0, _FREE),
        )
        slot = "1 slot" if line.slots == 1 else f"{line.slots} slots"
        name = f"{line.site}: {slot}, {number(line.batches)} batches a year"
        rows.append(Row(name, bars, ends, words=estimate(Estimate(100 * line.culture, *ends, "%"))))
    return Rows(
        "manufacturing-slots",
        "How the slots are used",
        "Share of slot-days in culture, mean and 95 % interval of programmes. "
        + "; ".join(f"{row.label}: {row.words}" for row in rows)
        + ".",
        rows,
        0.0,
        100.0,
        "% of slot-days",
        [
            (box_swatch(_BLUE), "in culture"),
            (box_swatch(_HELD), "held and cleaned"),
            (box_swatch(_FREE), "free"),
        ],
    )


def levers(study: ManufacturingStudy) -> Rows:
    """Return what each lever buys in patients alive and fit at infusion."""
    table = study.levers
    rows = [
        Row(
            str(line.lever),
            interval=(line.gain_low, line.gain_high),
            dot=float(line.gain),
            words=estimate(Estimate(line.gain, line.gain_low, line.gain_high)),
            colour=_BLUE,
        )
        for line in lines(table)
    ]
    ends = np.array([(0.0, 0.5), *((r.dot, r.dot) for r in rows), *(r.interval for r in rows)])
    before = float(table["infused_without"].iloc[0]) if len(table) else 0.0
    return Rows(
        "manufacturing-levers",
        "What a lever buys: more patients infused",
        f"Patients alive and fit at infusion beyond the {number(before)} without it; 95 % Monte-Carlo interval. "
        + "; ".join(f"{row.label}: {row.words}" for row in rows)
        + ".",
        rows,
        1.2 * float(np.nanmin(ends)),
        _top(float(np.nanmax(ends))),
        "more patients infused in one programme",
        levels=[Level(0.0, "", palette.QUIET, None)],
    )


def phenotype(parts: list[dict[str, Any]]) -> Rows:
    """Return the phenotypes of one batch as a single bar."""
    bars, place = [], 0.0
    for part in parts:
        share = float(part["width"])
        bars.append(Bar(place, place + share, part["colour"], str(part["label"])))
        place += share
    said = ", ".join(f"{part['name']} {part['width']}{THIN}%" for part in parts)
    return Rows(
        "manufacturing-phenotype",
        "Phenotype of the T cells of this batch",
        f"Shares of the T cells in the product: {said}.",
        [Row("share of T cells", bars)],
        0.0,
        100.0,
        key=[(box_swatch(part["colour"]), part["name"]) for part in parts],
    )


def patients(mean: float, low: float, high: float) -> str:
    """Return a number of patients with its interval, which a number fixed by the scenario doesn't have."""
    return estimate(Estimate(mean) if low == high == mean else Estimate(mean, low, high))


def lines(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table as tuples with a field a column; what is infinite is not known."""
    return list(table.replace([np.inf, -np.inf], np.nan).itertuples())


def mode_name(mode: str) -> str:
    """Return a mode in words."""
    return _MODES.get(mode, (palette.QUIET, mode.replace("_", " ")))[1]


def mode_colour(mode: str) -> str:
    """Return the colour of a mode."""
    return _MODES.get(mode, (palette.QUIET, mode))[0]


def _percent(share: float) -> str:
    return f"{number(100 * share)}{THIN}%"


def _top(value: float) -> float:
    return 1.06 * value if value > 0 else 1.0
