"""IFN-γ from engaged CAR-T cells, and the tolerance that ends its secretion."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Change, Mechanism, Symbols, hill
from vein2vein.parameter import Parameter


class EngagedSecretion(Mechanism):
    """Engaged effectors and freshly infused cells secrete IFN-γ; secretion wanes as tolerance builds up.

    Cells and antigen count per adult body (divided by ``body_size``); secretion needs more antigen than
    division does. Source: core model, section 1.3.
    """

    body_size = Parameter("1", "blood volume relative to an adult's 5 L", latex="z")
    ifn_secretion = Parameter("pg/mL/day/cell", "IFN-γ secretion by one engaged effector", latex="k_G")
    ifn_product_factor = Parameter(
        "1", "IFN-γ secretion of the product relative to tisagenlecleucel", latex="f_G"
    )
    infused_secretion_weight = Parameter(
        "1", "secretion of an infused cell relative to an effector", latex=r"c_{\inf}"
    )
    antigen_half_secretion = Parameter("cell", "antigen load of half-maximal secretion", latex="A_{50c}")
    ifn_clearance = Parameter("1/day", "clearance of IFN-γ", latex="d_G")
    ifn_half_myeloid = Parameter("pg/mL", "IFN-γ of half-maximal myeloid drive and tolerance", latex="G_{50}")
    tolerance_gain = Parameter("1/day", "gain of secretion tolerance", latex=r"t_{\uparrow}")
    tolerance_decay = Parameter("1/day", "decay of secretion tolerance", latex=r"t_{\downarrow}")
    steroid_secretion_inhibition = Parameter(
        "1", "share of secretion that steroids suppress", latex=r"\sigma_G", upper=1
    )

    def flows(self, s: Symbols) -> Iterable[Change]:
        """Yield secretion, clearance and tolerance."""
        engaged = hill(s.antigen / self.body_size, self.antigen_half_secretion)
        effectors = self.ifn_product_factor * s.effector / self.body_size
        infused = self.infused_secretion_weight * s.infused
        brake = (1 - self.steroid_secretion_inhibition * s.steroid) / (1 + s.tolerance)
        secretion = self.ifn_secretion * engaged * (effectors + infused) * brake
        yield Change("IFN-γ secretion", s.ifn_gamma, secretion)
        yield Change("IFN-γ clearance", s.ifn_gamma, -self.ifn_clearance * s.ifn_gamma)
        gain = self.tolerance_gain * hill(s.ifn_gamma, self.ifn_half_myeloid)
        yield Change("tolerance gain", s.tolerance, gain)
        yield Change("tolerance decay", s.tolerance, -self.tolerance_decay * s.tolerance)
