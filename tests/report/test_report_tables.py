from __future__ import annotations

import io

import pytest
from rich.console import Console

from vein2vein.report.contents import Agreement, Claim, ReportInput
from vein2vein.report.estimate import Estimate
from vein2vein.report.tables import claims_table


def _printed(claims: tuple[Claim, ...], width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(claims_table(claims))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 120])
def test_every_claim_is_in_the_table(example: ReportInput, width: int) -> None:
    printed = _printed(tuple(example.claims), width)
    assert printed.count("├") == len(example.claims) - 1
    assert "46\u202f%" in printed
    assert max(map(len, printed.splitlines())) <= width


def test_markup_in_a_claim_is_not_obeyed() -> None:
    claim = Claim("a", "[red]loud[/red]", Estimate(1), None, "[bold]x[/bold]", Agreement.AGREES)
    assert "[red]loud" in _printed((claim,), 120)


def test_no_claims_make_an_empty_table() -> None:
    assert "verdict" in _printed((), 80)
