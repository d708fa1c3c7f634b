r"""Positive states integrated as logarithms, for quantities that span many decades and must never turn negative.

With :math:`y = \ln(x/s)` the equation :math:`\dot x = f(x)` becomes :math:`\dot y = f(s e^y) / (s e^y)`. A bounded error of
y is a bounded relative error of x, however small x becomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sympy
from sympy import Expr, Symbol

from vein2vein.dynamics.law import Derived, State, exp, log
from vein2vein.dynamics.system import OdeSystem
from vein2vein.errors import ModelError

__all__ = ["LogScaled", "log_scaled"]

_PREFIX = "log_"


@dataclass(frozen=True)
class LogScaled(OdeSystem):
    """A system some of whose states are logarithms; made by :func:`log_scaled`.

    Parameters
    ----------
    in_logs : tuple of str
        The states that were replaced, by the names that they still have as derived quantities.
    """

    in_logs: tuple[str, ...] = ()

    def index(self, state: str) -> int:
        """Return the position of a state that can receive an amount.

        Raises
        ------
        ModelError
            There is no such state, or it is a logarithm: an amount can't be added to it.
        """
        if state.removeprefix(_PREFIX) in self.in_logs:
            raise ModelError(
                "an amount can't be added to a state that is integrated as its logarithm",
                where=self.name,
                value=state,
                allowed=", ".join(
                    s.name for s in self.states if s.name.removeprefix(_PREFIX) not in self.in_logs
                ),
                remedy="dose a state that flows into it, or leave it out of `log_scaled`",
            )
        return OdeSystem.index(self, state)


def log_scaled(system: OdeSystem, states: Sequence[str]) -> LogScaled:
    """Return the same equations with some states as logarithms.

    State ``x`` becomes the state ``log_x``, the logarithm of x/s with s the scale of x, and ``x`` itself a derived
    quantity in its old unit: outputs, summaries, ward rules and stop conditions go on naming ``x``.

    Parameters
    ----------
    system : OdeSystem
        The equations.
    states : sequence of str
        States that are positive at all times in every patient.

    Returns
    -------
    LogScaled
        What :func:`vein2vein.simulation.simulate` takes like any other system. Its relative tolerance bounds the
        relative local error of each of these states. A dose into one of them is refused.

    Raises
    ------
    ModelError
        There is no such state, or it begins at zero or below. Where the initial value hangs on parameters, a patient
        who begins at zero fails alone, under the name ``log_x``.

    Examples
    --------
    >>> from vein2vein.dynamics.core import core_system
    >>> system = log_scaled(core_system(), ["lymphocytes", "il6"])
    >>> [s.name for s in system.states][4]
    'log_lymphocytes'
    """
    for name in states:
        state = system.states[system.index(name)]
        initial = sympy.sympify(state.initial)
        if initial.is_number and not initial > 0:
            raise ModelError(
                "a state that begins at zero or below has no logarithm",
                where=system.name,
                field=name,
                value=float(initial),
                allowed="an initial value above 0",
                remedy="leave it out of `log_scaled`",
            )
    new_states, rates, derived = [], [], []
    for state, rate in zip(system.states, system.rates, strict=True):
        if state.name not in states:
            new_states.append(state)
            rates.append(rate)
            continue
        logarithm = _logarithm(state)
        new_states.append(logarithm)
        rates.append(_per_unit(sympy.sympify(rate), state.symbol))
        value = sympy.Float(state.scale) * exp(logarithm.symbol)
        derived.append(Derived(state.name, value, state.unit, state.meaning, state.latex))
    return LogScaled(
        name=f"{system.name}, {', '.join(states)} in logarithms",
        states=tuple(new_states),
        parameters=system.parameters,
        derived=(*derived, *system.derived),
        rates=tuple(rates),
        in_logs=tuple(states),
    )


def _logarithm(state: State) -> State:
    return replace(
        state,
        name=f"{_PREFIX}{state.name}",
        unit="1",
        meaning=f"log of {state.meaning}, in units of {state.scale:g} {state.unit}",
        initial=log(sympy.sympify(state.initial) / sympy.Float(state.scale)),
        scale=1.0,
        latex=None if state.latex is None else rf"\ln {state.latex}",
        nonnegative=False,
    )


def _per_unit(rate: Expr, x: Symbol) -> Expr:
    """Return rate / x, term by term and branch by branch, so that what is proportional to x is free of it."""
    if isinstance(rate, sympy.Add):
        return sympy.Add(*(_per_unit(term, x) for term in rate.args))
    if isinstance(rate, sympy.Piecewise):
        return sympy.Piecewise(*((_per_unit(value, x), condition) for value, condition in rate.args))
    return rate / x
