"""What ``vein2vein manufacture --out`` writes: one page with figures, the tables beside it, a batch sheet."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pandas as pd

from vein2vein import __version__
from vein2vein.files import output_folder, whole_file, write_text
from vein2vein.manufacturing.queue_summary import by_origin, funnel, times, utilisation
from vein2vein.manufacturing.study import ManufacturingStudy, summary
from vein2vein.report.batch_sheet import batch_sheet
from vein2vein.report.manufacturing_figures import all_figures

_UNITS = {"percent": " (%)", "day": " (days)", "cell": " (million cells)"}

_STYLE = (
    "body{font:15px/1.5 system-ui,'Segoe UI','DejaVu Sans',sans-serif;color:#1d2529;"
    "max-width:960px;margin:24px auto;padding:0 16px}h1{font-size:24px}h2{font-size:19px;margin-top:34px}"
    "table{border-collapse:collapse;font-size:14px}"
    "td,th{padding:3px 10px;border-bottom:1px solid #d5dbde;text-align:left}"
    "th{border-bottom:1.5px solid #5b676d}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.q{color:#5b676d}"
    ".scroll{overflow-x:auto}.plotly-graph-div{margin-top:22px}"
)


def write_study(study: ManufacturingStudy, folder: str | Path) -> tuple[Path, ...]:
    """Write a study into a folder and return the paths.

    ``manufacturing.html`` (self-contained), ``batch_sheet.html``, ``manufacturing.json``,
    ``batches.parquet``, ``patients.parquet``, and a CSV file for each table.

    Raises
    ------
    OutputError
        The folder or a file can't be written.
    """
    target = output_folder(folder)
    tables = {
        "funnel": funnel(study.queue),
        "origin": by_origin(study.queue),
        "times": times(study.queue),
        "utilisation": utilisation(study.queue),
        "modes": study.comparison,
        "levers": study.levers,
    }
    paths = [
        write_text(target / "manufacturing.html", study_page(study)),
        write_text(target / "batch_sheet.html", batch_sheet(study.batches, 0)),
        write_text(target / "manufacturing.json", json.dumps(summary(study), indent=2) + "\n"),
    ]
    for name, table in tables.items():
        paths.append(write_text(target / f"{name}.csv", table.to_csv(index=False)))
    for name, table in (("batches", study.batches.table), ("patients", study.queue.patients)):
        with whole_file(target / f"{name}.parquet") as partial:
            table.to_parquet(partial, index=False)
        paths.append(target / f"{name}.parquet")
    return tuple(paths)


def study_page(study: ManufacturingStudy) -> str:
    """Return the study as one HTML page that needs no network."""
    figures = all_figures(study.queue, study.modes, study.levers)
    drawn = [
        figure.to_html(
            full_html=False,
            include_plotlyjs=i == 0,
            default_height=f"{figure.layout.height}px",
            config={"displayModeBar": False, "responsive": True},
        )
        for i, figure in enumerate(figures.values())
    ]
    mode = study.queue.process.name.replace("_", " ")
    patients = len(study.queue.patients) / study.replicates
    return "\n".join(
        [
            "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
            "<meta name='viewport' content='width=device-width, initial-scale=1'>",
            f"<title>Manufacturing</title><style>{_STYLE}</style></head><body>",
            f"<h1>Manufacturing: {html.escape(mode)}</h1>",
            f"<p class='q'>{study.replicates} simulated programmes of {patients:.0f} referred patients "
            f"on average; seed {study.seed}; vein2vein {__version__}. "
            "Research use only, never a medical device.</p>",
            drawn[0],
            "<h2>Central against place-of-care manufacture, the same patients</h2>",
            "<p>Intention to treat counts every referred patient; as infused only those who lived to be "
            "infused. Mean, and where 95 % of programmes fall.</p>",
            comparison_html(study.comparison),
            *drawn[1:],
            "</body></html>",
        ]
    )


def comparison_html(comparison: pd.DataFrame) -> str:
    """Return the comparison of modes as an HTML table, one column a mode."""
    modes = list(dict.fromkeys(comparison["mode"]))
    head = "".join(f"<th>{html.escape(mode.replace('_', ' '))}</th>" for mode in modes)
    rows = [f"<div class='scroll'><table><thead><tr><th></th>{head}</tr></thead><tbody>"]
    for analysis in dict.fromkeys(comparison["set"]):
        rows.append(f"<tr><th colspan='{len(modes) + 1}'>{html.escape(analysis)}</th></tr>")
        part = comparison[comparison["set"] == analysis]
        for quantity in dict.fromkeys(part["quantity"]):
            cells = []
            for mode in modes:
                found = part[(part["quantity"] == quantity) & (part["mode"] == mode)].iloc[0]
                shown = tuple(_shown(float(found[c]), str(found["unit"])) for c in ("mean", "low", "high"))
                whole = "nan" not in shown
                interval = f" <span class='q'>({shown[1]} to {shown[2]})</span>" if whole else ""
                cells.append(f"<td class='n'>{shown[0]}{interval}</td>")
            unit = _UNITS.get(str(part.loc[part["quantity"] == quantity, "unit"].iloc[0]), "")
            rows.append(f"<tr><td>{html.escape(quantity)}{unit}</td>{''.join(cells)}</tr>")
    return "".join([*rows, "</tbody></table></div>"])


def _shown(value: float, unit: str) -> str:
    if unit == "cell":
        return f"{value / 1e6:.0f}"
    return f"{value:.1f}" if unit in ("percent", "day") else f"{value:.2f}"
