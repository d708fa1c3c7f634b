"""The fitted values of the sheet are what their documented procedure gives; the facts are met as stated."""

from __future__ import annotations

import numpy as np
import pytest

from vein2vein.evidence import load_sheet, problems
from vein2vein.manufacturing import calibration
from vein2vein.manufacturing.numbers import number
from vein2vein.manufacturing.validation import FITTED, PREDICTED, validation_table

SHEETS = ("manufacturing", "manufacturing_observations", "release_specifications")


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_sheets_keep_the_rules_of_evidence(sheet: str) -> None:
    assert problems(sheet) == ()


def test_the_sheet_holds_what_the_procedure_gives() -> None:
    size = calibration.copies_size()
    again = {
        **calibration.collection(),
        "copies_size": size,
        **calibration.transduction(size),
        "growth_waning": calibration.growth_waning(),
        **calibration.arrangement(),
        "commercial_life_mean": calibration.commercial_life(),
    }
    for name, value in again.items():
        setting = "central" if name == "arrangement_median" else None
        assert number(name, setting) == pytest.approx(value, rel=2e-3), name


def test_the_vulnerable_share_is_what_the_procedure_gives() -> None:
    values = {row.id: row.value for row in load_sheet("manufacturing").rows}
    again = calibration.vulnerability(values)
    assert number("vulnerable_share") == pytest.approx(again["vulnerable_share"], rel=0.01)
    assert number("vulnerable_chance") == pytest.approx(again["vulnerable_chance"], rel=0.01)


def test_fitted_facts_are_met_and_predictions_are_kept_apart() -> None:
    table = validation_table()
    assert set(table["kind"]) == {FITTED, PREDICTED}
    fitted = table[table["kind"] == FITTED]
    assert fitted["agrees"].all()
    assert (table["kind"] == PREDICTED).sum() > len(fitted)
    assert np.isfinite(table[["observed", "model"]]).all(axis=None)
    assert (table["model_low"].isna() | (table["model_low"] <= table["model"])).all()
    assert (table["model_high"].isna() | (table["model_high"] >= table["model"])).all()
