"""``vein2vein value``: what the programme costs, what it is worth, and where to research next."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vein2vein.economics.value import ProgrammeValue

REPLICATES = 40
"""Cohorts simulated where no run is given; the valuation reads at most a few thousand patients."""


def value(
    scenario: Annotated[
        Path | None,
        typer.Argument(help="Scenario file (TOML), of a programme or of its section [economics] alone."),
    ] = None,
    patients: Annotated[
        Path | None, typer.Option(help="Patients of an earlier run: its folder, or a .parquet or .csv file.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.", min=0)] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every number as JSON and nothing else.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for value.json, tables and figures.html.")] = None,
) -> None:
    """Cost a course, weigh strategies, keep the books and rank what to research next."""
    from vein2vein.files import output_folder

    folder = output_folder(out) if out else None
    result = _of_table(patients, scenario, seed) if patients else _of_programme(scenario, seed, quiet=as_json)
    if folder is not None:
        _write(result, folder)
    if as_json:
        json.dump(result.to_summary(), sys.stdout, indent=1, allow_nan=False)
        sys.stdout.write("\n")
    else:
        _show(result)


def _of_table(patients: Path, scenario: Path | None, seed: int) -> ProgrammeValue:
    """Value the patients of an earlier run."""
    from vein2vein.economics.patients import PatientOutcomes, read_patients
    from vein2vein.economics.scenario import EconomicScenario
    from vein2vein.economics.value import value_programme

    chosen = EconomicScenario.from_file(scenario) if scenario else EconomicScenario.from_mapping({})
    outcomes = PatientOutcomes.from_table(read_patients(patients), label=f"patients of {patients}")
    return value_programme(outcomes, chosen, seed)


def _of_programme(scenario: Path | None, seed: int, *, quiet: bool) -> ProgrammeValue:
    """Simulate the programme of the scenario and value its patients."""
    from vein2vein.cli.progress import bar
    from vein2vein.economics.scenario import EconomicScenario
    from vein2vein.programme.run import run_programme
    from vein2vein.programme.scenario import describes_programme, load_scenario

    if scenario is None or describes_programme(scenario):
        chosen = load_scenario(scenario, replicates=REPLICATES, seed=seed)
    else:
        economics = EconomicScenario.from_file(scenario)
        chosen = load_scenario(None, replicates=REPLICATES, seed=seed, economics=economics)
    with bar("simulating the programme", quiet=quiet) as progress:
        return run_programme(chosen, progress=progress).value


def _write(result: ProgrammeValue, folder: Path) -> None:
    from vein2vein.economics.tables import research_table, strategy_table
    from vein2vein.files import write_text
    from vein2vein.report.economics_figures import figures_page

    write_text(folder / "value.json", json.dumps(result.to_summary(), indent=1, allow_nan=False) + "\n")
    write_text(folder / "strategies.csv", strategy_table(result).to_csv(index=False, lineterminator="\n"))
    write_text(folder / "research.csv", research_table(result).to_csv(index=False, lineterminator="\n"))
    write_text(folder / "figures.html", figures_page(result))


def _show(result: ProgrammeValue) -> None:
    from rich.console import Console
    from rich.table import Table

    from vein2vein.economics.tables import book_lines, compact_table, research_table

    console = Console()
    console.print(f"Patients: {result.label}. Money: {result.currency} in prices of {result.price_year}.")
    for note, count in result.notes.items():
        console.print(f"note: {note} ({count} patients)")
    for title, frame in (
        ("Strategies (discounted; 95 % interval over the uncertain inputs)", compact_table(result)),
        (f"Where to research next ({result.currency} a year)", research_table(result).head(8)),
    ):
        table = Table(title=title, title_justify="left")
        for column in frame.columns:
            table.add_column(column, justify="left" if frame[column].dtype == object else "right")
        for row in frame.itertuples(index=False):
            table.add_row(*(f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in row))
        console.print(table)
    for reported in result.reported:
        console.print(f"{reported.name}: {reported.verdict}.", highlight=False)
    for line in book_lines(result):
        console.print(line, highlight=False)
