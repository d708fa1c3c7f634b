"""The Kaplan–Meier estimator for one cohort or many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Flags, Floats


@dataclass(frozen=True)
class KaplanMeier:
    """A step function of survival; the leading axes ``...`` are cohorts (replicates of a programme).

    Attributes
    ----------
    time : (..., n) array
        Observed times in increasing order, days.
    survival : (..., n) array
        Survival just after each of those times.
    greenwood : (..., n) array
        Greenwood's sum Σ d/(r(r−d)) up to each time; infinite once nobody survives.
    died : (..., n) array
        Events up to and including each time.

    Notes
    -----
    Source: E. L. Kaplan, P. Meier, J Am Stat Assoc 1958;53:457; M. Greenwood 1926 (variance).
    """

    time: Floats
    survival: Floats
    greenwood: Floats
    died: NDArray[np.int64]

    @property
    def patients(self) -> int:
        """Patients of one cohort."""
        return self.time.shape[-1]

    def at(self, days: ArrayLike) -> Floats:
        """Return survival just after each day, (..., K)."""
        return _step(self.time, self.survival, np.asarray(days, dtype=float), start=1.0)

    def interval(self, days: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the pointwise log-log interval of survival on each day, two (..., K) arrays.

        Before the first event both bounds are 1 and the interval says nothing (see
        :func:`vein2vein.outcomes.binomial.exact_interval`); once nobody survives they are 0 and the last
        upper bound above that.
        """
        low, high = self._bounds(level)
        days = np.asarray(days, dtype=float)
        return _step(self.time, low, days, start=1.0), _step(self.time, high, days, start=1.0)

    def at_risk(self, days: ArrayLike) -> NDArray[np.int64]:
        """Return how many are under observation just before each day, (..., K)."""
        days = np.atleast_1d(np.asarray(days, dtype=float))
        return self.patients - _count(self.time, days, side="left")

    def events(self, days: ArrayLike) -> NDArray[np.int64]:
        """Return how many events were seen up to and including each day, (..., K)."""
        return _step(self.time, self.died, np.asarray(days, dtype=float), start=0).astype(np.int64)

    def quantile(self, share: float) -> Floats:
        """Return the first time with survival at or below ``1 - share``; infinite if never. Shape (...)."""
        _checked_share("share", share)
        return _first_time(self.time, self.survival <= 1 - share + 1e-12)

    @property
    def median(self) -> Floats:
        """Median survival, days; infinite if not reached. Shape (...)."""
        return self.quantile(0.5)

    def median_interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return Brookmeyer and Crowley's interval of the median, from the log-log bounds. Two (...) arrays.

        Notes
        -----
        Source: R. Brookmeyer, J. Crowley, Biometrics 1982;38:29.
        """
        low, high = self._bounds(level)
        return _first_time(self.time, low <= 0.5), _first_time(self.time, high <= 0.5)

    def restricted_mean(self, until: float) -> Floats:
        """Return the mean of min(survival time, ``until``): the area under the curve, days. Shape (...)."""
        if not (np.isfinite(until) and until > 0):
            raise InputError(
                "the restricted mean needs a horizon", field="until", value=until, allowed="days > 0"
            )
        stop = np.minimum(self.time, until)
        widths = np.diff(stop, axis=-1, prepend=0.0)
        before = np.concatenate([np.ones_like(self.survival[..., :1]), self.survival[..., :-1]], axis=-1)
        return np.sum(widths * before, axis=-1) + (until - stop[..., -1]) * self.survival[..., -1]

    def _bounds(self, level: float) -> tuple[Floats, Floats]:
        _checked_share("level", level)
        z = float(ndtri(0.5 + level / 2))
        inside = (self.survival > 0) & (self.survival < 1)
        s = np.where(inside, self.survival, 0.5)
        half = z * np.sqrt(np.where(inside, self.greenwood, 0.0)) / np.abs(np.log(s))
        low = np.where(inside, s ** np.exp(half), self.survival)
        high = np.where(inside, s ** np.exp(-half), self.survival)
        # Nobody left: keep the last upper bound that could be computed.
        known = np.where(self.survival > 0, np.arange(self.patients), -1)
        column = np.maximum.accumulate(known, axis=-1)
        kept = np.take_along_axis(high, np.maximum(column, 0), axis=-1)
        return low, np.where(self.survival > 0, high, np.where(column >= 0, kept, 1.0))


def kaplan_meier(days: ArrayLike, event: ArrayLike) -> KaplanMeier:
    """Estimate survival from times and event flags, cohort by cohort along the last axis.

    Parameters
    ----------
    days : (..., n) array
        Time to the event or to the end of observation, days >= 0.
    event : (..., n) bool array
        Whether the event was seen. At equal times events come before ends of observation.

    Raises
    ------
    InputError
        Shapes differ, the cohort is empty, or a time is negative or not a number.
    """
    time, seen = np.asarray(days, dtype=float), np.asarray(event, dtype=bool)
    if time.shape != seen.shape or time.ndim == 0 or time.shape[-1] == 0:
        raise InputError(
            "survival needs one time and one event flag for each of at least one patient",
            field="days, event",
            value=(time.shape, seen.shape),
            allowed="equal shapes (..., n), n >= 1",
        )
    if not np.all(time >= 0):
        raise InputError(
            "a survival time is negative or not a number",
            field="days",
            value=float(time[~(time >= 0)][0]),
            allowed="days >= 0",
        )
    order = np.lexsort((~seen, time), axis=-1)
    time, seen = np.take_along_axis(time, order, axis=-1), np.take_along_axis(seen, order, axis=-1)
    risk = np.arange(time.shape[-1], 0, -1, dtype=float)
    survival: Floats = np.cumprod(np.where(seen, 1 - 1 / risk, 1.0), axis=-1, dtype=float)
    with np.errstate(divide="ignore"):
        term = 1 / (risk * (risk - 1))
    greenwood = np.cumsum(np.where(seen, term, 0.0), axis=-1)
    died = np.cumsum(seen, axis=-1).astype(np.int64)
    column = _last_of_tie(time)
    return KaplanMeier(
        time=time,
        survival=np.take_along_axis(survival, column, axis=-1),
        greenwood=np.take_along_axis(greenwood, column, axis=-1),
        died=np.take_along_axis(died, column, axis=-1),
    )


def _last_of_tie(time: Floats) -> NDArray[np.intp]:
    n = time.shape[-1]
    final = np.concatenate(
        [time[..., 1:] != time[..., :-1], np.ones_like(time[..., :1], dtype=bool)], axis=-1
    )
    column = np.where(final, np.arange(n), n - 1)
    return np.minimum.accumulate(column[..., ::-1], axis=-1)[..., ::-1]


def _count(time: Floats, days: Floats, side: str) -> NDArray[np.int64]:
    """How many times lie before (left) or up to (right) each day, (..., K)."""
    rows = time.reshape(-1, time.shape[-1])
    counts = np.stack([np.searchsorted(row, days, side=side) for row in rows])  # type: ignore[call-overload]
    return counts.reshape(*time.shape[:-1], len(days)).astype(np.int64)


def _step(time: Floats, value: NDArray[Any], days: Floats, start: float) -> Floats:
    days = np.atleast_1d(days)
    column = _count(time, days, side="right") - 1
    found = np.take_along_axis(value, np.maximum(column, 0), axis=-1)
    return np.where(column >= 0, found, start).astype(float)


def _first_time(time: Floats, reached: Flags) -> Floats:
    column = np.argmax(reached, axis=-1)[..., None]
    return np.where(reached.any(axis=-1), np.take_along_axis(time, column, axis=-1)[..., 0], np.inf)


def _checked_share(field: str, value: float) -> None:
    if not 0 < value < 1:
        raise InputError(
            "a share can't be used", field=field, value=value, allowed="between 0 and 1, exclusive"
        )
