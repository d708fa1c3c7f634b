import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from vein2vein.errors import InputError
from vein2vein.outcomes.grading.crs import CrsFindings, Oxygen, grade_crs

COMPLETE = CrsFindings(
    temperature=38.5, fever_treated=False, hypotension=False, vasopressors=0, vasopressin=False,
    oxygen=Oxygen.NONE, flow=0.0, death=False,
)  # fmt: skip


def findings(**changes):
    given_ = {name: getattr(COMPLETE, name) for name in COMPLETE.__dataclass_fields__}
    return CrsFindings(**{**given_, **changes})


KNOWN = [
    ({}, 1),
    ({"temperature": 37.9}, 0),
    ({"temperature": 38.0}, 1),
    ({"temperature": 37.0, "fever_treated": True}, 1),
    ({"temperature": 37.0, "hypotension": True, "vasopressors": 1}, 0),  # no fever: not CRS
    ({"temperature": 37.0, "fever_treated": True, "hypotension": True}, 2),
    ({"hypotension": True}, 2),
    ({"hypotension": True, "vasopressors": 1}, 3),
    ({"hypotension": True, "vasopressors": 1, "vasopressin": True}, 3),
    ({"hypotension": True, "vasopressors": 0, "vasopressin": True}, 3),
    ({"hypotension": True, "vasopressors": 2}, 4),
    ({"oxygen": Oxygen.BLOW_BY}, 2),
    ({"oxygen": Oxygen.NASAL_CANNULA, "flow": 6.0}, 2),
    ({"oxygen": Oxygen.NASAL_CANNULA, "flow": 6.5}, 3),
    ({"oxygen": Oxygen.HIGH_FLOW_CANNULA}, 3),
    ({"oxygen": Oxygen.FACEMASK}, 3),
    ({"oxygen": Oxygen.NON_REBREATHER}, 3),
    ({"oxygen": Oxygen.VENTURI}, 3),
    ({"oxygen": Oxygen.CPAP}, 4),
    ({"oxygen": Oxygen.BIPAP}, 4),
    ({"oxygen": Oxygen.VENTILATOR}, 4),
    (
        {"hypotension": True, "vasopressors": 1, "oxygen": Oxygen.NASAL_CANNULA, "flow": 2.0},
        3,
    ),  # the worse decides
    ({"hypotension": True, "vasopressors": 2, "death": True}, 5),
]


@pytest.mark.parametrize(("changes", "grade"), KNOWN)
def test_known_cases(changes, grade):
    found = grade_crs(findings(**changes))
    assert found.grade == grade
    assert str(found) == str(grade)


@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        ({"temperature": None}, 0, 1),
        ({"temperature": 39.0, "fever_treated": None}, 1, 1),
        ({"temperature": 37.0, "fever_treated": None}, 0, 1),
        ({"vasopressors": None}, 1, 4),
        ({"vasopressin": None}, 1, 3),
        ({"hypotension": None}, 1, 2),
        ({"oxygen": None}, 1, 4),
        ({"oxygen": Oxygen.NASAL_CANNULA, "flow": None}, 2, 3),
        ({"hypotension": None, "vasopressors": 1}, 3, 3),
        ({"vasopressors": 2, "oxygen": None}, 4, 4),
        ({"death": None}, 1, 5),
        ({"temperature": None, "oxygen": Oxygen.CPAP}, 0, 4),
    ],
)
def test_what_is_missing_gives_an_interval(changes, low, high):
    found = grade_crs(findings(**changes))
    assert (found.low, found.high) == (low, high)
    assert found.grade is (None if low != high else low) or found.grade == low


def test_nothing_recorded():
    assert str(grade_crs(CrsFindings())) == "0–4"
    assert str(grade_crs(CrsFindings(death=None))) == "0–5"


def maybe(strategy):
    return st.none() | strategy


VALUES = {
    "temperature": st.sampled_from([36.5, 37.9, 38.0, 40.0]),
    "fever_treated": st.booleans(),
    "hypotension": st.booleans(),
    "vasopressors": st.integers(0, 3),
    "vasopressin": st.booleans(),
    "oxygen": st.sampled_from(Oxygen),
    "flow": st.sampled_from([1.0, 6.0, 10.0]),
    "death": st.booleans(),
}


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries(VALUES), st.sets(st.sampled_from(sorted(VALUES))))
def test_forgetting_something_widens_the_interval(full, forgotten):
    exact = grade_crs(CrsFindings(**full))
    assert exact.known
    less = grade_crs(CrsFindings(**{**full, **dict.fromkeys(forgotten)}))
    assert less.contains(exact)


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(VALUES), st.sets(st.sampled_from(sorted(VALUES)), max_size=2))
def test_both_ends_of_the_interval_are_reached_by_some_completion(full, forgotten):
    choices = {
        "temperature": [36.0, 39.0], "fever_treated": [False, True], "hypotension": [False, True],
        "vasopressors": [0, 1, 2], "vasopressin": [False, True], "oxygen": list(Oxygen), "flow": [1.0, 10.0],
        "death": [False, True],
    }  # fmt: skip
    completions = [full]
    for name in forgotten:
        completions = [{**c, name: value} for c in completions for value in choices[name]]
    grades = [grade_crs(CrsFindings(**c)).grade for c in completions]
    found = grade_crs(CrsFindings(**{**full, **dict.fromkeys(forgotten)}))
    assert (found.low, found.high) == (min(grades), max(grades))


WORSE = {
    "temperature": lambda x: min(x + 2, 42.0),
    "fever_treated": lambda x: True,
    "hypotension": lambda x: True,
    "vasopressors": lambda x: x + 1,
    "vasopressin": lambda x: True,
    "flow": lambda x: x + 6,
    "death": lambda x: True,
}


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({name: maybe(value) for name, value in VALUES.items()}),
    st.sampled_from(sorted(WORSE)),
)
def test_a_worse_finding_never_lowers_the_grade(full, name):
    before = grade_crs(CrsFindings(**full))
    if full[name] is None:
        return
    after = grade_crs(CrsFindings(**{**full, name: WORSE[name](full[name])}))
    assert after.low >= before.low
    assert after.high >= before.high


def test_every_step_of_oxygen_support_is_at_least_as_bad_as_the_one_before():
    grades = [grade_crs(findings(oxygen=device, flow=2.0)).grade for device in Oxygen]
    assert grades == sorted(grades)


@pytest.mark.parametrize(
    "changes", [{"temperature": 20.0}, {"temperature": float("nan")}, {"vasopressors": -1}, {"flow": -1.0}]
)
def test_impossible_findings_are_refused(changes):
    with pytest.raises(InputError, match="impossible"):
        findings(**changes)
