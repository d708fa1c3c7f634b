"""What the T cells are, from naive to effector, and how culture changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from vein2vein.manufacturing.checks import within
from vein2vein.manufacturing.streams import Streams

PHENOTYPES: tuple[str, ...] = ("naive_scm", "central_memory", "effector_memory", "effector")
"""Order of the last axis of every phenotype array: from the least to the most differentiated."""

_MOST_DIVISIONS = 40.0  # one cell would fill any vessel in fewer


@dataclass(frozen=True)
class Drift:
    """One-way differentiation along the phenotypes, a little with every division.

    In divisions ``d`` the shares obey ``dx/dd = x Q`` with ``Q`` upper bidiagonal: a chain naive → central
    memory → effector memory → effector. IL-7/IL-15 culture slows all three steps by ``cytokine_factor``.

    Parameters
    ----------
    naive_to_central, central_to_effector_memory, effector_memory_to_effector : float
        Share that moves on in one division, in [0, 1).
    cytokine_factor : float
        Factor on all three, in [0, 1].
    """

    naive_to_central: float
    central_to_effector_memory: float
    effector_memory_to_effector: float
    cytokine_factor: float = 1.0

    def __post_init__(self) -> None:
        for field in ("naive_to_central", "central_to_effector_memory", "effector_memory_to_effector"):
            within(self, field, 0.0, 1.0, open_high=True)
        within(self, "cytokine_factor", 0.0, 1.0)

    def after(self, start: NDArray[np.float64], divisions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the shares after so many divisions.

        Parameters
        ----------
        start : ndarray, shape (n, 4)
            Shares at the start, each row summing to 1.
        divisions : ndarray, shape (n,)
            Mean divisions of a surviving cell, at least 0.

        Returns
        -------
        ndarray, shape (n, 4)
            Shares, each row summing to 1.
        """
        moved = np.array(
            [self.naive_to_central, self.central_to_effector_memory, self.effector_memory_to_effector]
        )
        rate = -np.log1p(-moved * self.cytokine_factor)
        # Uniformisation: exp(Qd) = sum of Poisson-weighted powers of a stochastic matrix; every term is
        # positive. Element by element and with a fixed number of terms, so that no row depends on its
        # neighbours.
        speed = max(float(rate.max()), 1e-12)
        leave = rate / speed
        mean = speed * np.minimum(divisions, _MOST_DIVISIONS)
        most = speed * _MOST_DIVISIONS
        weight = np.exp(-mean)
        state = [start[:, i] for i in range(4)]
        result = [weight * share for share in state]
        for k in range(1, int(np.ceil(most + 10.0 * np.sqrt(most) + 20.0))):
            moving = [leave[i] * state[i] for i in range(3)]
            state = [
                state[0] - moving[0],
                state[1] - moving[1] + moving[0],
                state[2] - moving[2] + moving[1],
                state[3] + moving[2],
            ]
            weight = weight * mean / k
            result = [total + weight * share for total, share in zip(result, state, strict=True)]
        total = result[0] + result[1] + result[2] + result[3]
        return np.stack([share / total for share in result], axis=1)


def starting_phenotype(
    centre: NDArray[np.float64], concentration: float, streams: Streams, first: int
) -> NDArray[np.float64]:
    """Return Dirichlet draws around each patient's expected composition.

    Parameters
    ----------
    centre : ndarray, shape (n, 4)
        Expected shares, rows summing to 1.
    concentration : float
        Larger is less variable between patients.
    streams, first
        Random streams and the index of the first patient.

    Returns
    -------
    ndarray, shape (n, 4)
    """
    n = centre.shape[0]
    drawn = np.empty_like(centre)
    for i, name in enumerate(PHENOTYPES):
        u = streams.uniform(f"start {name}", n, first)
        drawn[:, i] = gammaincinv(concentration * centre[:, i], u)
    return drawn / drawn.sum(axis=1, keepdims=True)


class PhenotypeEffect(Protocol):
    """A hypothesis on how the phenotype of the infused cells changes their expansion in the patient."""

    def expansion_multiplier(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the factor on expansion, shape (n,), for shares of shape (n, 4); 1: the reference."""
        ...


@dataclass(frozen=True)
class NoPhenotypeEffect:
    """The null hypothesis: cells expand alike whatever their phenotype."""

    def expansion_multiplier(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1 for every product."""
        return np.ones(np.shape(shares)[0])


@dataclass(frozen=True)
class MemoryExpandsMore:
    """Less differentiated cells expand more: the weighted mean of the shares over that of a reference.

    Parameters
    ----------
    naive, central, effector : float
        In-vivo expansion of one cell relative to an effector memory cell (assumed; the mouse finding that
        day-3 cells equal a 6-fold dose of day-9 cells bounds ``naive`` from above).
    reference : tuple of four floats
        Shares of the product to which published expansion refers; its multiplier is 1.
    """

    naive: float
    central: float
    effector: float
    reference: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        for field in ("naive", "central", "effector"):
            within(self, field, 0.0, open_low=True, open_high=True)

    def expansion_multiplier(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return weighted mean over weighted mean of the reference, shape (n,)."""
        weights = np.array([self.naive, self.central, 1.0, self.effector])
        return np.asarray(shares @ weights) / float(np.dot(self.reference, weights))
