import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.calibration.free import FREE
from vein2vein.calibration.parameters import LOG, LOGIT, PLAIN, TOXICITY, FreeParameter, Prior, apply
from vein2vein.errors import ModelError
from vein2vein.evidence import load_sheet

SHEET = load_sheet("core_model_start")
PRIOR = Prior.of(FREE, SHEET)


def test_names_are_unique_and_every_prior_is_proper():
    assert len(set(PRIOR.names)) == len(FREE)
    assert np.isfinite(PRIOR.mean).all()
    assert (PRIOR.sd > 0).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_natural_values_and_back(seed):
    z = np.random.default_rng(seed).uniform(-2, 2, len(FREE))
    np.testing.assert_allclose(PRIOR.standardised(PRIOR.natural(z)), z, atol=1e-9)


@pytest.mark.parametrize("scale", [LOG, LOGIT, PLAIN])
def test_scales_invert(scale):
    assert scale.back(scale.there(0.3)) == pytest.approx(0.3)


def test_a_set_changes_its_rows_and_no_other():
    values = {"growth [IDE+CILTA]": 0.03, "growth spread [ALL]": 0.5}
    changed = apply(FREE, values, SHEET)
    assert changed.value("growth", "IDE").value == changed.value("growth", "CILTA").value == 0.03
    assert changed.value("growth", "ALL").spread == 0.5
    assert changed.value("growth", "ALL").value == SHEET.value("growth", "ALL").value
    same = [a == b for a, b in zip(SHEET.rows, changed.rows, strict=True)]
    assert same.count(False) == 3


def test_cut_offs_that_are_carried_keep_their_order():
    changed = apply(FREE, {"crs_cut_3": 4.6}, SHEET)
    step = SHEET.value("crs_cut_4").value - SHEET.value("crs_cut_3").value
    assert changed.value("crs_cut_4").value == pytest.approx(4.6 + step)


def test_an_unknown_name_is_refused_with_a_near_miss():
    with pytest.raises(ModelError, match="growth"):
        apply(FREE, {"growht [ALL]": 0.1}, SHEET)


def test_a_parameter_without_sd_or_range_is_refused():
    with pytest.raises(ModelError, match="prior SD"):
        FreeParameter("ifn_secretion", (), LOG, None, TOXICITY, "test").prior(SHEET)
