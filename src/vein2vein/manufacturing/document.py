"""Writes the generated tables of ``docs/manufacturing.md`` in place; run as a module on the page."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pandas as pd

from vein2vein.errors import InputError
from vein2vein.evidence import EvidenceValue, load_sheet
from vein2vein.files import write_text
from vein2vein.manufacturing.batches import COLUMNS
from vein2vein.manufacturing.queue_result import PATIENT_COLUMNS
from vein2vein.manufacturing.validation import FITTED, PREDICTED, validation_table


def generated() -> dict[str, str]:
    """Return every generated part by its name in the page."""
    table = validation_table()
    return {
        "fitted": validation_markdown(table[table["kind"] == FITTED]),
        "predicted": validation_markdown(table[table["kind"] == PREDICTED]),
        "parameters": parameters_markdown(),
        "batch columns": _columns(COLUMNS),
        "patient columns": _columns(PATIENT_COLUMNS),
    }


def filled(page: str) -> str:
    """Return a page with the text between ``<!-- NAME -->`` and ``<!-- end -->`` generated anew.

    Raises
    ------
    InputError
        The page lacks one of the parts.
    """
    for name, text in generated().items():
        before, begin, rest = page.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if not begin or not end:
            raise InputError(
                "the page has no place for a generated part",
                where="docs/manufacturing.md",
                field="marker",
                value=name,
                allowed=f"a line '<!-- {name} -->' and after it a line '<!-- end -->'",
                remedy="add the two lines",
            )
        page = f"{before}{begin}{text}{end}{after}"
    return page


def validation_markdown(table: pd.DataFrame) -> str:
    """Return comparisons as a Markdown table."""
    lines = ["| fact | unit | n | published | model | agrees |", "|---|---|---|---|---|---|"]
    for row in table.to_dict(orient="records"):
        n = "" if row["n"] is None or math.isnan(row["n"]) else f"{row['n']:.0f}"
        recalled = " (recalled)" if row["evidence"] == "recalled" else ""
        seen = _with_interval(row["observed"], row["observed_low"], row["observed_high"])
        model = _with_interval(row["model"], row["model_low"], row["model_high"])
        points = f"{row['model'] - row['observed']:+.1f} points"
        gap = points if row["unit"] == "percent" else f"{100 * row['difference']:+.0f} %"
        verdict = "yes" if row["agrees"] else f"**no**, {gap}"
        unit = {"1": "", "percent": "%"}.get(row["unit"], row["unit"])
        lines.append(f"| {row['quantity']}{recalled} | {unit} | {n} | {seen} | {model} | {verdict} |")
    return "\n".join(lines) + "\n"


def parameters_markdown() -> str:
    """Return every parameter with value, range, status and source as a Markdown table."""
    lines = [
        "| parameter | process | value | unit | range | how known | source |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in load_sheet("manufacturing").rows:
        span = "" if row.range is None else f"{row.range[0]:g} – {row.range[1]:g}"
        setting = (row.setting or "").replace("_", " ")
        unit = "" if row.unit == "1" else row.unit
        lines.append(
            f"| `{row.id}` | {setting} | {row.value:.4g} | {unit} | {span} | {_known(row)} | {_source(row)} |"
        )
    return "\n".join(lines) + "\n"


def _known(row: EvidenceValue) -> str:
    if row.status == "assumed":
        return "assumed"
    if row.note is not None and row.note.startswith("calibrated"):
        return "fitted"
    return f"{row.status}, {row.evidence}"


def _source(row: EvidenceValue) -> str:
    if row.status == "assumed":
        return ""
    cited = row.source.citation.split(". ")[0]
    address = row.source.address
    return f"[{cited}]({address}); {row.locator}" if address else f"{cited}; {row.locator}"


def _columns(columns: dict[str, tuple[str, str]]) -> str:
    lines = ["| column | unit | meaning |", "|---|---|---|"]
    lines += [
        f"| `{name}` | {'' if unit == '1' else unit} | {meaning} |"
        for name, (unit, meaning) in columns.items()
    ]
    return "\n".join(lines) + "\n"


def _with_interval(value: float, low: float, high: float) -> str:
    shown = _short(value)
    return shown if math.isnan(low) else f"{shown} ({_short(low)} – {_short(high)})"


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1e5 else f"{value:.2e}".replace("e+0", "e").replace("e+", "e")


if __name__ == "__main__":
    path = Path(sys.argv[1])
    write_text(path, filled(path.read_text(encoding="utf-8")))
