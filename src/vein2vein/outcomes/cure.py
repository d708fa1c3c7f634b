r"""Cure as a probability: the chance that every clone is extinct.

A clone whose cells are born at rate b(t) and die at rate d(t) leaves, of each founder, a lineage that is
still alive at t with probability p(t) = 1/(1+J(t)), J = ∫ d e^ρ, ρ = ∫ (d−b) (Kendall 1948). With a Poisson
number of founders the number of surviving lineages is Poisson with mean Λ = S₀ p, so

.. math:: P(\text{extinct}) = e^{-\Lambda}.

The simulation integrates Λ as a state; :func:`kendall_lineages` is the closed form from b(t) and d(t), and
:mod:`vein2vein.outcomes.birth_death` the direct stochastic simulation, both independent checks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Flags, Floats, Trajectories, last_finite


def extinction_probability(lineages: ArrayLike) -> Floats:
    """Return P(extinct) = exp(−Λ) from the expected number of surviving lineages (any shape)."""
    lineages = np.asarray(lineages, dtype=float)
    if np.any(lineages < 0):
        raise InputError(
            "a number of lineages is negative",
            field="lineages",
            value=float(lineages[lineages < 0].flat[0]),
            allowed="expected numbers >= 0",
        )
    return np.exp(-lineages)


def cure_probability(curves: Trajectories) -> Floats:
    """Return each patient's probability that all clones are extinct by the end of the grid, (n,).

    Parameters
    ----------
    curves : Trajectories
        Needs ``lineages_positive`` and ``lineages_negative``. Both must go on being integrated after a
        clone's extinction was drawn; frozen at the draw they would carry the draw, not the probability. After
        a stop (progression) the last value stands.
    """
    positive, negative = last_finite(curves["lineages_positive"]), last_finite(curves["lineages_negative"])
    return extinction_probability(positive + negative)


def is_extinct(curves: Trajectories, positive: Floats, negative: Floats) -> Flags:
    """Return whether both clones are extinct by the end of the grid, by each patient's draws, (n,).

    A clone is extinct once Λ <= −ln U. This is the law that the simulation uses for its tumour, so that the
    share of extinct patients and the mean cure probability agree.

    Parameters
    ----------
    curves : Trajectories
        Needs ``lineages_positive`` and ``lineages_negative``.
    positive, negative : (n,) arrays
        The uniform draws U_S and U_R with which the patients were simulated.
    """
    last_positive = last_finite(curves["lineages_positive"])
    last_negative = last_finite(curves["lineages_negative"])
    return (last_positive <= -np.log(positive)) & (last_negative <= -np.log(negative))


def kendall_lineages(times: Floats, birth: Floats, death: Floats) -> Floats:
    """Return the probability that the lineage of one founder at the first time is alive at each time.

    Parameters
    ----------
    times : (T,) array
        Increasing times.
    birth, death : (..., T) arrays
        Rates at those times, >= 0, taken as piecewise constant at the mean of neighbours (exact for constant
        rates, second order otherwise).

    Returns
    -------
    (..., T) array
        Survival probability of one lineage, computed in logarithms: it can't overflow. Extinction of n
        founders has probability ``(1 - p) ** n``; with a Poisson number of mean m, ``exp(-m * p)``.

    Notes
    -----
    Source: D. G. Kendall, Ann Math Stat 1948;19:1, equations 9–12.
    """
    return np.exp(-np.logaddexp(0.0, _log_integral(times, birth, death)[0]))


def immigrant_lineages(
    times: Floats, birth: Floats, death: Floats, immigration: Floats, founders: float = 0.0
) -> float:
    """Return the exact expected number of lineages alive at the last time, of a clone with immigration.

    Parameters
    ----------
    times : (T,) array
        Increasing times.
    birth, death : (T,) arrays
        Rates per cell.
    immigration : (T,) array
        New cells per time (such as antigen-losing divisions of the other clone), Poisson.
    founders : float
        Mean of the Poisson number of cells at the first time.

    Returns
    -------
    float
        Λ = m₀ p(0,T) + ∫ m(s) p(s,T) ds, the mean of a Poisson number; extinction has probability e^−Λ.
    """
    log_j, rho = _log_integral(times, birth, death)
    # J(s, T) = e^(-rho(s)) (J(0, T) - J(0, s)), the difference in logarithms.
    with np.errstate(divide="ignore"):
        gap = np.where(
            log_j < log_j[-1], log_j[-1] + np.log1p(-np.exp(np.minimum(log_j - log_j[-1], 0.0))), -np.inf
        )
    alive = np.exp(-np.logaddexp(0.0, gap - rho))
    value = immigration * alive
    return float(founders * alive[0] + np.sum((value[1:] + value[:-1]) / 2 * np.diff(times)))


def pooled_lineages(
    times: Floats, birth: Floats, death: Floats, immigration: Floats, founders: float
) -> Floats:
    """Return Λ of a clone with immigration as the simulation integrates it, pooling the ages of its lineages.

    The two equations R' = (b−d)R + m and Λ' = m − dΛ²/R treat all lineages as equally old. By the
    Cauchy–Schwarz inequality they lose lineages no faster than the exact law, so Λ is never too small and the
    cure probability never too large; without immigration they are exact.

    Parameters
    ----------
    times, birth, death, immigration : (T,) arrays
        As in :func:`immigrant_lineages`.
    founders : float
        Mean number of cells at the first time, > 0.

    Returns
    -------
    (T,) array
        Pooled Λ, by the classical Runge–Kutta method on logarithms with the rates linear between the times.
    """
    if not founders > 0:
        raise InputError(
            "the pooled equations need some cells to start with",
            field="founders",
            value=founders,
            allowed="a mean > 0 (however small)",
        )

    def slope(log_r: float, log_l: float, b: float, d: float, m: float) -> tuple[float, float]:
        return b - d + m * np.exp(-log_r), m * np.exp(-log_l) - d * np.exp(log_l - log_r)

    log_r = log_l = float(np.log(founders))
    lineages = [log_l]
    for i, h in enumerate(np.diff(times)):
        start, end = (np.array([birth[j], death[j], immigration[j]]) for j in (i, i + 1))
        middle = (start + end) / 2
        k1 = np.array(slope(log_r, log_l, *start))
        k2 = np.array(slope(log_r + h / 2 * k1[0], log_l + h / 2 * k1[1], *middle))
        k3 = np.array(slope(log_r + h / 2 * k2[0], log_l + h / 2 * k2[1], *middle))
        k4 = np.array(slope(log_r + h * k3[0], log_l + h * k3[1], *end))
        step = h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        log_r, log_l = float(log_r + step[0]), float(log_l + step[1])
        lineages.append(log_l)
    return np.exp(np.array(lineages))


def _log_integral(times: Floats, birth: Floats, death: Floats) -> tuple[Floats, Floats]:
    """Return ln J and ρ on the grid, (..., T) each, with ln J = −∞ at the first time."""
    birth, death = np.broadcast_arrays(np.asarray(birth, dtype=float), np.asarray(death, dtype=float))
    if birth.shape[-1:] != np.shape(times) or np.any(birth < 0) or np.any(death < 0):
        raise InputError(
            "rates of birth and death don't fit the grid",
            field="birth, death",
            value=birth.shape,
            allowed=f"arrays (..., {len(times)}) of rates >= 0",
        )
    dt = np.diff(times)
    b, d = (birth[..., 1:] + birth[..., :-1]) / 2, (death[..., 1:] + death[..., :-1]) / 2
    step = (d - b) * dt
    start = np.zeros_like(birth[..., :1])
    rho = np.concatenate([start, np.cumsum(step, axis=-1)], axis=-1)
    with np.errstate(divide="ignore"):
        increments = np.log(d * dt) + rho[..., :-1] + _log_relative_expm1(step)
    log_j = np.logaddexp.accumulate(increments, axis=-1)
    return np.concatenate([start - np.inf, log_j], axis=-1), rho


def _log_relative_expm1(x: Floats) -> Floats:
    """Return ln((e^x − 1)/x) without overflow."""
    size = np.abs(x)
    large = np.where(size > 1e-6, size, 1.0)
    ratio = np.where(size > 1e-6, -np.expm1(-large) / large, 1 - size / 2)
    return np.maximum(x, 0.0) + np.log(ratio)
