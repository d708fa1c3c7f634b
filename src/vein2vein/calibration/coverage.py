"""Simulation-based calibration: how often intervals contain the truth, on synthetic truths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.bank import Bank
from vein2vein.calibration.emulator import Emulator
from vein2vein.calibration.likelihood import Errors, posterior_of
from vein2vein.calibration.sampler import draw

Vector = NDArray[np.float64]

LEVEL = 0.90
INFORMED = 0.8
"""A parameter counts as informed where the posterior SD is under this share of the prior SD, at the median truth."""


@dataclass(frozen=True)
class Coverage:
    """How often 90 % intervals contained the truth.

    Parameters
    ----------
    truths : int
        Synthetic truths, each with a synthetic data set of its own.
    share, informed : (float, float, float)
        Share of intervals that contain the truth over all parameters, and over those that the data inform: value, and
        95 % interval by the spread between truths.
    by_parameter : ndarray, shape (p,)
        Share by parameter.
    contraction : ndarray, shape (p,)
        Posterior SD over prior SD, median over truths.
    """

    truths: int
    share: tuple[float, float, float]
    informed: tuple[float, float, float]
    by_parameter: Vector
    contraction: Vector


def check_coverage(
    truths: Bank,
    emulators: Sequence[Emulator],
    errors: Mapping[str, Errors],
    seed: int,
    *,
    chains: int = 48,
    iterations: int = 24,
) -> Coverage:
    """Fit every synthetic data set as the real one is fitted and count how often the truth is inside.

    Parameters
    ----------
    truths : Bank
        Parameter sets drawn from the prior, and what a trial of the published size with patients of its own observed.
    emulators, errors
        As in the fit; the structural allowance is drawn and added to what was observed.
    seed : int
        Of the allowance and of the chains.
    """
    chance = np.random.default_rng(seed)
    ends = (0.5 - LEVEL / 2, 0.5 + LEVEL / 2)
    inside, width = [], []
    for i, truth in enumerate(truths.z):
        data = {
            s: y[i] + errors[s].allowance * chance.standard_normal(y.shape[1]) for s, y in truths.y.items()
        }
        posterior = posterior_of(emulators, data, errors, truths.z.shape[1])
        z = draw(posterior, chains, seed + 1 + i, iterations=iterations).z
        low, high = np.quantile(z, ends, axis=0, method="weibull")
        inside.append((low <= truth) & (truth <= high))
        width.append(z.std(axis=0, ddof=1))
    hits, contraction = np.array(inside, dtype=float), np.median(width, axis=0)
    informed = contraction < INFORMED
    return Coverage(len(hits), _share(hits), _share(hits[:, informed]), hits.mean(axis=0), contraction)


def _share(hits: Vector) -> tuple[float, float, float]:
    """Return the mean and its 95 % interval, truths being the independent units."""
    if hits.size == 0:
        return (float("nan"),) * 3
    each = hits.mean(axis=1)
    error = 1.96 * each.std(ddof=1) / np.sqrt(len(each)) if len(each) > 1 else float("nan")
    return float(each.mean()), float(each.mean() - error), float(each.mean() + error)
