"""Present values of flows and payments; the discount rate is an annual fraction (0.03, never 3)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.errors import InputError


def force(rate: float, *, field: str = "discount rate") -> float:
    """Return the continuous rate ln(1 + rate) of an annual discount rate.

    Parameters
    ----------
    rate : float
        Annual rate as a fraction: 0.03 means 3 % a year.
    field : str
        Name used in the error.

    Raises
    ------
    InputError
        The rate is negative, not finite, or 1 and more (a percentage given as a number).
    """
    if not (math.isfinite(rate) and 0.0 <= rate < 1.0):
        hint = (
            f"write {rate / 100:g} for {rate:g} %" if math.isfinite(rate) and rate >= 1 else "give a fraction"
        )
        raise InputError(
            "a discount rate is a fraction a year",
            field=field,
            value=rate,
            allowed="0 (none) up to below 1; 0.05 means 5 %",
            remedy=hint,
        )
    return math.log1p(rate)


def factor(rate: float, time: ArrayLike) -> NDArray[np.float64]:
    """Return the present value of one unit paid at ``time`` (years)."""
    return np.exp(-force(rate) * np.asarray(time, float))


def annuity(rate: float, start: ArrayLike, end: ArrayLike) -> NDArray[np.float64]:
    """Return the present value of one unit a year that flows from ``start`` to ``end`` (years).

    The closed form of the integral of exp(-r t): (exp(-r start) - exp(-r end)) / r, and end - start without
    discounting. Where ``end`` is before ``start`` nothing flows.
    """
    first, last = np.asarray(start, float), np.asarray(end, float)
    last = np.maximum(first, last)
    r = force(rate)
    if r == 0.0:
        return last - first
    return (np.exp(-r * first) - np.exp(-r * last)) / r
