"""Drift and its effect: a stochastic chain, the null hypothesis, and the reference product."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from vein2vein.errors import InputError
from vein2vein.manufacturing.batches import simulate_batches
from vein2vein.manufacturing.phenotype import PHENOTYPES, Drift, NoPhenotypeEffect
from vein2vein.manufacturing.process import central, place_of_care
from vein2vein.manufacturing.product import ManufacturedProduct, memory_effect

few = settings(max_examples=25, deadline=None)


@few
@given(
    moved=st.tuples(*[st.floats(0.0, 0.9)] * 3),
    factor=st.floats(0.0, 1.0),
    divisions=st.floats(0.0, 30.0),
)
def test_drift_is_the_exponential_of_its_generator(
    moved: tuple[float, float, float], factor: float, divisions: float
) -> None:
    start = np.array([[0.4, 0.3, 0.2, 0.1], [1.0, 0.0, 0.0, 0.0]])
    found = Drift(*moved, factor).after(start, np.array([divisions, divisions]))
    rate = -np.log1p(-np.array(moved) * factor)
    generator = np.diag([-rate[0], -rate[1], -rate[2], 0.0]) + np.diag(rate, 1)
    np.testing.assert_allclose(found, start @ expm(generator * divisions), atol=1e-9)


def test_slower_drift_keeps_more_naive_cells() -> None:
    start, divisions = np.array([[0.4, 0.3, 0.2, 0.1]]), np.array([5.0])
    naive = [Drift(0.3, 0.2, 0.05, factor).after(start, divisions)[0, 0] for factor in (0.0, 0.5, 1.0)]
    assert naive[0] == pytest.approx(0.4)
    assert naive[0] > naive[1] > naive[2]


def test_under_the_null_hypothesis_all_products_expand_alike() -> None:
    shares = simulate_batches(place_of_care(), 50, 1).table[list(PHENOTYPES)].to_numpy()
    np.testing.assert_array_equal(NoPhenotypeEffect().expansion_multiplier(shares), 1.0)


def test_the_typical_central_product_is_the_reference() -> None:
    effect = memory_effect()
    shares = simulate_batches(central(), 20_000, 1).table[list(PHENOTYPES)].to_numpy()
    assert effect.expansion_multiplier(shares).mean() == pytest.approx(1.0, abs=0.05)
    naive, effector = np.array([[1.0, 0, 0, 0]]), np.array([[0, 0, 0, 1.0]])
    assert effect.expansion_multiplier(naive)[0] > 1.0 > effect.expansion_multiplier(effector)[0]


def test_a_product_reads_its_own_multiplier_and_refuses_nonsense() -> None:
    product = ManufacturedProduct(1e8, 0.1, 0.2, 0.4, 0.3, 1.5, 0.9, 12.0)
    assert product.expansion_multiplier(NoPhenotypeEffect()) == 1.0
    assert product.expansion_multiplier(memory_effect()) > 0.0
    with pytest.raises(InputError) as caught:
        ManufacturedProduct(-1e8, 0.1, 0.2, 0.4, 0.3, 1.5, 0.9, 12.0)
    assert caught.value.field == "dose"
