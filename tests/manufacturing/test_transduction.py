"""Copies per cell: closed forms against the distribution they summarise, and its Poisson limit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.manufacturing.process import place_of_care
from vein2vein.manufacturing.transduction import Transduction, copy_distribution

few = settings(max_examples=25, deadline=None)


def law(size: float, permissive: float = 0.8, expression: float = 0.9) -> Transduction:
    base = place_of_care().transduction
    return Transduction(base.multiplicity, base.titre, base.efficiency, 0.0, permissive, expression, size)


@few
@given(mean=st.floats(0.01, 4.0), size=st.floats(0.3, 50.0), expression=st.floats(0.1, 1.0))
def test_closed_forms_agree_with_the_distribution_of_copies(
    mean: float, size: float, expression: float
) -> None:
    chances = copy_distribution(mean, size, 400)
    copies = np.arange(401)
    silent = (chances * (1.0 - expression) ** copies).sum()
    transduction = law(size, 0.7, expression)
    m = np.array([mean])
    assert transduction.transduced(m)[0] == pytest.approx(0.7 * (1.0 - chances[0]), rel=1e-6)
    assert transduction.car_positive(m)[0] == pytest.approx(0.7 * (1.0 - silent), rel=1e-6)
    assert transduction.copies_per_cell(m)[0] == pytest.approx(0.7 * (chances * copies).sum(), rel=1e-6)


def test_an_infinite_size_is_poisson() -> None:
    m = np.array([0.22, 0.51, 0.69, 1.2])
    poisson = law(math.inf, 1.0, 1.0)
    np.testing.assert_allclose(poisson.car_positive(m), 1.0 - np.exp(-m), rtol=1e-12)
    # Computed table of the evidence: CAR+ 20, 40, 50, 70 % go with 1.12, 1.28, 1.39, 1.72 copies per CAR+
    # cell. .testing.assert_allclose(m / poisson.car_positive(m), [1.12, 1.28, 1.39, 1.72], atol=0.01)
    np.testing.assert_allclose(copy_distribution(1.3, 1e9, 8), copy_distribution(1.3, math.inf, 8), rtol=1e-5)


def test_no_vector_makes_no_car_cells() -> None:
    assert law(2.0).car_positive(np.zeros(1))[0] == 0.0
    assert copy_distribution(0.0, 2.0, 3).tolist() == [1.0, 0.0, 0.0, 0.0]
