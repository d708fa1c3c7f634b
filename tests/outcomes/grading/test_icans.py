import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from vein2vein.errors import InputError
from vein2vein.outcomes.grading.icans import (
    Capd,
    CapdImpossible,
    Consciousness,
    IcansFindings,
    Ice,
    IceItems,
    Motor,
    Oedema,
    Seizure,
    grade_icans,
)

WELL = {
    "age": 60.0,
    "cognition": Ice(10),
    "consciousness": Consciousness.ALERT,
    "seizure": Seizure.NONE,
    "motor": Motor.NONE,
    "oedema": Oedema.NONE,
    "death": False,
}
CHILD = {"age": 6.0, "cognition": Capd(0)}

KNOWN = [
    ({}, 0),
    ({"cognition": Ice(9)}, 1),
    ({"cognition": Ice(7)}, 1),
    ({"cognition": Ice(6)}, 2),
    ({"cognition": Ice(3)}, 2),
    ({"cognition": Ice(2)}, 3),
    ({"cognition": Ice(0)}, 3),  # awake with global aphasia
    ({"cognition": Ice(0), "consciousness": Consciousness.UNAROUSABLE}, 4),
    ({"consciousness": Consciousness.AWAKENS_SPONTANEOUSLY}, 1),
    ({"consciousness": Consciousness.AWAKENS_TO_VOICE}, 2),
    ({"consciousness": Consciousness.AWAKENS_TO_TOUCH}, 3),
    ({"cognition": Ice(3), "seizure": Seizure.RESOLVES_RAPIDLY}, 3),  # the consensus' own example
    ({"seizure": Seizure.PROLONGED_OR_REPETITIVE}, 4),
    ({"motor": Motor.TREMOR_OR_MYOCLONUS}, 0),
    ({"motor": Motor.DEEP_FOCAL_WEAKNESS}, 4),
    ({"oedema": Oedema.FOCAL}, 3),
    ({"oedema": Oedema.DIFFUSE}, 4),
    ({"death": True}, 5),
    (CHILD, 0),
    ({**CHILD, "cognition": Capd(8)}, 1),
    ({**CHILD, "cognition": Capd(8), "consciousness": Consciousness.AWAKENS_TO_VOICE}, 2),
    ({**CHILD, "cognition": Capd(9)}, 3),
    ({**CHILD, "cognition": CapdImpossible()}, 4),
    ({"age": 17.0, "cognition": Capd(9)}, 3),  # developmental delay
]


@pytest.mark.parametrize(("changes", "grade"), KNOWN)
def test_known_cases(changes, grade):
    assert grade_icans(IcansFindings(**{**WELL, **changes})).grade == grade


@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        ({"cognition": None}, 0, 3),
        ({"cognition": None, "age": None}, 0, 4),
        ({"cognition": None, "age": 5.0}, 0, 4),
        ({"consciousness": None}, 0, 4),
        ({"cognition": Ice(5), "seizure": None}, 2, 4),
        ({"motor": Motor.DEEP_FOCAL_WEAKNESS, "oedema": None, "cognition": None}, 4, 4),
        ({"death": None}, 0, 5),
        ({"cognition": IceItems(4, 3, 1, 1, None)}, 0, 1),
        ({"cognition": IceItems(4, 3, 0, None, None)}, 1, 1),
        ({"cognition": IceItems(0, None, 0, 0, 0)}, 2, 3),
        ({"cognition": IceItems()}, 0, 3),
    ],
)
def test_what_is_missing_gives_an_interval(changes, low, high):
    found = grade_icans(IcansFindings(**{**WELL, **changes}))
    assert (found.low, found.high) == (low, high)


ITEMS = st.builds(
    IceItems,
    *(st.integers(0, most) for most in (4, 3, 1, 1, 1)),
)
VALUES = {
    "age": st.just(40.0),
    "cognition": st.builds(Ice, st.integers(0, 10)) | ITEMS | st.builds(Capd, st.integers(0, 32)),
    "consciousness": st.sampled_from(Consciousness),
    "seizure": st.sampled_from(Seizure),
    "motor": st.sampled_from(Motor),
    "oedema": st.sampled_from(Oedema),
    "death": st.booleans(),
}


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries(VALUES), st.sets(st.sampled_from(sorted(set(VALUES) - {"age"}))))
def test_forgetting_something_widens_the_interval(full, forgotten):
    exact = grade_icans(IcansFindings(**full))
    assert exact.known
    assert grade_icans(IcansFindings(**{**full, **dict.fromkeys(forgotten)})).contains(exact)


@settings(max_examples=80, deadline=None)
@given(ITEMS, st.sets(st.sampled_from(["orientation", "naming", "command", "writing", "attention"])))
def test_items_not_tested_widen_the_score(items, untested):
    low, high = items.points
    assert low == high
    given_ = {name: getattr(items, name) for name in items.__dataclass_fields__}
    partial = IceItems(**{**given_, **dict.fromkeys(untested)})
    assert partial.points[0] <= low <= partial.points[1]
    assert partial.grades.contains(items.grades)


@settings(max_examples=100, deadline=None)
@given(st.fixed_dictionaries(VALUES), st.integers(0, 10), st.integers(0, 10))
def test_worse_findings_never_lower_the_grade(full, points, fewer):
    before = grade_icans(IcansFindings(**full)).low
    for name, worst in (
        ("consciousness", Consciousness.UNAROUSABLE),
        ("seizure", Seizure.PROLONGED_OR_REPETITIVE),
        ("motor", Motor.DEEP_FOCAL_WEAKNESS),
        ("oedema", Oedema.DIFFUSE),
        ("death", True),
    ):
        assert grade_icans(IcansFindings(**{**full, name: worst})).low >= before
    better, worse = max(points, fewer), min(points, fewer)
    assert Ice(worse).grades.low >= Ice(better).grades.low


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Ice(11),
        lambda: Ice(-1),
        lambda: Capd(33),
        lambda: IceItems(orientation=5),
        lambda: IceItems(naming=float("nan")),
        lambda: IcansFindings(age=8.0, cognition=Ice(10)),
        lambda: IcansFindings(age=-1.0),
    ],
)
def test_impossible_findings_are_refused(broken):
    with pytest.raises(InputError):
        broken()
