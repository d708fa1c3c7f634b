"""Terminal tables for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vein2vein.report.contents import Agreement, Claim
from vein2vein.report.estimate import estimate

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {
    Agreement.AGREES: "green",
    Agreement.IN_PART: "yellow",
    Agreement.DISAGREES: "red",
    Agreement.CANNOT_TELL: "dim",
}


def claims_table(claims: Sequence[Claim]) -> Table:
    """Return the reported claims as a table for a terminal.

    Parameters
    ----------
    claims : sequence of Claim
        One row each; a note stands beneath the reported value.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title="Reported claims, and what the simulation says", title_justify="left", show_lines=True
    )
    for heading, ratio in (("claim", 3), ("reported (95 %)", 3), ("predicted (95 %)", 3), ("verdict", 4)):
        table.add_column(heading, ratio=ratio, overflow="fold")
    for claim in claims:
        verdict = Text.assemble((f"{claim.agreement.value} ", _STYLES[claim.agreement]), claim.verdict)
        reported = Text(estimate(claim.reported, "no number"))
        if claim.note:
            reported.append(f"\n{claim.note}", style="dim")
        table.add_row(Text(claim.text), reported, Text(estimate(claim.predicted)), verdict)
    return table
