"""What the CAR sees: antigen on tumour and normal cells, as a load and a saturating signal."""

from collections.abc import Iterable

import sympy

from vein2vein.dynamics.law import Derived, Mechanism, Symbols, hill
from vein2vein.parameter import Parameter


class SaturatingAntigenSignal(Mechanism):
    """Antigen of accessible tumour cells and of normal B or plasma cells drives CAR-T cells up to saturation.

    Source: core model, section 1.1.
    """

    accessibility = Parameter("1", "share of the tumour that CAR-T cells reach", latex=r"\varphi", upper=1)
    normal_antigen_weight = Parameter("1", "antigen of a normal cell relative to a tumour cell", latex="w_B")
    antigen_half_expansion = Parameter("cell", "antigen load of half-maximal proliferation", latex="A_{50}")

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield the antigen load and the signal."""
        load = self.accessibility * s.tumour_positive + self.normal_antigen_weight * s.b_cells
        yield Derived("antigen", load, "cell", "antigen load, in tumour-cell equivalents", "A")
        signal = hill(s.antigen, self.antigen_half_expansion)
        yield Derived("antigen_signal", signal, "1", "saturating antigen signal", "a")


class NoAntigen(Mechanism):
    """The null hypothesis: nothing that the CAR recognises."""

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield a load and a signal of zero."""
        yield Derived("antigen", sympy.Integer(0), "cell", "antigen load, in tumour-cell equivalents", "A")
        yield Derived("antigen_signal", sympy.Integer(0), "1", "saturating antigen signal", "a")
