"""Patients: journeys, syndromes, swimmers, survival, compositions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.clinic.metrics import MONTH, TOXICITY, Metric
from vein2vein.patients.settings import Setting
from vein2vein.programme.claims import Prediction
from vein2vein.programme.run import ProgrammeResult
from vein2vein.programme.summary import predict
from vein2vein.report.estimate import Estimate
from vein2vein.report.patient_records import (
    Composition,
    Condition,
    Course,
    Curve,
    Fan,
    Journey,
    Stretch,
    SurvivalPanel,
    Swimmer,
    Syndrome,
    Threshold,
    Tone,
)

Floats = NDArray[np.float64]
JOURNEY_DAYS = 730.0
AT_RISK_MONTHS = (0, 6, 12, 24, 36, 48, 60)
HEAT_MAP_DAYS = 29
EXAMPLES = 8
"""Single patients drawn beside the quantiles."""


def share(p: Prediction) -> Estimate:
    """Return a fraction with its interval as percent."""
    return Estimate.share(p.value, p.low, p.high)


def table_of(result: ProgrammeResult, setting: Setting) -> pd.DataFrame:
    """Return the patients of a setting."""
    return result.patients[result.patients["setting"] == setting.key]


def journeys(result: ProgrammeResult) -> tuple[Journey, ...]:
    """Return CAR-T cells, tumour, B cells and IL-6 of each setting, over the patients kept with trajectories."""
    cohort, sheet = result.shown, result.biology.parameters
    times = cohort.times
    until = times <= JOURNEY_DAYS
    shown = []
    for index, setting in enumerate(cohort.settings):
        rows = cohort.setting_of == index
        if not rows.any():
            continue
        curves = {name: values[rows][:, until] for name, values in cohort.outputs.items()}
        remission = sheet.value("remission_threshold", setting.key).value
        aplasia = sheet.value("b_aplasia_threshold").value
        il6 = np.where(times[until] <= 60, curves["il6"], np.nan)
        normal = "plasma cells, as if in blood" if setting.indication == "MM" else "B cells in blood"
        courses = (
            Course(
                "CAR-T cells in blood",
                "cells/µL",
                Fan.of(curves["car_t_blood"]),
                1e-2,
                examples=curves["car_t_blood"][:EXAMPLES],
            ),
            Course(
                "Tumour cells",
                "cells",
                Fan.of(curves["tumour"]),
                1.0,
                (Threshold(remission, "remission"),),
                curves["tumour"][:EXAMPLES],
            ),
            Course(
                f"Normal {normal}",
                "cells/µL",
                Fan.of(curves["b_cells_blood"]),
                1e-1,
                () if setting.indication == "MM" else (Threshold(aplasia, "aplasia"),),
            ),
            Course("IL-6 in serum", "pg/mL", Fan.of(il6), 1.0),
        )
        followed = 1 - np.isnan(curves["tumour"]).mean(axis=0)
        shown.append(Journey(setting.label, times[until], courses, followed))
    return tuple(shown)


def syndromes(result: ProgrammeResult) -> tuple[Syndrome, ...]:
    """Return CRS and ICANS of each setting, day by day and as rates."""
    metrics = {metric.id: metric for metric in TOXICITY}
    shown = []
    for index, setting in enumerate(result.scenario.settings):
        table = table_of(result, setting)
        if table.empty:
            continue
        for name, counts, ids in (
            (
                "CRS",
                result.crs_days,
                ("crs_any", "crs_severe", "crs_onset", "crs_duration", "tocilizumab", "steroids"),
            ),
            ("ICANS", result.icans_days, ("icans_any", "icans_severe", "icans_onset")),
        ):
            days = counts[index][:, :HEAT_MAP_DAYS]
            facts = {_fact(metrics[i]): _estimate(metrics[i], table) for i in ids}
            shown.append(Syndrome(name, setting.label, days / days.sum(axis=0), facts))
    return tuple(shown)


def _fact(metric: Metric) -> str:
    return metric.meaning[0].upper() + metric.meaning[1:]


def _estimate(metric: Metric, table: pd.DataFrame) -> Estimate:
    p = predict(metric, table)
    if metric.unit == "1":
        return share(p)
    return Estimate(p.value, p.low, p.high, "days" if metric.unit == "day" else metric.unit)


def swimmers(result: ProgrammeResult) -> tuple[Swimmer, ...]:
    """Return the patients of the first cohort, each with what he or she lives through."""
    first = result.patients[result.patients["replicate"] == 0]
    labels = {s.key: s.label for s in result.scenario.settings}
    return tuple(_swimmer(row, labels[str(row["setting"])]) for _, row in first.iterrows())


def _swimmer(row: pd.Series, group: str) -> Swimmer:
    end, relapse = float(row["os_days"]), str(row["relapse_type"])
    progressed = relapse != "never"
    until = min(float(row["pfs_days"]), end) if progressed else end
    responded = row["best_response"] in ("partial", "complete")
    stretches = []
    active_until = min(28.0, until) if responded else until
    if active_until > 0:
        stretches.append(Stretch(0.0, active_until, Condition.ACTIVE))
    if responded and until > active_until:
        stretches.append(Stretch(active_until, until, Condition.REMISSION))
    if end > until:
        lost = relapse == "antigen_negative"
        refractory = relapse == "no_response"
        after = Condition.RELAPSED_NEGATIVE if lost else Condition.RELAPSED_POSITIVE
        stretches.append(Stretch(until, end, Condition.ACTIVE if refractory else after))
    return Swimmer(
        str(int(row["patient"]) + 1), group, stretches, bool(row["os_event"]), int(row["crs_grade"])
    )


def survival(result: ProgrammeResult) -> tuple[SurvivalPanel, ...]:
    """Return survival of each setting with the band of cohorts of its size, and the untreated comparator."""
    horizon = result.scenario.horizon_years * 365.25
    days = np.arange(0.0, horizon, 15.0)
    marks = np.array([m * MONTH for m in AT_RISK_MONTHS if m * MONTH < horizon + MONTH])
    median = result.scenario.untreated.median_survival_months * MONTH
    untreated = Curve("Untreated", days, 0.5 ** (days / median), comparator=True)
    panels = []
    for setting in result.scenario.settings:
        table = table_of(result, setting)
        if table.empty:
            continue
        curves = [
            _curve("Overall survival", table, "os_days", days, marks, result.scenario.replicates),
            _curve("Progression-free survival", table, "pfs_days", days, marks, result.scenario.replicates),
            untreated,
        ]
        panels.append(SurvivalPanel(setting.label, curves, marks))
    return tuple(panels)


def _curve(
    label: str, table: pd.DataFrame, column: str, days: Floats, marks: Floats, replicates: int
) -> Curve:
    """Return a pooled curve; nobody is censored before the horizon, so shares are Kaplan–Meier estimates."""
    time, replicate = table[column].to_numpy(), table["replicate"].to_numpy()
    size = np.bincount(replicate, minlength=replicates).astype(float)
    size[size == 0] = np.nan
    shares = np.stack([np.bincount(replicate, time > day, minlength=replicates) / size for day in days])
    low, high = np.nanquantile(shares, (0.025, 0.975), axis=1)
    pooled = np.array([(time > day).mean() for day in days])
    at_risk = np.array([(time >= mark).mean() for mark in marks]) * np.nanmean(size)
    medians = table.groupby("replicate")[column].median().to_numpy() / MONTH
    limit = float(days[-1]) / MONTH
    middle = float(np.median(time)) / MONTH
    ends = np.quantile(medians, (0.025, 0.975))
    value, bottom, top = (float(v) if v < limit else float("inf") for v in (middle, *ends))
    return Curve(label, days, pooled, low, high, at_risk, Estimate(value, bottom, top, "months"))


def compositions(result: ProgrammeResult) -> tuple[Composition, ...]:
    """Return best response, and the state at the horizon, of each setting."""
    years = f"{result.scenario.horizon_years:g}"
    responses = {"complete response": Tone.BEST, "partial response": Tone.GOOD, "no response": Tone.NEUTRAL}
    responses["died before assessment"] = Tone.DEATH
    fates = {
        "cured": Tone.BEST,
        "progression-free, cells remain": Tone.GOOD,
        "never in remission": Tone.NEUTRAL,
        "relapsed, antigen kept": Tone.LOSS,
        "relapsed, antigen lost": Tone.ESCAPE,
        "died without relapse": Tone.DEATH,
    }
    best: dict[str, list[Estimate]] = {}
    fate: dict[str, list[Estimate]] = {}
    for setting in result.scenario.settings:
        table = table_of(result, setting)
        if table.empty:
            continue
        words = ("complete", "partial", "none", "not_evaluable")
        best[setting.label] = [_share(table, table["best_response"] == word) for word in words]
        fate[setting.label] = [_share(table, flag) for flag in _fates(table)]
    return (
        Composition("Best response", responses, best),
        Composition(f"What became of the patients within {years} years", fates, fate),
    )


def _fates(table: pd.DataFrame) -> list[pd.Series]:
    relapse, cured = table["relapse_type"].astype(str), table["alive_cured"]
    free = ~table["pfs_event"]
    return [
        cured,
        free & ~cured,
        relapse == "no_response",
        relapse == "antigen_positive",
        relapse == "antigen_negative",
        table["pfs_event"] & (relapse == "never"),
    ]


def _share(table: pd.DataFrame, flag: pd.Series) -> Estimate:
    return share(predict(Metric("share", "share", "1", lambda _: flag.astype(float)), table))
