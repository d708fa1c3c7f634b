"""The calibration held to account: every published quantity beside what this implementation gives for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vein2vein.clinic.cohort import Biology, simulate_cohort, visit_grid
from vein2vein.clinic.metrics import METRICS, MONTH, Metric, responded, responder_ratio
from vein2vein.clinic.reading import read_cohort
from vein2vein.clinic.ward import WardPolicy
from vein2vein.evidence import EvidenceValue, load_sheet
from vein2vein.patients.settings import SETTINGS, Setting

BATCHES = 16
"""Batches of patients whose spread gives the Monte-Carlo error."""

RATIO_METRICS = {"cmax": 1.25, "auc_0_28": 1.25, "half_life": 1.5, "level_day28": 1.5, "level_day90": 1.5}
RATIO_METRICS |= {"cmax_ratio_responders": 1.5, "tlast": 1.25, "cmax_log_sd": 1.25}
DAY_METRICS = {"tmax": 1.5, "crs_onset": 1.0, "crs_duration": 1.0, "icans_onset": 1.5}
SHARE_TOLERANCE = 0.05
"""Agreement: shares within 5 points, days within 1 (1.5 for Tmax and ICANS), levels within the factor given."""


AMONG_RESPONDERS = {"ALL": {"cmax", "cmax_log_sd", "auc_0_28", "half_life"}, "IDE": {"half_life"}}
"""Quantities that were published, and are compared, for responders: in leukaemia the label's CR/CRi group."""


@dataclass(frozen=True)
class FitRow:
    """One published quantity in one setting.

    Parameters
    ----------
    id : str
        The metric.
    setting : Setting
        Product and indication.
    published : EvidenceValue
        The published datum.
    prototype : EvidenceValue or None
        What the prototype gave with the starting calibration.
    simulated, standard_error : float
        What this implementation gives, and its Monte-Carlo error.
    """

    id: str
    setting: Setting
    published: EvidenceValue
    prototype: EvidenceValue | None
    simulated: float
    standard_error: float

    @property
    def fitted(self) -> bool:
        """Whether the datum was used in the calibration."""
        return self.published.mark == "fitted"

    @property
    def agrees(self) -> bool:
        """Whether simulation and datum agree within the tolerance of the calibration targets."""
        return within(self.id, self.simulated, self.target)

    @property
    def target(self) -> float:
        """The datum in the unit of the simulated value (fractions instead of percent)."""
        return in_unit(self.published)


def in_unit(row: EvidenceValue) -> float:
    """Return the value of a row, percent as a fraction."""
    return row.value / 100 if row.unit in ("%", "percent") else row.value


def within(metric: str, simulated: float, target: float) -> bool:
    """Return whether two values of a metric agree within the tolerance of the calibration targets."""
    if metric in RATIO_METRICS:
        return abs(np.log(simulated / target)) <= np.log(RATIO_METRICS[metric])
    if metric in DAY_METRICS:
        return abs(simulated - target) <= DAY_METRICS[metric]
    return abs(simulated - target) <= SHARE_TOLERANCE


def _simulated(metric: Metric, table: pd.DataFrame, batch: pd.Series) -> tuple[float, float]:
    """Return a metric and its Monte-Carlo error from batches of patients."""
    error = metric.by(table, batch.loc[table.index]).std() / BATCHES**0.5
    return metric.over(table), float(error)


def calibration_cohort(
    biology: Biology, setting: Setting, patients: int, seed: int, months: int = 60
) -> pd.DataFrame:
    """Return the outcomes of a cohort at the product's own dose and ward policy, as it was calibrated.

    Parameters
    ----------
    biology : Biology
        Equations and sheets.
    setting : Setting
        Product and indication.
    patients, seed : int
        Size and seed of the cohort.
    months : int
        Follow-up; relapses of every kind need the long one.
    """
    times = visit_grid(float(months * MONTH))
    cohort = simulate_cohort(
        biology, (setting,), np.zeros(patients, dtype=np.intp), WardPolicy(), times, seed=seed
    )
    return read_cohort(cohort, biology.parameters).table


def reproduce_fit_table(
    patients: int = 1024,
    seed: int = 20190101,
    progress: Callable[[int, int], None] | None = None,
    *,
    biology: Biology | None = None,
) -> tuple[FitRow, ...]:
    """Return every quantity of the fit table as this implementation gives it.

    Parameters
    ----------
    patients : int
        Virtual patients a setting.
    seed : int
        Seed, not one that anything was calibrated with.
    progress : callable, optional
        Called with settings done and settings in all.
    biology : Biology, optional
        What is simulated; the shipped core model, at the centre of its posterior, by default.
    """
    biology = Biology.shipped() if biology is None else biology
    sheet = load_sheet("fit_table")
    ending = "_prototype"
    prototypes = {(r.id.removesuffix(ending), r.setting): r for r in sheet.rows if r.id.endswith(ending)}
    rows = []
    for done, setting in enumerate(SETTINGS, start=1):
        table = calibration_cohort(biology, setting, patients, seed)
        batch = pd.Series(np.arange(len(table)) % BATCHES, index=table.index)
        responders = table[responded(table)]
        among = AMONG_RESPONDERS.get(setting.key, set())
        simulated = {m.id: _simulated(m, responders if m.id in among else table, batch) for m in METRICS}
        ratios = [responder_ratio(table[batch == b]) for b in range(BATCHES)]
        ratio_error = float(np.nanstd(ratios) / BATCHES**0.5)
        simulated["cmax_ratio_responders"] = (responder_ratio(table), ratio_error)
        for row in sheet.rows:
            if row.setting == setting.key and row.id in simulated:
                rows.append(
                    FitRow(row.id, setting, row, prototypes.get((row.id, setting.key)), *simulated[row.id])
                )
        if progress:
            progress(done, len(SETTINGS))
    return tuple(rows)
