"""Tocilizumab: two compartments, linear and saturable elimination, and the receptor that it blocks."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Derived, Flow, Mechanism, Symbols
from vein2vein.parameter import Parameter


class FreyTocilizumab(Mechanism):
    """Population pharmacokinetics in rheumatoid arthritis, and competitive block of the IL-6 receptor.

    Source: Frey 2010, J Clin Pharmacol 50:754 (typical values). In CRS soluble receptor and IL-6 are far
    higher, so that saturable clearance is probably understated.
    """

    toci_clearance = Parameter("L/day", "linear clearance of tocilizumab", latex="CL")
    toci_volume_central = Parameter("L", "central volume of tocilizumab", latex="V_1")
    toci_flow = Parameter("L/day", "exchange between the compartments", latex="Q")
    toci_volume_peripheral = Parameter("L", "peripheral volume of tocilizumab", latex="V_2")
    toci_vmax = Parameter("mg/day", "maximal saturable elimination of tocilizumab", latex=r"V_{\max}")
    toci_km = Parameter("mg/L", "concentration of half-maximal saturable elimination", latex="K_m")
    toci_half_receptor = Parameter("mg/L", "tocilizumab that halves the free receptor", latex="K_T^{toci}")

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield the concentration and the free receptor."""
        concentration = s.toci_central / self.toci_volume_central
        yield Derived("tocilizumab", concentration, "mg/L", "tocilizumab in serum", r"C_{\mathrm{toci}}")
        free = 1 / (1 + s.tocilizumab / self.toci_half_receptor)
        yield Derived("free_receptor", free, "1", "share of the IL-6 receptor that is free", r"\rho")

    def flows(self, s: Symbols) -> Iterable[Flow]:
        """Yield distribution and elimination."""
        out = self.toci_flow * s.tocilizumab
        back = self.toci_flow * s.toci_peripheral / self.toci_volume_peripheral
        saturable = self.toci_vmax * s.tocilizumab / (self.toci_km + s.tocilizumab)
        yield Flow("tocilizumab distribution", out, s.toci_central, s.toci_peripheral)
        yield Flow("tocilizumab return", back, s.toci_peripheral, s.toci_central)
        yield Flow("linear elimination", self.toci_clearance * s.tocilizumab, s.toci_central)
        yield Flow("saturable elimination", saturable, s.toci_central)
