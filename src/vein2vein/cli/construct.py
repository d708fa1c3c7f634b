"""``vein2vein construct``: design a CAR and its vector, check a plasmid, list the parts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from vein2vein.construct.check import Check
    from vein2vein.construct.design import Construct

app = typer.Typer(
    help="Design a CAR and its lentiviral vector, check a plasmid, list the parts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def design(
    spec: Annotated[Path, typer.Argument(help="Construct specification (TOML).")],
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the coding DNA, instead of the specification's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON summary and nothing else.")] = False,
) -> None:
    """Design a construct: protein, DNA, plasmid, checks, maps, data sheet; exit code 2 if a check fails."""
    from vein2vein.construct.check import Verdict
    from vein2vein.construct.design import design_construct
    from vein2vein.construct.outputs import construct_summary, write_construct
    from vein2vein.construct.spec import read_spec
    from vein2vein.files import output_folder

    wanted = read_spec(spec)
    if seed is not None:
        wanted = wanted.model_copy(update={"seed": seed})
    output_folder(out)
    construct = design_construct(wanted)
    paths = write_construct(construct, out)
    if as_json:
        _print_json(construct_summary(construct, paths))
    else:
        _show_design(construct, paths)
    if construct.verdict is Verdict.FAIL:
        raise typer.Exit(2)


def _show_design(construct: Construct, paths: dict[str, Path]) -> None:
    typer.echo(
        f"{construct.spec.name}: {len(construct.protein.sequence)} aa, "
        f"{len(construct.coding.sequence):,} bases, provirus {construct.drivers.genome_length_bp:,} bp, "
        f"plasmid {len(construct.plasmid.sequence):,} bp"
    )
    _show_checks(construct.checks)
    for path in paths.values():
        typer.echo(f"  {path}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Plasmid as a GenBank file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Check a plasmid that somebody else made; exit code 2 if a check fails."""
    from dataclasses import asdict

    from vein2vein.construct.check import Verdict
    from vein2vein.construct.review import review_plasmid

    review = review_plasmid(file)
    if as_json:
        _print_json(
            {
                "name": review.plasmid.name,
                "plasmid_length": len(review.plasmid.sequence),
                "protein": review.protein.sequence if review.protein else None,
                "verdict": str(review.verdict),
                "checks": [c.as_dict() for c in review.checks],
                "drivers": asdict(review.drivers) if review.drivers else None,
            }
        )
    else:
        typer.echo(f"{review.plasmid.name}: plasmid of {len(review.plasmid.sequence):,} bp")
        _show_checks(review.checks)
    if review.verdict is Verdict.FAIL:
        raise typer.Exit(2)


@app.command()
def parts(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """List the parts with their length, verification and source."""
    from dataclasses import asdict

    from vein2vein.construct.library import parts_library

    library = parts_library()
    if as_json:
        _print_json(
            {
                "parts": [asdict(p) | {"length": len(p)} for p in library.parts.values()],
                "binders": [asdict(b) for b in library.binders.values()],
                "backbones": [asdict(b) for b in library.backbones.values()],
            }
        )
        return
    from rich.table import Table

    table = Table("id", "role", "length", "verification", "species", "source", box=None, padding=(0, 1))
    for p in library.parts.values():
        unit = "aa" if p.kind == "protein" else "bp"
        table.add_row(p.id, p.role, f"{len(p):,} {unit}", p.verification, p.species, p.source)
    console = _console()
    console.print(table)
    console.print(f"binders: {', '.join(library.binders)}")
    console.print(f"backbones: {', '.join(library.backbones)}")


def _show_checks(checks: Iterable[Check]) -> None:
    from rich.table import Table
    from rich.text import Text

    styles = {"pass": "green", "warn": "yellow", "fail": "bold red"}
    table = Table("verdict", "check", "found", box=None, padding=(0, 1))
    rows = list(checks)
    for c in rows:
        found = c.value + (f"\n→ {c.remedy}" if c.remedy else "")
        table.add_row(Text(c.verdict, style=styles[c.verdict]), Text(c.name), Text(found))
    _console().print(table)
    counts = {v: sum(c.verdict == v for c in rows) for v in styles}
    typer.echo(f"{counts['fail']} fail, {counts['warn']} warn, {counts['pass']} pass")


def _console() -> Console:
    """Return a console of at least 120 columns, so that piped tables stay readable."""
    from rich.console import Console

    console = Console()
    return console if console.width >= 120 else Console(width=120)


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
