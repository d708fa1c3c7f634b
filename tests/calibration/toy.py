"""A made-up inference problem whose answer is known: linear observables, normal errors."""

import numpy as np

from vein2vein.calibration.emulator import Emulator
from vein2vein.calibration.likelihood import Errors, posterior_of

P, K = 4, 6


def linear_emulator(seed=3):
    slope = np.random.default_rng(seed).standard_normal((K, P))
    return Emulator(
        "TOY",
        tuple(f"pfs_{k}" for k in range(K)),
        np.arange(P),
        np.zeros(K),
        slope,
        np.zeros((K, P, P)),
        np.full(K, 0.05),
        np.ones(K),
    )


def errors():
    return {"TOY": Errors(0.3 * np.eye(K) + 0.1, np.zeros((K, K)), np.full(K, 0.1))}


def exact(emulator, data):
    """Mean and covariance of the posterior in closed form."""
    e = errors()["TOY"]
    covariance = e.sampling + np.diag(e.allowance**2 + emulator.error**2)
    precision = np.linalg.inv(covariance)
    inverse = np.eye(P) + emulator.slope.T @ precision @ emulator.slope
    cov = np.linalg.inv(inverse)
    return cov @ emulator.slope.T @ precision @ data, cov


def posterior(emulator, data):
    return posterior_of((emulator,), {"TOY": data}, errors(), P)
