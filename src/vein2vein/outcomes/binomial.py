"""Exact intervals of proportions: what k of n patients, or all of n, say about the true rate."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Floats


def exact_interval(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return Clopper and Pearson's exact interval of a proportion; arrays broadcast.

    Parameters
    ----------
    k : array of int
        Patients with the event.
    n : array of int
        Patients, at least 1.
    level : float
        Coverage, at least guaranteed.

    Raises
    ------
    InputError
        Counts are not whole, k is outside 0 … n, or the level outside (0, 1).

    Notes
    -----
    Source: C. J. Clopper, E. S. Pearson, Biometrika 1934;26:404.
    """
    _checked_level(level)
    k, n = np.broadcast_arrays(np.asarray(k, dtype=float), np.asarray(n, dtype=float))
    good = (n >= 1) & (k >= 0) & (k <= n) & (k == np.round(k)) & (n == np.round(n))
    if not np.all(good):
        bad = tuple(float(x[~good].flat[0]) for x in (k, n))
        raise InputError(
            "not a proportion", field="k, n", value=bad, allowed="whole numbers, 0 <= k <= n, n >= 1"
        )
    tail = (1 - level) / 2
    low = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, tail), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 1 - tail), 1.0)
    return low, high


@dataclass(frozen=True)
class RuleOfN:
    """What "all of n" says: the true rate is bounded from below only.

    Attributes
    ----------
    n : int
        Patients, all with the event.
    level : float
        Coverage.
    lower : float
        Lower end of the exact two-sided interval, (α/2)^(1/n); its upper end is 1.
    lower_one_sided : float
        Lower bound when only a lower bound is asked for, α^(1/n); about 1 − 3/n at 95 %.
    """

    n: int
    level: float
    lower: float
    lower_one_sided: float


def rule_of_n(n: int, level: float = 0.95) -> RuleOfN:
    """Return the bounds on the true rate when it happened in all of ``n`` patients.

    Raises
    ------
    InputError
        ``n`` is not a whole number of at least 1.
    """
    _checked_level(level)
    if n < 1 or n != int(n):
        raise InputError(
            "no bound from that many patients", field="n", value=n, allowed="a whole number >= 1"
        )
    alpha = 1 - level
    return RuleOfN(int(n), level, (alpha / 2) ** (1 / n), alpha ** (1 / n))


def patients_needed(bound: float, level: float = 0.95, *, one_sided: bool = False) -> int:
    """Return the smallest n for which "all of n" puts the lower bound of the true rate at ``bound`` or above.

    Raises
    ------
    InputError
        The bound is outside (0, 1).
    """
    _checked_level(level)
    if not 0 < bound < 1:
        raise InputError(
            "not a bound of a rate", field="bound", value=bound, allowed="between 0 and 1, exclusive"
        )
    tail = (1 - level) if one_sided else (1 - level) / 2
    n = max(1, math.ceil(math.log(tail) / math.log(bound)))
    while n > 1 and tail ** (1 / (n - 1)) >= bound:  # the logarithms may have been rounded up
        n -= 1
    while tail ** (1 / n) < bound:
        n += 1
    return n


def _checked_level(level: float) -> None:
    if not 0 < level < 1:
        raise InputError("not a coverage", field="level", value=level, allowed="between 0 and 1, exclusive")
