"""Times of progression and death of every patient under each strategy, over the whole of life.

Within the simulated follow-up the programme's own outcomes hold. After it, cured and rescued patients die
by the life table times a mortality ratio; those not cured relapse, and die of it. Progression is never
after death, by construction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.economics.cohort import Block
from vein2vein.economics.uncertain import Draws

Array = NDArray[np.float64]
_LN2 = float(np.log(2.0))


@dataclass(frozen=True)
class Lifetimes:
    """Shape (draws, n) each: years to progression, years to death, and whether death is of the disease."""

    progression: Array
    death: Array
    of_disease: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_], other: Lifetimes) -> Lifetimes:
        """Return ``other`` where ``chosen``, this elsewhere."""
        return Lifetimes(
            np.where(chosen, other.progression, self.progression),
            np.where(chosen, other.death, self.death),
            np.where(chosen, other.of_disease, self.of_disease),
        )


def _parameter(draws: Draws, name: str, block: Block) -> Array:
    """Return an input as a column, its indication's own where it has one."""
    return draws.get(f"{name}.{block.indication}", draws.get(name))[:, None]  # type: ignore[index]


def with_car_t(block: Block, draws: Draws) -> Lifetimes:
    """Return lifetimes with the programme's product."""
    shift = draws[f"cure_shift.{block.indication}"][:, None]
    cured = block.cured_at(shift)
    ratio = _parameter(draws, "survivor_mortality_ratio", block)
    old_age = block.follow_up + block.background(block.follow_up, block.exposure / ratio)
    relapse, death, of_disease = _not_cured(block, draws, old_age)
    if_cured = np.minimum(block.early_death, old_age)
    alive = np.where(cured, if_cured, death)
    return Lifetimes(np.where(cured, if_cured, np.minimum(relapse, alive)), alive, of_disease & ~cured)


def _not_cured(block: Block, draws: Draws, old_age: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return relapse, death and whether death is of the disease, for every patient if not cured."""
    median = _parameter(draws, "post_progression_median", block)
    share = _parameter(draws, "post_progression_cure", block)
    late = block.follow_up + block.late * _parameter(draws, "late_relapse_mean", block)
    relapse = np.where(np.isfinite(block.relapse), block.relapse, late)
    since = np.where(np.isfinite(block.relapse), np.maximum(block.follow_up - block.relapse, 0.0), 0.0)
    rescued_now = share / (share + (1.0 - share) * np.exp(-_LN2 * since / median))
    rescued = block.rescue < rescued_now
    start = np.maximum(relapse, np.where(np.isfinite(block.relapse), block.follow_up, relapse))
    later = np.where(rescued, np.inf, start + block.salvage * median / _LN2)
    seen = np.isfinite(block.death)
    death = np.where(seen, block.death, np.minimum(later, old_age))
    of_disease = np.broadcast_to(np.where(seen, True, later < old_age), death.shape)
    return np.minimum(relapse, death), death, of_disease


def with_salvage(block: Block, draws: Draws) -> Lifetimes:
    """Return lifetimes with standard salvage."""
    median = _parameter(draws, "salvage_median_survival", block)
    ratio = _parameter(draws, "survivor_mortality_ratio", block)
    cured = block.salvage_cure < _parameter(draws, "salvage_cure", block)
    old_age = block.background(np.zeros(len(block)), block.exposure / ratio)
    if_not = np.minimum(block.salvage * median / _LN2, old_age)
    free = _parameter(draws, "efs_os_ratio", block)
    return Lifetimes(np.where(cured, old_age, free * if_not), np.where(cured, old_age, if_not), ~cured)


def with_central(block: Block, draws: Draws, programme: Lifetimes, salvage: Lifetimes) -> Lifetimes:
    """Return lifetimes with central manufacture: the programme's, less those lost before infusion."""
    return programme.where(lost_before_infusion(block, draws) & block.infused, salvage)


def lost_before_infusion(block: Block, draws: Draws) -> NDArray[np.bool_]:
    """Return who would be infused at the place of care but not with central manufacture, shape (draws, n)."""
    here = float(block.infused.mean())
    beyond = 1.0 - (1.0 - draws["central_not_infused"]) / max(here, 1e-9)
    return block.lost < np.maximum(beyond, 0.0)[:, None]
