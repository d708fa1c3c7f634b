"""How a reported quantity is read off simulated patients, or why it can't be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from vein2vein.calibration.arms import Arm
from vein2vein.calibration.clinical_file import COUNT, Observation
from vein2vein.calibration.observables import DAYS, LEVEL, RATIO, RULED, SHARE, Measure
from vein2vein.clinic.metrics import METRICS, MONTH
from vein2vein.evidence import load_sheet

LONGEST_MONTHS = 120.0
RESPONSE_DAY = 28.0
"""Day from which duration of response counts: the first assessment."""

Columns = Callable[[pd.DataFrame], pd.Series]
Summary = Callable[[pd.Series, pd.Series], pd.Series]


@dataclass(frozen=True)
class Readout:
    """How one quantity is read.

    Parameters
    ----------
    of : callable
        From a table of patients to one value a patient; NaN leaves a patient out.
    summarise : callable
        From values and group labels to one number a group, in the unit of the report; shares as fractions.
    measure : Measure
        Its scale, for the structural allowance.
    months : float
        Follow-up that it needs.
    percent : bool
        Whether it is reported in percent.
    fitted_as : str or None
        The observable of the fit that it is, if it is one.
    """

    of: Columns
    summarise: Summary
    measure: Measure
    months: float
    percent: bool
    fitted_as: str | None


def _mean(v: pd.Series, by: pd.Series) -> pd.Series:
    return v.groupby(by).mean()


def _median(v: pd.Series, by: pd.Series) -> pd.Series:
    return v.groupby(by).median()


def _geometric(v: pd.Series, by: pd.Series) -> pd.Series:
    return np.exp(np.log(v.where(v > 0)).groupby(by).mean())


def _responders(d: pd.DataFrame) -> pd.Series:
    return d["best_response"].isin(["partial", "complete"])


def _share(condition: Columns, fitted_as: str | None = None, months: float = 13.0) -> Readout:
    return Readout(lambda d: condition(d).astype(float), _mean, SHARE, months, True, fitted_as)


def _ruled(column: str, observable: str) -> Readout:
    """Return the share given a drug by a ward rule, with the wider allowance of rules."""
    measure = replace(SHARE, allowance=RULED[observable])
    return replace(_share(lambda d: d[column] > 0, observable), measure=measure)


def _day(column: str) -> Readout:
    return Readout(lambda d: d[column], _median, DAYS, 13.0, False, column)


TOXICITY: dict[str, Readout] = {
    "crs_any": _share(lambda d: d["crs_grade"] >= 1, "crs_any"),
    "crs_ge2": _share(lambda d: d["crs_grade"] >= 2, "crs_moderate"),
    "crs_ge3": _share(lambda d: d["crs_grade"] >= 3, "crs_severe"),
    "crs_onset": _day("crs_onset"),
    "crs_duration": _day("crs_duration"),
    "neuro_any": _share(lambda d: d["icans_grade"] >= 1, "icans_any"),
    "neuro_ge3": _share(lambda d: d["icans_grade"] >= 3, "icans_severe"),
    "neuro_onset": _day("icans_onset"),
    "tocilizumab": _share(lambda d: d["tocilizumab_doses"] > 0, "tocilizumab"),
    "steroids": _ruled("steroid_courses", "steroids"),
}
ALIASES = {
    "crs_moderate": "crs_ge2",
    "crs_severe": "crs_ge3",
    "icans_any": "neuro_any",
    "icans_ge3": "neuro_ge3",
    "icans_severe": "neuro_ge3",
    "neuro_severe": "neuro_ge3",
    "icans_onset": "neuro_onset",
    "efs": "pfs",
    "auc_0_28": "auc0_28",
    "half_life": "t_half",
}
BROADER = re.compile(r"\ball\b|any neurologic|ICANS \d", re.IGNORECASE)
"""What a report says when neurologic events other than ICANS are counted (and how many are ICANS, beside them)."""
FEASIBILITY = frozenset(
    {"enrolled", "infused", "manufacturing_failure", "turnaround", "apheresed", "out_of_specification"}
)
_APLASIA = next(m for m in METRICS if m.id == "b_aplasia_6")
COMPLETE: Columns = lambda d: d["best_response"] == "complete"  # noqa: E731
RESPONSE = {
    "orr": _share(_responders, "orr"),
    "cr": _share(COMPLETE, "cr"),
    "cr_cri": _share(COMPLETE, "orr"),
    "b_aplasia_6": Readout(_APLASIA.of, _APLASIA.summarise, SHARE, 13.0, True, "b_aplasia_6"),
}


def readout_of(o: Observation, arm: Arm) -> Readout | str:
    """Return how an observation is read off the patients of an arm, or why it can't be predicted."""
    quantity = ALIASES.get(o.quantity.strip().lower(), o.quantity.strip().lower())
    if quantity == "relapse" and not COUNT.search(o.text):
        return f"the file holds no count of antigen-negative relapses: {o.text!r}"
    if quantity in ("relapse", "negative_relapse_share"):
        return _relapse_type(o)
    if o.value is None:
        return f"the file holds no single number for it: {o.text!r}"
    if quantity in FEASIBILITY:
        return "a matter of manufacturing and logistics, which the calibrated model doesn't predict"
    if quantity in TOXICITY:
        return _toxicity(quantity, o, arm)
    if quantity == "cr" and arm.settings[0].indication == "B-ALL":
        return "remission in the model is with or without recovery of blood counts (CR or CRi); CR alone isn't told apart"
    if quantity in RESPONSE:
        return RESPONSE[quantity]
    time = re.match(r"^(pfs|os|dor|rfs)( median)?$", quantity)
    if time:
        return _survival(time.group(1), bool(time.group(2)), o, arm)
    if quantity in KINETICS or quantity.startswith("level day"):
        return _kinetics(quantity, o, arm)
    return f"no readout for {o.quantity!r}"


def _toxicity(quantity: str, o: Observation, arm: Arm) -> Readout | str:
    if not arm.toxicity:
        return "grades are calibrated by product, and this one's costimulation or patients differ"
    if quantity == "crs_ge3" and "penn" in o.scale.lower():
        return "graded by the Penn scale, whose grade 3 is not the model's; no mapping between the scales is on record"
    if quantity in ("neuro_any", "neuro_ge3") and BROADER.search(o.unit):
        return "counts all neurologic events, and the model predicts ICANS"
    if quantity in ("tocilizumab", "steroids") and not arm.own:
        return "use of tocilizumab and steroids follows the trial's own rule, which isn't on record"
    return TOXICITY[quantity]


def _survival(kind: str, median: bool, o: Observation, arm: Arm) -> Readout | str:
    if kind == "os" and not arm.survival:
        return "overall survival isn't predicted: " + arm.why
    whom: Columns = lambda d: pd.Series(True, index=d.index)  # noqa: E731
    start = 0.0
    if kind == "dor":
        whom, start = _responders, RESPONSE_DAY
    elif kind == "rfs":
        whom, start = COMPLETE, RESPONSE_DAY
    column = "os_days" if kind == "os" else "pfs_days"
    if median:
        return Readout(
            lambda d: ((d[column] - start) / MONTH).where(whom(d)), _median, LEVEL, 60.0, False, None
        )
    if o.month is None:
        return "a landmark needs its month"
    if not 0 < o.month <= LONGEST_MONTHS:
        return f"a landmark at {o.month:g} months is outside of 0 to {LONGEST_MONTHS:g}"
    day = o.month * MONTH + start
    fitted = f"{column[:-5]}_{o.month:g}" if kind in ("pfs", "os") and o.month in (6, 12) else None
    of: Columns = lambda d: (d[column] > day).astype(float).where(whom(d))  # noqa: E731
    return Readout(of, _mean, SHARE, max(o.month + 2, 13.0), True, fitted)


def _relapse_type(o: Observation) -> Readout | str:
    if o.value is None and not re.search(r"neg", o.text, re.IGNORECASE):
        return f"the file doesn't say which relapses are counted: {o.text!r}"

    def negative(d: pd.DataFrame) -> pd.Series:
        relapsed = d["relapse_type"].isin(["antigen_positive", "antigen_negative"])
        return (d["relapse_type"] == "antigen_negative").astype(float).where(relapsed)

    return Readout(negative, _mean, SHARE, 36.0, True, "negative_relapse_share")


KINETICS = frozenset({"cmax", "tmax", "auc0_28", "t_half", "persistence"})
FITTED_KINETICS = {
    "cmax": "cmax",
    "tmax": "tmax",
    "auc0_28": "auc_0_28",
    "t_half": "half_life",
    "level day 28": "level_day28",
    "level day 90": "level_day90",
}
GROUPS: dict[str, Columns] = {
    "all": lambda d: pd.Series(True, index=d.index),
    "responders": _responders,
    "non-responders": lambda d: ~_responders(d),
}


def group_of(name: str) -> str | None:
    """Return which patients a group of kinetics holds for; ``ratio`` for responders over non-responders."""
    text = name.lower()
    if "ratio" in text or ":" in text:
        return "ratio"
    if text in ("all", ""):
        return "all"
    if text.startswith("no") or text == "nr":
        return "non-responders"
    return "responders" if text.startswith(("resp", "cr", "r ", "remission")) or text == "r" else None


def _kinetics(quantity: str, o: Observation, arm: Arm) -> Readout | str:
    group = group_of(o.group)
    if group is None:
        return f"patients {o.group!r} aren't a group that the model knows"
    if not arm.own:
        return "levels and days are calibrated by product and assay, and this product has none"
    column, summary, measure = _kinetic_column(quantity, o)
    if quantity in ("cmax", "auc0_28") and group != "ratio" and _assay(o.unit) != _assay_of(arm):
        return f"{o.unit!r} isn't what the assay of the calibrated product gives, and assays don't convert"
    if column is None:
        return f"no readout for {quantity!r} in {o.unit!r}"
    if group == "ratio":
        return (
            _ratio(column, summary, quantity) if quantity in ("cmax", "auc0_28") else "no ratio is read of it"
        )
    whom = GROUPS[group]
    fitted = FITTED_KINETICS.get(quantity)
    return Readout(lambda d: column(d).where(whom(d)), summary, measure, 13.0, False, fitted)


def _kinetic_column(quantity: str, o: Observation) -> tuple[Columns | None, Summary, Measure]:
    by_flow = "cell" in o.unit.lower()
    level = _median if by_flow else _geometric
    if quantity.startswith("level day"):
        day = quantity.removeprefix("level day").strip()
        known = day in ("28", "90", "28.0", "90.0") and by_flow
        day = day.removesuffix(".0")
        return ((lambda d: d[f"car_t_day{day}"]) if known else None), _median, LEVEL
    if quantity == "persistence":
        known = "tlast" in o.unit.lower()
        return ((lambda d: d["last_quantifiable"]) if known else None), _median, LEVEL
    name = {"cmax": "cmax", "auc0_28": "auc28", "t_half": "half_life", "tmax": "tmax"}[quantity]
    if quantity == "tmax":
        return (lambda d: d["tmax"]), _median, DAYS
    return (lambda d: d[name]), (_geometric if quantity == "t_half" else level), LEVEL


def _assay(unit: str) -> str | None:
    """Return what a unit of CAR-T levels counts: cells or gene copies; None where it says neither."""
    text = unit.lower()
    return "cells" if "cell" in text else "copies" if "cop" in text else None


def _assay_of(arm: Arm) -> str:
    factor = load_sheet("core_model").value("assay_factor", arm.settings[0].key).value
    return "cells" if factor < 0 else "copies"  # the sheet's sign for flow cytometry


def _ratio(column: Columns, summary: Summary, quantity: str) -> Readout:
    fitted = RATIO if quantity == "cmax" else None

    def signed(d: pd.DataFrame) -> pd.Series:
        """Levels, with the sign of the response; levels are positive."""
        return column(d).where(_responders(d), -column(d))

    def ratio(v: pd.Series, by: pd.Series) -> pd.Series:
        above, below = v > 0, v < 0
        return summary(v[above], by[above]) / summary(-v[below], by[below])

    return Readout(signed, ratio, LEVEL, 13.0, False, fitted)
