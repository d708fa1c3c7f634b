"""How a cohort is read: assays, response rules, grades and other deaths, each setting by its sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.clinic.cohort import Cohort
from vein2vein.evidence import Sheet
from vein2vein.outcomes.kinetics import SAMPLING_DAYS, Assay, FlowCytometry, QuantitativePcr
from vein2vein.outcomes.response import (
    LeukaemiaRemission,
    LymphomaResponse,
    MyelomaResponse,
    Progression,
    ResponseRule,
    monthly_visits,
)
from vein2vein.outcomes.summary import OutcomeDraws, OutcomeRules, evaluate_patients
from vein2vein.outcomes.survival import SurvivalRules
from vein2vein.outcomes.toxicity import CutOffs
from vein2vein.outcomes.trajectories import Trajectories
from vein2vein.patients.population import VirtualPopulation
from vein2vein.patients.settings import Setting
from vein2vein.patients.streams import matrix


@dataclass(frozen=True)
class Reading:
    """Outcomes of a cohort.

    Parameters
    ----------
    table : DataFrame
        One row a patient whose integration succeeded: the population's columns and the outcomes' columns,
        ``tocilizumab_doses`` and ``steroid_courses``; ``row`` is the patient's row in the cohort.
    crs_days, icans_days : ndarray of int, shape (m, D)
        Worst grade of each day, rows as in ``table``.
    """

    table: pd.DataFrame
    crs_days: NDArray[np.int8]
    icans_days: NDArray[np.int8]


def outcome_rules(setting: Setting, sheet: Sheet, horizon: float) -> OutcomeRules:
    """Return how the outcomes of a setting are read, from its rows of the sheet."""

    def number(name: str) -> float:
        return sheet.value(name, setting.key).value

    return OutcomeRules(
        assay=_assay(setting, sheet),
        response=_response(setting, number("remission_threshold"), _progression(setting, sheet)),
        survival=SurvivalRules(
            number("nrm_hazard_year1"),
            number("nrm_hazard_later"),
            number("post_progression_median"),
            number("salvage_fraction"),
        ),
        crs=CutOffs(tuple(number(f"crs_cut_{grade}") for grade in (1, 2, 3, 4))),
        icans=CutOffs(tuple(number(f"icans_cut_{grade}") for grade in (1, 2, 3))),
        mrd_below=number("mrd_threshold"),
        visits=monthly_visits(horizon),
        aplasia_below=number("b_aplasia_threshold"),
    )


def _assay(setting: Setting, sheet: Sheet) -> Assay:
    copies = sheet.value("assay_factor", setting.key).value
    limit = sheet.value("lloq", setting.key).value
    noise = sheet.value("residual_log_sd", setting.key).value
    if copies < 0:  # the sheet's sign for flow cytometry
        return FlowCytometry(limit, noise)
    return QuantitativePcr(copies, sheet.value("myeloid_leukocytes", setting.key).value, limit, noise)


def _progression(setting: Setting, sheet: Sheet) -> Progression:
    return Progression(
        sheet.value("relapse_increment", setting.key).value,
        sheet.value("progression_factor", setting.key).value,
    )


def _response(setting: Setting, complete_below: float, progression: Progression) -> ResponseRule:
    if setting.indication == "B-ALL":
        return LeukaemiaRemission(complete_below, progression)
    if setting.indication == "LBCL":
        return LymphomaResponse(complete_below, progression)
    return MyelomaResponse(complete_below, progression)


def outcome_draws(population: VirtualPopulation) -> OutcomeDraws:
    """Return the chance in the outcomes, from the patients' own streams."""
    noise = matrix(population.seed, "sample noise", population.first, len(population), len(SAMPLING_DAYS))
    return OutcomeDraws(
        sample_noise=noise,
        extinct_positive=population.uniforms("fate of the positive clone"),
        extinct_negative=population.uniforms("fate of the negative clone"),
        non_relapse_death=population.uniforms("non-relapse death"),
        post_progression=population.uniforms("post-progression survival"),
        salvage=population.uniforms("salvage"),
    )


def read_cohort(cohort: Cohort, sheet: Sheet) -> Reading:
    """Return the outcomes of every patient of a cohort whose integration succeeded."""
    population, ensemble = cohort.population, cohort.ensemble
    curves, draws = Trajectories.of(ensemble), outcome_draws(population)
    horizon = float(ensemble.times[-1])
    tables, crs, icans = [], [], []
    for index, setting in enumerate(population.settings):
        chosen = population.setting_of == index
        if not (chosen & ~curves.failed).any():
            continue
        outcomes = evaluate_patients(
            curves.only(chosen), outcome_rules(setting, sheet, horizon), draws.only(chosen)
        )
        rows = np.flatnonzero(chosen)[outcomes.patient]
        frame = outcomes.to_frame().drop(columns="patient")
        frame.insert(0, "row", rows)
        tables.append(frame)
        crs.append(outcomes.crs_day_grade)
        icans.append(outcomes.icans_day_grade)
    table = pd.concat(tables, ignore_index=True)
    order = np.argsort(table["row"].to_numpy(), kind="stable")
    table = table.iloc[order].reset_index(drop=True)
    rows = table["row"].to_numpy()
    table["tocilizumab_doses"] = ensemble.interventions["tocilizumab"].count[rows]
    table["steroid_courses"] = ensemble.interventions["steroids"].count[rows]
    table["followed_days"] = np.fmin(np.fmin(ensemble.stopped_at[rows], table["os_days"]), horizon)
    for day in (28, 90):
        column = int(np.searchsorted(ensemble.times, day))
        table[f"car_t_day{day}"] = ensemble.outputs["car_t_blood"][rows, column]
    described = population.table.iloc[rows].reset_index(drop=True)
    return Reading(
        pd.concat([described, table], axis=1),
        np.concatenate(crs)[order],
        np.concatenate(icans)[order],
    )
