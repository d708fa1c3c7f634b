"""The infused product: cells leave the bag's compartment, and a share of them engrafts."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Flow, Mechanism, Symbols
from vein2vein.parameter import Parameter


class FirstOrderEngraftment(Mechanism):
    """Infused cells home or die at one rate; a share engrafts, split between memory and effector cells.

    Source: core model, section 1.1. Closed form for one dose: D(t) = Dose exp(-k_d t).
    """

    infused_clearance = Parameter("1/day", "clearance and homing of the infused product", latex="k_d")
    engraft_fraction = Parameter(
        "1", "fraction of the infused cells that engrafts", latex=r"f_{\mathrm{eng}}", upper=1
    )
    memory_fraction = Parameter("1", "memory share of the engrafted cells", latex="f_M", upper=1)

    def flows(self, s: Symbols) -> Iterable[Flow]:
        """Yield engraftment into the two compartments, and loss."""
        leaving = self.infused_clearance * s.infused
        engrafting = self.engraft_fraction * leaving
        yield Flow("engraftment of memory cells", self.memory_fraction * engrafting, s.infused, s.memory)
        yield Flow(
            "engraftment of effector cells", (1 - self.memory_fraction) * engrafting, s.infused, s.effector
        )
        yield Flow("loss of infused cells", (1 - self.engraft_fraction) * leaving, s.infused)
