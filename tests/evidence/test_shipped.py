"""The shipped sheets: sound, sourced to the row, and hashed."""

from __future__ import annotations

import hashlib
from importlib import resources

import pytest

from vein2vein.evidence import evidence_hash, load_sheet, problems, sheets


@pytest.mark.parametrize("name", sheets())
def test_sheet_is_sound(name: str) -> None:
    assert [str(error) for error in problems(name)] == []


@pytest.mark.parametrize("name", sheets())
def test_every_row_says_where_it_is_from(name: str) -> None:
    sheet = load_sheet(name)
    for row in (*sheet.rows, *sheet.statements):
        assert row.locator.strip(), row.id
        assert row.source.address or row.source.no_address, row.id


def test_what_the_product_stands_on_is_there() -> None:
    assert {
        "care",
        "core_model",
        "fit_table",
        "indications",
        "kinetics",
        "prices",
        "programme",
        "trials",
    } <= set(sheets())


def test_reported_claims_are_whole() -> None:
    programme = load_sheet("programme")
    assert programme.value("treated").value == 85
    assert programme.value("cured").value == pytest.approx(0.60)
    assert (programme.value("dose").value, programme.value("dose").relation) == (1e8, "greater_than")
    assert (programme.value("cost_west").value, programme.value("cost_west").unit) == (500_000, "EUR")
    assert {"crs", "extended", "indication"} <= {statement.id for statement in programme.statements}


def test_hash_covers_name_and_bytes_of_every_sheet() -> None:
    digest = hashlib.sha256()
    folder = resources.files("vein2vein.evidence") / "sheets"
    for name in sorted(sheets()):
        digest.update(name.encode() + b"\0" + (folder / f"{name}.toml").read_bytes() + b"\0")
    assert evidence_hash() == digest.hexdigest()


def test_median_weight_rises_with_age() -> None:
    sheet = load_sheet("indications")
    for sex in ("male", "female"):
        weights = [sheet.value(f"weight_{sex}_{age}").value for age in (3, 5, 7, 9, 11, 13, 15, 17, 20)]
        assert weights == sorted(weights)
