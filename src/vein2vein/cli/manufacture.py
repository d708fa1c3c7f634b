"""``vein2vein manufacture``: batches, release and the queue of a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from vein2vein.manufacturing.study import ManufacturingStudy


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
    from rich.table import Table

    from vein2vein.manufacturing.queue_summary import by_origin, doses_per_year, funnel, times
    from vein2vein.manufacturing.study import records

    console = Console()
    process = study.queue.process
    console.print(
        f"[bold]{process.name.replace('_', ' ')}[/bold], specification {process.specification.title}; "
        f"{len(study.batches):,} batches, {study.replicates} programmes, seed {study.seed}. "
        "Research use only."
    )
    dispositions = Table("batches end as", "%", title="Release", title_justify="left")
    for name, share in study.batches.shares().items():
        dispositions.add_row(name.replace("_", " "), f"{100 * share:.2f}")
    lost = Table("step", "patients", "95 % of programmes", "%", title="Funnel", title_justify="left")
    for row in records(funnel(study.queue)):
        interval = f"{row['low']:.0f} to {row['high']:.0f}"
        lost.add_row(row["step"], f"{row['patients']:.1f}", interval, f"{100 * row['share']:.0f}")
    origins = Table(
        "origin",
        "infused",
        "% of ended referrals",
        "95 % of programmes",
        title="Origin",
        title_justify="left",
    )
    for row in records(by_origin(study.queue)):
        interval = f"{_decimal(row['low'])} to {_decimal(row['high'])}"
        origins.add_row(row["origin"], f"{row['patients']:.1f}", _decimal(row["infused"]), interval)
    waits = Table(
        "wait of the infused (days)", "median", "95 % of programmes", title="Times", title_justify="left"
    )
    for row in records(times(study.queue)):
        waits.add_row(
            row["wait"], _decimal(row["median"]), f"{_decimal(row['low'])} to {_decimal(row['high'])}"
        )
    buys = Table("lever", "more infused", "95 % Monte-Carlo", title="What a lever buys", title_justify="left")
    for row in records(study.levers):
        interval = (
            "needs replicates"
            if row["gain_low"] is None
            else f"{row['gain_low']:+.2f} to {row['gain_high']:+.2f}"
        )
        buys.add_row(row["lever"], f"{row['gain']:+.2f}", interval)
    for table in (dispositions, lost, origins, waits, _modes(study), buys):
        console.print(table)
    console.print(f"Infusions a year: {doses_per_year(study.queue)}")


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _modes(study: ManufacturingStudy) -> Table:
    from rich.table import Table

    modes = list(study.modes)
    table = Table(
        "the same patients", *(m.replace("_", " ") for m in modes), title="Modes", title_justify="left"
    )
    for analysis in dict.fromkeys(study.comparison["set"]):
        table.add_section()
        table.add_row(f"[bold]{analysis}[/bold]")
        part = study.comparison[study.comparison["set"] == analysis]
        for quantity in dict.fromkeys(part["quantity"]):
            rows = part[part["quantity"] == quantity].set_index("mode")
            unit = {"percent": " (%)", "day": " (days)", "cell": " (cells)"}.get(
                str(rows["unit"].iloc[0]), ""
            )
            cells = (
                f"{r['mean']:.3g} ({r['low']:.3g} to {r['high']:.3g})" for r in (rows.loc[m] for m in modes)
            )
            table.add_row(f"{quantity}{unit}", *cells)
    return table
