from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from vein2vein.economics.discounting import annuity, factor, force
from vein2vein.errors import InputError


@pytest.mark.parametrize("rate", [0.0, 0.015, 0.03, 0.1])
def test_an_annuity_is_the_integral_of_the_factor(rate: float) -> None:
    numeric = integrate.quad(lambda t: float(factor(rate, t)), 1.5, 40.0)[0]
    assert float(annuity(rate, 1.5, 40.0)) == pytest.approx(numeric, rel=1e-10)


def test_a_year_away_at_three_percent_is_worth_one_over_1_03() -> None:
    assert float(factor(0.03, 1.0)) == pytest.approx(1 / 1.03)


def test_five_meaning_five_percent_is_refused_with_the_right_fraction() -> None:
    with pytest.raises(InputError, match=r"0\.05") as caught:
        force(5)
    assert "0.05 for 5 %" in str(caught.value)


@pytest.mark.parametrize("rate", [-0.01, float("nan"), float("inf"), 1.0])
def test_rates_that_can_not_be_are_refused(rate: float) -> None:
    with pytest.raises(InputError):
        force(rate)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 0.2), st.floats(0, 50), st.floats(0, 50), st.floats(0, 50))
def test_annuities_add_up(rate: float, a: float, b: float, c: float) -> None:
    first, middle, last = sorted((a, b, c))
    parts = annuity(rate, first, middle) + annuity(rate, middle, last)
    assert float(parts) == pytest.approx(float(annuity(rate, first, last)), abs=1e-9)


def test_nothing_flows_backwards() -> None:
    assert np.all(annuity(0.03, 5.0, [4.0, 0.0]) == 0.0)
