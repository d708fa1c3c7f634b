"""Latent severity of CRS and ICANS: what the ward sees of the cytokines."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Change, Derived, Mechanism, Symbols, log
from vein2vein.parameter import Parameter


class LogCytokineSeverity(Mechanism):
    """CRS severity follows the IL-6 signal and IFN-γ on a log scale; ICANS follows total cytokine with delay.

    Tocilizumab lowers the IL-6 signal of CRS but not the drive of ICANS. A patient's own deviation is drawn
    once. Source: core model, section 1.3. Cut-offs turn the scores into grades in ``outcomes``.
    """

    score_il6_ref = Parameter("pg/mL", "IL-6 scale of the severity scores", latex=r"I_{\mathrm{ref}}")
    score_ifn_ref = Parameter("pg/mL", "IFN-γ scale of the severity scores", latex=r"G_{\mathrm{ref}}")
    score_weight = Parameter("1", "weight of IL-6 in the CRS score", latex="w", upper=1)
    crs_deviation = Parameter(
        "1", "a patient's deviation of the CRS score", latex=r"\varepsilon_i", lower=-100
    )
    icans_delay = Parameter("1/day", "rate at which neurotoxicity follows the cytokines", latex="k_N")
    icans_deviation = Parameter(
        "1", "product offset and a patient's deviation of the ICANS score", latex="o_i", lower=-100
    )
    steroid_icans_inhibition = Parameter(
        "1", "share of the ICANS drive that steroids suppress", latex=r"\sigma_N", upper=1
    )

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield the two scores."""
        w = self.score_weight
        blocked = log(1 + s.free_receptor * s.il6 / self.score_il6_ref)
        interferon = log(1 + s.ifn_gamma / self.score_ifn_ref)
        score = w * blocked + (1 - w) * interferon + self.crs_deviation
        yield Derived("crs_score", score, "1", "latent severity of cytokine release syndrome", "s")
        icans = s.neurotoxicity + self.icans_deviation
        yield Derived("icans_score", icans, "1", "latent severity of neurotoxicity", r"s_N")

    def flows(self, s: Symbols) -> Iterable[Change]:
        """Yield the delayed drive of neurotoxicity."""
        total = (log(1 + s.il6 / self.score_il6_ref) + log(1 + s.ifn_gamma / self.score_ifn_ref)) / 2
        drive = total * (1 - self.steroid_icans_inhibition * s.steroid)
        yield Change("neurotoxicity", s.neurotoxicity, self.icans_delay * (drive - s.neurotoxicity))
