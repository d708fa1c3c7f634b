"""Every term of every equation has the dimension of what it is added to."""

import pytest
import sympy

from vein2vein.dynamics.core import core_system
from vein2vein.dynamics.dimensions import check_dimensions
from vein2vein.dynamics.law import Derived, Flow, Mechanism, State, exp
from vein2vein.dynamics.system import compose
from vein2vein.errors import UnitError
from vein2vein.parameter import Parameter


def test_core_model():
    check_dimensions(core_system())


class Wrong(Mechanism):
    k = Parameter("1/day", "a rate")
    n = Parameter("cell", "a number")

    def __init__(self, rate):
        self.rate = rate

    def flows(self, s):
        yield Flow("wrong", self.rate(self, s), into=s.x)


@pytest.mark.parametrize(
    "rate",
    [
        lambda m, s: m.k,
        lambda m, s: m.n,
        lambda m, s: m.k * s.x + m.n,
        lambda m, s: m.k * s.x * exp(s.x),
        lambda m, s: m.k * sympy.Max(s.x, m.k),
        lambda m, s: m.k * s.x * sympy.Piecewise((1, s.x > m.k), (2, True)),
        lambda m, s: m.k * m.n ** (s.x / m.n) / m.n * s.x,
    ],
)
def test_a_wrong_dimension_is_caught(rate):
    with pytest.raises(UnitError):
        check_dimensions(compose("wrong", [State("x", "cell", "cells")], [Wrong(rate)]))


def test_a_wrong_derived_quantity_is_named():
    class Named(Mechanism):
        def derived(self, s):
            yield Derived("density", s.x, "1/uL", "cells per volume")

    with pytest.raises(UnitError, match="density"):
        check_dimensions(compose("wrong", [State("x", "cell", "cells")], [Named()]))
