import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.stats import binom, binomtest

from vein2vein.errors import InputError
from vein2vein.outcomes.binomial import exact_interval, patients_needed, rule_of_n


@pytest.mark.parametrize(("k", "n"), [(0, 10), (51, 85), (85, 85), (1, 1), (3, 7)])
def test_agrees_with_scipy(k, n):
    theirs = binomtest(k, n).proportion_ci(0.95, method="exact")
    low, high = exact_interval(k, n)
    assert (float(low), float(high)) == pytest.approx((theirs.low, theirs.high))


def test_published_example():
    # 51 of 85 (60 %): 0.488 to 0.705, and both bounds put a tail of 2.5 % on the other side.
    low, high = exact_interval(51, 85)
    assert (float(low), float(high)) == pytest.approx((0.488, 0.705), abs=5e-4)
    assert binom.sf(50, 85, low) == pytest.approx(0.025)
    assert binom.cdf(51, 85, high) == pytest.approx(0.025)


def test_vectorised():
    low, high = exact_interval(np.arange(11), 10)
    assert low.shape == high.shape == (11,)
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) > 0).all()


def test_all_of_n():
    ten = rule_of_n(10)
    assert ten.lower == pytest.approx(float(exact_interval(10, 10)[0]))
    assert ten.lower == pytest.approx(0.6915, abs=5e-5)
    assert ten.lower_one_sided == pytest.approx(0.05**0.1)
    assert rule_of_n(1000).lower_one_sided == pytest.approx(1 - 3 / 1000, abs=1e-4)
    assert patients_needed(0.9, one_sided=True) == 29
    assert patients_needed(0.9) == 36


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 500), share=st.floats(0, 1), level=st.floats(0.5, 0.999))
def test_the_interval_contains_the_estimate_and_grows_with_the_level(n, share, level):
    k = round(share * n)
    low, high = exact_interval(k, n, level)
    wider = exact_interval(k, n, (1 + level) / 2)
    assert 0 <= low <= k / n <= high <= 1
    assert wider[0] <= low
    assert wider[1] >= high


@settings(max_examples=60, deadline=None)
@given(bound=st.floats(0.01, 0.999), one_sided=st.booleans())
def test_patients_needed_is_the_smallest(bound, one_sided):
    n = patients_needed(bound, one_sided=one_sided)

    def reached(m):
        found = rule_of_n(m)
        return (found.lower_one_sided if one_sided else found.lower) >= bound

    assert reached(n)
    assert n == 1 or not reached(n - 1)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: exact_interval(3, 2),
        lambda: exact_interval(-1, 2),
        lambda: exact_interval(0, 0),
        lambda: exact_interval(1.5, 3),
        lambda: exact_interval(float("nan"), 3),
        lambda: exact_interval(1, 3, level=1.0),
        lambda: rule_of_n(0),
        lambda: patients_needed(1.0),
    ],
)
def test_bad_input_is_refused(broken):
    with pytest.raises(InputError):
        broken()
