"""Tumour response and relapse as trials call them, from the simulated size at the visits.

All three diseases share one definition of progression; they differ in what counts as a response.
A patient whose integration stopped had progressed: if no earlier visit shows it, progression is called on
the first visit at or after the stop. Progression is dated on the visit that shows it, not interpolated,
because that is how trials date it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Flags, Floats, Trajectories, at_days, first, last_finite

FIRST_ASSESSMENT = 28.0
"""Day of the first response assessment."""

Codes = NDArray[np.int8]


class Response(IntEnum):
    """Best or day-28 response. ``NOT_EVALUABLE``: dead before the assessment."""

    NOT_EVALUABLE = -1
    NONE = 0
    PARTIAL = 1
    COMPLETE = 2


class Relapse(IntEnum):
    """Why a patient counts as progressed; ``NO_RESPONSE`` is failure to remit at the first assessment."""

    NEVER = 0
    ANTIGEN_POSITIVE = 1
    ANTIGEN_NEGATIVE = 2
    NO_RESPONSE = 3


def monthly_visits(until: float) -> tuple[float, ...]:
    """Return the visits day 28, 60, 90, 120, …, every 30 days up to ``until``."""
    later = np.arange(60.0, until + 1e-9, 30.0)
    return (FIRST_ASSESSMENT, *(float(day) for day in later))


@dataclass(frozen=True)
class Progression:
    """Progression from day 28: size above nadir + ``increment`` and above ``factor`` × nadir.

    Parameters
    ----------
    increment : float
        V_rel, cells.
    factor : float
        f_PD, at least 1.
    """

    increment: float
    factor: float

    def __post_init__(self) -> None:
        _positive("Progression", increment=self.increment)
        if not (np.isfinite(self.factor) and self.factor >= 1):
            raise InputError(
                "the factor of progression can't be used",
                where="Progression",
                field="factor",
                value=self.factor,
                allowed="a number >= 1",
            )

    def shown(self, size: Floats, nadir: Floats) -> Flags:
        """Return where a size shows progression over its nadir so far (any shape)."""
        return (size > self.increment + nadir) & (size > self.factor * nadir)


class ResponseRule(Protocol):
    """What counts as a response in one disease."""

    @property
    def complete_below(self) -> float:
        """V_CR, cells: a smaller tumour is a complete remission."""
        ...

    @property
    def progression(self) -> Progression:
        """When the tumour has progressed."""
        ...

    @property
    def partial_below(self) -> float:
        """Share of the baseline below which the nadir is a partial response; 0 where there is none."""
        ...

    @property
    def must_remit(self) -> bool:
        """Whether no remission at the first assessment is itself an event (event-free survival)."""
        ...


@dataclass(frozen=True)
class LeukaemiaRemission:
    """Acute leukaemia: remission on day 28 (size below V_CR) or an event that day; no partial response."""

    complete_below: float
    progression: Progression
    partial_below: float = 0.0
    must_remit: bool = True

    def __post_init__(self) -> None:
        _positive("LeukaemiaRemission", complete_below=self.complete_below)


@dataclass(frozen=True)
class LymphomaResponse:
    """Large B-cell lymphoma: best response; partial if the nadir is below 0.35 of the baseline volume."""

    complete_below: float
    progression: Progression
    partial_below: float = 0.35
    must_remit: bool = False

    def __post_init__(self) -> None:
        _positive("LymphomaResponse", complete_below=self.complete_below, partial_below=self.partial_below)


@dataclass(frozen=True)
class MyelomaResponse:
    """Myeloma: best response; partial if the nadir is below half of the baseline."""

    complete_below: float
    progression: Progression
    partial_below: float = 0.5
    must_remit: bool = False

    def __post_init__(self) -> None:
        _positive("MyelomaResponse", complete_below=self.complete_below, partial_below=self.partial_below)


@dataclass(frozen=True)
class TumourOutcome:
    """Response and relapse of n patients.

    Attributes
    ----------
    day28, best : (n,) arrays of :class:`Response` codes
        In leukaemia the best response is that of day 28.
    mrd_negative : (n,) bool array
        Size below the threshold of measurable residual disease at an assessment before progression.
    pd_day : (n,) array
        Visit that shows progression (or day 28 without a remission, in leukaemia); infinite if none by the
        last visit or death.
    relapse : (n,) array of :class:`Relapse` codes
    nadir_share : (n,) array
        Smallest size before progression over the size at infusion.
    """

    day28: Codes
    best: Codes
    mrd_negative: Flags
    pd_day: Floats
    relapse: Codes
    nadir_share: Floats


def assess_tumour(
    curves: Trajectories,
    rule: ResponseRule,
    *,
    visits: tuple[float, ...],
    mrd_below: float,
    alive_until: Floats | None = None,
) -> TumourOutcome:
    """Call response and progression at the visits.

    Parameters
    ----------
    curves : Trajectories
        Needs ``tumour`` (cells, all clones) and ``tumour_negative`` (cells, antigen-negative clone).
    rule : ResponseRule
        The disease's rule.
    visits : tuple of float
        Increasing days, the first being day 28.
    mrd_below : float
        Cells below which residual disease is not measurable.
    alive_until : (n,) array, optional
        Day of death from another cause; nothing is assessed after it.

    Notes
    -----
    The nadir is the smallest size on the output grid from the day of infusion on (markers and symptoms follow
    the tumour more closely than visits do). Antigen-negative relapse: the negative clone outnumbers the
    positive one when progression is called.

    Raises
    ------
    InputError
        Visits don't start on day 28 and increase, or ``mrd_below`` is not positive.
    """
    days = _checked_visits(visits)
    _positive("assess_tumour", mrd_below=mrd_below)
    n, tumour = curves.patients, curves["tumour"]
    alive = np.full(n, np.inf) if alive_until is None else alive_until
    attended = days[None, :] <= alive[:, None]
    size = at_days(curves.times, tumour, days)
    nadir = _running_minimum(curves.times, tumour, days)

    with np.errstate(invalid="ignore"):
        progressed = rule.progression.shown(size, nadir)
        progressed |= days[None, :] >= curves.stopped_at[:, None]
        remission = size < rule.complete_below
        mrd = size < mrd_below
    progressed &= attended
    no_remission = np.zeros(n, dtype=bool)
    if rule.must_remit:
        no_remission = attended[:, 0] & ~remission[:, 0]
        progressed[:, 0] |= no_remission
    column, any_pd = first(progressed)
    pd_day = np.where(any_pd, days[column], np.inf)

    valid = attended & (days[None, :] < pd_day[:, None])
    baseline = at_days(curves.times, tumour, [max(0.0, curves.times[0])])[:, 0]
    share = _smallest_before(curves.times, tumour, np.minimum(pd_day, alive)) / baseline
    complete = remission & valid
    partial = share < rule.partial_below
    best = np.where(
        complete.any(axis=1), Response.COMPLETE, np.where(partial, Response.PARTIAL, Response.NONE)
    )
    partial28 = (size[:, 0] < rule.partial_below * baseline) & valid[:, 0]
    day28 = np.where(complete[:, 0], Response.COMPLETE, np.where(partial28, Response.PARTIAL, Response.NONE))
    best = np.where(attended[:, 0], best, Response.NOT_EVALUABLE)
    day28 = np.where(attended[:, 0], day28, Response.NOT_EVALUABLE)
    if rule.must_remit:
        best = day28
    return TumourOutcome(
        day28=day28.astype(np.int8),
        best=best.astype(np.int8),
        mrd_negative=np.asarray((mrd & valid).any(axis=1)),
        pd_day=pd_day,
        relapse=_relapse(curves, pd_day, no_remission),
        nadir_share=share,
    )


def _relapse(curves: Trajectories, pd_day: Floats, no_remission: Flags) -> Codes:
    """Type of relapse from the clones at the visit, or at the last grid day before a stop."""
    until = np.where(curves.times[None, :] <= pd_day[:, None], 1.0, np.nan)
    total = last_finite(curves["tumour"] * until)
    negative = last_finite(curves["tumour_negative"] * until)
    with np.errstate(invalid="ignore"):
        kind = np.where(negative > total - negative, Relapse.ANTIGEN_NEGATIVE, Relapse.ANTIGEN_POSITIVE)
    kind = np.where(np.isfinite(pd_day), kind, Relapse.NEVER)
    return np.where(no_remission, Relapse.NO_RESPONSE, kind).astype(np.int8)


def _running_minimum(times: Floats, curve: Floats, days: Floats) -> Floats:
    """Smallest value on the grid from day 0 up to each of the days, (n, K)."""
    after = np.where(times >= 0, np.where(np.isnan(curve), np.inf, curve), np.inf)
    smallest = np.minimum.accumulate(after, axis=1)
    column = np.clip(np.searchsorted(times, days, side="right") - 1, 0, len(times) - 1)
    return smallest[:, column]


def _smallest_before(times: Floats, curve: Floats, day: Floats) -> Floats:
    """Smallest value on the grid from day 0 up to each patient's day, (n,)."""
    kept = (times >= 0) & (times[None, :] <= day[:, None]) & ~np.isnan(curve)
    return np.min(np.where(kept, curve, np.inf), axis=1)


def _checked_visits(visits: tuple[float, ...]) -> Floats:
    days = np.asarray(visits, dtype=float)
    if days.ndim != 1 or not days.size or days[0] != FIRST_ASSESSMENT or np.any(np.diff(days) <= 0):
        raise InputError(
            "visits must increase and start with the first response assessment",
            field="visits",
            value=visits,
            allowed=f"day {FIRST_ASSESSMENT:g} and increasing days after it",
            remedy="see monthly_visits",
        )
    return days


def _positive(where: str, **fields: float) -> None:
    for field, value in fields.items():
        if not (np.isfinite(value) and value > 0):
            raise InputError(
                "a threshold can't be used",
                where=where,
                field=field,
                value=value,
                allowed="a finite number > 0",
            )
