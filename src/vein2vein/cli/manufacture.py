"""``vein2vein manufacture``: batches, release and the queue of a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from vein2vein.manufacturing.study import ManufacturingStudy

_PREDICTED = "95 % of programmes"


def manufacture(
    scenario: Annotated[
        Path | None,
        typer.Argument(
            help="Scenario (TOML) with [manufacturing] and [[centre]]; by default the reported programme."
        ),
    ] = None,
    batches: Annotated[int, typer.Option(help="Batches to simulate beside the programme.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed; the same seed gives the same files.")] = 1,
    replicates: Annotated[int, typer.Option(help="Repetitions of the whole programme.")] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON summary and nothing else.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the page, tables, figures and a batch sheet.")
    ] = None,
) -> None:
    """Simulate manufacturing: from the apheresis bag to the released dose, and who lives to receive it."""
    from rich.console import Console

    from vein2vein.files import output_folder
    from vein2vein.manufacturing.scenario import ManufacturingScenario
    from vein2vein.manufacturing.study import manufacturing_study, summary

    wanted = ManufacturingScenario() if scenario is None else ManufacturingScenario.from_file(scenario)
    if out is not None:
        output_folder(out)
    with Console(stderr=True, quiet=as_json).status("simulating batches and programmes …"):
        study = manufacturing_study(wanted, batches=batches, seed=seed, replicates=replicates)
    paths: tuple[Path, ...] = ()
    if out is not None:
        from vein2vein.report.manufacturing_page import write_study

        paths = write_study(study, out)
    if as_json:
        typer.echo(json.dumps(summary(study), indent=2, allow_nan=False))
        return
    _show(study)
    for path in paths:
        typer.echo(f"  {path}")


def _show(study: ManufacturingStudy) -> None:
    from rich.console import Console

    from vein2vein.manufacturing.queue_summary import by_origin, doses_per_year, funnel, times
    from vein2vein.manufacturing.study import records

    console, process = Console(), study.queue.process
    console.print(
        f"[bold]{process.name.replace('_', ' ')}[/bold], specification {process.specification.title}; "
        f"{len(study.batches):,} batches, {study.replicates} programmes, seed {study.seed}. "
        "Research use only."
    )
    released = _table("Release", "batches end as", "%")
    for name, share in study.batches.shares().items():
        released.add_row(name.replace("_", " "), f"{100 * share:.2f}")
    lost = _table("Funnel", "step", "patients", _PREDICTED, "%")
    for row in records(funnel(study.queue)):
        lost.add_row(row["step"], _decimal(row["patients"]), _span(row), f"{100 * row['share']:.0f}")
    origins = _table("Origin", "origin", "infused", "% of ended referrals", _PREDICTED)
    for row in records(by_origin(study.queue)):
        origins.add_row(row["origin"], _decimal(row["patients"]), _decimal(row["infused"]), _span(row))
    waits = _table("Times", "wait of the infused (days)", "median", _PREDICTED)
    for row in records(times(study.queue)):
        waits.add_row(row["wait"], _decimal(row["median"]), _span(row))
    buys = _table("What a lever buys", "lever", "more infused", "95 % Monte-Carlo")
    for row in records(study.levers):
        interval = {"low": row["gain_low"], "high": row["gain_high"]}
        buys.add_row(row["lever"], f"{row['gain']:+.2f}", _span(interval, "+.2f"))
    for table in (released, lost, origins, waits, _modes(study), buys):
        console.print(table)
    console.print(f"Infusions a year: {doses_per_year(study.queue)}")


def _modes(study: ManufacturingStudy) -> Table:
    from vein2vein.manufacturing.study import records

    modes = list(study.modes)
    table = _table("Modes", "the same patients", *(mode.replace("_", " ") for mode in modes))
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in records(study.comparison):
        found.setdefault((row["set"], row["quantity"]), {})[row["mode"]] = row
    section = ""
    for (analysis, quantity), by_mode in found.items():
        if analysis != section:
            section = analysis
            table.add_section()
            table.add_row(f"[bold]{analysis}[/bold]")
        unit = {"percent": " (%)", "day": " (days)", "cell": " (cells)"}.get(by_mode[modes[0]]["unit"], "")
        cells = (f"{_decimal(by_mode[m]['mean'], '.3g')} ({_span(by_mode[m], '.3g')})" for m in modes)
        table.add_row(f"{quantity}{unit}", *cells)
    return table


def _table(title: str, *columns: str) -> Table:
    from rich.table import Table

    return Table(*columns, title=title, title_justify="left")


def _span(row: dict[str, Any], form: str = ".1f") -> str:
    if row["low"] is None:
        return "–"
    return f"{row['low']:{form}} to {row['high']:{form}}"


def _decimal(value: float | None, form: str = ".1f") -> str:
    return "–" if value is None else f"{value:{form}}"
