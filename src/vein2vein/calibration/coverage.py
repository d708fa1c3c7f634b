"""Simulation-based calibration: how often intervals contain the truth, on data that the model itself simulated.

Two checks. The first draws truths from the prior and infers with the first emulators, which know the whole prior. The
second draws truths from the posterior, simulates further data, and infers from the real and the further data together
with the refined emulators (Säilynoja and others 2025, posterior simulation-based calibration): the same machinery as the
shipped fit, where the shipped fit is. In both a truth's data are virtual trials of the published sizes, with patients of
their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.emulator import Emulator
from vein2vein.calibration.likelihood import Errors, Posterior
from vein2vein.calibration.sampler import draw

Vector = NDArray[np.float64]
Infer = Callable[[Mapping[str, Vector]], Posterior]

LEVEL = 0.90
INFORMED = 0.8
"""A parameter counts as informed where the posterior SD is under this share of the prior SD, at the median truth."""
BINS = 7
"""Bins of the rank histogram."""
Share = tuple[float, float, float]


@dataclass(frozen=True)
class Truths:
    """Parameter sets with what the model makes of them.

    Parameters
    ----------
    z : ndarray, shape (m, p)
        Standardised sets.
    data : mapping of str to ndarray, shape (m, k)
        What trials of the published sizes observed, by setting, on the scales of the likelihood; NaN where undefined.
    values : mapping of str to ndarray, shape (m, k)
        The same quantities in the virtual cohort that the emulators stand for.
    """

    z: Vector
    data: Mapping[str, Vector]
    values: Mapping[str, Vector]


@dataclass(frozen=True)
class Coverage:
    """How often 90 % intervals contained the truth.

    Parameters
    ----------
    truths : int
        Synthetic truths, each with a synthetic data set of its own.
    share, informed, observables : (float, float, float)
        Share of intervals that contain the truth: over all parameters, over those that the data inform, over all
        observables; value, and 95 % interval by the spread between truths.
    by_parameter : ndarray, shape (p,)
        Share by parameter.
    by_observable : mapping of str to float
        Share by setting and observable.
    contraction : ndarray, shape (p,)
        Posterior SD over prior SD, median over truths.
    ranks : ndarray, shape (BINS, 3)
        Histogram of the truth's rank among its posterior's draws, over all parameters: share of ranks in each bin, and
        its 95 % interval by the spread between truths; even bins where the inference is right.
    """

    truths: int
    share: Share
    informed: Share
    observables: Share
    by_parameter: Vector
    by_observable: Mapping[str, float]
    contraction: Vector
    ranks: Vector


def check_coverage(
    truths: Truths,
    emulators: Sequence[Emulator],
    errors: Mapping[str, Errors],
    infer: Infer,
    seed: int,
    *,
    chains: int = 48,
    iterations: int = 24,
) -> Coverage:
    """Fit every synthetic data set as the real one is fitted and count how often the truth is inside.

    Parameters
    ----------
    truths : Truths
        Parameter sets, and what trials of the published size observed.
    emulators, errors
        As in the fit; the structural allowance is drawn and added to what was observed.
    infer : callable
        From data by setting to the posterior.
    seed : int
        Of the allowance and of the chains.
    """
    chance = np.random.default_rng(seed)
    ends = (0.5 - LEVEL / 2, 0.5 + LEVEL / 2)
    inside, width, ranks, seen = [], [], [], []
    for i, truth in enumerate(truths.z):
        data = {
            s: y[i] + errors[s].allowance * chance.standard_normal(y.shape[1]) for s, y in truths.data.items()
        }
        z = draw(infer(data), chains, seed + 1 + i, iterations=iterations).z
        low, high = np.quantile(z, ends, axis=0, method="weibull")
        inside.append((low <= truth) & (truth <= high))
        width.append(z.std(axis=0, ddof=1))
        ranks.append((z < truth).sum(axis=0))
        seen.append(
            np.concatenate([_seen(e, z, truths.values[e.setting][i], ends, chance) for e in emulators])
        )
    hits, contraction, known = np.array(inside, dtype=float), np.median(width, axis=0), np.array(seen)
    names = [f"{e.setting} {o}" for e in emulators for o in e.observables]
    return Coverage(
        truths=len(hits),
        share=_share(hits),
        informed=_share(hits[:, contraction < INFORMED]),
        observables=_share(known),
        by_parameter=hits.mean(axis=0),
        by_observable=dict(zip(names, np.nanmean(known, axis=0).tolist(), strict=True)),
        contraction=contraction,
        ranks=_histogram(np.array(ranks), chains),
    )


def _seen(
    emulator: Emulator, z: Vector, value: Vector, ends: tuple[float, float], chance: np.random.Generator
) -> Vector:
    """Return whether the interval of each observable contains its value in the model, NaN where that is undefined."""
    drawn = emulator(z)
    drawn = drawn + emulator.error * chance.standard_normal(drawn.shape)
    low, high = np.quantile(drawn, ends, axis=0, method="weibull")
    return np.where(np.isfinite(value), (low <= value) & (value <= high), np.nan)


def _histogram(ranks: Vector, chains: int) -> Vector:
    """Return the share of ranks (0 to ``chains``) in each of even bins with its 95 % interval, shape (BINS, 3)."""
    placed = np.minimum(ranks * BINS // (chains + 1), BINS - 1)
    return np.array([_share((placed == b).astype(float)) for b in range(BINS)])


def _share(hits: Vector) -> Share:
    """Return the mean and its 95 % interval, truths being the independent units."""
    if hits.size == 0:
        return (float("nan"),) * 3
    each = np.nanmean(hits, axis=1)
    error = 1.96 * each.std(ddof=1) / np.sqrt(len(each)) if len(each) > 1 else float("nan")
    return float(each.mean()), float(each.mean() - error), float(each.mean() + error)
