import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.stats import kstest

from vein2vein.errors import InputError
from vein2vein.outcomes.kaplan_meier import kaplan_meier
from vein2vein.outcomes.survival import (
    DAYS_A_YEAR,
    ExponentialSurvival,
    SurvivalRules,
    compose_survival,
    non_relapse_death,
    survival_gain,
)

RULES = SurvivalRules(0.05, 0.015, 142.0, 0.22)


def test_non_relapse_death_inverts_its_cumulative_hazard():
    days = np.array([10.0, 300.0, 365.25, 1000.0, 5000.0])
    years = days / DAYS_A_YEAR
    hazard = 0.05 * np.minimum(years, 1) + 0.015 * np.maximum(years - 1, 0)
    assert non_relapse_death(np.exp(-hazard), RULES) == pytest.approx(days)


@pytest.mark.parametrize(
    ("first", "later", "expected"),
    [(0.0, 0.0, [np.inf, np.inf]), (0.0, 0.1, [2.0, 6.0]), (0.2, 0.0, [0.5, np.inf])],
)
def test_zero_hazards(first, later, expected):
    rules = SurvivalRules(first, later, 100, 0)
    found = non_relapse_death(np.exp([-0.1, -0.5]), rules) / DAYS_A_YEAR
    assert found == pytest.approx(np.array(expected))


def test_composition_by_hand():
    inf = np.inf
    pd = np.array([inf, 90.0, 90.0, 90.0, inf, 90.0])
    death = np.array([inf, inf, inf, 50.0, 400.0, 100.0])
    half = np.full(6, 0.5)  # post-progression survival: the median
    salvage = np.array([0.9, 0.9, 0.1, 0.9, 0.9, 0.9])
    found = compose_survival(pd, death, RULES, post_progression=half, salvage=salvage, horizon=365.0)
    assert found.pfs_days.tolist() == [365, 90, 90, 50, 365, 90]
    assert found.pfs_event.tolist() == [False, True, True, True, False, True]
    assert found.os_days == pytest.approx([365, 232, 365, 50, 365, 100])
    assert found.os_event.tolist() == [False, True, False, True, False, True]


def test_post_progression_survival_is_exponential():
    rng = np.random.default_rng(4)
    n = 4000
    found = compose_survival(
        np.full(n, 28.0),
        np.full(n, np.inf),
        SurvivalRules(0, 0, 142.0, 0.0),
        post_progression=rng.random(n),
        salvage=rng.random(n),
        horizon=1e9,
    )
    assert kstest(found.os_days - 28, "expon", args=(0, 142 / np.log(2))).pvalue > 1e-3


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), salvage=st.floats(0, 1), horizon=st.floats(30, 4000))
def test_progression_free_survival_never_exceeds_overall(seed, salvage, horizon):
    rng = np.random.default_rng(seed)
    n = 60
    pd = np.where(rng.random(n) < 0.5, np.inf, rng.uniform(28, 2000, n))
    rules = SurvivalRules(0.05, 0.02, 200.0, salvage)
    death = non_relapse_death(rng.random(n), rules)
    found = compose_survival(
        pd, death, rules, post_progression=rng.random(n), salvage=rng.random(n), horizon=horizon
    )
    assert (found.pfs_days <= found.os_days).all()
    assert (found.pfs_event | ~found.os_event).all()
    assert (found.os_days <= horizon).all()
    assert (found.os_event | (found.os_days == horizon)).all()


def test_untreated_comparator():
    untreated = ExponentialSurvival(60.0)
    assert untreated.at(np.array([0.0, 60.0, 120.0])) == pytest.approx([1, 0.5, 0.25])
    days = np.linspace(0, 365, 20_001)
    assert untreated.restricted_mean(365.0) == pytest.approx(np.trapezoid(untreated.at(days), days), rel=1e-6)
    drawn = untreated.draw(np.random.default_rng(0).random(4000))
    assert kstest(drawn, "expon", args=(0, 60 / np.log(2))).pvalue > 1e-3


def test_gain():
    treated = kaplan_meier(np.array([100.0, 300.0, 500.0, 900.0]), np.array([True, True, True, False]))
    gain = survival_gain(treated, ExponentialSurvival(60.0), 365.0)
    assert gain.median_gain == 240
    # Area under the treated curve to day 365: 100 at 1, 200 at 3/4, 65 at 1/2.
    assert gain.restricted_mean_gain == pytest.approx(
        282.5 - ExponentialSurvival(60.0).restricted_mean(365.0)
    )
    alive = kaplan_meier(np.array([400.0]), np.array([False]))
    assert np.isinf(survival_gain(alive, ExponentialSurvival(60.0), 365.0).median_gain)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: SurvivalRules(-0.1, 0, 100, 0),
        lambda: SurvivalRules(0, float("nan"), 100, 0),
        lambda: SurvivalRules(0, 0, 0, 0),
        lambda: SurvivalRules(0, 0, 100, 1.1),
        lambda: ExponentialSurvival(-1),
        lambda: non_relapse_death(np.array([0.0]), RULES),
        lambda: non_relapse_death(np.array([np.nan]), RULES),
    ],
)
def test_bad_input_is_refused(broken):
    with pytest.raises(InputError):
        broken()
