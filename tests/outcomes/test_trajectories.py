from types import SimpleNamespace

import numpy as np
import pytest

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Trajectories, at_days, first, last_finite

TIMES = np.array([0.0, 1.0, 2.0, 4.0])


def test_reads_exactly_on_the_grid_and_geometrically_between():
    curve = np.array([[1.0, 10.0, 0.0, 8.0]])
    assert at_days(TIMES, curve, TIMES)[0] == pytest.approx(curve[0], abs=0)
    assert at_days(TIMES, curve, [0.5])[0, 0] == pytest.approx(np.sqrt(10))
    assert at_days(TIMES, curve, [0.25])[0, 0] == pytest.approx(10**0.25)
    assert at_days(TIMES, curve, [2.5])[0, 0] == pytest.approx(2.0)
    assert at_days(TIMES, curve, [3.0])[0, 0] == pytest.approx(4.0)  # a zero neighbour: linear
    assert np.isnan(at_days(TIMES, curve, [-0.1, 4.1])).all()


def test_a_gap_after_the_last_day_read_does_not_spread_to_the_day_before():
    curve = np.array([[1.0, 2.0, np.nan, np.nan]])
    assert at_days(TIMES, curve, [1.0])[0, 0] == 2.0
    assert last_finite(curve)[0] == 2.0
    assert np.isnan(last_finite(np.full((1, 4), np.nan)))[0]


def test_first_true():
    column, some = first(np.array([[False, True, True], [False, False, False]]))
    assert column[0] == 1
    assert some.tolist() == [True, False]


def test_of_an_ensemble_marks_failures_and_keeps_stops():
    tumour = np.ones((3, 4))
    tumour[1, 2:] = np.nan
    tumour[2, 2:] = np.nan
    ensemble = SimpleNamespace(
        times=TIMES,
        outputs={"tumour": tumour},
        stopped_at=np.array([np.nan, 1.5, np.nan]),
        failures=(SimpleNamespace(patient=2),),
    )
    read = Trajectories.of(ensemble)
    assert read.patients == 3
    assert read.failed.tolist() == [False, False, True]
    assert read.only(~read.failed).patients == 2


def test_an_unexplained_gap_is_refused_and_named():
    tumour = np.ones((2, 4))
    tumour[1, 3] = np.nan
    with pytest.raises(InputError, match=r"(?s)patient 1, day 4.*tumour"):
        Trajectories.complete(TIMES, {"tumour": tumour})


@pytest.mark.parametrize(
    ("times", "outputs"),
    [
        (TIMES[::-1], {"x": np.ones((1, 4))}),
        (TIMES, {"x": np.ones((1, 3))}),
        (TIMES, {}),
        (np.array([0.0]), {"x": np.ones((1, 1))}),
        (TIMES, {"x": np.ones((1, 4)), "y": np.ones((2, 4))}),
    ],
)
def test_broken_trajectories_are_refused(times, outputs):
    with pytest.raises(InputError):
        Trajectories.complete(times, outputs)


def test_a_missing_curve_is_named_with_its_near_miss():
    with pytest.raises(InputError, match="Did you mean 'tumour'"):
        Trajectories.complete(TIMES, {"tumour": np.ones((1, 4))})["tumor"]
