"""The patient while waiting: how long is left, when it is too late, how the disease grows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.manufacturing.checks import within
from vein2vein.manufacturing.durations import Duration, Weibull
from vein2vein.manufacturing.numbers import number
from vein2vein.manufacturing.streams import Streams

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Waiting:
    """Disease and preparation between referral and infusion.

    A patient has a remaining life without CAR-T (from referral). In its last part, ``unfit_share`` of it, the
    patient can neither be collected from nor infused: whoever is reached then is lost to progression,
    whoever is not reached before the end has died waiting.

    Parameters
    ----------
    life : Duration
        Remaining life from referral, days.
    unfit_share : float
        Final share of the remaining life that comes too late.
    bridged_share : float
        Share of patients with bridging therapy.
    bridging_life_factor : float
        Factor of bridging on the remaining life, at least 1.
    disease_doubling : float
        Doubling time of the disease without bridging, days.
    bridging_growth_factor : float
        Factor of bridging on the growth of the disease, in [0, 1].
    workup : float
        Referral to the request of a slot, days.
    foreign_travel : float
        Further days for a patient from abroad.
    """

    life: Duration
    unfit_share: float
    bridged_share: float
    bridging_life_factor: float
    disease_doubling: float
    bridging_growth_factor: float
    workup: float
    foreign_travel: float

    def __post_init__(self) -> None:
        within(self, "unfit_share", 0.0, 1.0, open_high=True)
        within(self, "bridged_share", 0.0, 1.0)
        within(self, "bridging_life_factor", 1.0, open_high=True)
        within(self, "disease_doubling", 0.0, open_low=True)
        within(self, "bridging_growth_factor", 0.0, 1.0)
        within(self, "workup", 0.0, open_high=True)
        within(self, "foreign_travel", 0.0, open_high=True)

    def burden_ratio(self, days: Array, bridged: NDArray[np.bool_]) -> Array:
        """Return the disease at ``days`` after referral relative to referral."""
        pace = np.where(bridged, self.bridging_growth_factor, 1.0)
        return np.exp2(pace * days / self.disease_doubling)


@dataclass(frozen=True)
class Cohort:
    """The referred patients of one replicate, in the order of referral; every array has shape (n,).

    Attributes
    ----------
    referred : ndarray
        Day of referral; day 0 is a Monday.
    centre : ndarray of int
        Index of the centre.
    foreign, bridged : ndarray of bool
        Patient from abroad; patient with bridging therapy.
    fit_until, alive_until : ndarray
        Day after which it is too late; day of death without CAR-T.
    """

    referred: Array
    centre: NDArray[np.int64]
    foreign: NDArray[np.bool_]
    bridged: NDArray[np.bool_]
    fit_until: Array
    alive_until: Array


def refer(
    n: int, waiting: Waiting, referrals_per_year: Array, foreign_share: Array, streams: Streams
) -> Cohort:
    """Return the first ``n`` referrals: a Poisson stream shared out over the centres.

    Parameters
    ----------
    n : int
        Number of patients.
    waiting : Waiting
        Their disease.
    referrals_per_year, foreign_share : ndarray, shape (centres,)
        Rate and share of foreign patients of each centre.
    streams : Streams
        Patient k is the same whatever ``n``.
    """
    per_day = referrals_per_year.sum() / 365.25
    referred = np.cumsum(-np.log1p(-streams.uniform("referral", n)) / per_day)
    edges = np.cumsum(referrals_per_year) / referrals_per_year.sum()
    edges[-1] = 1.0
    centre = np.searchsorted(edges, streams.uniform("centre", n), side="right")
    foreign = streams.uniform("foreign", n) < foreign_share[centre]
    bridged = streams.uniform("bridging", n) < waiting.bridged_share
    life = waiting.life.days(streams.uniform("life", n)) * np.where(
        bridged, waiting.bridging_life_factor, 1.0
    )
    fit_until = referred + life * (1.0 - waiting.unfit_share)
    return Cohort(referred, centre, foreign, bridged, fit_until, referred + life)


def reported_waiting() -> Waiting:
    """Return the patients of the reported programme: about two months left."""
    return waiting_with(Weibull(number("remaining_life_median"), number("remaining_life_shape")))


def waiting_with(life: Duration) -> Waiting:
    """Return the sheet's assumptions on waiting with another law of the remaining life."""
    return Waiting(
        life=life,
        unfit_share=number("unfit_share"),
        bridged_share=number("bridged_share"),
        bridging_life_factor=number("bridging_life_factor"),
        disease_doubling=number("disease_doubling"),
        bridging_growth_factor=number("bridging_growth_factor"),
        workup=number("workup_days"),
        foreign_travel=number("foreign_travel_days"),
    )
