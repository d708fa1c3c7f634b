"""Progression-free and overall survival, composed of progression, other deaths and life after progression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vein2vein.errors import InputError
from vein2vein.outcomes.kaplan_meier import KaplanMeier
from vein2vein.outcomes.trajectories import Flags, Floats

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class SurvivalRules:
    """What happens besides the tumour, in one disease.

    Parameters
    ----------
    non_relapse_first_year : float
        λ_NRM1, hazard of death without relapse in the first year, 1/year.
    non_relapse_later : float
        λ_NRM2, the same after the first year, 1/year.
    post_progression_median : float
        m_PP, median survival after progression, days.
    salvage : float
        s_PP, share surviving long-term after progression, in [0, 1].
    """

    non_relapse_first_year: float
    non_relapse_later: float
    post_progression_median: float
    salvage: float

    def __post_init__(self) -> None:
        for field in ("non_relapse_first_year", "non_relapse_later"):
            _checked(field, getattr(self, field), getattr(self, field) >= 0, "a hazard >= 0 per year")
        median = self.post_progression_median
        _checked("post_progression_median", median, median > 0, "days > 0")
        _checked("salvage", self.salvage, 0 <= self.salvage <= 1, "a share between 0 and 1")


@dataclass(frozen=True)
class SurvivalTimes:
    """Times of n patients, observed until a horizon.

    Attributes
    ----------
    pfs_days, os_days : (n,) arrays
        Day of the event or of the end of observation.
    pfs_event, os_event : (n,) bool arrays
        Whether the event was seen by the horizon.
    """

    pfs_days: Floats
    pfs_event: Flags
    os_days: Floats
    os_event: Flags


def non_relapse_death(uniform: Floats, rules: SurvivalRules) -> Floats:
    """Return the day of death without relapse, by inverting its cumulative hazard. Shape of ``uniform``.

    Parameters
    ----------
    uniform : array
        Uniform draws in (0, 1): the survival probability at which death comes.
    rules : SurvivalRules
        Hazards of the first year and later.

    Returns
    -------
    array
        Days; infinite where the hazard is zero for ever after.
    """
    _checked_uniform("non_relapse", uniform)
    first, later = rules.non_relapse_first_year, rules.non_relapse_later
    hazard = -np.log(uniform)
    with np.errstate(divide="ignore", invalid="ignore"):
        early = np.where(hazard <= first, hazard / first, np.inf)
        late = 1 + (hazard - first) / later
    years = np.where(hazard <= first, early, np.where(later > 0, late, np.inf)) if first > 0 else late
    return np.asarray(years * DAYS_A_YEAR, dtype=float)


def compose_survival(
    pd_day: Floats,
    death_day: Floats,
    rules: SurvivalRules,
    *,
    post_progression: Floats,
    salvage: Floats,
    horizon: float,
) -> SurvivalTimes:
    """Compose both endpoints.

    Progression-free survival is the earlier of progression and death without relapse. Overall survival is the
    earlier of death without relapse and death after progression; a salvaged patient does not die of
    progression.

    Parameters
    ----------
    pd_day : (n,) array
        Day of progression; infinite if none.
    death_day : (n,) array
        Day of death without relapse; infinite if none.
    rules : SurvivalRules
        Life after progression.
    post_progression, salvage : (n,) arrays
        Uniform draws in (0, 1).
    horizon : float
        End of observation, days.
    """
    _checked("horizon", horizon, horizon > 0, "days > 0")
    _checked_uniform("post_progression", post_progression)
    _checked_uniform("salvage", salvage)
    after = -np.log(post_progression) * rules.post_progression_median / np.log(2)
    death_of_disease = np.where(salvage < rules.salvage, np.inf, pd_day + after)
    pfs, overall = np.minimum(pd_day, death_day), np.minimum(death_day, death_of_disease)
    return SurvivalTimes(
        pfs_days=np.minimum(pfs, horizon),
        pfs_event=pfs <= horizon,
        os_days=np.minimum(overall, horizon),
        os_event=overall <= horizon,
    )


@dataclass(frozen=True)
class ExponentialSurvival:
    """Survival with a constant hazard: the untreated comparator.

    Parameters
    ----------
    median : float
        Median survival, days.
    """

    median: float

    def __post_init__(self) -> None:
        _checked("median", self.median, self.median > 0, "days > 0")

    def at(self, days: Floats) -> Floats:
        """Return the share alive on each day."""
        return np.exp(-np.log(2) / self.median * np.asarray(days, dtype=float))

    def restricted_mean(self, until: float) -> float:
        """Return the mean of min(survival time, ``until``), days."""
        mean = self.median / np.log(2)
        return float(mean * -np.expm1(-until / mean))

    def draw(self, uniform: Floats) -> Floats:
        """Return survival times from uniform draws in (0, 1), days."""
        _checked_uniform("uniform", uniform)
        return -np.log(uniform) * self.median / np.log(2)


@dataclass(frozen=True)
class SurvivalGain:
    """What treatment adds to life; leading axes as in the Kaplan–Meier estimate.

    Attributes
    ----------
    median_gain : (...) array
        Difference of the medians, days; infinite where the treated median is not reached.
    restricted_mean_gain : (...) array
        Difference of the means restricted to ``horizon``, days; always finite.
    horizon : float
        Days.
    """

    median_gain: Floats
    restricted_mean_gain: Floats
    horizon: float


def survival_gain(treated: KaplanMeier, untreated: ExponentialSurvival, horizon: float) -> SurvivalGain:
    """Return the gain of the treated over the untreated, in median and in restricted mean."""
    return SurvivalGain(
        median_gain=treated.median - untreated.median,
        restricted_mean_gain=treated.restricted_mean(horizon) - untreated.restricted_mean(horizon),
        horizon=horizon,
    )


def _checked(field: str, value: float, good: bool, allowed: str) -> None:
    if not (good and np.isfinite(value)):
        raise InputError(
            "a rule of survival can't be used", where="survival", field=field, value=value, allowed=allowed
        )


def _checked_uniform(field: str, value: Floats) -> None:
    bad = ~((np.asarray(value) > 0) & (np.asarray(value) < 1))
    if bad.any():
        raise InputError(
            "a uniform draw is outside (0, 1)",
            where="survival",
            field=field,
            value=float(np.asarray(value)[bad].flat[0]),
            allowed="0 < u < 1",
        )
