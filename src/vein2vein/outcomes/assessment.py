"""Response and relapse as trials call them, from the simulated tumour at the visits.

A patient whose integration stopped had progressed: if no earlier visit shows it, progression is called on
the first visit at or after the stop. Progression is dated on the visit that shows it, not interpolated,
because that is how trials date it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.outcomes.response import (
    FIRST_ASSESSMENT,
    Relapse,
    Response,
    ResponseRule,
    require_positive,
)
from vein2vein.outcomes.trajectories import Flags, Floats, Trajectories, at_days, first, last_finite

Codes = NDArray[np.int8]


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
    the tumour more closely than visits do). The depth of the best response counts from infusion to
    progression, so that a tumour that shrank and grew back before day 28 responded in part. Antigen-negative
    relapse: the negative clone outnumbers the positive one when progression is called.

    Raises
    ------
    InputError
        Visits don't start on day 28 and increase, or ``mrd_below`` is not positive.
    """
    days = _checked_visits(visits)
    require_positive("assess_tumour", mrd_below=mrd_below)
    n, tumour = curves.patients, curves["tumour"]
    alive = np.full(n, np.inf) if alive_until is None else alive_until
    attended = days[None, :] <= alive[:, None]
    size = at_days(curves.times, tumour, days)
    smallest = _smallest_so_far(curves.times, tumour)
    nadir = smallest[:, _column(curves.times, days)]

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
    share = smallest[np.arange(n), _column(curves.times, np.minimum(pd_day, alive))] / baseline
    day28, best = _responses(rule, remission & valid, valid[:, 0], size[:, 0] / baseline, share)
    seen = attended[:, 0]
    return TumourOutcome(
        day28=np.where(seen, day28, Response.NOT_EVALUABLE).astype(np.int8),
        best=np.where(seen, best, Response.NOT_EVALUABLE).astype(np.int8),
        mrd_negative=np.asarray((mrd & valid).any(axis=1)),
        pd_day=pd_day,
        relapse=_relapse(curves, pd_day, no_remission),
        nadir_share=share,
    )


def _responses(
    rule: ResponseRule, complete: Flags, well_at_28: Flags, share_at_28: Floats, nadir_share: Floats
) -> tuple[Codes, Codes]:
    """Day-28 and best response from (n, K) remissions and sizes relative to the baseline."""
    partial_at_28 = (share_at_28 < rule.partial_below) & well_at_28
    day28 = np.select([complete[:, 0], partial_at_28], [Response.COMPLETE, Response.PARTIAL], Response.NONE)
    if rule.must_remit:
        return day28.astype(np.int8), day28.astype(np.int8)
    deep = nadir_share < rule.partial_below
    best = np.select([complete.any(axis=1), deep], [Response.COMPLETE, Response.PARTIAL], Response.NONE)
    return day28.astype(np.int8), best.astype(np.int8)


def _relapse(curves: Trajectories, pd_day: Floats, no_remission: Flags) -> Codes:
    """Type of relapse from the clones at the visit, or at the last grid day before a stop."""
    who = np.flatnonzero(np.isfinite(pd_day) & ~no_remission)
    seen = curves.times[None, :] <= pd_day[who, None]
    total = last_finite(np.where(seen, curves["tumour"][who], np.nan))
    negative = last_finite(np.where(seen, curves["tumour_negative"][who], np.nan))
    kind = np.full(len(pd_day), Relapse.NEVER, dtype=np.int8)
    kind[who] = np.where(negative > total - negative, Relapse.ANTIGEN_NEGATIVE, Relapse.ANTIGEN_POSITIVE)
    kind[no_remission] = Relapse.NO_RESPONSE
    return kind


def _smallest_so_far(times: Floats, curve: Floats) -> Floats:
    """Smallest value on the grid from day 0 up to each grid day, (n, T); days without a value are skipped."""
    return np.fmin.accumulate(np.where(times >= 0, curve, np.inf), axis=1)


def _column(times: Floats, day: Floats) -> NDArray[np.intp]:
    """Last grid day up to each day, as a column."""
    return np.clip(np.searchsorted(times, day, side="right") - 1, 0, len(times) - 1)


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
