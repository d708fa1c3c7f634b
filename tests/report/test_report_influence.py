"""What moves the outcome: the shipped analysis is whole, and the chapter shows it without another simulation."""

import numpy as np
import pytest

from vein2vein.calibration.fit import SHEETS_READ
from vein2vein.calibration.sensitivity import OUTPUTS
from vein2vein.calibration.sensitivity_file import (
    SensitivityResult,
    load_sensitivities,
    save_sensitivities,
)
from vein2vein.clinic.cohort import Biology
from vein2vein.errors import InputError
from vein2vein.evidence import evidence_hash
from vein2vein.patients.settings import SETTINGS
from vein2vein.report.chapters import influence

SHIPPED = load_sensitivities()


def test_the_shipped_analysis_covers_every_setting_and_output_and_is_of_this_model():
    assert {(s.setting, s.output) for s in SHIPPED.sensitivities} == {
        (s.key, o) for s in SETTINGS for o in OUTPUTS
    }
    assert SHIPPED.provenance["evidence_hash"] == evidence_hash(SHEETS_READ)
    assert SHIPPED.provenance["model_hash"] == Biology.starting().system.digest
    for s in SHIPPED.sensitivities:
        totals = [i.total for i in s.influences]
        assert totals == sorted(totals, reverse=True)
        assert all(i.total + i.total_error + 0.05 >= i.first - i.first_error for i in s.influences)
        assert np.isfinite([[i.low, i.high] for i in s.influences]).all()


def test_a_result_survives_its_file(tmp_path):
    assert load_sensitivities(save_sensitivities(SHIPPED, tmp_path / "s.json")) == SHIPPED
    for s in SHIPPED.sensitivities:
        assert 12 <= len(s.influences) <= 24
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="sensitivity"):
        load_sensitivities(tmp_path / "bad.json")


def test_the_chapter_shows_a_tornado_and_sobol_indices_with_their_provenance():
    html = influence.chapter(SETTINGS, SHIPPED).html
    assert html.count("<svg") == 4  # two figures, each for a phone and for a page
    assert SHIPPED.provenance["command"] in html
    assert str(SHIPPED.provenance["sets"]) in html
    for setting in SETTINGS:
        assert setting.label in html


def test_a_product_without_an_analysis_is_said_to_have_none():
    html = influence.chapter(SETTINGS[:1], SensitivityResult((), SHIPPED.provenance)).html
    assert "No sensitivity analysis covers this product" in html
