"""A system of ordinary differential equations: what a model is to the rest of the product."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy import Expr, Symbol

from vein2vein.dynamics.law import TIME, Change, Derived, Flow, Mechanism, Named, State, Symbols
from vein2vein.errors import ModelError, near_miss
from vein2vein.parameter import Parameter


@dataclass(frozen=True)
class OdeSystem:
    """States, parameters, derived quantities and rates, checked to be closed.

    Parameters
    ----------
    name : str
        Name of the model.
    states : tuple of State
        In the order of the state vector.
    parameters : tuple of Parameter
        Every free symbol of the equations that is neither state, derived quantity nor time.
    derived : tuple of Derived
        Ordered so that each one uses only earlier ones, states, parameters and time.
    rates : tuple of Expr
        Derivative of each state per day.
    flows : tuple of Flow or Change
        The terms that the rates are the sum of; empty where rates were given directly.

    Raises
    ------
    ModelError
        A name is defined twice, used but not defined, or derived quantities form a cycle.
    """

    name: str
    states: tuple[State, ...]
    parameters: tuple[Parameter, ...]
    derived: tuple[Derived, ...]
    rates: tuple[Expr, ...]
    flows: tuple[Flow | Change, ...] = ()

    def __post_init__(self) -> None:
        if len(self.rates) != len(self.states):
            raise ModelError(f"{len(self.states)} states but {len(self.rates)} rates", where=self.name)
        self._no_name_twice()
        object.__setattr__(self, "derived", _ordered(self.name, self.derived))
        self._closed()

    @property
    def named(self) -> tuple[Named, ...]:
        """Every state, parameter and derived quantity."""
        return (*self.states, *self.parameters, *self.derived)

    def _no_name_twice(self) -> None:
        seen: set[str] = {TIME.name}
        for item in self.named:
            if item.name in seen:
                raise ModelError(
                    "a name is defined twice",
                    where=self.name,
                    value=item.name,
                    remedy="rename one of the two",
                )
            seen.add(item.name)

    def _closed(self) -> None:
        known = {TIME, *self.units}
        initial_known = {p.symbol for p in self.parameters}
        pairs = [(f"d{s.name}/dt", rate, known) for s, rate in zip(self.states, self.rates, strict=True)]
        pairs += [(d.name, d.value, known) for d in self.derived]
        pairs += [(f"{s.name} at day 0", sympy.sympify(s.initial), initial_known) for s in self.states]
        for where, expression, allowed in pairs:
            for symbol in sorted(expression.free_symbols - allowed, key=str):
                raise ModelError(
                    f"the symbol {str(symbol)!r} is used but not defined."
                    + near_miss(str(symbol), map(str, allowed)),
                    where=f"{self.name}: {where}",
                    remedy="declare it as a state, a parameter or a derived quantity",
                )

    @cached_property
    def units(self) -> Mapping[Symbol, str]:
        """Unit of every symbol but time (days)."""
        return {item.symbol: item.unit for item in self.named}

    def index(self, state: str) -> int:
        """Return the position of a state in the state vector.

        Raises
        ------
        ModelError
            There is no such state.
        """
        names = [s.name for s in self.states]
        if state not in names:
            raise ModelError(
                f"no such state.{near_miss(state, names)}",
                where=self.name,
                value=state,
                allowed=", ".join(names),
            )
        return names.index(state)

    def expression(self, name: str) -> Expr:
        """Return the symbol of a state or derived quantity by name.

        Raises
        ------
        ModelError
            There is no such quantity.
        """
        names = [s.name for s in self.states] + [d.name for d in self.derived]
        if name not in names:
            raise ModelError(
                f"no such quantity.{near_miss(name, names)}",
                where=self.name,
                value=name,
                allowed=", ".join(names),
            )
        return Symbol(name, real=True)

    @cached_property
    def digest(self) -> str:
        """Content hash: equal for equal equations, whatever the names of files or the order of import."""
        text = [
            f"{s.name}|{s.scale!r}|{s.nonnegative}|{sympy.srepr(sympy.sympify(s.initial))}"
            for s in self.states
        ]
        text += [p.name for p in self.parameters]
        text += [f"{d.name}={sympy.srepr(d.value)}" for d in self.derived]
        text += [sympy.srepr(rate) for rate in self.rates]
        return hashlib.sha256("\n".join(text).encode()).hexdigest()


def compose(
    name: str,
    states: Iterable[State],
    mechanisms: Iterable[Mechanism],
    parameters: Iterable[Parameter] = (),
) -> OdeSystem:
    """Return the system that is the sum of the mechanisms.

    Parameters
    ----------
    name : str
        Name of the model.
    states : iterable of State
        The states, in order.
    mechanisms : iterable of Mechanism
        Each contributes its flows, changes and derived quantities.
    parameters : iterable of Parameter
        Those used by initial values or observation only. One declared by two mechanisms with the same unit
        and meaning is one parameter.

    Raises
    ------
    ModelError
        A flow leads to an unknown state, or the sum isn't closed.
    """
    s = Symbols()
    states, mechanisms = tuple(states), tuple(mechanisms)
    flows = tuple(flow for m in mechanisms for flow in m.flows(s))
    rates: dict[Symbol, Expr] = {state.symbol: sympy.Integer(0) for state in states}
    for flow in flows:
        ends = ((flow.of, 1),) if isinstance(flow, Change) else ((flow.out_of, -1), (flow.into, 1))
        for end, sign in ends:
            if end is None:
                continue
            if end not in rates:
                raise ModelError(
                    f"flow {flow.name!r} leads to a state that the model lacks."
                    + near_miss(str(end), map(str, rates)),
                    where=name,
                    value=str(end),
                    allowed=", ".join(map(str, rates)),
                )
            rates[end] += sign * flow.rate
    declared: dict[Parameter, None] = {}
    for parameter in (*(p for m in mechanisms for p in m.parameters()), *parameters):
        declared.setdefault(parameter)
    return OdeSystem(
        name=name,
        states=states,
        parameters=tuple(declared),
        derived=tuple(d for m in mechanisms for d in m.derived(s)),
        rates=tuple(rates.values()),
        flows=flows,
    )


def _ordered(name: str, derived: tuple[Derived, ...]) -> tuple[Derived, ...]:
    """Return the derived quantities so that each uses only earlier ones."""
    waiting = {d.symbol: d for d in derived}
    done: list[Derived] = []
    while waiting:
        ready = [d for d in waiting.values() if not (d.value.free_symbols & waiting.keys())]
        if not ready:
            raise ModelError(
                "derived quantities define one another in a circle",
                where=name,
                value=", ".join(sorted(map(str, waiting))),
                remedy="turn one of them into a state",
            )
        for d in ready:
            done.append(waiting.pop(d.symbol))
    return tuple(done)
