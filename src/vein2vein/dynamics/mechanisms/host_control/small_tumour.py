"""Hypothesis: recovered host immunity controls a small tumour (an Allee effect)."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Derived, Mechanism, Symbols
from vein2vein.parameter import Parameter


class SmallTumourControl(Mechanism):
    """Host immunity kills tumour cells in step with lymphocyte recovery; a large tumour escapes it.

    Source: core model, section 1.2 (needed in large B-cell lymphoma only; elsewhere its rate is set to nil).
    """

    host_control = Parameter("1/day", "death of tumour cells by recovered host immunity", latex="h_i")
    host_control_half = Parameter("cell", "tumour size that halves host control", latex="N_i")
    host_set_point = Parameter("cell", "set-point of the lymphocytes", latex="K_L")

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield the death rate by host immunity."""
        recovery = s.lymphocytes / self.host_set_point
        rate = self.host_control * recovery / (1 + s.tumour / self.host_control_half)
        yield Derived("host_killing", rate, "1/day", "death of tumour cells by host immunity", "d_h")
