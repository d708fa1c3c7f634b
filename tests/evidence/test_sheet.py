"""Looking things up in a sheet."""

from __future__ import annotations

import pytest

from vein2vein.errors import EvidenceError, UnitError
from vein2vein.evidence import as_record, load_sheet

CORE = load_sheet("core_model")


def test_a_setting_falls_back_to_the_shared_row() -> None:
    assert CORE.value("memory_fraction", "ALL") is CORE.value("memory_fraction")
    assert CORE.value("growth", "ALL").setting == "ALL"


def test_a_quantity_that_differs_needs_a_setting() -> None:
    with pytest.raises(EvidenceError, match="differs between settings") as caught:
        CORE.value("growth")
    assert caught.value.allowed == "ALL, LBCL, IDE, CILTA"


def test_near_misses_are_suggested() -> None:
    with pytest.raises(EvidenceError, match="Did you mean 'growth'"):
        CORE.value("grwoth", "ALL")
    with pytest.raises(EvidenceError, match="Did you mean 'LBCL'"):
        CORE.value("growth", "LBLC")
    with pytest.raises(EvidenceError, match="no such setting"):
        CORE.for_setting("AML")


def test_select_combines_criteria() -> None:
    rows = CORE.select(setting="LBCL", status="estimated", prefix="kill")
    assert {row.id for row in rows} == {"kill_max", "kill_half_effectors"}
    assert all(row.source.key == "frey2010" for row in CORE.select(source="frey2010"))
    assert all(row.recalled for row in CORE.select(evidence="recalled"))
    assert len(CORE.select()) == len(CORE.rows)


def test_for_setting_prefers_the_own_row() -> None:
    own = CORE.for_setting("CILTA")
    assert own["growth"].setting == "CILTA"
    assert own["memory_fraction"].setting is None
    shared = CORE.for_setting()
    assert "growth" not in shared


def test_values_convert() -> None:
    assert load_sheet("fit_table").value("orr", "ALL").to("1") == pytest.approx(0.82)
    assert CORE.value("toci_half_receptor").to("mg/L") == pytest.approx(0.4)
    with pytest.raises(UnitError):
        CORE.value("toci_half_receptor").to("cell")


def test_records_are_plain_and_carry_the_address() -> None:
    record = as_record(CORE.value("host_regrowth"))
    assert record["value"] == 0.17
    assert record["source"] == {
        "key": "kimmel2021",
        "citation": "Kimmel, Locke and Altrock 2021, Proc R Soc B 288:20210229",
        "address": "https://doi.org/10.1098/rspb.2021.0229",
    }
    assert "confidence" not in record
