"""Sample information: what a trial of n patients is worth (EVSI), and what is left after paying for it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from vein2vein.economics.cohort import Block
from vein2vein.economics.discounting import annuity
from vein2vein.economics.scenario import Research, ResearchField
from vein2vein.economics.uncertain import Draws
from vein2vein.economics.voi.regression import Worth, worth_of_knowing

Array = NDArray[np.float64]


def normal_loss(mean: float, sd: float) -> float:
    """Return E max(X, 0) - max(mean, 0) of a normal X: the unit normal loss integral times ``sd``."""
    if sd <= 0.0:
        return 0.0
    z = abs(mean) / sd
    return float(sd * (stats.norm.pdf(z) - z * stats.norm.sf(z)))


def evsi_normal(mean: float, sd: float, patient_sd: float, patients: int) -> float:
    """Return the EVSI of a normal belief about the incremental net benefit, in closed form.

    Parameters
    ----------
    mean, sd : float
        Belief about the mean incremental net benefit a patient.
    patient_sd : float
        Standard deviation of what one trial patient shows.
    patients : int
        Trial patients; the preposterior standard deviation is sd² / sqrt(sd² + patient_sd²/n).
    """
    if patients <= 0:
        return 0.0
    return normal_loss(mean, sd**2 / math.sqrt(sd**2 + patient_sd**2 / patients))


def cures_seen(block: Block, draws: Draws, patients: int, rng: np.random.Generator) -> Array:
    """Return, for every draw, the number of cured among ``patients`` treated: the trial's simulated data."""
    shift = draws[f"cure_shift.{block.indication}"]
    chance = 1.0 / (1.0 + (1.0 / block.cure_share - 1.0) * np.exp(-shift))
    return rng.binomial(patients, chance).astype(float)


def evsi(net_benefit: Array, block: Block, draws: Draws, patients: int, rng: np.random.Generator) -> Worth:
    """Return the EVSI a decision of a single-arm trial that follows ``patients`` until their cure is known.

    By regression of the net benefits on the simulated number cured (Strong et al. 2015, Med Decis Making
    35:570).
    """
    return worth_of_knowing(net_benefit, cures_seen(block, draws, patients, rng))


@dataclass(frozen=True)
class Trial:
    """A proposed trial and its worth, in the scenario's money.

    Attributes
    ----------
    field : str
        Indication or research field.
    patients : int
    worth : Worth
        Expected value of its result to all patients decided for while the result is used, discounted.
    cost : float
    """

    field: str
    patients: int
    worth: Worth
    cost: float

    @property
    def net(self) -> float:
        """Expected net benefit of sampling: worth less cost."""
        return self.worth.value - self.cost


def decisions(eligible_a_year: float, research: Research, rate: float) -> float:
    """Return the discounted number of patients whose treatment a result would decide."""
    return eligible_a_year * float(annuity(rate, 0.0, research.years))


def trial_cost(patients: int, research: Research) -> float:
    """Return what a trial costs."""
    return research.trial_fixed_cost + patients * research.trial_cost_per_patient


def affordable(budget: float, research: Research) -> int:
    """Return the patients that a budget pays for: at most the largest trial, 0 below the fixed cost."""
    patients = int((budget - research.trial_fixed_cost) // research.trial_cost_per_patient)
    return max(0, min(patients, research.largest_trial))


def field_trial(field: ResearchField, patients: int, research: Research, rate: float) -> Trial:
    """Return a trial in a field that the programme doesn't treat yet, from the stated belief."""
    value = evsi_normal(field.mean_net_benefit, field.sd_net_benefit, field.patient_sd, patients)
    worth = Worth(value, 0.0).scaled(decisions(field.patients_a_year, research, rate))
    return Trial(field.name, patients, worth, trial_cost(patients, research) if patients else 0.0)
