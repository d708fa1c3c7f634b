r"""Cure as a probability: the chance that every clone is extinct.

A clone whose cells are born at rate b(t) and die at rate d(t) leaves, of each founder, a lineage that is
still alive at t with probability p(t) = 1/(1+J(t)), J = ∫ d e^ρ, ρ = ∫ (d−b) (Kendall 1948). With a Poisson
number of founders the number of surviving lineages is Poisson with mean Λ = S₀ p, so

.. math:: P(\text{extinct}) = e^{-\Lambda}.

The simulation integrates Λ as a state;
:func:`vein2vein.outcomes.lineages.kendall_lineages` is the closed form from b(t) and d(t), and
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


def extinction_surprise(probability: Floats, extinct: Flags) -> float:
    """Return how far the number of extinct patients is from its expectation, in standard deviations.

    Parameters
    ----------
    probability : (n,) array
        Each patient's cure probability.
    extinct : (n,) bool array
        Whether both clones went extinct, by the patient's draws.

    Returns
    -------
    float
        About standard normal if probabilities and draws tell the same story; beyond ±4 they do not (such as
        when the lineages were frozen at the draw). Zero where every outcome was certain and came true.
    """
    gap = float(np.sum(extinct) - np.sum(probability))
    spread = float(np.sqrt(np.sum(probability * (1 - probability))))
    if spread == 0:
        return 0.0 if gap == 0 else float(np.copysign(np.inf, gap))
    return gap / spread
