import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from vein2vein.errors import InputError
from vein2vein.outcomes.grading.hematotoxicity import CarHematotox, grade_early_icaht, grade_late_icaht


def month(*spells):
    """Normal counts on days 0-30 but for spells of (first day, days, count)."""
    counts = np.full((1, 31), 2000.0)
    for start, length, count in spells:
        counts[0, start : start + length] = count
    return counts


@pytest.mark.parametrize(
    ("counts", "grade"),
    [
        (month(), 0),
        (month((3, 1, 500)), 1),
        (month((3, 6, 400)), 1),
        (month((3, 7, 400)), 2),
        (month((3, 13, 400)), 2),
        (month((3, 14, 400)), 3),
        (month((3, 6, 100)), 1),
        (month((3, 7, 100)), 3),
        (month((3, 14, 50)), 4),
        (month((0, 31, 450)), 4),  # never above 500
        (month((3, 3, 400), (8, 2, 400)), 2),  # two days of recovery count: 3 + 2 + 2
        (month((3, 3, 400), (9, 2, 400)), 1),  # three days do not: 3 + 2
        (month((3, 3, 400), (7, 3, 400)), 2),  # one day does: 3 + 1 + 3
    ],
)
def test_known_early_cases(counts, grade):
    found = grade_early_icaht(counts)
    assert found.low[0] == found.high[0] == grade


@pytest.mark.parametrize(
    ("counts", "grade"),
    [
        ([2000, 1800, 3000], 0),
        ([1400, 2000, 2000], 0),  # once is transient
        ([1400, 1500, 2000], 1),
        ([900, 1000, 2000], 2),
        ([100, 500, 2000], 3),
        ([100, 90, 2000], 4),
    ],
)
def test_known_late_cases(counts, grade):
    found = grade_late_icaht(np.array([counts], dtype=float))
    assert found.low[0] == found.high[0] == grade


def test_missing_counts_widen():
    counts = month((3, 6, 400))
    counts[0, 9] = np.nan
    found = grade_early_icaht(counts)
    assert (found.low[0], found.high[0]) == (1, 2)
    short = grade_early_icaht(np.full((1, 5), 400.0))
    assert (short.low[0], short.high[0]) == (1, 4)
    late = grade_late_icaht(np.array([[400.0]]))
    assert (late.low[0], late.high[0]) == (0, 3)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(0, 1))
def test_fewer_neutrophils_never_lower_and_forgetting_never_narrows(seed, factor):
    rng = np.random.default_rng(seed)
    counts = np.exp(rng.normal(6, 1.5, (8, 31)))
    forgotten = np.where(rng.random(counts.shape) < 0.2, np.nan, counts)
    for grade in (grade_early_icaht, grade_late_icaht):
        known, lower, partial = grade(counts), grade(counts * factor), grade(forgotten)
        assert (known.low == known.high).all()
        assert (lower.low >= known.low).all()
        assert (partial.low <= known.low).all()
        assert (partial.high >= known.high).all()


@pytest.mark.parametrize(
    ("score", "points", "high_risk"),
    [
        (CarHematotox(200, 2000, 10, 1, 300), (0, 0), False),
        (CarHematotox(175, 1200, 9, 3, 650), (5, 5), True),
        (CarHematotox(74, 100, 7, 10, 2001), (7, 7), True),
        (CarHematotox(75, 2000, 10, 1, 300), (1, 1), False),
        (CarHematotox(74, 2000, 10, 1, 300), (2, 2), True),
        (CarHematotox(200, 2000, 10, 1, None), (0, 2), None),
        (CarHematotox(74, None, None, None, None), (2, 7), True),
        (CarHematotox(), (0, 7), None),
    ],
)
def test_car_hematotox(score, points, high_risk):
    assert score.points == points
    assert score.high_risk is high_risk


@pytest.mark.parametrize(
    "broken",
    [
        lambda: grade_early_icaht(np.full((1, 32), 1.0)),
        lambda: grade_early_icaht(np.full(31, 1.0)),
        lambda: grade_late_icaht(np.full((1, 3), -1.0)),
        lambda: CarHematotox(platelets=-1),
        lambda: CarHematotox(ferritin=float("nan")),
    ],
)
def test_bad_input_is_refused(broken):
    with pytest.raises(InputError):
        broken()
