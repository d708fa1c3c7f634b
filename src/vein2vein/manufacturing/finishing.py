"""Harvest, formulation, freezing where the product travels: what is left alive in the bag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from vein2vein.manufacturing.checks import within

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Viability:
    """Viable share of the product: logit-normal, correlated with the fitness of the patient's cells.

    Parameters
    ----------
    median : float
        Viable share of the median product when it is given (fresh, or after thaw).
    logit_sd : float
        Standard deviation on the logit scale.
    fitness_correlation : float
        Correlation with the patient's growth fitness, in [-1, 1].
    """

    median: float
    logit_sd: float
    fitness_correlation: float

    def __post_init__(self) -> None:
        within(self, "median", 0.0, 1.0, open_low=True, open_high=True)
        within(self, "logit_sd", 0.0, open_high=True)
        within(self, "fitness_correlation", -1.0, 1.0)

    def share(self, fitness: Array, own: Array) -> Array:
        """Return viable shares for normal scores of the patient's fitness and of the batch alone."""
        rho = self.fitness_correlation
        score = rho * fitness + np.sqrt(1.0 - rho**2) * own
        return np.asarray(expit(logit(self.median) + self.logit_sd * score))


@dataclass(frozen=True)
class Finishing:
    """Losses after harvest, and the dose aimed at.

    Parameters
    ----------
    recovery : float
        Cells kept through harvest, wash and formulation.
    sampled : float
        Share used up by tests and retention samples.
    viability : Viability
        Viable share when the product is given.
    dose_target : float
        Viable CAR-positive cells to be infused; a product with fewer is given whole.
    """

    recovery: float
    sampled: float
    viability: Viability
    dose_target: float

    def __post_init__(self) -> None:
        within(self, "recovery", 0.0, 1.0, open_low=True)
        within(self, "sampled", 0.0, 1.0, open_high=True)
        within(self, "dose_target", 0.0, open_low=True, open_high=True)
