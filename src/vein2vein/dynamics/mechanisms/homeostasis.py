"""The lymphocyte niche: lymphodepletion frees homeostatic cytokines, and host and CAR-T cells compete for them."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Derived, Flow, Mechanism, Symbols, log
from vein2vein.parameter import Parameter


class SharedNiche(Mechanism):
    """All lymphocytes consume the homeostatic cytokines (IL-7, IL-15) that lymphodepletion sets free.

    Source: core model, section 1.1; competition after Kimmel 2021, doi:10.1098/rspb.2021.0229.
    """

    load_half_cytokine = Parameter("cell", "lymphocyte load that halves the cytokine signal", latex="K_h")
    load_steepness = Parameter("1", "steepness of the cytokine signal in the load", latex=r"\gamma")

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield the lymphocyte load and the cytokine signal."""
        load = s.lymphocytes + s.memory + s.effector + s.exhausted
        yield Derived("lymphocyte_load", load, "cell", "host lymphocytes and CAR-T cells together", r"\ell")
        signal = 1 / (1 + (s.lymphocyte_load / self.load_half_cytokine) ** self.load_steepness)
        yield Derived("cytokine_signal", signal, "1", "homeostatic cytokine signal", "h")


class GompertzRegrowth(Mechanism):
    """Host lymphocytes regrow towards their set-point after lymphodepletion, competing with CAR-T cells.

    Source: Kimmel 2021, doi:10.1098/rspb.2021.0229 (Gompertz form, rate and set-point).
    """

    host_regrowth = Parameter("1/day", "Gompertz rate of host lymphocytes", latex="r_L")
    host_set_point = Parameter("cell", "set-point of the lymphocytes", latex="K_L")

    def flows(self, s: Symbols) -> Iterable[Flow]:
        """Yield the net regrowth."""
        rate = self.host_regrowth * s.lymphocytes * log(self.host_set_point / s.lymphocyte_load)
        yield Flow("regrowth of host lymphocytes", rate, into=s.lymphocytes)
