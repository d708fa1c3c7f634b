"""What a group of patients is summarised by: one definition for tables, intervals and the fit table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.outcomes.kaplan_meier import kaplan_meier

MONTH = 365.25 / 12
"""Days in a month."""


def _mean(values: pd.Series, by: pd.Series) -> pd.Series:
    return values.groupby(by).mean()


def _median(values: pd.Series, by: pd.Series) -> pd.Series:
    return values.groupby(by).median()


def _geometric(values: pd.Series, by: pd.Series) -> pd.Series:
    positive = values.where(values > 0)
    return np.exp(np.log(positive).groupby(by).mean())


def _log_sd(values: pd.Series, by: pd.Series) -> pd.Series:
    return np.log(values.where(values > 0)).groupby(by).std()


@dataclass(frozen=True)
class Metric:
    """One summary of a group of patients.

    Parameters
    ----------
    id : str
        Name, as in the fit table.
    meaning, unit : str
        In words; "1" for fractions.
    of : callable
        From a patients table to one value a patient; NaN leaves a patient out.
    summarise : callable
        From values and group labels to one number a group.
    """

    id: str
    meaning: str
    unit: str
    of: Callable[[pd.DataFrame], pd.Series]
    summarise: Callable[[pd.Series, pd.Series], pd.Series] = _mean

    def by(self, table: pd.DataFrame, groups: pd.Series) -> pd.Series:
        """Return the summary of each group of patients."""
        return self.summarise(self.of(table).astype(float), groups)

    def over(self, table: pd.DataFrame) -> float:
        """Return the summary of all patients of a table."""
        if table.empty:
            return float("nan")
        return float(self.by(table, pd.Series(0, index=table.index)).iloc[0])


def _still_aplastic(days: float) -> Callable[[pd.Series, pd.Series], pd.Series]:
    """Return the Kaplan–Meier share still aplastic at ``days``; who progressed in aplasia is censored then."""

    def share(values: pd.Series, by: pd.Series) -> pd.Series:
        return values.groupby(by).apply(lambda v: _kaplan_meier_at(v.dropna().to_numpy(), days))

    return share


def _kaplan_meier_at(signed: NDArray[np.float64], days: float) -> float:
    """Return survival at ``days`` of durations whose sign tells event (+) from censoring (-)."""
    if not signed.size:
        return float("nan")
    result = kaplan_meier(np.abs(signed), signed > 0)
    return float(np.ravel(result.at(days))[0])


def _aplasia(d: pd.DataFrame) -> pd.Series:
    """Return days of aplasia in responders, negative where recovery was not seen."""
    signed = d["aplasia_days"].where(d["aplasia_recovered"], -d["aplasia_days"])
    return signed.where(responded(d) & (d["aplasia_days"] > 0))


def _flag(condition: Callable[[pd.DataFrame], pd.Series]) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda d: condition(d).astype(float)


def _beyond(column: str, months: float) -> Callable[[pd.DataFrame], pd.Series]:
    return _flag(lambda d: d[column] > months * MONTH)


def responded(d: pd.DataFrame) -> pd.Series:
    """Return whether the best response of each patient is partial or complete."""
    return d["best_response"].isin(["partial", "complete"])


def _detectable(day: float) -> Callable[[pd.DataFrame], pd.Series]:
    """Return whether CAR-T cells are quantifiable at or after a day, among those followed to it."""

    def flag(d: pd.DataFrame) -> pd.Series:
        found = d["last_quantifiable"] >= day
        return found.astype(float).where(found | (d["followed_days"] >= day))

    return flag


def _negative_relapse(d: pd.DataFrame) -> pd.Series:
    relapse = d["relapse_type"].isin(["antigen_positive", "antigen_negative"])
    return (d["relapse_type"] == "antigen_negative").astype(float).where(relapse)


KINETICS = (
    Metric("cmax", "highest CAR-T level, geometric mean", "assay", lambda d: d["cmax"], _geometric),
    Metric("cmax_log_sd", "SD of log Cmax", "1", lambda d: d["cmax"], _log_sd),
    Metric("tmax", "day of the highest level, median", "day", lambda d: d["tmax"], _median),
    Metric("auc_0_28", "exposure day 0–28, geometric mean", "day*assay", lambda d: d["auc28"], _geometric),
    Metric("half_life", "terminal half-life, geometric mean", "day", lambda d: d["half_life"], _geometric),
    Metric("level_day28", "CAR-T cells at day 28, median", "cell/uL", lambda d: d["car_t_day28"], _median),
    Metric("level_day90", "CAR-T cells at day 90, median", "cell/uL", lambda d: d["car_t_day90"], _median),
    Metric("tlast", "last quantifiable day, median", "day", lambda d: d["last_quantifiable"], _median),
    Metric(
        "detectable_6", "CAR-T detectable at 6 months", "1", _flag(lambda d: d["last_quantifiable"] >= 180)
    ),
)
EFFICACY = (
    Metric("orr", "response, partial or complete", "1", _flag(responded)),
    Metric("cr", "complete response", "1", _flag(lambda d: d["best_response"] == "complete")),
    *(
        Metric(f"pfs_{m}", f"progression-free at {m} months", "1", _beyond("pfs_days", m))
        for m in (6, 12, 24, 36, 48)
    ),
    *(Metric(f"os_{m}", f"alive at {m} months", "1", _beyond("os_days", m)) for m in (6, 12, 24, 36, 48)),
    Metric(
        "cured",
        "lasting cure: alive, no relapse, every clone extinct",
        "1",
        _flag(lambda d: d["alive_cured"]),
    ),
    Metric("negative_relapse_share", "antigen-negative among relapses", "1", _negative_relapse),
)
TOXICITY = (
    Metric("crs_any", "CRS of any grade", "1", _flag(lambda d: d["crs_grade"] >= 1)),
    Metric("crs_moderate", "CRS of grade 2 or worse", "1", _flag(lambda d: d["crs_grade"] >= 2)),
    Metric("crs_severe", "CRS of grade 3 or worse", "1", _flag(lambda d: d["crs_grade"] >= 3)),
    Metric("crs_onset", "onset of CRS, median", "day", lambda d: d["crs_onset"], _median),
    Metric("crs_duration", "duration of CRS, median", "day", lambda d: d["crs_duration"], _median),
    Metric("icans_any", "ICANS of any grade", "1", _flag(lambda d: d["icans_grade"] >= 1)),
    Metric("icans_severe", "ICANS of grade 3 or worse", "1", _flag(lambda d: d["icans_grade"] >= 3)),
    Metric("icans_onset", "onset of ICANS, median", "day", lambda d: d["icans_onset"], _median),
    Metric("tocilizumab", "given tocilizumab", "1", _flag(lambda d: d["tocilizumab_doses"] > 0)),
    Metric("steroids", "given steroids", "1", _flag(lambda d: d["steroid_courses"] > 0)),
    Metric(
        "b_aplasia_6",
        "B-cell aplasia beyond 6 months, in responders",
        "1",
        _aplasia,
        _still_aplastic(6 * MONTH),
    ),
)
METRICS = (*KINETICS, *EFFICACY, *TOXICITY)
"""Every metric, in the order of the tables."""


def responder_ratio(table: pd.DataFrame) -> float:
    """Return the geometric mean Cmax of responders over that of non-responders."""
    cmax, best = KINETICS[0], responded(table)
    return cmax.over(table[best]) / cmax.over(table[~best])
