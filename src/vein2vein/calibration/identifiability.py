"""What the data determine: contraction of each parameter, correlations, and the directions that stay as they were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.posterior import PosteriorSets

Vector = NDArray[np.float64]

UNIDENTIFIED = 0.9
"""A parameter or direction keeps its prior where its posterior SD is over this share of the prior SD."""


@dataclass(frozen=True)
class Pair:
    """Two parameters that the data tie together."""

    first: str
    second: str
    correlation: float


@dataclass(frozen=True)
class Direction:
    """A combination of parameters, from the eigenvectors of the posterior covariance in prior SDs.

    Parameters
    ----------
    ratio : float
        Posterior SD over prior SD along it.
    parts : tuple of (str, float)
        Largest loadings, by parameter.
    """

    ratio: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Identifiability:
    """What the data determine.

    Parameters
    ----------
    contraction : mapping of str to float
        Posterior SD over prior SD of each parameter; 1 where the data say nothing.
    pairs : tuple of Pair
        Strongest posterior correlations.
    determined : tuple of Direction
        The directions that the data determine best.
    count : int
        Directions whose SD is under half of the prior's.
    """

    contraction: dict[str, float]
    pairs: tuple[Pair, ...]
    determined: tuple[Direction, ...]
    count: int

    @property
    def unidentified(self) -> tuple[str, ...]:
        """Parameters that keep their prior."""
        return tuple(n for n, ratio in self.contraction.items() if ratio > UNIDENTIFIED)


def identifiability(posterior: PosteriorSets, pairs: int = 12, directions: int = 8) -> Identifiability:
    """Return what a posterior says of its parameters.

    Parameters
    ----------
    posterior : PosteriorSets
        The ensemble.
    pairs, directions : int
        How many correlations and directions are named.
    """
    z, names = posterior.matrix(), posterior.names
    covariance = np.cov(z.T)
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    upper = np.triu_indices(len(names), k=1)
    order = np.argsort(-np.abs(correlation[upper]))[:pairs]
    named = tuple(Pair(names[upper[0][k]], names[upper[1][k]], float(correlation[upper][k])) for k in order)
    values, vectors = np.linalg.eigh(covariance)
    found = tuple(_direction(values[k], vectors[:, k], names) for k in range(min(directions, len(names))))
    return Identifiability(
        dict(zip(names, sd.tolist(), strict=True)),
        named,
        found,
        int((np.sqrt(np.maximum(values, 0)) < 0.5).sum()),
    )


def _direction(value: float, vector: Vector, names: tuple[str, ...]) -> Direction:
    largest = np.argsort(-np.abs(vector))[:3]
    sign = np.sign(vector[largest[0]]) or 1.0
    parts = tuple((names[i], float(sign * vector[i])) for i in largest)
    return Direction(float(np.sqrt(max(value, 0.0))), parts)
