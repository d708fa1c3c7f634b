"""What the ward does: tocilizumab and steroids by rule, on the assessment schedule.

Physicians use judgement where the rule leaves room: at the trigger grade a share of the patients is given tocilizumab,
from the next grade on everybody is, grade 3 at the latest. Which patients, a number of their own decides, drawn once.
A patient's grade is the worst of the whole course as it was treated, as trials record it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from vein2vein.dynamics.system import OdeSystem
from vein2vein.errors import InputError
from vein2vein.evidence import Sheet
from vein2vein.parameter import Parameter
from vein2vein.patients.population import VirtualPopulation
from vein2vein.patients.settings import Setting
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
    tocilizumab_share : float or None
        Share of patients, 0 to 1, who are given tocilizumab at that grade; the others are from the next grade on, grade 3
        (row ``toci_always_grade``) at the latest. None: everybody where the policy names the grade, else the share of the
        product's trial.
    """

    tocilizumab_from_grade: int | None = None
    steroids_from_grade: int | None = None
    assess_every_days: float = 0.25
    tocilizumab_share: float | None = None

    def __post_init__(self) -> None:
        share = self.tocilizumab_share
        if share is not None and not 0 <= share <= 1:
            raise InputError(
                "a share of patients must lie between 0 and 1",
                where="WardPolicy",
                field="tocilizumab_share",
                value=share,
                allowed="0 to 1",
                remedy="write 0.7 for 70 %",
            )


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
    settings, of = population.settings, population.setting_of
    trigger = _grades("toci_trigger_grade", ward.tocilizumab_from_grade, settings, sheet)
    latest = int(sheet.value("toci_always_grade").value)
    certain = np.maximum(trigger, np.minimum(trigger + 1, latest))
    early = population.uniforms("tocilizumab at the trigger grade") < _shares(ward, settings, sheet)[of]
    steroid = _grades("steroid_trigger_grade", ward.steroids_from_grade, settings, sheet)
    weight = population.table["weight"].to_numpy()
    light = weight < sheet.value("toci_weight_limit").value
    per_kg = np.where(
        light, sheet.value("toci_dose_per_kg_light").value, sheet.value("toci_dose_per_kg").value
    )
    dose = np.minimum(per_kg * weight, sheet.value("toci_dose_max").value)
    return {
        TOCI_TRIGGER.name: _scores(np.where(early, trigger[of], certain[of]), sheet),
        STEROID_TRIGGER.name: _scores(steroid[of], sheet),
        TOCI_DOSE.name: dose,
    }


def _grades(row: str, grade: int | None, settings: tuple[Setting, ...], sheet: Sheet) -> NDArray[np.intp]:
    """Return the trigger grade of each setting: the policy's, else that of the product's trial."""
    return np.array([grade or int(sheet.value(row, s.key).value) for s in settings], dtype=np.intp)


def _shares(ward: WardPolicy, settings: tuple[Setting, ...], sheet: Sheet) -> NDArray[np.float64]:
    """Return the share of patients of each setting who are given tocilizumab at the trigger grade."""
    if ward.tocilizumab_share is not None:
        return np.full(len(settings), ward.tocilizumab_share)
    if ward.tocilizumab_from_grade is not None:
        return np.ones(len(settings))
    return np.array([sheet.value("toci_share", s.key).value for s in settings])


def _scores(grades: NDArray[np.intp], sheet: Sheet) -> NDArray[np.float64]:
    """Return the CRS score at which each grade (1 to 4, any shape) begins."""
    cuts = np.array([sheet.value(f"crs_cut_{g}").value for g in (1, 2, 3, 4)])
    return cuts[grades - 1]
