"""Conditional expectations by regression: the metamodel behind EVPPI and EVSI.

Strong, Oakley & Brennan 2014 (Med Decis Making 34:311): the expectation of net benefit given some
parameters (or given data) is what a flexible regression of the sampled net benefits on them estimates.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from vein2vein.errors import InputError

Array = NDArray[np.float64]
_PERTURBATIONS = 100
_MOST_TERMS = 120


@dataclass(frozen=True)
class Worth:
    """An expected value of information a decision, with its Monte-Carlo standard error, in money."""

    value: float
    standard_error: float

    def scaled(self, factor: float) -> Worth:
        """Return the worth of ``factor`` decisions."""
        return Worth(self.value * factor, self.standard_error * factor)


def worth_of_knowing(net_benefit: Array, known: Array, *, largest_degree: int = 5) -> Worth:
    """Return the expected gain from deciding with ``known`` in hand.

    Parameters
    ----------
    net_benefit : array, shape (strategies, draws)
        Sampled net benefits.
    known : array, shape (draws,) or (draws, k)
        Parameters of the same draws (EVPPI), or a summary of data simulated for them (EVSI).
    largest_degree : int
        Highest total degree of the polynomial in the normal scores of ``known``; the degree is chosen by the
        Bayesian information criterion.

    Raises
    ------
    InputError
        Fewer than 50 draws, or lengths that differ.
    """
    benefit = np.asarray(net_benefit, float)
    given = np.asarray(known, float).reshape(benefit.shape[1] if benefit.ndim == 2 else -1, -1)
    if benefit.ndim != 2 or benefit.shape[1] < 50:
        raise InputError(
            "too few draws for a regression",
            field="net_benefit",
            value=list(benefit.shape),
            allowed="shape (strategies, draws) with at least 50 draws",
            remedy="raise psa_draws",
        )
    difference = benefit[1:] - benefit[0]
    q = _best_basis(given, difference, largest_degree)
    coefficients = q.T @ difference.T
    fitted = q @ coefficients
    residual = difference.T - fitted
    covariance = residual.T @ residual / max(len(q) - q.shape[1], 1)
    value = _gain(fitted)
    rng = np.random.default_rng(0)
    root = _root(covariance)
    values = [
        _gain(q @ (coefficients + rng.standard_normal(coefficients.shape) @ root.T))
        for _ in range(_PERTURBATIONS)
    ]
    sampling = np.std(_loss(fitted), ddof=1) / np.sqrt(len(fitted))
    return Worth(value, float(np.hypot(np.std(values), sampling)))


def _loss(fitted: Array) -> Array:
    """Return, for every draw, what deciding on the mean alone forgoes, against deciding on ``fitted``."""
    gains = np.column_stack((np.zeros(len(fitted)), fitted))
    return gains.max(axis=1) - gains[:, int(gains.mean(axis=0).argmax())]


def _gain(fitted: Array) -> float:
    return float(_loss(fitted).mean())


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _scores(given: Array) -> Array:
    """Return normal scores of each column (ranks, ties shared); constant columns give zeros."""
    ranks = stats.rankdata(given, axis=0)
    scores = stats.norm.ppf((ranks - 0.5) / len(given))
    scores[:, np.ptp(given, axis=0) == 0.0] = 0.0
    return scores


def _best_basis(given: Array, difference: Array, largest: int) -> Array:
    """Return the orthonormal polynomial basis of the degree that the Bayesian information criterion prefers.

    Columns are ordered by degree, so that one decomposition holds the bases of every lower degree as well.
    """
    scores = _scores(given)
    scores = scores[:, np.ptp(scores, axis=0) > 0]
    n, sizes = len(given), [1]
    columns = [np.ones(n)]
    for degree in range(1, largest + 1 if scores.shape[1] else 1):
        terms = list(combinations_with_replacement(range(scores.shape[1]), degree))
        if sizes[-1] + len(terms) > min(n // 10, _MOST_TERMS):
            break
        columns += [np.prod(scores[:, chosen], axis=1) for chosen in terms]
        sizes.append(len(columns))
    q, _ = np.linalg.qr(np.column_stack(columns))
    explained = np.cumsum((q.T @ difference.T) ** 2, axis=0)
    whole = np.sum(difference**2, axis=1)
    criteria = [
        np.sum(n * np.log(np.maximum(whole - explained[m - 1], 1e-12 * whole + 1e-300)) + m * np.log(n))
        for m in sizes
    ]
    return q[:, : sizes[int(np.argmin(criteria))]]
