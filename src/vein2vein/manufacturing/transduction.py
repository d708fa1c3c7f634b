"""Transduction: vector in, CAR-positive cells and integrated copies out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vein2vein.manufacturing.checks import within

Array = NDArray[np.float64]


class Titre(Protocol):
    """A titre relative to the reference vector; its own uncertainty, if any, is not used here."""

    @property
    def value(self) -> float:
        """Titre over that of the reference vector (5.7 kb genome)."""
        ...


class VectorDrivers(Protocol):
    """What manufacturing reads of a construct; the record that the construct gives to later stages fits."""

    @property
    def relative_titre(self) -> Titre:
        """At equal vector volume the multiplicity of infection scales with it."""
        ...


@dataclass(frozen=True)
class RelativeTitre:
    """A known titre relative to the reference vector."""

    value: float

    def __post_init__(self) -> None:
        within(self, "value", 0.0, open_high=True)


@dataclass(frozen=True)
class ReferenceVector:
    """The vector to which the nominal multiplicity of infection refers, or one of a given relative titre."""

    relative_titre: RelativeTitre = RelativeTitre(1.0)


@dataclass(frozen=True)
class Transduction:
    """Copies in a permissive cell are negative binomial; a cell is CAR-positive if one of them is expressed.

    With ``m = efficiency × multiplicity``, permissive fraction ``f``, expression probability ``q`` of one
    copy and size ``k`` (infinite: Poisson):

    - CAR-positive share ``p = f [1 - (1 + q m / k)^-k]``
    - transduced share ``t = f [1 - (1 + m / k)^-k]``
    - copies per cell ``f m``, per transduced cell ``f m / t``, per CAR-positive cell ``f m / p``

    (Conventionally the copies of all cells are divided by the CAR-positive ones, so the last figure counts
    the silent copies of CAR-negative cells too.) The added volume is set for the reference titre: a construct
    with a lower titre gets a lower multiplicity.

    Parameters
    ----------
    multiplicity : float
        Nominal transducing units added for each seeded cell.
    titre : float
        Functional titre of the reference vector, TU/mL.
    efficiency : float
        Share of nominal units that act on a permissive cell.
    log_sd : float
        Between-batch log standard deviation of the effective multiplicity.
    permissive, expression : float
        Fractions ``f`` and ``q``.
    size : float
        ``k``.
    """

    multiplicity: float
    titre: float
    efficiency: float
    log_sd: float
    permissive: float
    expression: float
    size: float

    def __post_init__(self) -> None:
        within(self, "multiplicity", 0.0, open_high=True)
        within(self, "titre", 0.0, open_low=True, open_high=True)
        within(self, "log_sd", 0.0, open_high=True)
        for field in ("efficiency", "permissive", "expression"):
            within(self, field, 0.0, 1.0, open_low=True)
        within(self, "size", 0.0, open_low=True)

    def effective(self, multiplicity: Array) -> Array:
        """Return mean copies of a permissive cell at a nominal multiplicity (median batch)."""
        return self.efficiency * np.asarray(multiplicity, dtype=float)

    def car_positive(self, mean_copies: Array) -> Array:
        """Return the CAR-positive share of T cells for the mean copies ``m`` of a permissive cell."""
        return self.permissive * _at_least_one(
            self.expression * np.asarray(mean_copies, dtype=float), self.size
        )

    def transduced(self, mean_copies: Array) -> Array:
        """Return the share of T cells with at least one integrated copy."""
        return self.permissive * _at_least_one(np.asarray(mean_copies, dtype=float), self.size)

    def copies_per_cell(self, mean_copies: Array) -> Array:
        """Return integrated copies over all T cells."""
        return self.permissive * np.asarray(mean_copies, dtype=float)


def _at_least_one(mean: Array, size: float) -> Array:
    if math.isinf(size):
        return -np.expm1(-mean)
    return -np.expm1(-size * np.log1p(mean / size))


def copy_distribution(mean: float, size: float, largest: int) -> Array:
    """Return the probabilities of 0, 1, …, ``largest`` copies in a permissive cell, shape (largest + 1,)."""
    from scipy.special import gammaln

    k = np.arange(largest + 1)
    if mean == 0.0:
        return np.where(k == 0, 1.0, 0.0)
    if math.isinf(size):
        return np.asarray(np.exp(k * math.log(mean) - mean - gammaln(k + 1)))
    share = mean / (mean + size)
    logs = (
        gammaln(size + k) - gammaln(size) - gammaln(k + 1) + size * math.log1p(-share) + k * math.log(share)
    )
    return np.asarray(np.exp(logs))
