import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from vein2vein.errors import InputError
from vein2vein.outcomes.response import (
    LeukaemiaRemission,
    LymphomaResponse,
    MyelomaResponse,
    Progression,
    monthly_visits,
)

PD = Progression(increment=1e10, factor=1.8)


def test_visits():
    assert monthly_visits(1825)[:4] == (28, 60, 90, 120)
    assert monthly_visits(1825)[-1] == 1800
    assert monthly_visits(28) == (28,)


def test_progression_needs_both_the_increment_and_the_factor():
    nadir = np.array([1e9, 1e12, 1e10])
    size = np.array([1.05e10, 1.5e12, 2.5e10])
    assert PD.shown(size, nadir).tolist() == [False, False, True]


@settings(max_examples=40, deadline=None)
@given(nadir=st.floats(0, 1e12), size=st.floats(0, 1e13), more=st.floats(1, 10))
def test_a_larger_tumour_never_undoes_progression(nadir, size, more):
    assert PD.shown(np.array(size * more), np.array(nadir)) >= PD.shown(np.array(size), np.array(nadir))


def test_diseases_differ_in_what_counts():
    assert LeukaemiaRemission(1e8, PD).must_remit
    assert LeukaemiaRemission(1e8, PD).partial_below == 0
    assert LymphomaResponse(1e9, PD).partial_below == 0.35
    assert MyelomaResponse(1e9, PD).partial_below == 0.5


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Progression(0, 2),
        lambda: Progression(1, 0.5),
        lambda: Progression(1, float("nan")),
        lambda: LeukaemiaRemission(float("nan"), PD),
        lambda: LymphomaResponse(1e9, PD, partial_below=-1),
        lambda: MyelomaResponse(0, PD),
    ],
)
def test_bad_input_is_refused(broken):
    with pytest.raises(InputError):
        broken()
