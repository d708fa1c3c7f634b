"""Small systems with known solutions, for the tests of the engine."""

from __future__ import annotations

import sympy

from vein2vein.dynamics.law import TIME, Derived, State, Symbols
from vein2vein.dynamics.system import OdeSystem
from vein2vein.parameter import Parameter

s = Symbols()


def system(name, states, rates, parameters, derived=()):
    """Return a system from short tuples: states are (name, initial) or State."""
    return OdeSystem(
        name=name,
        states=tuple(
            x if isinstance(x, State) else State(x[0], "1", x[0], initial=x[1], nonnegative=False)
            for x in states
        ),
        parameters=tuple(Parameter("1", p, name=p, lower=-1e300) for p in parameters),
        derived=tuple(Derived(k, v, "1", k) for k, v in derived),
        rates=tuple(map(sympy.sympify, rates)),
    )


def decay():
    return system(
        "decay", [("a", s.a0)], [-s.k * s.a], ["k", "a0"], [("half", s.a / 2), ("log_a", sympy.log(s.a))]
    )


def two_compartments():
    rates = [-(s.k10 + s.k12) * s.central + s.k21 * s.peripheral, s.k12 * s.central - s.k21 * s.peripheral]
    return system(
        "two compartments",
        [("central", 0.0), ("peripheral", 0.0)],
        rates,
        ["k10", "k12", "k21"],
        [("total", s.central + s.peripheral)],
    )


def logistic():
    return system("logistic", [("n", s.n0)], [s.r * s.n * (1 - s.n / s.K)], ["r", "K", "n0"])


def gompertz():
    return system("Gompertz", [("n", s.n0)], [s.r * s.n * sympy.log(s.K / s.n)], ["r", "K", "n0"])


def oscillator():
    return system(
        "oscillator", [("x", 0.0), ("v", 1.0)], [s.v, -s.x * s.w**2], ["w"], [("energy", s.v**2 + s.x**2)]
    )


def driven():
    """x' = cos t, with a derived pulse in time."""
    pulse = sympy.Piecewise((1, (TIME > 2) & (TIME < 3)), (0, True))
    return system(
        "driven", [("x", 0.0), ("area", 0.0)], [sympy.cos(TIME), pulse], ["unused"], [("pulse", pulse)]
    )
