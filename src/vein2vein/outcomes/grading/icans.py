"""Immune effector cell-associated neurotoxicity syndrome (ICANS), graded by the ASTCT consensus.

Source: D. W. Lee et al., Biol Blood Marrow Transplant 2019;25:625 (doi:10.1016/j.bbmt.2018.12.758): adults as
read in PMC9327779, table 2; children below 12 (delirium score) as reported by
https://www.mdedge.com/hematology-oncology/article/192202.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Protocol

from vein2vein.errors import InputError
from vein2vein.outcomes.grading.interval import GradeInterval, exactly, worst

ICE_FROM_AGE = 12.0
"""Age in years from which the encephalopathy score (ICE) applies; below it, the delirium score (CAPD)."""


class Consciousness(IntEnum):
    """Depressed level of consciousness; the value is the grade that it stands for."""

    ALERT = 0
    AWAKENS_SPONTANEOUSLY = 1
    AWAKENS_TO_VOICE = 2
    AWAKENS_TO_TOUCH = 3
    UNAROUSABLE = 4
    """Stupor, coma, or only vigorous or repetitive tactile stimuli arouse."""


class Seizure(IntEnum):
    """Seizures; the value is the grade that they stand for."""

    NONE = 0
    RESOLVES_RAPIDLY = 3
    """A clinical seizure that resolves rapidly, or one seen only on EEG that resolves with treatment."""
    PROLONGED_OR_REPETITIVE = 4
    """Longer than five minutes, or repetitive without return to baseline."""


class Motor(Enum):
    """Motor findings. Tremor and myoclonus do not influence the grade."""

    NONE = "none"
    TREMOR_OR_MYOCLONUS = "tremor or myoclonus"
    DEEP_FOCAL_WEAKNESS = "hemiparesis or paraparesis"


class Oedema(IntEnum):
    """Cerebral oedema; the value is the grade. Haemorrhage is not graded here."""

    NONE = 0
    FOCAL = 3
    """Focal or local, on imaging."""
    DIFFUSE = 4
    """Diffuse on imaging, posturing, palsy of the sixth cranial nerve, papilloedema or Cushing's triad."""


class Cognition(Protocol):
    """A score of encephalopathy, perhaps with items missing."""

    @property
    def grades(self) -> GradeInterval:
        """The grade that the score stands for, on its own."""
        ...


@dataclass(frozen=True)
class Ice:
    """The total of the encephalopathy score: 10 is normal, 0 with a patient who can't be roused is grade 4.

    Parameters
    ----------
    points : int
        0 to 10.
    """

    points: int

    def __post_init__(self) -> None:
        _whole("Ice", "points", self.points, 10)

    @property
    def grades(self) -> GradeInterval:
        """The grade by this domain; whether 0 points means 3 or 4 is told by consciousness."""
        return exactly(_ice_grade(self.points))


@dataclass(frozen=True)
class IceItems:
    """The items of the encephalopathy score; None is "not tested".

    Parameters
    ----------
    orientation : int or None
        Year, month, city, hospital: 0 to 4.
    naming : int or None
        Three objects: 0 to 3.
    command : int or None
        Follows a simple command: 0 or 1.
    writing : int or None
        Writes a sentence: 0 or 1.
    attention : int or None
        Counts backwards from 100 by ten: 0 or 1.
    """

    orientation: int | None = None
    naming: int | None = None
    command: int | None = None
    writing: int | None = None
    attention: int | None = None

    def __post_init__(self) -> None:
        for field, most in _ICE_ITEMS.items():
            if getattr(self, field) is not None:
                _whole("IceItems", field, getattr(self, field), most)

    @property
    def points(self) -> tuple[int, int]:
        """The lowest and the highest total compatible with what was tested."""
        given = {field: getattr(self, field) for field in _ICE_ITEMS}
        known = sum(value for value in given.values() if value is not None)
        missing = sum(_ICE_ITEMS[field] for field, value in given.items() if value is None)
        return known, known + missing

    @property
    def grades(self) -> GradeInterval:
        """The grades compatible with what was tested."""
        fewest, most = self.points
        return GradeInterval(_ice_grade(most), _ice_grade(fewest))


@dataclass(frozen=True)
class Capd:
    """The Cornell Assessment of Pediatric Delirium, for children below 12 (or with developmental delay).

    Parameters
    ----------
    points : int
        0 to 32; from 9 on, delirium. 1 to 8 is grade 1, or 2 if the child awakens only to voice.
    """

    points: int

    def __post_init__(self) -> None:
        _whole("Capd", "points", self.points, 32)

    @property
    def grades(self) -> GradeInterval:
        """The grade by this domain."""
        return exactly(3 if self.points >= 9 else 1 if self.points >= 1 else 0)


@dataclass(frozen=True)
class CapdImpossible:
    """The child is unable to perform the delirium assessment: grade 4."""

    @property
    def grades(self) -> GradeInterval:
        """Grade 4."""
        return exactly(4)


@dataclass(frozen=True)
class IcansFindings:
    """What the ward records of one patient over one grading period; None is "not recorded".

    Enter only findings that have no other cause than the cell therapy.

    Parameters
    ----------
    age : float or None
        Years.
    cognition : Ice, IceItems, Capd, CapdImpossible or None
        Encephalopathy score by age.
    consciousness : Consciousness or None
    seizure : Seizure or None
    motor : Motor or None
    oedema : Oedema or None
    death : bool or None
        Death due to ICANS with no other principal cause.

    Raises
    ------
    InputError
        The encephalopathy score of adults is given for a child below 12.
    """

    age: float | None = None
    cognition: Cognition | None = None
    consciousness: Consciousness | None = None
    seizure: Seizure | None = None
    motor: Motor | None = None
    oedema: Oedema | None = None
    death: bool | None = False

    def __post_init__(self) -> None:
        if self.age is not None and not 0 <= self.age <= 130:
            raise InputError(
                "an impossible age",
                where="IcansFindings",
                field="age",
                value=self.age,
                allowed="0 to 130 years",
            )
        if self.age is not None and self.age < ICE_FROM_AGE and isinstance(self.cognition, Ice | IceItems):
            raise InputError(
                "the encephalopathy score (ICE) does not apply below the age of 12",
                where="IcansFindings",
                field="cognition",
                value=self.cognition,
                allowed="Capd or CapdImpossible",
            )


def grade_icans(findings: IcansFindings) -> GradeInterval:
    """Return the ASTCT grade of neurotoxicity, 0 (none) to 5 (death): that of the most severe domain.

    What is not recorded widens the interval to every grade that the missing value could give.
    """
    if findings.death:
        return exactly(5)
    f = findings
    older = f.age is not None and f.age >= ICE_FROM_AGE
    untested = GradeInterval(0, 3 if older else 4)
    open_ended = GradeInterval(0, 4)
    grade = worst(
        (
            f.cognition.grades if f.cognition is not None else untested,
            exactly(f.consciousness) if f.consciousness is not None else open_ended,
            exactly(f.seizure) if f.seizure is not None else open_ended,
            exactly(f.oedema) if f.oedema is not None else open_ended,
            exactly(4 if f.motor is Motor.DEEP_FOCAL_WEAKNESS else 0) if f.motor is not None else open_ended,
        )
    )
    return grade if findings.death is False else GradeInterval(grade.low, 5)


_ICE_ITEMS = {"orientation": 4, "naming": 3, "command": 1, "writing": 1, "attention": 1}


def _ice_grade(points: int) -> int:
    return 3 if points <= 2 else 2 if points <= 6 else 1 if points <= 9 else 0


def _whole(where: str, field: str, value: int, most: int) -> None:
    if not (0 <= value <= most and value == int(value)):
        raise InputError(
            "an impossible score",
            where=where,
            field=field,
            value=value,
            allowed=f"a whole number, 0 to {most}",
        )
