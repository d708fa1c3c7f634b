"""Memory and effector CAR-T cells: homeostatic renewal, activation, antigen-driven expansion, return, death."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Flow, Mechanism, Symbols
from vein2vein.parameter import Parameter


class MemoryEffectorExpansion(Mechanism):
    """Antigen turns memory into dividing effectors; without antigen a few effectors return to memory.

    Activation is asymmetric: a memory cell renews itself, and only the share ``activation_loss`` is consumed.
    Proliferation needs antigen and, for the larger part, free homeostatic cytokine.
    Source: core model, section 1.1.
    """

    memory_proliferation = Parameter("1/day", "homeostatic proliferation of memory cells", latex="r_M")
    activation_rate = Parameter(
        "1/day", "activation of memory cells into effectors by antigen", latex=r"k_{\mathrm{act}}"
    )
    activation_loss = Parameter("1", "net loss of a memory cell per activation", latex=r"\zeta", upper=1)
    expansion_max = Parameter("1/day", "maximal proliferation of effectors", latex=r"\rho_E")
    cytokine_independent = Parameter(
        "1", "share of proliferation without homeostatic cytokine", latex=r"\eta", upper=1
    )
    effector_death = Parameter("1/day", "death of effectors", latex=r"\delta_E")
    memory_return = Parameter("1/day", "return of effectors to memory without antigen", latex=r"r_{EM}")
    memory_loss = Parameter("1/day", "loss of memory cells", latex=r"\delta_M")

    def flows(self, s: Symbols) -> Iterable[Flow]:
        """Yield the flows between memory, effector and the outside."""
        a, h = s.antigen_signal, s.cytokine_signal
        drive = self.cytokine_independent + (1 - self.cytokine_independent) * h
        activation = self.activation_rate * a * s.memory
        yield Flow("homeostatic proliferation", self.memory_proliferation * h * s.memory, into=s.memory)
        yield Flow("activation", activation, into=s.effector)
        yield Flow("loss by activation", self.activation_loss * activation, out_of=s.memory)
        yield Flow("antigen-driven expansion", self.expansion_max * a * drive * s.effector, into=s.effector)
        yield Flow("effector death", self.effector_death * s.effector, out_of=s.effector)
        yield Flow("return to memory", self.memory_return * (1 - a) * s.effector, s.effector, s.memory)
        yield Flow("memory loss", self.memory_loss * s.memory, out_of=s.memory)
