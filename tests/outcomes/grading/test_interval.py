import pytest

from vein2vein.errors import InputError
from vein2vein.outcomes.grading.interval import GradeInterval, exactly, worst


def test_the_worst_domain_decides_both_ends():
    assert worst((GradeInterval(0, 3), exactly(2), GradeInterval(1, 4))) == GradeInterval(2, 4)


def test_text_and_grade():
    assert str(GradeInterval(1, 3)) == "1–3"
    assert GradeInterval(1, 3).grade is None
    assert exactly(2).grade == 2
    assert GradeInterval(0, 5).contains(exactly(2))
    assert not exactly(2).contains(GradeInterval(0, 5))


@pytest.mark.parametrize("ends", [(3, 2), (-1, 2), (0, 6)])
def test_impossible_intervals_are_refused(ends):
    with pytest.raises(InputError):
        GradeInterval(*ends)
