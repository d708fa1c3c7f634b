import numpy as np
import pytest

from vein2vein.errors import InputError
from vein2vein.outcomes.cure import (
    cure_probability,
    extinction_probability,
    extinction_surprise,
    is_extinct,
)

from .curves import GRID, curves, stopped


def test_cure_of_patients_from_their_curves():
    shape = np.ones_like(GRID)
    group = curves(
        lineages_positive=np.stack([shape * 0.1, shape * 3, shape * 0.1]),
        lineages_negative=np.stack([shape * 0.2, shape * 0.0, shape * 5]),
    )
    assert cure_probability(group) == pytest.approx(np.exp([-0.3, -3.0, -5.1]))
    u = np.full(3, 0.5)  # extinct where the lineages are at most 0.693
    assert is_extinct(group, u, u).tolist() == [True, False, False]
    assert is_extinct(stopped(group, 1, 120.0), u, u).tolist() == [True, False, False]


def test_the_share_of_extinct_patients_is_the_mean_cure_probability():
    rng, n = np.random.default_rng(5), 4000
    positive, negative = rng.exponential(0.5, (n, 1)), rng.exponential(0.3, (n, 1))
    shape = np.ones((1, GRID.size))
    group = curves(lineages_positive=positive * shape, lineages_negative=negative * shape)
    u_positive, u_negative = rng.random(n), rng.random(n)
    extinct = is_extinct(group, u_positive, u_negative)
    assert abs(extinction_surprise(cure_probability(group), extinct)) < 4
    # Frozen at the draw, the lineages no longer tell the probability, and the check says so.
    frozen = curves(
        lineages_positive=np.maximum(positive, -np.log(u_positive)[:, None]) * shape,
        lineages_negative=negative * shape,
    )
    assert extinction_surprise(cure_probability(frozen), extinct) > 10


def test_surprise_at_sure_things():
    sure = np.array([1.0, 0.0])
    assert extinction_surprise(sure, np.array([True, False])) == 0
    assert extinction_surprise(sure, np.array([True, True])) == np.inf


def test_a_negative_number_of_lineages_is_refused():
    with pytest.raises(InputError):
        extinction_probability([-0.1])
