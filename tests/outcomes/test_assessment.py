import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from vein2vein.errors import InputError
from vein2vein.outcomes.assessment import assess_tumour
from vein2vein.outcomes.response import (
    LeukaemiaRemission,
    LymphomaResponse,
    MyelomaResponse,
    Progression,
    Relapse,
    Response,
    monthly_visits,
)

from .curves import DAYS, GRID, curves, stopped

PD = Progression(increment=1e10, factor=1.8)
LEUKAEMIA, LYMPHOMA = LeukaemiaRemission(1e8, PD), LymphomaResponse(1e9, PD)
VISITS = monthly_visits(1825)
START = 1e11


def assess(size, rule=LYMPHOMA, negative=None, source=None, **options):
    if source is None:
        source = curves(tumour=size, tumour_negative=np.zeros_like(size) if negative is None else negative)
    return assess_tumour(source, rule, visits=VISITS, mrd_below=1e6, **options)


def test_cure_is_complete_remission_and_never_progresses():
    found = assess(np.where(DAYS < 20, START * np.exp(-DAYS), 0.0))
    assert found.best[0] == found.day28[0] == Response.COMPLETE
    assert found.mrd_negative[0]
    assert np.isinf(found.pd_day[0])
    assert found.relapse[0] == Relapse.NEVER
    assert found.nadir_share[0] == 0


def test_growth_progresses_on_the_first_visit_that_shows_it():
    found = assess(START * np.exp(0.1 * DAYS))
    assert found.pd_day[0] == 28
    assert found.best[0] == Response.NONE
    slow = assess(
        START * np.exp(np.log(1.85) / 85 * np.minimum(DAYS, 85))
    )  # passes 1.8 × between visits 60 and 90
    assert slow.pd_day[0] == 90


@pytest.mark.parametrize(
    ("share", "rule", "expected"),
    [
        (0.36, LYMPHOMA, Response.NONE),
        (0.34, LYMPHOMA, Response.PARTIAL),
        (0.49, MyelomaResponse(1e9, PD), Response.PARTIAL),
        (0.51, MyelomaResponse(1e9, PD), Response.NONE),
        (0.009, LYMPHOMA, Response.COMPLETE),
        (0.009, LEUKAEMIA, Response.NONE),
    ],
)
def test_the_depth_decides(share, rule, expected):
    found = assess(np.where(DAYS < 10, START, share * START), rule)
    assert found.best[0] == found.day28[0] == expected


def test_best_response_may_come_after_day_28():
    found = assess(START * np.exp(-np.log(10) * DAYS / 45))
    assert found.day28[0] == Response.PARTIAL
    assert found.best[0] == Response.COMPLETE


def test_leukaemia_without_remission_is_an_event_on_day_28():
    found = assess(np.full_like(DAYS, START), LEUKAEMIA)
    assert found.pd_day[0] == 28
    assert found.relapse[0] == Relapse.NO_RESPONSE
    assert found.best[0] == Response.NONE


def test_relapse_type_is_that_of_the_larger_clone():
    both = np.where(DAYS < 28, START * np.exp(-DAYS), 1e3 * np.exp(0.1 * (DAYS - 28)))
    both = np.minimum(both, 1e12)
    for share, expected in ((0.4, Relapse.ANTIGEN_POSITIVE), (0.6, Relapse.ANTIGEN_NEGATIVE)):
        found = assess(both, negative=share * both)
        assert found.relapse[0] == expected
        assert found.best[0] == Response.COMPLETE
        # 1e3 e^(.1 (t-28)) > 1e10 first at t = 28 + 161.2
        assert found.pd_day[0] == 210


def test_a_stop_is_progression_even_if_no_visit_saw_it():
    size = np.where(DAYS < 28, START * np.exp(-DAYS), 1e9)
    source = stopped(curves(tumour=size, tumour_negative=0.9 * size), 0, 137.3)
    found = assess(size, source=source)
    assert found.pd_day[0] == 150
    assert found.relapse[0] == Relapse.ANTIGEN_NEGATIVE


def test_the_dead_are_not_assessed():
    growth = START * np.exp(0.1 * DAYS)
    assert np.isinf(assess(growth, alive_until=np.array([27.0])).pd_day[0])
    found = assess(np.zeros_like(DAYS) + START * (DAYS == 0), alive_until=np.array([20.0]))
    assert found.best[0] == found.day28[0] == Response.NOT_EVALUABLE
    assert not found.mrd_negative[0]
    found = assess(np.full_like(DAYS, START), LEUKAEMIA, alive_until=np.array([27.0]))
    assert np.isinf(found.pd_day[0])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_laws_on_random_courses(seed):
    rng = np.random.default_rng(seed)
    slopes = rng.normal(0, 0.02, (6, GRID.size)).cumsum(axis=1)
    size = START * np.exp(np.clip(slopes, -30, 3))
    found = assess(size, LYMPHOMA, negative=rng.random((6, 1)) * size)
    assert np.isin(found.pd_day, [*VISITS, np.inf]).all()
    assert ((found.relapse == Relapse.NEVER) == np.isinf(found.pd_day)).all()
    assert (found.best >= found.day28).all()
    assert (found.nadir_share <= 1).all()
    stricter = assess_tumour(
        curves(tumour=size, tumour_negative=size * 0),
        LymphomaResponse(1e9, Progression(2e10, 2.5)),
        visits=VISITS,
        mrd_below=1e6,
    )
    assert (stricter.pd_day >= found.pd_day).all()


@pytest.mark.parametrize(
    ("visits", "mrd_below"), [((30.0,), 1), ((28.0, 28.0), 1), ((), 1), (VISITS, 0), (VISITS, float("nan"))]
)
def test_bad_input_is_refused(visits, mrd_below):
    source = curves(tumour=DAYS, tumour_negative=DAYS)
    with pytest.raises(InputError):
        assess_tumour(source, LYMPHOMA, visits=visits, mrd_below=mrd_below)
