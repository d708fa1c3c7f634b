"""Tocilizumab by judgement: the share is kept, the same patients get it whatever the cohort, nobody severe is left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.clinic.cohort import Biology, simulate_cohort, visit_grid
from vein2vein.clinic.reading import read_cohort
from vein2vein.clinic.ward import TOCI_TRIGGER, WardPolicy, ward_parameters
from vein2vein.dynamics.core import core_system
from vein2vein.errors import InputError
from vein2vein.patients.population import draw_population
from vein2vein.patients.settings import SETTINGS
from vein2vein.programme.scenario import load_scenario

BIOLOGY = Biology.shipped()
SHEET = BIOLOGY.parameters
CUTS = [SHEET.value(f"crs_cut_{g}").value for g in (1, 2, 3, 4)]


def _population(n=400, first=0):
    arms = np.arange(first, first + n) % len(SETTINGS)
    return draw_population(
        SETTINGS, arms, core_system().parameters, SHEET, BIOLOGY.indications, seed=3, first=first
    )


def _triggers(policy, **kwargs):
    return ward_parameters(policy, _population(**kwargs), SHEET)[TOCI_TRIGGER.name]


@settings(max_examples=12, deadline=None)
@given(share=st.floats(0, 1), grade=st.integers(1, 4))
def test_a_share_of_patients_is_treated_at_the_trigger_and_the_rest_from_the_next_grade(share, grade):
    found = _triggers(WardPolicy(tocilizumab_from_grade=grade, tocilizumab_share=share))
    later = max(grade, min(grade + 1, 3))
    assert set(found) <= {CUTS[grade - 1], CUTS[later - 1]}
    if later > grade:
        assert abs((found == CUTS[grade - 1]).mean() - share) < 0.1


@settings(max_examples=8, deadline=None)
@given(shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_who_is_treated_at_a_small_share_is_at_a_larger_one(shares):
    low, high = sorted(shares)
    few, many = (
        _triggers(WardPolicy(tocilizumab_from_grade=2, tocilizumab_share=s)) == CUTS[1] for s in (low, high)
    )
    assert not (few & ~many).any()


def test_a_patient_is_treated_alike_whatever_the_cohort_around():
    policy = WardPolicy(tocilizumab_from_grade=2, tocilizumab_share=0.5)
    np.testing.assert_array_equal(_triggers(policy)[200:], _triggers(policy, n=200, first=200))


def test_without_a_policy_each_trials_habit_holds_and_a_named_grade_alone_is_a_rule_for_everybody():
    of = np.arange(400) % len(SETTINGS)
    own = _triggers(WardPolicy())
    for index, s in enumerate(SETTINGS):
        grade = int(SHEET.value("toci_trigger_grade", s.key).value)
        expected = SHEET.value("toci_share", s.key).value if grade < 3 else 1.0
        assert abs((own[of == index] == CUTS[grade - 1]).mean() - expected) < 0.15
    assert set(_triggers(WardPolicy(tocilizumab_from_grade=2))) == {CUTS[1]}


def test_sparing_the_drug_leaves_grades_that_rise_and_everybody_severe_is_given_it():
    times = visit_grid(400.0)

    def outcome(share):
        policy = WardPolicy(tocilizumab_from_grade=2, tocilizumab_share=share)
        cohort = simulate_cohort(BIOLOGY, SETTINGS, np.arange(240) % 4, policy, times, seed=5)
        return read_cohort(cohort, SHEET).table

    few, all_of_them = outcome(0.2), outcome(1.0)
    assert (few["tocilizumab_doses"] > 0).mean() < (all_of_them["tocilizumab_doses"] > 0).mean()
    assert (few["crs_grade"] >= all_of_them["crs_grade"]).mean() > 0.97
    treated = few.loc[few["crs_grade"] >= 3, "tocilizumab_doses"] > 0
    assert treated.mean() > 0.95  # a grade may show between two rounds only


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(InputError, match="share"):
        WardPolicy(tocilizumab_share=share)


def test_a_scenario_may_state_the_share():
    assert load_scenario().ward.policy.tocilizumab_share == 0.7
