"""``vein2vein validate``: observed against predicted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def validate(
    file: Annotated[Path, typer.Argument(help="Clinical facts (YAML): trials and kinetics.")],
    posterior: Annotated[
        Path | None, typer.Option(help="Posterior to predict with; the shipped one by default.")
    ] = None,
    sets: Annotated[int, typer.Option(min=2, help="Parameter sets used.")] = 64,
    patients: Annotated[int, typer.Option(min=20, help="Virtual patients under each set.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed: equal seeds give equal tables.")] = 2024,
    json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Compare a file of clinical facts with what the calibrated model predicts, and say what it can't predict."""
    import json as notation

    from vein2vein.calibration.clinical_file import read_clinical_file
    from vein2vein.calibration.posterior import load_posterior
    from vein2vein.calibration.prediction import Depth
    from vein2vein.calibration.validation import validate as compare
    from vein2vein.cli.progress import stages

    clinical = read_clinical_file(file)
    ensemble = load_posterior(posterior)
    with stages(quiet=json) as progress:
        result = compare(clinical, ensemble, Depth(sets, patients, seed), progress=progress)
    if json:
        typer.echo(notation.dumps(result.as_dict(), indent=1, ensure_ascii=False, allow_nan=False))
        return
    from rich.console import Console

    from vein2vein.report.calibration_tables import refusal_table, summary_line, validation_table

    console = Console()
    console.print(validation_table(result))
    console.print(refusal_table(result))
    console.print(summary_line(result))
