"""Quality of life over time: utilities by state, aged with the population, less toxicity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.economics.cohort import Block
from vein2vein.economics.discounting import force
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Draws
from vein2vein.evidence import load_sheet

Array = NDArray[np.float64]
_STEP = 0.25


def population_norm(age: ArrayLike, female: ArrayLike) -> Array:
    """Return the general population's utility at an age (regression of the sheet ``economics_health``)."""
    sheet, years = load_sheet("economics_health"), np.minimum(np.asarray(age, float), 100.0)
    terms = [sheet.value(f"norm_{name}").value for name in ("intercept", "male", "age", "age_squared")]
    return terms[0] + terms[1] * ~np.asarray(female, bool) + terms[2] * years + terms[3] * years**2


@dataclass(frozen=True)
class Phases:
    """Ends of progression-free life, intense care and life, cut at the horizon, shape (draws, n)."""

    free: Array
    intense: Array
    end: Array
    of_disease: NDArray[np.bool_]


@dataclass(frozen=True)
class UtilityClock:
    """Discounted, aged time: each patient's integral of discount times population norm (now = 1).

    ``table`` has shape (n, steps): its entry at ``t / step`` is the integral from 0 to t. Interpolated
    linearly; with a step of three months the error is below 0.001 years.
    """

    table: Array

    def aged_years(self, time: Array) -> Array:
        """Return the integral up to ``time``, shape (draws, n) as ``time``."""
        place = time / _STEP
        low = np.minimum(place.astype(np.int64), self.table.shape[1] - 2)
        flat = low + np.arange(self.table.shape[0]) * self.table.shape[1]
        below = self.table.ravel()[flat]
        return below + (place - low) * (self.table.ravel()[flat + 1] - below)

    def quality(self, draws: Draws, block: Block, lives: Phases) -> Array:
        """Return discounted QALYs before toxicity.

        Remission up to progression; progressed for the intense years after it, and further if death is of the
        disease; patients rescued for the long term return to the utility of remission.
        """
        before, middle, whole = (self.aged_years(t) for t in (lives.free, lives.intense, lives.end))
        remission = draws[f"utility_remission.{block.indication}"][:, None]
        progressed = np.minimum(draws[f"utility_progressed.{block.indication}"][:, None], remission)
        last = np.where(lives.of_disease, progressed, remission)
        return remission * before + progressed * (middle - before) + last * (whole - middle)

    def toxicity(self, draws: Draws, block: Block) -> Array:
        """Return the QALYs lost around the infusion, shape (draws, n)."""
        severe = (block.severity >= 3)[None, :]
        loss = np.where(severe, draws["toxicity_loss_severe"][:, None], draws["toxicity_loss_mild"][:, None])
        return loss * draws["toxicity_weeks"][:, None]


def utility_clock(block: Block, scenario: EconomicScenario) -> UtilityClock:
    """Return the clock of a block up to the horizon (midpoint rule in steps of three months)."""
    edges = np.arange(0.0, scenario.horizon_years + 2 * _STEP, _STEP)
    middle = 0.5 * (edges[1:] + edges[:-1])
    female = block.female[:, None]
    norm = population_norm(block.age[:, None] + middle, female) / population_norm(block.age[:, None], female)
    grown = np.cumsum(norm * np.exp(-force(scenario.discount_effects) * middle) * _STEP, axis=1)
    return UtilityClock(np.concatenate((np.zeros((len(block), 1)), grown), axis=1))
