"""Writes the generated tables of ``docs/manufacturing.md`` in place; run as a module on the page."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from vein2vein.errors import InputError
from vein2vein.evidence import EvidenceValue, load_sheet
from vein2vein.files import write_text
from vein2vein.manufacturing.assumptions import influence_of_assumptions
from vein2vein.manufacturing.batches import COLUMNS
from vein2vein.manufacturing.queue_result import PATIENT_COLUMNS
from vein2vein.manufacturing.validation import FITTED, PREDICTED, validation_table


def generated() -> dict[str, str]:
    """Return the generated parts that take seconds, by their names in the page."""
    table = validation_table()
    return {
        "fitted": validation_markdown(table[table["kind"] == FITTED]),
        "predicted": validation_markdown(table[table["kind"] == PREDICTED]),
        "parameters": parameters_markdown(),
        "batch columns": _columns(COLUMNS),
        "patient columns": _columns(PATIENT_COLUMNS),
    }


def filled(page: str, parts: Mapping[str, str]) -> str:
    """Return a page with the text between each ``<!-- NAME -->`` and ``<!-- end -->`` replaced.

    Parameters
    ----------
    page : str
        Markdown.
    parts : mapping of str to str
        New text by name; other parts of the page stay.

    Raises
    ------
    InputError
        The page lacks one of the parts.
    """
    for name, text in parts.items():
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


def assumptions_markdown(table: pd.DataFrame) -> str:
    """Return the numbers that move the infused share by a point or more, as a Markdown table."""
    lines = [
        "| number | value | range | infused at either end, % | released at either end, % |",
        "|---|---|---|---|---|",
    ]
    for row in table[table["moved"] >= 1.0].to_dict(orient="records"):
        setting = f" ({row['setting'].replace('_', ' ')})" if row["setting"] else ""
        name = f"{row['meaning']}, `{row['id']}`{setting}"
        infused = f"{row['infused_low']:.1f} – {row['infused_high']:.1f}"
        released = f"{row['released_low']:.1f} – {row['released_high']:.1f}"
        span = f"{_short(row['low'])} – {_short(row['high'])}"
        lines.append(f"| {name} | {_short(row['value'])} | {span} | {infused} | {released} |")
    return "\n".join(lines) + "\n"


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
    slow = {"assumptions": assumptions_markdown(influence_of_assumptions())}
    write_text(path, filled(path.read_text(encoding="utf-8"), generated() | slow))
