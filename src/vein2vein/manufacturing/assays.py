"""What the laboratory measures: the truth with its measurement error, and the rare events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.manufacturing.checks import within
from vein2vein.manufacturing.streams import Streams

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Assays:
    """Measurement errors (coefficients of variation; a standard deviation for viability)."""

    count_cv: float
    flow_cv: float
    viability_sd: float
    vcn_cv: float

    def __post_init__(self) -> None:
        for field in ("count_cv", "flow_cv", "viability_sd", "vcn_cv"):
            within(self, field, 0.0, 1.0, open_high=True)


@dataclass(frozen=True)
class RareEvents:
    """Probabilities that a batch is lost or refused for what no cell number shows.

    Parameters
    ----------
    equipment, contamination, mycoplasma, rcl, potency : float
        Probability of each event for one batch.
    endotoxin_median, endotoxin_log_sd : float
        Endotoxin in the product, EU/mL.
    """

    equipment: float
    contamination: float
    mycoplasma: float
    rcl: float
    potency: float
    endotoxin_median: float
    endotoxin_log_sd: float

    def __post_init__(self) -> None:
        for field in ("equipment", "contamination", "mycoplasma", "rcl", "potency"):
            within(self, field, 0.0, 1.0)
        for field in ("endotoxin_median", "endotoxin_log_sd"):
            within(self, field, 0.0, open_high=True)


def measure_share(truth: Array, cv: float, name: str, streams: Streams, first: int) -> Array:
    """Return a measured percentage as a share in [0, 1]: a proportional error, smaller near 100 %.

    The error acts on the smaller of the share and its complement, so that a purity of 98 % is not measured
    as 110 %.
    """
    error = cv * np.minimum(truth, 1.0 - truth) * streams.normal(name, truth.shape[0], first)
    return np.clip(truth + error, 0.0, 1.0)


def measure_amount(truth: Array, cv: float, name: str, streams: Streams, first: int) -> Array:
    """Return a measured positive amount: lognormal error with median 1."""
    log_sd = np.sqrt(np.log1p(cv**2))
    return truth * np.exp(log_sd * streams.normal(name, truth.shape[0], first))
