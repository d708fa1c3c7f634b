"""Surviving lineages in closed form: Kendall's solution, and clones that new cells keep joining."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from vein2vein.errors import InputError, InternalError
from vein2vein.outcomes.trajectories import Floats


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
        Pooled Λ, integrated in logarithms with the rates linear between the times.
    """
    if not founders > 0:
        raise InputError(
            "the pooled equations need some cells to start with",
            field="founders",
            value=founders,
            allowed="a mean > 0 (however small)",
        )

    def slope(t: float, y: Floats) -> tuple[float, float]:
        b, d, m = (np.interp(t, times, rate) for rate in (birth, death, immigration))
        return b - d + m * np.exp(-y[0]), m * np.exp(-y[1]) - d * np.exp(y[1] - y[0])

    start = float(np.log(founders))
    solution = solve_ivp(
        slope,
        (float(times[0]), float(times[-1])),
        [start, start],
        method="LSODA",
        t_eval=times,
        rtol=1e-8,
        atol=1e-10,
        max_step=float(np.diff(times).max()),
    )
    if not solution.success:
        raise InternalError(f"the pooled lineages could not be integrated: {solution.message}")
    return np.exp(solution.y[1])


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
