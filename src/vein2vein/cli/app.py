"""The command line: one file a noun, each parses, makes one public call and shows the result."""

from __future__ import annotations

import sys

import typer

from vein2vein.cli import construct, evidence
from vein2vein.cli.calibrate import calibrate
from vein2vein.cli.manufacture import manufacture
from vein2vein.cli.model import model
from vein2vein.cli.run import run
from vein2vein.cli.validate import validate
from vein2vein.cli.value import value
from vein2vein.errors import InputError, Vein2veinError

app = typer.Typer(
    name="vein2vein",
    help=(
        "In-silico CAR-T cell therapy, from the construct to the cure and the bill. "
        "Research use only: never a medical device."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(run)
app.add_typer(construct.app, name="construct")
app.command()(manufacture)
app.add_typer(model, name="model")
app.command()(value)
app.command()(calibrate)
app.command()(validate)
app.add_typer(evidence.app, name="evidence")


def main() -> None:
    """Run the command line; exit 0 done, 2 bad input, 1 our fault."""
    try:
        app()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except Vein2veinError as error:
        print(f"internal error: {error}\nPlease report it.", file=sys.stderr)
        sys.exit(1)
