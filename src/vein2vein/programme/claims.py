"""The reported claims, appraised: what was reported, its exact interval, what is predicted, and a verdict."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.clinic.metrics import MONTH
from vein2vein.economics.value import ProgrammeValue
from vein2vein.outcomes.binomial import exact_interval
from vein2vein.programme.scenario import Scenario

LEVEL = (0.025, 0.975)


class Agreement(enum.Enum):
    """How a reported claim stands to the simulation."""

    AGREES = "agrees"
    IN_PART = "in part"
    DISAGREES = "disagrees"
    CANNOT_TELL = "can't tell"


@dataclass(frozen=True)
class Prediction:
    """A predicted value with its 95 % prediction interval for a cohort of the programme's size."""

    value: float
    low: float
    high: float

    @classmethod
    def over(cls, replicates: NDArray[np.float64]) -> Prediction:
        """Return mean and central 95 % of one number per replicate; NaN replicates are left out."""
        known = replicates[~np.isnan(replicates)]
        if not known.size:
            return cls(np.nan, np.nan, np.nan)
        low, high = np.quantile(known, LEVEL)
        return cls(float(known.mean()), float(low), float(high))


@dataclass(frozen=True)
class Reading:
    """One way to read a claim, and what the simulation predicts for it."""

    meaning: str
    predicted: Prediction


@dataclass(frozen=True)
class Claim:
    """A reported claim and its appraisal.

    Parameters
    ----------
    id, text : str
        Identifier and the claim as reported.
    reported : float or None
        The reported number; None where words were all that was reported.
    reported_interval : (float, float) or None
        Its exact 95 % interval (Clopper–Pearson), where numerator and denominator are known.
    predicted : Prediction
        Prediction with its 95 % prediction interval.
    unit : str
        Unit of all numbers; "1" for fractions.
    verdict : str
        The appraisal in words.
    agreement : Agreement
        The appraisal in one word.
    note : str
        What qualifies the reported number.
    readings : tuple of Reading
        Other ways to read the claim.
    """

    id: str
    text: str
    reported: float | None
    reported_interval: tuple[float, float] | None
    predicted: Prediction
    unit: str
    verdict: str
    agreement: Agreement
    note: str = ""
    readings: tuple[Reading, ...] = ()


def appraise(patients: pd.DataFrame, scenario: Scenario, value: ProgrammeValue) -> tuple[Claim, ...]:
    """Return the appraisal of every claim.

    Parameters
    ----------
    patients : DataFrame
        Outcomes of all replicates, one row a patient.
    scenario : Scenario
        The programme, with the reported figures.
    value : ProgrammeValue
        What a course costs, built up from its parts.
    """
    return (
        _dose(patients, scenario),
        _crs_any(patients),
        _crs_severe(patients),
        _cured(patients, scenario),
        _survival_gain(patients, scenario),
        _myeloma(patients, scenario),
        _cost(scenario, value),
    )


def _by_replicate(patients: pd.DataFrame, value: Callable[[pd.DataFrame], pd.Series]) -> Prediction:
    """Return the prediction of a mean over the patients of each replicate."""
    means = value(patients).groupby(patients["replicate"]).mean()
    return Prediction.over(means.to_numpy(dtype=float))


def _percent(p: Prediction) -> str:
    return f"{100 * p.value:.0f} % ({100 * p.low:.0f}–{100 * p.high:.0f} %)"


def _dose(patients: pd.DataFrame, scenario: Scenario) -> Claim:
    dose = patients["dose"].to_numpy()
    low, high = np.quantile(dose, LEVEL)
    above = (dose > scenario.reported.dose_cells).mean()
    return Claim(
        "dose",
        "more than 100 million modified lymphocytes are injected",
        scenario.reported.dose_cells,
        None,
        Prediction(float(np.median(dose)), float(low), float(high)),
        "cell",
        f"{100 * above:.0f} % of the simulated infusions exceed {scenario.reported.dose_cells / 1e6:,.0f} million cells, as "
        "published products of these kinds do. Median and range over patients, set by the scenario and the weight "
        "bands of labels: an input, not a finding.",
        Agreement.AGREES if above > 0.5 else Agreement.IN_PART,
        note="A lower bound was reported; no distribution.",
    )


def _crs_any(patients: pd.DataFrame) -> Claim:
    p = _by_replicate(patients, lambda d: d["crs_grade"] >= 1)
    return Claim(
        "crs_any",
        "a massive immune response akin to the cytokine storm",
        None,
        None,
        p,
        "1",
        f"Plausible: {_percent(p)} of such a cohort would have cytokine release syndrome of some grade.",
        Agreement.AGREES if p.value > 0.5 else Agreement.DISAGREES,
        note="No rate and no grading scale were reported.",
    )


def _crs_severe(patients: pd.DataFrame) -> Claim:
    p = _by_replicate(patients, lambda d: d["crs_grade"] >= 3)
    return Claim(
        "crs_severe",
        "the immune response is massive (read as CRS of grade 3 or worse)",
        None,
        None,
        p,
        "1",
        f"In part: a storm that threatens life (grade 3 or worse) is predicted in {_percent(p)}, the exception "
        "rather than the rule under ward treatment.",
        Agreement.IN_PART,
        note="ASTCT scale; the leukaemia rate rests on an assumed conversion from the Penn scale.",
    )


def _free_at(month: float) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda d: d["pfs_days"] > month * MONTH


def _complete(d: pd.DataFrame) -> pd.Series:
    return d["best_response"] == "complete"


def _readings(patients: pd.DataFrame, horizon: float) -> tuple[Reading, ...]:
    readings = [Reading("complete remission at any assessment", _by_replicate(patients, _complete))]
    for month in (6, 12, 24, 60):
        if month * MONTH < horizon:
            meaning = f"alive without progression at {month} months"
            readings.append(Reading(meaning, _by_replicate(patients, _free_at(month))))
    return tuple(readings)


def _cured(patients: pd.DataFrame, scenario: Scenario) -> Claim:
    n, share = scenario.reported.patients, scenario.reported.cured_fraction
    k = round(share * n)
    low, high = exact_interval(k, n)
    cure = _by_replicate(patients, lambda d: d["cured"])
    readings = _readings(patients, scenario.horizon_years * 365.25)
    complete = readings[0].predicted
    close = [r.meaning for r in readings if r.predicted.low <= share <= r.predicted.high]
    if cure.low <= share <= cure.high:
        agreement, opening = (
            Agreement.AGREES,
            "The reported share lies within the prediction for lasting cure",
        )
    elif close:
        agreement, opening = (
            Agreement.IN_PART,
            f"As lasting cure the reported share is outside the prediction of {_percent(cure)}; "
            f"it agrees with: {'; '.join(close)}",
        )
    else:
        agreement, opening = Agreement.DISAGREES, f"The simulation predicts {_percent(cure)} lasting cures"
    verdict = (
        f"{opening}. {_percent(complete)} would reach a complete remission at some time; without follow-up times the "
        "report can't tell remission from cure."
    )
    return Claim(
        "cured",
        "60 % totally cured and recovered",
        share,
        (float(low), float(high)),
        cure,
        "1",
        verdict,
        agreement,
        note=f"{k} of {n}; exact 95 % interval. Cure here: every tumour clone extinct, patient alive, no relapse.",
        readings=readings,
    )


def _survival_gain(patients: pd.DataFrame, scenario: Scenario) -> Claim:
    untreated = scenario.untreated.median_survival_months
    rest = patients[~patients["cured"].astype(bool)]
    medians = rest.groupby("replicate")["os_days"].median() / MONTH - untreated
    gain = Prediction.over(medians.to_numpy(dtype=float))
    return Claim(
        "survival_gain",
        "the lives of the rest are greatly extended",
        None,
        None,
        gain,
        "month",
        f"Agrees in direction: patients who aren't cured live a median of {gain.value + untreated:.0f} months against "
        f"about {untreated:g} untreated, a gain of {gain.value:.0f} ({gain.low:.0f}–{gain.high:.0f}) months. Not a "
        "controlled comparison: who reaches infusion has survived the wait.",
        Agreement.AGREES if gain.low > 0 else Agreement.CANNOT_TELL,
        note="No survival times were reported; two months is the reported prognosis.",
    )


def _myeloma(patients: pd.DataFrame, scenario: Scenario) -> Claim:
    share = scenario.reported.myeloma_fraction
    myeloma = patients[patients["indication"] == "MM"]
    bounds = {n: exact_interval(n, n)[0] for n in (5, 10, 20, 50)}
    note = (
        "Number of patients not reported. All of n cured bounds the true rate only from below: "
        + ", ".join(f"n = {n}: ≥ {100 * bound:.0f} %" for n, bound in bounds.items())
    )
    if myeloma.empty:
        nothing = Prediction(np.nan, np.nan, np.nan)
        verdict = "No myeloma patients in this scenario."
        return Claim(
            "myeloma", "full recovery of all myeloma patients", share, None, nothing, "1", verdict,
            Agreement.CANNOT_TELL, note,
        )  # fmt: skip
    cure = _by_replicate(myeloma, lambda d: d["cured"])
    readings = _readings(myeloma, scenario.horizon_years * 365.25)
    complete = readings[0].predicted
    response = Reading("any response", _by_replicate(myeloma, lambda d: d["best_response"] != "none"))
    readings = (response, *readings)
    reachable = response.predicted.high >= share
    verdict = (
        f"As lasting cure of every patient: not supported; {_percent(cure)} predicted, and published trials show "
        f"relapses for years. As complete remission {_percent(complete)}, as response of any depth "
        f"{_percent(response.predicted)}: a small series {'may well' if reachable else 'would hardly'} show 100 %."
    )
    return Claim(
        "myeloma",
        "full recovery of all myeloma patients",
        share,
        None,
        cure,
        "1",
        verdict,
        Agreement.IN_PART if reachable else Agreement.DISAGREES,
        note,
        readings,
    )


def _cost(scenario: Scenario, value: ProgrammeValue) -> Claim:
    local, abroad = scenario.prices.course_local, scenario.prices.course_abroad
    here, there = value.reported
    course = Prediction(here.build_up.total, here.build_up.total_low, here.build_up.total_high)
    low, high = here.product_alone[1:]
    within_course = course.low <= here.reported <= course.high
    within_product = low <= here.reported <= high
    agreement = Agreement.DISAGREES
    if within_course:
        agreement = Agreement.AGREES
    elif within_product:
        agreement = Agreement.IN_PART
    return Claim(
        "cost",
        f"a course costs {local.amount:,.0f} {local.currency} against about {abroad.amount:,.0f} {abroad.currency} "
        "in Western Europe",
        local.amount,
        None,
        course,
        value.currency,
        f"Course here: {here.verdict}. Course in Western Europe: {there.verdict}.",
        agreement,
        note=f"{local.currency} of {local.year}, {abroad.currency} of {abroad.year}; what a course includes was not "
        f"reported. Built up in {value.currency} of {value.price_year}; the interval is that of uncertain inputs.",
        readings=(Reading("the product without care", Prediction(*here.product_alone)),),
    )
