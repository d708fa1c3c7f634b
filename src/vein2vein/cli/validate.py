"""``vein2vein validate``: observed against predicted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def validate(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Clinical facts (YAML): trials and kinetics; the shipped sheets of trials by default."
        ),
    ] = None,
    posterior: Annotated[
        Path | None, typer.Option(help="Posterior to predict with; the shipped one by default.")
    ] = None,
    sets: Annotated[int, typer.Option(min=2, help="Parameter sets used.")] = 64,
    patients: Annotated[int, typer.Option(min=20, help="Virtual patients under each set.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed: equal seeds give equal tables.")] = 2024,
    json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    page: Annotated[
        Path | None,
        typer.Option(help="Markdown file for the whole page: fit, prediction, sensitivity, figures."),
    ] = None,
    patient_data: Annotated[
        Path | None,
        typer.Option(help="For the page: folder of patient-level CRS data; left out where absent."),
    ] = None,
) -> None:
    """Compare clinical facts with what the calibrated model predicts, and say what it can't predict."""
    import json as notation
    import os

    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # small matrices: threads of the solver only wait for each other

    from vein2vein.calibration.clinical_file import read_clinical_file
    from vein2vein.calibration.posterior import load_posterior
    from vein2vein.calibration.prediction import Depth
    from vein2vein.calibration.shipped_facts import shipped_facts
    from vein2vein.calibration.validation import validate as compare
    from vein2vein.cli.progress import stages

    clinical = read_clinical_file(file) if file else shipped_facts()
    ensemble = load_posterior(posterior)
    depth = Depth(sets, patients, seed)
    with stages(quiet=json) as progress:
        result = compare(clinical, ensemble, depth, progress=progress)
        if page is not None:
            from vein2vein.report.validation_findings import findings
            from vein2vein.report.validation_page import write_page

            command = f"vein2vein validate{f' {file.name}' if file else ''} --page {page}"
            command += " --patient-data FOLDER" if patient_data else ""
            found = findings(
                command,
                ensemble,
                result,
                depth,
                patient_data=patient_data,
                progress=progress,
            )
            write_page(found, page)
    if json:
        typer.echo(notation.dumps(result.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
        return
    from rich.console import Console

    from vein2vein.report.calibration_tables import refusal_table, summary_line, validation_table

    console = Console()
    console.print(validation_table(result))
    console.print(refusal_table(result))
    console.print(summary_line(result))
