"""The record of one batch on one page: material, transduction, culture, product, every test."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vein2vein import __version__
from vein2vein.errors import InputError
from vein2vein.manufacturing.batches import Batches
from vein2vein.manufacturing.phenotype import PHENOTYPES
from vein2vein.manufacturing.specification import TESTS, Limit
from vein2vein.report.estimate import number

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

_COLOURS = {
    "released": "#0b7d5b",
    "released_exceptionally": "#a35a00",
    "out_of_specification": "#9d2235",
    "failed": "#9d2235",
    "repeat_apheresis": "#5b676d",
}
_PHENOTYPE_COLOURS = ("#0b6aa8", "#0b7d5b", "#c2510a", "#8d3f86")
_PHENOTYPE_NAMES = ("naive and stem-cell memory", "central memory", "effector memory", "effector")
_VERDICTS = (("within", "ok"), ("exceptional", "exceptional"), ("outside", "out"))
_SHARES = {"viability", "cd3", "car_positive"}
TITLES = {
    "viability": "viability",
    "cd3": "CD3+ share",
    "car_positive": "CAR+ share",
    "vcn_per_cell": "vector copies per cell",
    "vcn_per_transduced": "vector copies per transduced cell",
    "vcn_per_car": "vector copies per CAR+ cell",
    "dose": "viable CAR+ cells",
    "endotoxin": "endotoxin, EU/mL",
    "sterility": "microbial growth",
    "mycoplasma": "mycoplasma",
    "rcl": "replication-competent lentivirus",
    "potency": "potency assay",
}
"""What the tests are called in print."""


def batch_sheet(batches: Batches, index: int) -> str:
    """Return the sheet of the batch at a position, as a self-contained HTML page (A4 when printed).

    Parameters
    ----------
    batches : Batches
        Simulated batches.
    index : int
        Position in the table, from 0.

    Raises
    ------
    InputError
        There is no such batch.
    """
    return _template().render(sheet=batch_record(batches, index))


def batch_record(batches: Batches, index: int) -> dict[str, Any]:
    """Return what the sheet of a batch says, in words: verdict, sections of facts, tests, phenotype.

    Raises
    ------
    InputError
        There is no such batch.
    """
    if not 0 <= index < len(batches):
        raise InputError(
            "there is no batch at this position",
            where="batch_sheet",
            field="index",
            value=index,
            allowed=f"0 to {len(batches) - 1}",
            remedy="choose a batch of the table",
        )
    return _sheet(batches, index)


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    import jinja2

    loader = jinja2.PackageLoader("vein2vein.report", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("batch_sheet.html")


def _sheet(batches: Batches, index: int) -> dict[str, Any]:
    line, process = batches.table.iloc[index], batches.process
    disposition, reason = str(line["disposition"]), str(line["reason"])
    started = disposition != "repeat_apheresis"
    finished = started and reason not in ("equipment", "poor_growth")
    shares = [float(line[name]) for name in PHENOTYPES]
    return {
        "number": int(line["batch"]) + 1,
        "attempt": int(line["attempt"]),
        "process": process.name.replace("_", " "),
        "specification": process.specification.title,
        "seed": batches.seed,
        "verdict": disposition.replace("_", " "),
        "colour": _COLOURS[disposition],
        "reason": "" if reason == "none" else TITLES.get(reason, reason.replace("_", " ")),
        "sections": _sections(line, started, finished),
        "tests": _tests(batches, index, line) if finished else [],
        "phenotype": [
            {
                "name": name,
                "width": f"{100 * s:.2f}",
                "label": f"{100 * s:.0f} %" if s > 0.035 else "",
                "colour": colour,
            }
            for name, s, colour in zip(_PHENOTYPE_NAMES, shares, _PHENOTYPE_COLOURS, strict=True)
        ],
        "version": __version__,
    }


def _sections(line: pd.Series, started: bool, finished: bool) -> list[dict[str, Any]]:
    sections = [
        (
            "Apheresis",
            [
                ("prior lines of therapy", f"{line['prior_lines']:.0f}"),
                ("blood CD3+ count", f"{line['blood_cd3'] / 1e6:,.0f} /µL"),
                ("CD3+ cells collected", _cells(line["cd3_collected"])),
            ],
        )
    ]
    if started:
        sections += [
            (
                "Transduction",
                [
                    ("T cells seeded", _cells(line["cells_seeded"])),
                    ("transducing units added", number(float(line["vector_added"]), 3)),
                    ("nominal multiplicity", f"{line['vector_added'] / line['cells_seeded']:.1f}"),
                    (
                        "copies integrated per vector added",
                        f"{line['vectors_integrated'] / line['vector_added']:.3f}",
                    ),
                ],
            ),
            (
                "Culture",
                [
                    ("days", f"{line['culture_days']:.1f}"),
                    ("expansion", f"{line['fold_expansion']:.1f}-fold"),
                    ("mean divisions", f"{line['divisions']:.1f}"),
                    ("T cells at harvest", _cells(line["cells_harvested"])),
                ],
            ),
        ]
    if finished:
        product = [
            ("T cells in the product", _cells(line["cells_product"])),
            ("viable CAR+ cells", _cells(line["viable_car_cells"])),
            ("dose to be given", _cells(line["dose"])),
            ("copies per CAR+ / per T cell", f"{line['vcn_per_car']:.2f} / {line['vcn_per_cell']:.2f}"),
        ]
        sections.append(("Product", product))
    return [{"title": title, "rows": rows} for title, rows in sections]


def _tests(batches: Batches, index: int, line: pd.Series) -> list[dict[str, str]]:
    specification = batches.process.specification.aiming_at(batches.process.finishing.dose_target)
    rows = []
    for limit in specification.limits:
        verdict, style = _VERDICTS[int(batches.severity[limit.test][index])]
        rows.append(
            {
                "name": TITLES[limit.test],
                "result": _number(limit.test, float(line[TESTS[limit.test].column])),
                "limit": _window(limit, False),
                "exceptional": _window(limit, True) if limit.window(True) != limit.window() else "–",
                "verdict": verdict,
                "style": style,
            }
        )
    qualitative = [(name, "absent", "found") for name in specification.absent]
    if specification.potency:
        qualitative.append(("potency", "passed", "not passed"))
    for name, good, bad in qualitative:
        grade = int(batches.severity[name][index])
        verdict, style = _VERDICTS[grade]
        result = good if grade == 0 else bad
        rows.append(
            {
                "name": TITLES[name],
                "result": result,
                "limit": good,
                "exceptional": "–",
                "verdict": verdict,
                "style": style,
            }
        )
    return rows


def _window(limit: Limit, exceptional: bool) -> str:
    low, high = limit.window(exceptional)
    parts = []
    if not math.isinf(low):
        parts.append(f"≥ {_number(limit.test, low)}")
    if not math.isinf(high):
        parts.append(f"≤ {_number(limit.test, high)}")
    return ", ".join(parts)


def _number(test: str, value: float) -> str:
    if test in _SHARES:
        return f"{100 * value:.1f} %"
    return _cells(value) if test == "dose" else f"{value:.2f}"


def _cells(value: float) -> str:
    """Return a cell count in millions."""
    return f"{value / 1e6:,.0f} million" if value >= 1e7 else f"{value / 1e6:.1f} million"
