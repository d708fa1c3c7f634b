"""What the ward does: tocilizumab and steroids by rule, on the assessment schedule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from vein2vein.dynamics.system import OdeSystem
from vein2vein.evidence import Sheet
from vein2vein.parameter import Parameter
from vein2vein.patients.population import VirtualPopulation
from vein2vein.simulation import Action, WardRule

TOCI_TRIGGER = Parameter(
    "1", "CRS score from which tocilizumab is given", name="toci_trigger_score", lower=-np.inf
)
TOCI_DOSE = Parameter("mg", "one dose of tocilizumab", name="toci_dose")
STEROID_TRIGGER = Parameter(
    "1", "CRS score from which steroids are given", name="steroid_trigger_score", lower=-np.inf
)

LAST_DAY_OF_CRS = 30.0
"""Day after which the ward no longer assesses CRS (new onset after day 14 is not seen: 0 % of 475 patients)."""


@dataclass(frozen=True)
class WardPolicy:
    """Treatment rules of a ward.

    Parameters
    ----------
    tocilizumab_from_grade, steroids_from_grade : int or None
        ASTCT grade that triggers treatment; None keeps the policy of the trial that calibrates each product.
    assess_every_days : float
        Interval between assessments (days).
    """

    tocilizumab_from_grade: int | None = None
    steroids_from_grade: int | None = None
    assess_every_days: float = 0.25


def with_ward(system: OdeSystem) -> OdeSystem:
    """Return the system with the parameters that the ward's rules read."""
    return replace(system, parameters=(*system.parameters, TOCI_TRIGGER, TOCI_DOSE, STEROID_TRIGGER))


def ward_rules(ward: WardPolicy, sheet: Sheet) -> tuple[WardRule, ...]:
    """Return the rules: tocilizumab and a steroid course, each once the CRS score passes its trigger."""
    score = Symbol("crs_score", real=True)
    course = sheet.value("steroid_course").value
    delay = sheet.value("treatment_delay").value
    tocilizumab = WardRule(
        name="tocilizumab",
        condition=score - TOCI_TRIGGER.symbol,
        start=0.0,
        end=LAST_DAY_OF_CRS,
        every=ward.assess_every_days,
        delay=delay,
        min_interval=sheet.value("toci_repeat_interval").value,
        max_times=int(sheet.value("toci_max_doses").value),
        actions=(Action("toci_central", TOCI_DOSE.symbol),),
    )
    steroids = WardRule(
        name="steroids",
        condition=score - STEROID_TRIGGER.symbol,
        start=0.0,
        end=LAST_DAY_OF_CRS,
        every=ward.assess_every_days,
        delay=delay,
        min_interval=course,
        max_times=3,
        actions=(Action("steroid", 1.0, set=True), Action("steroid", 0.0, after=course, set=True)),
    )
    return (tocilizumab, steroids)


def ward_parameters(
    ward: WardPolicy, population: VirtualPopulation, sheet: Sheet
) -> dict[str, NDArray[np.float64]]:
    """Return, per patient, the scores that trigger treatment and the dose of tocilizumab (mg).

    The trigger grade is the scenario's, else the one of the trial that the product's toxicity was calibrated with.
    The dose is by weight, higher per kilogram for light children, and capped (label).
    """
    toci = _trigger_scores("toci_trigger_grade", ward.tocilizumab_from_grade, population, sheet)
    steroid = _trigger_scores("steroid_trigger_grade", ward.steroids_from_grade, population, sheet)
    weight = population.table["weight"].to_numpy()
    light = weight < sheet.value("toci_weight_limit").value
    per_kg = np.where(
        light, sheet.value("toci_dose_per_kg_light").value, sheet.value("toci_dose_per_kg").value
    )
    dose = np.minimum(per_kg * weight, sheet.value("toci_dose_max").value)
    return {TOCI_TRIGGER.name: toci, STEROID_TRIGGER.name: steroid, TOCI_DOSE.name: dose}


def _trigger_scores(
    row: str, grade: int | None, population: VirtualPopulation, sheet: Sheet
) -> NDArray[np.float64]:
    grades = [grade or int(sheet.value(row, s.key).value) for s in population.settings]
    scores = [sheet.value(f"crs_cut_{g}").value for g in grades]
    return np.array(scores)[population.setting_of]
