from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

import pytest
import sympy

from vein2vein.dynamics.law import Flow, Mechanism, State, Symbols, hill, where
from vein2vein.dynamics.system import compose
from vein2vein.parameter import Parameter
from vein2vein.report.chapters.model import equations_of
from vein2vein.report.mathematics import equation, formula, symbol_markup

x, y, rho, k = sympy.symbols("x y rho_E k_max", real=True)


@pytest.mark.parametrize(
    "expression",
    [
        sympy.Piecewise((x, x < 1), (y, True)),
        sympy.Max(0, x - y) + sympy.Min(x, 1),
        x**-1.5 / (1 + y),
        1.63e-8 * x,
        sympy.log(x) * sympy.exp(-((x - y) ** 2)),
        sympy.sqrt(x),
        sympy.Symbol("a<b&c"),
        sympy.Piecewise((x, (x > 1) & (y >= 2)), (0, True)),
    ],
)
def test_markup_is_well_formed(expression: sympy.Expr) -> None:
    root = ElementTree.fromstring(str(formula(expression)))
    assert root.tag == "math"
    assert "\ue000" not in "".join(root.itertext())


def test_names_are_typeset() -> None:
    assert symbol_markup("rho_E") == "<msub><mi>ρ</mi><mi>E</mi></msub>"
    assert symbol_markup(r"k_{\mathrm{max}}") == '<msub><mi>k</mi><mi mathvariant="normal">max</mi></msub>'
    assert symbol_markup(r"\Lambda_S^2") == "<msubsup><mi>Λ</mi><mi>S</mi><mn>2</mn></msubsup>"
    assert "mspace" in symbol_markup("car_t_blood")


def test_scripts_nest() -> None:
    assert symbol_markup("e^{z_Y}") == "<msup><mi>e</mi><msub><mi>z</mi><mi>Y</mi></msub></msup>"
    assert symbol_markup(r"K_T^{\mathrm{toci}}").startswith("<msubsup><mi>K</mi><mi>T</mi>")
    assert symbol_markup("q'") == "<msup><mi>q</mi><mo>′</mo></msup>"


@pytest.mark.parametrize("name", ["", "_", "a_", "{", "}", "a}b", "_^", "a^{", "a_b_c^d", "'", "<&>", "\\"])
def test_odd_names_are_still_well_formed(name: str) -> None:
    ElementTree.fromstring(f"<math>{symbol_markup(name)}</math>")


def test_gains_stand_before_losses() -> None:
    words = "".join(ElementTree.fromstring(str(formula(y - rho * x))).itertext())
    assert words.index("y") < words.index("−")


def test_an_exponential_stays_where_it_is_written() -> None:
    words = str(formula(x * sympy.exp(-k * y)))
    assert "mfrac" not in words
    assert "−" in words


def test_parameters_stand_before_variables() -> None:
    words = "".join(ElementTree.fromstring(str(equation(y, x * rho, variables={x}))).itertext())
    assert words.index("ρ") < words.index("x")


def test_a_large_constant_is_a_power_of_ten() -> None:
    assert "000000" not in str(formula(1.5e12 * x))


class _Killing(Mechanism):
    """Killing that saturates."""

    kill_max = Parameter("1/day", "largest killing rate")
    kill_half = Parameter("cells", "effectors at half of it")

    def flows(self, s: Symbols) -> Iterable[Flow]:
        rate = where(s.tumour > 1, self.kill_max * hill(s.effector, self.kill_half) * s.tumour, 0.0)
        yield Flow("killing", rate, out_of=s.tumour)


def test_a_system_becomes_equations() -> None:
    states = (State("tumour", "cells", "tumour"), State("effector", "cells", "effectors"))
    equations = equations_of(compose("toy", states, [_Killing()]))
    assert [e.title for e in equations] == ["tumour", "effectors"]
    assert all(e.derivative for e in equations)
    for e in equations:
        ElementTree.fromstring(str(equation(e.left, e.right, derivative=True)))


def test_a_space_in_a_name_is_a_space() -> None:
    assert symbol_markup(r"1\,\mathrm{cell}") == (
        '<mrow><mn>1</mn><mspace width="0.17em"/><mi mathvariant="normal">cell</mi></mrow>'
    )
