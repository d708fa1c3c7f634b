"""Hypothesis: chronic antigen exhausts effectors."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Flow, Mechanism, Symbols
from vein2vein.parameter import Parameter


class AntigenDrivenExhaustion(Mechanism):
    """Effectors under antigen turn into exhausted cells, which neither divide nor kill, and die.

    Source: core model, section 1.1.
    """

    exhaustion_rate = Parameter("1/day", "exhaustion of effectors under saturating antigen", latex="k_X")
    exhausted_loss = Parameter("1/day", "loss of exhausted cells", latex=r"\delta_X")

    def flows(self, s: Symbols) -> Iterable[Flow]:
        """Yield exhaustion and the loss of exhausted cells."""
        yield Flow(
            "exhaustion", self.exhaustion_rate * s.antigen_signal * s.effector, s.effector, s.exhausted
        )
        yield Flow("loss of exhausted cells", self.exhausted_loss * s.exhausted, out_of=s.exhausted)
