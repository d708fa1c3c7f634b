"""What a blood sample sees of the body."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Derived, Mechanism, Symbols
from vein2vein.parameter import Parameter


class BloodShare(Mechanism):
    """A fixed share of the lymphocytes circulates.

    Source: core model, section 1.5.
    """

    blood_fraction = Parameter("1", "share of lymphocytes that circulates", latex="f_b", upper=1)
    blood_volume = Parameter("uL", "blood volume", latex="V_b")

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield the concentrations of CAR-T cells, host lymphocytes and B cells."""
        share = self.blood_fraction / self.blood_volume
        cars = s.memory + s.effector + s.exhausted
        yield Derived("car_t_blood", share * cars, "cell/uL", "CAR-T cells in blood", "c")
        yield Derived(
            "lymphocytes_blood", share * s.lymphocytes, "cell/uL", "host lymphocytes in blood", r"\ell_b"
        )
        yield Derived("b_cells_blood", share * s.b_cells, "cell/uL", "normal B cells in blood", "B_b")
