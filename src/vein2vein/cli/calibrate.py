"""``vein2vein calibrate``: fit the core model to published early data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def calibrate(
    fit_set: Annotated[
        Path | None,
        typer.Option(
            help="Clinical facts (YAML) to fit instead of the shipped fit table; up to 12 months are used."
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Folder that keeps what was simulated; the same call resumes from it.")
    ] = None,
    out: Annotated[Path, typer.Option(help="File for the posterior.")] = Path("posterior.json"),
    sheet: Annotated[
        Path | None,
        typer.Option(help="File for the core model's sheet with the posterior's medians in it (TOML)."),
    ] = None,
    sensitivity: Annotated[
        Path | None,
        typer.Option(help="File for a sensitivity analysis over the prior (JSON); left out without."),
    ] = None,
    design: Annotated[int, typer.Option(min=16, help="Parameter sets of the first design.")] = 512,
    refinement: Annotated[int, typer.Option(min=8, help="Parameter sets of the second design.")] = 256,
    patients: Annotated[int, typer.Option(min=20, help="Virtual patients a setting and set.")] = 800,
    truths: Annotated[int, typer.Option(min=2, help="Synthetic truths of the coverage check.")] = 128,
    seed: Annotated[int, typer.Option(min=0, help="Seed: equal seeds give equal posteriors.")] = 1948,
    json: Annotated[
        bool, typer.Option("--json", help="Print the provenance as JSON and nothing else.")
    ] = False,
) -> None:
    """Fit the core model's parameters to published data; write an ensemble of parameter sets, and what is made of it."""
    import json as notation
    import os

    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # small matrices: threads of the solver only wait for each other

    from vein2vein.calibration.core_sheet import generated_sheet
    from vein2vein.calibration.fit import Effort
    from vein2vein.calibration.fit_set import analyse_shipped, fit_shipped_or
    from vein2vein.calibration.posterior import save, sets_of
    from vein2vein.calibration.sensitivity_file import save_sensitivities
    from vein2vein.cli.progress import stages
    from vein2vein.evidence import sheet_text
    from vein2vein.files import write_text

    effort = Effort(design=design, refinement=refinement, patients=patients, truths=truths, seed=seed)
    named = f" --fit-set {fit_set.name}" if fit_set else ""
    command = (
        f"vein2vein calibrate{named} --design {design} --refinement {refinement} --patients {patients} "
        f"--truths {truths} --seed {seed}"
    )
    with stages(quiet=json) as progress:
        calibration = fit_shipped_or(fit_set, effort, checkpoint=checkpoint, progress=progress)
        posterior = sets_of(calibration, command)
        path = save(posterior, out)
        if sheet is not None:
            write_text(sheet, sheet_text(generated_sheet(posterior)))
        if sensitivity is not None:
            folder = checkpoint / "sensitivity" if checkpoint else None
            asked = f"vein2vein calibrate --sensitivity {sensitivity.name}"
            save_sensitivities(analyse_shipped(asked, checkpoint=folder, progress=progress), sensitivity)
    if json:
        typer.echo(notation.dumps(dict(posterior.provenance), indent=1))
        return
    from rich.console import Console

    from vein2vein.report.calibration_tables import posterior_table

    console = Console()
    console.print(posterior_table(calibration))
    for found, origin in ((calibration.coverage, "the prior"), (calibration.coverage_again, "the posterior")):
        share, low, high = (100 * x for x in found.share)
        console.print(
            f"90 % intervals contained the truth in {share:.1f} % ({low:.1f} to {high:.1f}): {found.truths} truths from "
            f"{origin}, {len(posterior.names)} parameters."
        )
    console.print(f"{len(posterior.sets)} parameter sets in {path}. Research use only.", highlight=False)
