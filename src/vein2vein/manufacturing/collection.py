"""Apheresis: how many CD3+ T cells a patient gives, and of what kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from vein2vein.manufacturing.checks import within
from vein2vein.manufacturing.phenotype import starting_phenotype
from vein2vein.manufacturing.streams import Streams

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Collection:
    """CD3+ yield = blood CD3+ count × litres processed × collection efficiency, lognormal on both levels.

    Parameters
    ----------
    blood_cd3_median, blood_cd3_log_sd : float
        Blood CD3+ count of the reference patient, cells/L, and its between-patient log standard deviation.
    collection_log_sd : float
        Log standard deviation of one collection at a given blood count: litres and efficiency vary together.
    litres, efficiency : float
        Blood processed, L; share of its CD3+ cells that is collected.
    minimum_cd3 : float
        Cells below which the collection is repeated.
    prior_line_cd3_factor, prior_line_naive_factor : float
        Factors for each prior line of therapy beyond ``reference_prior_lines``.
    enrichment_recovery, enrichment_recovery_sd, purity, purity_sd : float
        CD4/CD8 selection: share recovered, CD3+ share afterwards; mean and standard deviation (beta laws).
    start : tuple of four floats
        Expected phenotype shares of the reference patient.
    start_concentration : float
        Dirichlet concentration of the starting phenotype.
    """

    blood_cd3_median: float
    blood_cd3_log_sd: float
    collection_log_sd: float
    litres: float
    efficiency: float
    minimum_cd3: float
    prior_line_cd3_factor: float
    prior_line_naive_factor: float
    reference_prior_lines: float
    enrichment_recovery: float
    enrichment_recovery_sd: float
    purity: float
    purity_sd: float
    start: tuple[float, float, float, float]
    start_concentration: float

    def __post_init__(self) -> None:
        for field in ("blood_cd3_median", "litres", "start_concentration"):
            within(self, field, 0.0, open_low=True, open_high=True)
        for field in ("blood_cd3_log_sd", "collection_log_sd", "minimum_cd3", "reference_prior_lines"):
            within(self, field, 0.0, open_high=True)
        for field in ("prior_line_cd3_factor", "prior_line_naive_factor", "efficiency"):
            within(self, field, 0.0, 1.0, open_low=True)
        for field in ("enrichment_recovery", "purity"):
            within(self, field, 0.0, 1.0, open_low=True, open_high=True)
        for field in ("enrichment_recovery_sd", "purity_sd"):
            within(self, field, 0.0, 0.4, open_low=True)


@dataclass(frozen=True)
class Collected:
    """What the bag holds; every array has shape (n,), ``start`` (n, 4)."""

    blood_cd3: Array
    cd3_yield: Array
    enriched: Array
    purity: Array
    start: Array


def collect(
    collection: Collection, prior_lines: Array, patient: Streams, batch: Streams, first: int
) -> Collected:
    """Return the collections of consecutive patients.

    Parameters
    ----------
    collection : Collection
        The procedure.
    prior_lines : ndarray, shape (n,)
        Prior lines of therapy.
    patient, batch : Streams
        Draws that stay with the patient, and draws of this attempt alone.
    first : int
        Index of the first patient.
    """
    n, c = prior_lines.shape[0], collection
    beyond = prior_lines - c.reference_prior_lines
    blood = (
        c.blood_cd3_median
        * c.prior_line_cd3_factor**beyond
        * np.exp(c.blood_cd3_log_sd * patient.normal("blood CD3", n, first))
    )
    varied = np.exp(c.collection_log_sd * batch.normal("collection", n, first))
    cd3_yield = blood * c.litres * c.efficiency * varied
    recovery = _beta(c.enrichment_recovery, c.enrichment_recovery_sd, batch.uniform("recovery", n, first))
    purity = _beta(c.purity, c.purity_sd, batch.uniform("purity", n, first))
    centre = np.tile(np.asarray(c.start, dtype=float), (n, 1))
    centre[:, 0] = np.minimum(centre[:, 0] * c.prior_line_naive_factor**beyond, 0.95)
    centre /= centre.sum(axis=1, keepdims=True)
    start = starting_phenotype(centre, c.start_concentration, patient, first)
    return Collected(blood, cd3_yield, cd3_yield * recovery, purity, start)


def _beta(mean: float, sd: float, u: Array) -> Array:
    """Return beta draws with this mean and standard deviation, by inversion on a grid (error below 1e-4)."""
    grid, quantiles = _beta_quantiles(mean, sd)
    return np.asarray(np.interp(u, grid, quantiles))


@lru_cache(maxsize=64)
def _beta_quantiles(mean: float, sd: float) -> tuple[Array, Array]:
    size = max(mean * (1.0 - mean) / sd**2 - 1.0, 1e-3)
    grid = np.linspace(0.0, 1.0, 2001)
    grid[0], grid[-1] = 1e-9, 1.0 - 1e-9
    return grid, betaincinv(mean * size, (1.0 - mean) * size, grid)
