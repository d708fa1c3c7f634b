"""Myeloid activation by IFN-γ, and the IL-6, CRP and ferritin that it makes."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Change, Mechanism, Symbols, hill
from vein2vein.parameter import Parameter


class MyeloidActivation(Mechanism):
    """IFN-γ and dying tumour cells activate macrophages and monocytes, up to all of them; steroids inhibit it.

    Dying cells count per adult body (divided by ``body_size``). Source: core model, section 1.3.
    """

    body_size = Parameter("1", "blood volume relative to an adult's 5 L", latex="z")
    accessibility = Parameter("1", "share of the tumour that CAR-T cells reach", latex=r"\varphi", upper=1)
    ifn_half_myeloid = Parameter("pg/mL", "IFN-γ of half-maximal myeloid drive and tolerance", latex="G_{50}")
    lysis_half = Parameter("cell/day", "lysis of tumour cells of half-maximal myeloid drive", latex="L_{50}")
    myeloid_activation = Parameter("1/day", "maximal myeloid activation", latex="k_Y")
    myeloid_decay = Parameter("1/day", "decay of myeloid activation", latex="d_Y")
    steroid_myeloid_inhibition = Parameter(
        "1", "share of activation that steroids suppress", latex=r"\sigma_Y", upper=1
    )

    def flows(self, s: Symbols) -> Iterable[Change]:
        """Yield activation and decay."""
        lysis = self.accessibility * s.killing * s.tumour_positive / self.body_size
        drive = s.ifn_gamma / self.ifn_half_myeloid + lysis / self.lysis_half
        active = drive / (1 + drive) * (1 - self.steroid_myeloid_inhibition * s.steroid)
        yield Change("myeloid activation", s.myeloid, self.myeloid_activation * active * (1 - s.myeloid))
        yield Change("myeloid decay", s.myeloid, -self.myeloid_decay * s.myeloid)


class ReceptorClearedIl6(Mechanism):
    """IL-6 from activated myeloid cells, cleared in part through its receptor.

    Tocilizumab blocks the receptor: measured IL-6 rises while its signal falls. Source: core model, section 1.3;
    total clearance after Hardiansyah 2019, doi:10.1111/cts.12636.
    """

    il6_secretion = Parameter("pg/mL/day", "maximal IL-6 secretion", latex="k_6")
    myeloid_gain = Parameter(
        "1", "a patient's myeloid secretion relative to the typical patient", latex=r"e^{z_Y}"
    )
    il6_power = Parameter("1", "exponent of myeloid activation in IL-6 secretion", latex="p_Y")
    il6_clearance_other = Parameter("1/day", "clearance of IL-6 not by its receptor", latex="c_n")
    il6_clearance_receptor = Parameter("1/day", "clearance of IL-6 by its receptor", latex="c_R")
    il6_baseline = Parameter("pg/mL", "IL-6 before infusion", latex="I_0")

    def flows(self, s: Symbols) -> Iterable[Change]:
        """Yield secretion, baseline production and clearance."""
        secretion = self.il6_secretion * self.myeloid_gain * s.myeloid**self.il6_power
        baseline = self.il6_baseline * (self.il6_clearance_other + self.il6_clearance_receptor)
        clearance = self.il6_clearance_other + self.il6_clearance_receptor * s.free_receptor
        yield Change("IL-6 secretion", s.il6, secretion)
        yield Change("IL-6 baseline production", s.il6, baseline)
        yield Change("IL-6 clearance", s.il6, -clearance * s.il6)


class AcutePhase(Mechanism):
    """CRP follows the IL-6 signal; ferritin follows myeloid activation.

    Source: core model, section 1.3.
    """

    crp_production = Parameter("mg/L/day", "maximal CRP production", latex="k_C")
    il6_half_crp = Parameter("pg/mL", "IL-6 of half-maximal CRP production", latex="K_6")
    crp_clearance = Parameter("1/day", "clearance of CRP", latex="d_C")
    crp_baseline = Parameter("mg/L", "CRP before infusion", latex=r"\mathrm{CRP}_0")
    ferritin_production = Parameter("ng/mL/day", "maximal ferritin production", latex="k_F")
    myeloid_gain = Parameter(
        "1", "a patient's myeloid secretion relative to the typical patient", latex=r"e^{z_Y}"
    )
    ferritin_clearance = Parameter("1/day", "clearance of ferritin", latex="d_F")
    ferritin_baseline = Parameter("ng/mL", "ferritin before infusion", latex="F_0")

    def flows(self, s: Symbols) -> Iterable[Change]:
        """Yield production and clearance of both."""
        crp = self.crp_production * s.free_receptor * hill(s.il6, self.il6_half_crp)
        ferritin = self.ferritin_production * self.myeloid_gain * s.myeloid**2
        yield Change("CRP production", s.crp, crp)
        yield Change("CRP clearance", s.crp, -self.crp_clearance * (s.crp - self.crp_baseline))
        yield Change("ferritin production", s.ferritin, ferritin)
        yield Change(
            "ferritin clearance", s.ferritin, -self.ferritin_clearance * (s.ferritin - self.ferritin_baseline)
        )
