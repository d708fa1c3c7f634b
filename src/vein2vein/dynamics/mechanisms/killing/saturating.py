"""Hypothesis: killing saturates in effectors and, weakly, in targets."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Derived, Mechanism, Symbols
from vein2vein.parameter import Parameter


class SaturatingKilling(Mechanism):
    """Each target meets a killing rate that saturates in killers and is diluted by the number of targets.

    Source: core model, section 1.1.
    """

    kill_max = Parameter("1/day", "largest killing rate of one target cell", latex=r"k_{\max}")
    kill_half_effectors = Parameter("cell", "killers of half-maximal killing", latex="E_{50}")
    target_saturation = Parameter(
        "1", "weight of targets in the saturation (effector-to-target limit)", latex=r"\theta"
    )
    memory_killing = Parameter("1", "killing by a memory cell relative to an effector", latex=r"\xi")

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield the killing rate per accessible antigen-positive cell."""
        killers = s.effector + self.memory_killing * s.memory
        targets = s.tumour_positive + s.b_cells
        saturation = self.kill_half_effectors + killers + self.target_saturation * targets
        yield Derived(
            "killing",
            self.kill_max * killers / saturation,
            "1/day",
            "killing rate of one target cell",
            r"\kappa",
        )
