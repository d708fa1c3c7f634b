"""``vein2vein run``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vein2vein.cli.cluster import Cluster, client_at


def run(
    scenario: Annotated[
        str | None, typer.Argument(help="A scenario file (TOML); the reported national programme by default.")
    ] = None,
    patients: Annotated[int | None, typer.Option(help="Patients of a cohort.")] = None,
    replicates: Annotated[
        int | None, typer.Option(help="Cohorts simulated, for the prediction intervals.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed: equal seeds give equal files.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report and its numbers.")] = None,
    cluster: Cluster = None,
    json: Annotated[bool, typer.Option("--json", help="Print summary.json and nothing else.")] = False,
) -> None:
    """Simulate a CAR-T programme from infusion to cure or relapse and appraise what was reported of it."""
    from vein2vein.cli.progress import bar
    from vein2vein.files import output_folder
    from vein2vein.programme.fit_table import reproduce_fit_table
    from vein2vein.programme.run import run_programme
    from vein2vein.programme.scenario import load_scenario
    from vein2vein.programme.summary import summarise
    from vein2vein.report.run_folder import as_json, write_run

    chosen = load_scenario(scenario, patients=patients, replicates=replicates, seed=seed)
    folder = None
    if out is not None or not json:
        folder = output_folder(out if out is not None else Path("vein2vein-run"))
    with (
        client_at(cluster) as client,
        bar("simulating patients", quiet=json) as progress,
    ):
        result = run_programme(chosen, client=client, progress=progress)
    if folder is not None:
        with bar("checking the calibration", quiet=json) as progress:
            rows = reproduce_fit_table(progress=progress)
        files = write_run(
            result, rows, folder, _command(scenario, chosen.patients, chosen.replicates, chosen.seed)
        )
    if json:
        typer.echo(as_json(summarise(result)), nl=False)
        return
    from rich.console import Console

    from vein2vein.report.adapters.trust import claims
    from vein2vein.report.tables import claims_table

    console = Console()
    console.print(claims_table(claims(result)))
    console.print(f"{len(result.failures)} of {result.solves:,} solves failed. Research use only.")
    for file in files:
        console.print(f"  {file}", highlight=False)


def _command(scenario: str | None, patients: int, replicates: int, seed: int) -> str:
    named = f" {Path(scenario).name}" if scenario else ""
    return f"vein2vein run{named} --patients {patients} --replicates {replicates} --seed {seed}"
