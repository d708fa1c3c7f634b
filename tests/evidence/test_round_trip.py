"""A sheet written as TOML and read again is the same sheet."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.evidence import EvidenceValue, Sheet, Source, Statement, load_sheet, sheet_text, sheets

FINITE = st.floats(allow_nan=False, allow_infinity=False)
PRINTABLE = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
SOURCES = (
    Source("paper", "A paper", doi="10.1000/182"),
    Source("page", "A page", url="https://example.org/a?b=c#d"),
    Source("own", "Our own", no_address="arithmetic"),
)


def reread(sheet: Sheet) -> Sheet:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{sheet.name}.toml"
        path.write_text(sheet_text(sheet), encoding="utf-8", newline="\n")
        return load_sheet(path)


@st.composite
def values(draw: st.DrawFn, id: str) -> EvidenceValue:
    value = draw(FINITE)
    below, above = draw(st.floats(max_value=value)), draw(st.floats(min_value=value))
    around = draw(st.none() | st.just((below, above)))
    kind = draw(st.sampled_from([None, "log_sd", "iqr", "ci95", "cv_pct"]))
    low, high = sorted((draw(FINITE), draw(FINITE)))
    spread = None if kind is None else (low, high) if kind in ("iqr", "ci95") else abs(low)
    return EvidenceValue(
        id=id,
        value=value,
        unit=draw(st.sampled_from(["1", "1/day", "cells", "pg/mL", "percent"])),
        source=draw(st.sampled_from(SOURCES)),
        locator=draw(PRINTABLE),
        status=draw(st.sampled_from(["estimated", "fixed", "derived"])),
        sheet="own",
        setting=draw(st.sampled_from([None, "ALL", "LBCL"])),
        evidence=draw(st.sampled_from(["read", "recalled", "computed"])),
        confidence="low",
        spread=spread,
        spread_kind=kind,
        bounds=around,
        clip=around,
        relation=draw(st.sampled_from(["equal", "about", "less_than"])),
        n=draw(st.none() | st.integers(1, 10**6)),
        note=draw(st.none() | PRINTABLE),
        latex=draw(st.none() | PRINTABLE),
    )


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_sheet_survives(data: st.DataObject) -> None:
    rows = tuple(data.draw(values(id)) for id in ("growth", "killing"))
    said = tuple(
        Statement(f"s{i}", data.draw(PRINTABLE), source, "page 1", "read", "own")
        for i, source in enumerate(SOURCES)  # so that every source is used
    )
    sheet = Sheet(
        "own", data.draw(PRINTABLE), data.draw(st.none() | PRINTABLE), ("ALL", "LBCL"), rows, said, SOURCES
    )
    assert reread(sheet) == sheet


@pytest.mark.parametrize("name", sheets())
def test_shipped_sheets_survive(name: str) -> None:
    sheet = load_sheet(name)
    assert reread(sheet) == sheet
    assert replace(sheet) == sheet
