"""From construct to bedside: what is made, who gets it, and in which state the disease then is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.clinic.cohort import InfusedProducts
from vein2vein.construct.design import Construct, default_designs
from vein2vein.manufacturing.phenotype import PHENOTYPES
from vein2vein.manufacturing.product import memory_effect
from vein2vein.manufacturing.queue_result import QueueResult
from vein2vein.manufacturing.scenario import ManufacturingScenario
from vein2vein.manufacturing.study import ManufacturingStudy, manufacturing_study
from vein2vein.patients.streams import uniforms
from vein2vein.programme.scenario import Scenario, designed

Vector = NDArray[np.float64]

QUEUE_REPLICATES = 20
"""Repetitions of the queue at most, each until the programme's infusions are done; no more than cohorts."""
BATCHES = 2000


@dataclass(frozen=True)
class ProductPool:
    """The infused products of a mode of manufacture, one row a product.

    Parameters
    ----------
    dose_ratio : ndarray, shape (p,)
        Cells given over the target dose.
    expansion : ndarray, shape (p,)
        Expansion that the phenotype gives, relative to a centrally made product.
    burden : ndarray, shape (p,)
        Disease at infusion relative to the typical patient of central manufacture, whose trials calibrated the
        burden.
    vein_to_vein : ndarray, shape (p,)
        Days from apheresis to infusion.
    infused_share : ndarray, shape (r,)
        Share of the referred patients who were infused, by repetition of the queue.
    """

    dose_ratio: Vector
    expansion: Vector
    burden: Vector
    vein_to_vein: Vector
    infused_share: Vector

    def drawn(self, seed: int, first: int, count: int) -> InfusedProducts:
        """Return a product for each of ``count`` patients from number ``first`` on."""
        u = uniforms(seed, "infused product", first, count)
        row = np.minimum((u * len(self.dose_ratio)).astype(np.intp), len(self.dose_ratio) - 1)
        return InfusedProducts(
            self.dose_ratio[row], self.expansion[row], self.burden[row], self.vein_to_vein[row]
        )


@dataclass(frozen=True)
class Supply:
    """What the programme makes and delivers.

    Parameters
    ----------
    designs : mapping of str to Construct
        The constructs that stand in for the programme's own.
    study : ManufacturingStudy
        Batches, queue and levers.
    mode : str
        The mode of the scenario.
    pools : mapping of str to ProductPool
        The infused products of either mode.
    """

    designs: Mapping[str, Construct]
    study: ManufacturingStudy
    mode: str
    pools: Mapping[str, ProductPool]

    @property
    def pool(self) -> ProductPool:
        """The infused products of the scenario's mode."""
        return self.pools[self.mode]


def simulate_supply(scenario: Scenario) -> Supply:
    """Design the constructs, make the batches and run the queue of a scenario, in both modes of manufacture."""
    designs = _designs(scenario)
    vector = next(iter(designs.values()))
    made = ManufacturingScenario(manufacturing=scenario.manufacturing, centre=scenario.centre)
    study = manufacturing_study(
        made,
        batches=BATCHES,
        seed=scenario.seed,
        replicates=min(QUEUE_REPLICATES, max(scenario.replicates, 2)),
        construct_drivers=vector.drivers,
    )
    reference = float(np.median(_infused(study.modes["central"])["burden_ratio"]))
    pools = {mode: _pool(queue, reference) for mode, queue in study.modes.items()}
    return Supply(designs, study, scenario.manufacturing.mode, pools)


def _designs(scenario: Scenario) -> dict[str, Construct]:
    """Return the constructs of the arms, the first of which sets the titre; the references where none is named."""
    own = [designed(arm.own_construct) for arm in scenario.arm if arm.own_construct is not None]
    return {construct.spec.name: construct for construct in own} or dict(default_designs())


def _infused(queue: QueueResult) -> pd.DataFrame:
    return queue.patients[queue.patients["outcome"] == "infused"]


def _pool(queue: QueueResult, reference_burden: float) -> ProductPool:
    given = _infused(queue)
    phenotype = given[list(PHENOTYPES)].to_numpy(dtype=float)
    referred = queue.patients.groupby("replicate").size()
    infused = given.groupby("replicate").size().reindex(referred.index, fill_value=0)
    return ProductPool(
        dose_ratio=given["dose"].to_numpy() / queue.process.finishing.dose_target,
        expansion=np.asarray(memory_effect().expansion_multiplier(phenotype)),
        burden=given["burden_ratio"].to_numpy() / reference_burden,
        vein_to_vein=given["vein_to_vein"].to_numpy(),
        infused_share=np.asarray(infused / referred, dtype=np.float64),
    )
