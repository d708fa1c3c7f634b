from pathlib import Path

import numpy as np
import pytest

from vein2vein.calibration.crs_patients import (
    check_diary,
    check_score,
    concordance,
    fit_ordinal,
    probabilities,
)
from vein2vein.errors import InputError
from vein2vein.evidence import load_sheet

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
CD22 = SHARED / "cd22_car_lichtenstein2021"


def test_concordance_of_a_perfect_a_reversed_and_an_empty_score():
    grade = np.array([0, 1, 1, 2, 3, 4, 2, 0, 1, 3])
    assert concordance("perfect", grade.astype(float), grade).value == 1.0
    assert concordance("reversed", -grade.astype(float), grade).value == 0.0
    assert concordance("empty", np.zeros(10), grade).value == 0.5


def test_probabilities_sum_to_one_and_rise_with_the_score():
    p = probabilities(np.array([0.0, 2.0, 9.0]), np.array([1.0, 2.0, 3.0, 4.0]), 0.5)
    np.testing.assert_allclose(p.sum(axis=1), 1.0)
    expected = p @ np.arange(5)
    assert (np.diff(expected) > 0).all()


def test_the_ordinal_fit_finds_the_noise_that_made_the_grades():
    chance = np.random.default_rng(4)
    score = chance.normal(2.5, 1.5, 6000)
    cuts = np.array([1.0, 2.0, 3.0, 4.0])
    grade = ((score + 0.6 * chance.standard_normal(6000))[:, None] > cuts).sum(axis=1)
    found, noise = fit_ordinal(score, grade)
    np.testing.assert_allclose(found, cuts, atol=0.15)
    assert noise == pytest.approx(0.6, abs=0.1)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(InputError, match="can't read"):
        check_score(tmp_path, load_sheet("core_model"))
    with pytest.raises(InputError, match="diary"):
        check_diary(tmp_path, None)


@pytest.mark.skipif(not CD22.exists(), reason="patient data not here")
def test_the_score_ranks_patients_better_than_chance_but_is_no_rule():
    found = check_score(CD22, load_sheet("core_model"))
    score = found.concordances[0]
    assert 0.5 < score.low < score.value < 0.95
    assert sum(row.observed for row in found.calibration) == score.patients
