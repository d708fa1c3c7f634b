import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from vein2vein.errors import InputError
from vein2vein.outcomes.toxicity import CutOffs, read_episode

T = np.arange(0, 40.01, 0.25)
CRS = CutOffs((1.0, 2.0, 3.0, 4.0))


def tent(peak, start=2.0, end=10.0):
    """A score that rises from 0 at ``start`` to a peak half-way and falls to 0 at ``end``."""
    middle = (start + end) / 2
    return np.interp(T, [start, middle, end], [0, peak, 0])[None, :]


def test_grades_by_cut_offs():
    assert CRS.grade(np.array([0.0, 1.0, 1.01, 2.5, 4.5, np.nan])).tolist() == [0, 0, 1, 2, 4, 0]
    icans = CutOffs((3.9, 4.6, 6.2), grades=(1, 2, 3))
    assert icans.grade(np.array([7.0])).tolist() == [3]
    assert CutOffs((1.0,), grades=(3,)).grade(np.array([2.0])).tolist() == [3]


def test_known_episode():
    found = read_episode(T, tent(2.5), CRS)
    assert found.grade[0] == 2
    assert found.onset[0] == pytest.approx(2 + 4 / 2.5)
    assert found.duration[0] == pytest.approx(8 - 2 * 4 / 2.5)
    assert found.ended[0]
    assert found.day_grade[0, :11].tolist() == [0, 0, 0, 1, 1, 2, 2, 1, 1, 0, 0]  # above 1 on days 3.6-8.4


def test_a_short_silence_belongs_to_the_episode_and_a_long_one_ends_it():
    short = np.maximum(tent(3, 1, 5), tent(3, 4, 8))  # below 1 for 5/6 day less than one
    long = np.maximum(tent(3, 1, 5), tent(3, 9, 13))
    one, two = read_episode(T, short, CRS), read_episode(T, long, CRS)
    assert one.duration[0] == pytest.approx(8 - 4 / 6 - (1 + 4 / 6))
    assert two.duration[0] == pytest.approx(4 - 2 * 4 / 6)


def test_no_episode_and_one_that_never_ends():
    quiet, endless = read_episode(T, tent(0.5), CRS), read_episode(T, np.full((1, T.size), 1.5), CRS)
    assert quiet.grade[0] == 0
    assert np.isnan(quiet.onset[0])
    assert np.isnan(quiet.duration[0])
    assert not quiet.ended[0]
    assert endless.onset[0] == 0
    assert endless.duration[0] == 40
    assert not endless.ended[0]


def test_prevalence_rows_sum_to_one():
    found = read_episode(T, np.concatenate([tent(p) for p in (0.5, 1.5, 2.5, 4.5)]), CRS)
    assert found.prevalence.shape == (41, 5)
    assert found.prevalence.sum(axis=1) == pytest.approx(1)
    assert found.prevalence[6].tolist() == [0.25, 0.25, 0.25, 0.0, 0.25]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), worse=st.floats(0, 2))
def test_a_worse_score_never_lowers_grade_nor_delays_onset(seed, worse):
    rng = np.random.default_rng(seed)
    score = rng.normal(0, 0.4, (5, T.size)).cumsum(axis=1)
    mild, bad = read_episode(T, score, CRS), read_episode(T, score + worse, CRS)
    assert (bad.grade >= mild.grade).all()
    assert (bad.day_grade >= mild.day_grade).all()
    had = ~np.isnan(mild.onset)
    assert (bad.onset[had] <= mild.onset[had] + 1e-12).all()
    assert (mild.grade == mild.day_grade.max(axis=1)).all()
    assert ((mild.grade > 0) == had).all()
    assert (mild.duration[had] > 0).all()
    assert (mild.onset[had] + mild.duration[had] <= 40 + 1e-9).all()


@pytest.mark.parametrize(
    "broken",
    [
        lambda: CutOffs(()),
        lambda: CutOffs((2.0, 1.0)),
        lambda: CutOffs((1.0, float("nan"))),
        lambda: CutOffs((1.0, 2.0), grades=(1,)),
        lambda: CutOffs((1.0, 2.0), grades=(2, 1)),
        lambda: read_episode(T, tent(1), CRS, until=0.1),
    ],
)
def test_bad_input_is_refused(broken):
    with pytest.raises(InputError):
        broken()
