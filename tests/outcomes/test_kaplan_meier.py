import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times, restricted_mean_survival_time

from vein2vein.errors import InputError
from vein2vein.outcomes.kaplan_meier import kaplan_meier


def cohort(seed, n=85, ties=True):
    rng = np.random.default_rng(seed)
    time = np.minimum(rng.exponential(400, n), rng.uniform(200, 1200, n))
    event = rng.random(n) < 0.6
    return (np.round(time / 30) * 30 + 30 if ties else time), event


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_lifelines(seed):
    time, event = cohort(seed, ties=seed % 2 == 0)
    ours, theirs = kaplan_meier(time, event), KaplanMeierFitter().fit(time, event)
    days = np.array([1.0, 100, 300, 450, 600, 899])
    assert ours.at(days) == pytest.approx(theirs.survival_function_at_times(days).to_numpy(), abs=1e-12)
    assert ours.median == theirs.median_survival_time_
    low, high = ours.interval(days)
    bounds = theirs.confidence_interval_survival_function_
    for column, bound in zip(bounds.columns, (low, high), strict=True):
        expected = [bounds[column][bounds.index <= day].iloc[-1] for day in days]
        assert bound == pytest.approx(np.nan_to_num(expected, nan=1.0), abs=1e-9)
    limits = median_survival_times(bounds).to_numpy()[0]
    assert np.array(ours.median_interval()) == pytest.approx(limits)
    assert ours.restricted_mean(700.0) == pytest.approx(restricted_mean_survival_time(theirs, t=700.0))
    table = theirs.event_table
    for day in days:
        after = table[table.index >= day]
        assert ours.at_risk([day])[0] == after["at_risk"].iloc[0]
        assert ours.events([day])[0] == table["observed"][table.index <= day].sum()


def test_many_cohorts_at_once_equal_one_by_one():
    pairs = [cohort(seed) for seed in range(20)]
    time, event = (
        np.stack([p[0] for p in pairs]).reshape(4, 5, -1),
        np.stack([p[1] for p in pairs]).reshape(4, 5, -1),
    )
    together, days = kaplan_meier(time, event), [90.0, 365.0, 700.0]
    assert together.at(days).shape == (4, 5, 3)
    for i in range(4):
        for j in range(5):
            one = kaplan_meier(time[i, j], event[i, j])
            assert (together.at(days)[i, j] == one.at(days)).all()
            assert together.median[i, j] == one.median
            assert together.restricted_mean(600.0)[i, j] == one.restricted_mean(600.0)
            assert (together.at_risk(days)[i, j] == one.at_risk(days)).all()
            assert (np.array(together.interval(days))[:, i, j] == np.array(one.interval(days))).all()


def test_without_censoring_it_is_the_empirical_share():
    time = np.array([5.0, 1.0, 3.0, 3.0])
    found = kaplan_meier(time, np.ones(4, dtype=bool))
    assert found.at([0, 1, 2.9, 3, 5]) == pytest.approx([1, 0.75, 0.75, 0.25, 0])
    assert found.time.tolist() == [1, 3, 3, 5]
    assert found.survival == pytest.approx([0.75, 0.25, 0.25, 0])  # tied times share what comes after both
    assert found.died.tolist() == [1, 3, 3, 4]
    assert found.median == 3
    assert found.restricted_mean(10) == pytest.approx(time.mean())
    assert found.at_risk([0, 1, 1.1, 6]).tolist() == [4, 4, 3, 0]
    low, high = found.interval([6.0])
    assert low[0] == 0
    assert 0 < high[0] < 1


def test_median_not_reached_is_infinite():
    found = kaplan_meier([1.0, 2.0, 3.0], [True, False, False])
    assert np.isinf(found.median)
    assert np.isinf(found.median_interval()[1])


@settings(max_examples=50, deadline=None)
@given(
    data=st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=25),
    level=st.sampled_from([0.5, 0.8, 0.95]),
)
def test_laws(data, level):
    time, event = np.array([d for d, _ in data], dtype=float), np.array([e for _, e in data])
    found, days = kaplan_meier(time, event), np.arange(0, 32.0)
    survival = found.at(days)
    low, high = found.interval(days, level)
    assert ((survival >= 0) & (survival <= 1 + 1e-12)).all()
    assert (np.diff(survival) <= 1e-12).all()
    assert (low <= survival + 1e-12).all()
    assert (high >= survival - 1e-12).all()
    wide = found.interval(days, 0.99)
    assert (wide[0] <= low + 1e-12).all()
    assert (wide[1] >= high - 1e-12).all()
    low_median, high_median = found.median_interval(level)
    assert low_median <= found.median <= high_median
    assert (np.diff(found.at_risk(days)) <= 0).all()
    assert 0 <= found.restricted_mean(31.0) <= 31.0
    order = np.random.default_rng(0).permutation(len(time))
    assert (kaplan_meier(time[order], event[order]).at(days) == survival).all()


@pytest.mark.parametrize(
    ("time", "event"),
    [([], []), ([1.0], [True, False]), ([-1.0], [True]), ([float("nan")], [True])],
)
def test_bad_input_is_refused(time, event):
    with pytest.raises(InputError):
        kaplan_meier(time, event)


def test_bad_questions_are_refused():
    found = kaplan_meier([1.0], [True])
    for broken in (
        lambda: found.interval([1.0], 1.0),
        lambda: found.quantile(0.0),
        lambda: found.restricted_mean(0),
    ):
        with pytest.raises(InputError):
            broken()
