"""Cytokine release syndrome, graded by the ASTCT consensus.

Source: D. W. Lee et al., Biol Blood Marrow Transplant 2019;25:625 (doi:10.1016/j.bbmt.2018.12.758), table as
read in PMC9327779, table 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from vein2vein.errors import InputError
from vein2vein.outcomes.grading.interval import GradeInterval, exactly, worst

FEVER_FROM = 38.0
"""Temperature in °C from which there is fever."""

LOW_FLOW_UP_TO = 6.0
"""Nasal cannula flow in L/min up to which it counts as low flow."""


class Oxygen(Enum):
    """How oxygen is given; the value is the grade that it stands for (a cannula's depends on its flow)."""

    NONE = "none"
    BLOW_BY = "blow-by"
    NASAL_CANNULA = "nasal cannula"
    HIGH_FLOW_CANNULA = "high-flow nasal cannula"
    FACEMASK = "facemask"
    NON_REBREATHER = "non-rebreather mask"
    VENTURI = "Venturi mask"
    CPAP = "continuous positive airway pressure"
    BIPAP = "bilevel positive airway pressure"
    VENTILATOR = "mechanical ventilation"


_OXYGEN_GRADE = {
    Oxygen.NONE: 0,
    Oxygen.BLOW_BY: 2,
    Oxygen.HIGH_FLOW_CANNULA: 3,
    Oxygen.FACEMASK: 3,
    Oxygen.NON_REBREATHER: 3,
    Oxygen.VENTURI: 3,
    Oxygen.CPAP: 4,
    Oxygen.BIPAP: 4,
    Oxygen.VENTILATOR: 4,
}


@dataclass(frozen=True)
class CrsFindings:
    """What the ward records of one patient over one grading period; None is "not recorded".

    Enter only findings that have no other cause than the cell therapy.

    Parameters
    ----------
    temperature : float or None
        Highest temperature, °C.
    fever_treated : bool or None
        CRS began with fever, and antipyretics, tocilizumab or steroids have been given since: fever is then
        no longer required.
    hypotension : bool or None
        Low blood pressure, whatever the treatment.
    vasopressors : int or None
        Vasopressors running at once, vasopressin not counted.
    vasopressin : bool or None
        Vasopressin running. Alone it counts as one vasopressor (our reading of the rule, which excludes it
        only from "multiple").
    oxygen : Oxygen or None
        How oxygen is given.
    flow : float or None
        Flow through a nasal cannula, L/min; ignored for other devices.
    death : bool or None
        Death due to CRS with no other principal cause.

    Raises
    ------
    InputError
        A number is impossible (such as a temperature of 20 °C).
    """

    temperature: float | None = None
    fever_treated: bool | None = None
    hypotension: bool | None = None
    vasopressors: int | None = None
    vasopressin: bool | None = None
    oxygen: Oxygen | None = None
    flow: float | None = None
    death: bool | None = False

    def __post_init__(self) -> None:
        _possible("temperature", self.temperature, 25.0, 45.0, "°C")
        _possible("vasopressors", self.vasopressors, 0, 10, "drugs")
        _possible("flow", self.flow, 0.0, 100.0, "L/min")


def grade_crs(findings: CrsFindings) -> GradeInterval:
    """Return the ASTCT grade of cytokine release syndrome, 0 (none) to 5 (death due to it).

    The grade is the more severe of hypotension and hypoxia, at least 1 in the presence of fever. What is not
    recorded widens the interval to every grade that the missing value could give.
    """
    if findings.death:
        return exactly(5)
    entry = _entry(findings)
    alive = exactly(0)
    if entry is not False:
        full = worst((exactly(1), _hypotension(findings), _hypoxia(findings)))
        alive = full if entry else GradeInterval(0, full.high)
    return alive if findings.death is False else GradeInterval(alive.low, 5)


def _entry(f: CrsFindings) -> bool | None:
    """Whether fever, present or masked by treatment, makes this CRS; None if the record leaves it open."""
    fever = None if f.temperature is None else f.temperature >= FEVER_FROM
    if fever or f.fever_treated:
        return True
    return False if fever is False and f.fever_treated is False else None


def _hypotension(f: CrsFindings) -> GradeInterval:
    if f.vasopressors is not None and f.vasopressors >= 2:
        return exactly(4)
    pressors = (0, 1, 2) if f.vasopressors is None else (f.vasopressors,)
    vasopressin = (False, True) if f.vasopressin is None else (f.vasopressin,)
    low_pressure = (False, True) if f.hypotension is None else (f.hypotension,)
    grades = [
        4 if p >= 2 else 3 if p == 1 or v else 2 if h else 0
        for p in pressors
        for v in vasopressin
        for h in low_pressure
    ]
    return GradeInterval(min(grades), max(grades))


def _hypoxia(f: CrsFindings) -> GradeInterval:
    if f.oxygen is None:
        return GradeInterval(0, 4)
    if f.oxygen is not Oxygen.NASAL_CANNULA:
        return exactly(_OXYGEN_GRADE[f.oxygen])
    if f.flow is None:
        return GradeInterval(2, 3)
    return exactly(2 if f.flow <= LOW_FLOW_UP_TO else 3)


def _possible(field: str, value: float | None, low: float, high: float, unit: str) -> None:
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise InputError(
            "an impossible finding",
            where="CrsFindings",
            field=field,
            value=value,
            allowed=f"{low:g} to {high:g} {unit}, or None where it was not recorded",
        )
