"""The product that a patient gets: the record that patients and dynamics read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.manufacturing.checks import within
from vein2vein.manufacturing.numbers import number
from vein2vein.manufacturing.phenotype import MemoryExpandsMore, PhenotypeEffect

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ManufacturedProduct:
    """One infused product.

    Parameters
    ----------
    dose : float
        Viable CAR-positive T cells given.
    naive_scm, central_memory, effector_memory, effector : float
        Phenotype shares of the T cells; they sum to 1.
    vcn_per_car_cell : float
        Integrated copies over CAR-positive cells.
    viability : float
        Viable share when given.
    day_ready : float
        Days from apheresis to the product being released and at the bedside.
    """

    dose: float
    naive_scm: float
    central_memory: float
    effector_memory: float
    effector: float
    vcn_per_car_cell: float
    viability: float
    day_ready: float

    def __post_init__(self) -> None:
        within(self, "dose", 0.0, open_high=True)
        for field in ("naive_scm", "central_memory", "effector_memory", "effector", "viability"):
            within(self, field, 0.0, 1.0 + 1e-9)
        within(self, "vcn_per_car_cell", 0.0, open_high=True)
        within(self, "day_ready", 0.0, open_high=True)

    @property
    def phenotype(self) -> Array:
        """Shares in the order of :data:`~vein2vein.manufacturing.phenotype.PHENOTYPES`, shape (4,)."""
        return np.array([self.naive_scm, self.central_memory, self.effector_memory, self.effector])

    def expansion_multiplier(self, effect: PhenotypeEffect) -> float:
        """Return the factor on in-vivo expansion under a hypothesis."""
        return float(effect.expansion_multiplier(self.phenotype[None, :])[0])


def memory_effect() -> MemoryExpandsMore:
    """Return the default mapping from phenotype to expansion: assumed weights, the central product as 1.

    The published expansion to which the core model is calibrated is that of centrally made products, so the
    typical product of :func:`~vein2vein.manufacturing.process.central` is the reference. The null
    hypothesis is :class:`~vein2vein.manufacturing.phenotype.NoPhenotypeEffect`.
    """
    from vein2vein.manufacturing.process import central

    process = central()
    culture, start = process.culture, np.array([process.collection.start])
    divisions = culture.log_growth(np.array([culture.days]), np.ones(1)) / np.log(2.0)
    shares = culture.drift.after(start / start.sum(), divisions)[0]
    return MemoryExpandsMore(
        naive=number("expansion_weight_naive"),
        central=number("expansion_weight_central"),
        effector=number("expansion_weight_effector"),
        reference=(float(shares[0]), float(shares[1]), float(shares[2]), float(shares[3])),
    )
