"""The dialect in which a law is written: states, flows, changes and a handful of functions.

A law is called with SymPy symbols once; the same expression is then read by the code generator, the symbolic
Jacobian, the dimension check, the model page and the SBML export.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import sympy
from sympy import Expr, Symbol, exp, log

from vein2vein.parameter import Parameter

__all__ = [
    "TIME",
    "Change",
    "Derived",
    "Flow",
    "Mechanism",
    "Named",
    "State",
    "Symbols",
    "exp",
    "hill",
    "log",
    "relative_expm1",
    "where",
]

TIME: Symbol = Symbol("t", real=True)
"""Days since day 0 (the first infusion)."""


class Symbols:
    """Hands out SymPy symbols by name: ``s.effector`` is the state or derived quantity ``effector``."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Symbol:
        if name.startswith("_"):
            raise AttributeError(name)
        return Symbol(name, real=True)


class Named(Protocol):
    """Anything with a name, a symbol, a unit and a meaning: a state, a parameter or a derived quantity."""

    @property
    def name(self) -> str:
        """Name used in the laws."""
        ...

    @property
    def symbol(self) -> Symbol:
        """Its SymPy symbol."""
        ...

    @property
    def unit(self) -> str:
        """Its unit."""
        ...

    @property
    def meaning(self) -> str:
        """What it is."""
        ...

    @property
    def latex(self) -> str | None:
        """How it is typeset."""
        ...


@dataclass(frozen=True)
class State:
    """A state variable.

    Parameters
    ----------
    name : str
        Name used in the laws.
    unit : str
        Unit; ``"1"`` for logarithms and fractions.
    meaning : str
        What it is, in one clause.
    initial : Expr or float
        Value at day 0, an expression of parameters.
    scale : float
        Size below which its error no longer matters, in its own unit: the absolute tolerance is ``scale`` times
        the relative one.
    latex : str, optional
        How it is typeset.
    nonnegative : bool
        Whether a negative value is a fault of the integration.
    """

    name: str
    unit: str
    meaning: str
    initial: Expr | float = 0.0
    scale: float = 1.0
    latex: str | None = None
    nonnegative: bool = True

    @property
    def symbol(self) -> Symbol:
        """The SymPy symbol of the state (real)."""
        return Symbol(self.name, real=True)


@dataclass(frozen=True)
class Derived:
    """A named quantity computed from states and parameters at every instant."""

    name: str
    value: Expr
    unit: str
    meaning: str
    latex: str | None = None

    @property
    def symbol(self) -> Symbol:
        """The SymPy symbol of the quantity (real)."""
        return Symbol(self.name, real=True)


@dataclass(frozen=True)
class Flow:
    """Cells or amounts per day that leave one state and enter another; either end may be the outside."""

    name: str
    rate: Expr
    out_of: Symbol | None = None
    into: Symbol | None = None


@dataclass(frozen=True)
class Change:
    """A contribution to the derivative of one state that moves no matter (logarithms, indices, signals)."""

    name: str
    of: Symbol
    rate: Expr


class Mechanism:
    """One hypothesis about one process: parameters as class attributes, laws as two short methods.

    Subclasses are final, hold no state of their own, and override :meth:`derived`, :meth:`flows` or both.
    """

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Return the quantities that this mechanism defines for the others."""
        return ()

    def flows(self, s: Symbols) -> Iterable[Flow | Change]:
        """Return what this mechanism does to the states."""
        return ()

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Return the declared parameters, in the order of their declaration."""
        return tuple(p for k in reversed(cls.__mro__) for p in vars(k).values() if isinstance(p, Parameter))


def hill(x: Expr, half: Expr, power: Expr | float = 1) -> Expr:
    """Return the saturating fraction ``x^p / (half^p + x^p)``."""
    if power == 1:
        return x / (half + x)
    return x**power / (half**power + x**power)


def where(condition: sympy.logic.boolalg.Boolean, yes: Expr | float, no: Expr | float) -> Expr:
    """Return ``yes`` where the condition holds, else ``no``."""
    return sympy.Piecewise((sympy.sympify(yes), condition), (sympy.sympify(no), True))


def relative_expm1(x: Expr) -> Expr:
    """Return ``(1 - e^-x) / x`` for ``x >= 0``, accurate down to zero (series below 1e-4)."""
    series = 1 - x / 2 + x**2 / 6
    return sympy.Piecewise((series, x < sympy.Float(1e-4)), ((1 - exp(-x)) / x, True))
