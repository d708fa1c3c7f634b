"""Draws from the posterior: its mode by Gauss–Newton, then Hamiltonian Monte Carlo in many parallel chains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.likelihood import Posterior

Vector = NDArray[np.float64]

REACH = 3.5
"""Farthest a standardised parameter may go, in prior SDs; emulators aren't trusted beyond."""


@dataclass(frozen=True)
class Draws:
    """Independent draws, one a chain.

    Parameters
    ----------
    z : ndarray, shape (chains, p)
        Standardised parameter sets.
    mode : ndarray, shape (p,)
        Mode of the posterior.
    acceptance : float
        Share of proposals accepted.
    spread_ratio : float
        Largest ratio over parameters between the SD over chains at the end and at two thirds of the run: 1 if settled.
    """

    z: Vector
    mode: Vector
    acceptance: float
    spread_ratio: float


def mode_of(posterior: Posterior, start: Vector | None = None, iterations: int = 60) -> Vector:
    """Return the mode, shape (p,), by damped Gauss–Newton steps."""
    z = np.zeros(posterior.parameters) if start is None else start.copy()
    value, gradient = (a[0] for a in posterior.with_gradient(z[None, :]))
    damping = 1.0
    for _ in range(iterations):
        hessian = posterior.curvature(z)
        step = np.linalg.solve(hessian + damping * np.diag(np.diag(hessian)), gradient)
        trial = np.clip(z + step, -REACH, REACH)
        new, slope = (a[0] for a in posterior.with_gradient(trial[None, :]))
        if new > value:
            if new - value < 1e-6:
                return trial
            z, value, gradient, damping = trial, new, slope, damping / 3
        else:
            damping *= 4
            if damping > 1e8:
                break
    return z


def draw(
    posterior: Posterior, chains: int, seed: int, *, iterations: int = 60, leaps: int = 8, step: float = 0.25
) -> Draws:
    """Return one draw from each of many chains, started from the Laplace approximation at the mode.

    Parameters
    ----------
    posterior : Posterior
        What to draw from.
    chains, seed : int
        Number of draws, and seed.
    iterations, leaps : int
        Trajectories a chain, and leapfrog steps a trajectory.
    step : float
        Leapfrog step in units of the Laplace approximation's SD; jittered.
    """
    chance = np.random.default_rng(seed)
    mode = mode_of(posterior)
    root = np.linalg.inv(np.linalg.cholesky(posterior.curvature(mode))).T
    z = np.clip(mode + chance.standard_normal((chains, posterior.parameters)) @ root.T, -REACH, REACH)
    value, gradient = posterior.with_gradient(z)
    accepted = 0
    earlier = z
    for iteration in range(iterations):
        momentum = chance.standard_normal(z.shape)
        size = step * chance.uniform(0.5, 1.5)
        new, slope, speed = z, gradient, momentum
        for _ in range(leaps):
            speed = speed + 0.5 * size * (slope @ root)
            new = new + size * (speed @ root.T)
            moved, slope = posterior.with_gradient(new)
            speed = speed + 0.5 * size * (slope @ root)
        energy = value - moved + 0.5 * ((speed**2).sum(axis=1) - (momentum**2).sum(axis=1))
        inside = (np.abs(new) <= REACH).all(axis=1)
        take = inside & (np.log(chance.uniform(size=chains)) < -energy)
        z = np.where(take[:, None], new, z)
        gradient = np.where(take[:, None], slope, gradient)
        value = np.where(take, moved, value)
        accepted += int(take.sum())
        if iteration == (2 * iterations) // 3:
            earlier = z
    ratio = z.std(axis=0) / np.maximum(earlier.std(axis=0), 1e-12)
    return Draws(z, mode, accepted / (chains * iterations), float(np.max(np.maximum(ratio, 1 / ratio))))
