"""SymPy expressions as the infix text of SBML level 3."""

from __future__ import annotations

import sympy
from sympy.core.relational import Relational

from vein2vein.dynamics.law import TIME
from vein2vein.errors import ModelError

__all__ = ["formula"]

_RELATIONS = {
    sympy.Eq: "==",
    sympy.Ne: "!=",
    sympy.Lt: "<",
    sympy.Le: "<=",
    sympy.Gt: ">",
    sympy.Ge: ">=",
}
_FUNCTIONS = {
    "exp": "exp",
    "log": "ln",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "tanh": "tanh",
    "Abs": "abs",
    "floor": "floor",
    "ceiling": "ceil",
    "Max": "max",
    "Min": "min",
    "And": "and",
    "Or": "or",
    "Not": "not",
}


def formula(e: sympy.Basic) -> str:
    """Return an expression as infix text; ``time`` stands for the days.

    Raises
    ------
    ModelError
        The expression has no counterpart in SBML.
    """
    if e == TIME:
        return "time"
    if isinstance(e, sympy.Symbol):
        return str(e)
    if e in (sympy.true, sympy.false):
        return "true" if e else "false"
    if isinstance(e, sympy.Expr) and e.is_number:
        return _number(e)
    if isinstance(e, sympy.Add):
        return "(" + " + ".join(formula(a) for a in e.args) + ")"
    if isinstance(e, sympy.Mul):
        return _product(e)
    if isinstance(e, sympy.exp):
        return f"exp({formula(e.args[0])})"
    if isinstance(e, sympy.Pow):
        return f"({formula(e.base)})^({formula(e.exp)})"
    if isinstance(e, sympy.Piecewise):
        parts = []
        for value, condition in e.args:
            parts += [formula(value)] if condition is sympy.true else [formula(value), formula(condition)]
        return f"piecewise({', '.join(parts)})"
    if isinstance(e, Relational):
        return f"({formula(e.lhs)} {_RELATIONS[type(e)]} {formula(e.rhs)})"
    name = _FUNCTIONS.get(type(e).__name__)
    if name is None:
        raise ModelError(
            f"{type(e).__name__} has no counterpart in SBML", value=str(e), allowed=", ".join(_FUNCTIONS)
        )
    return f"{name}({', '.join(formula(a) for a in e.args)})"


def _number(e: sympy.Expr) -> str:
    if e.is_Integer:
        return str(e) if e >= 0 else f"({e})"
    value = repr(float(e))
    return value if float(e) >= 0 else f"({value})"


def _product(e: sympy.Mul) -> str:
    above, below = [], []
    for factor in e.args:
        if isinstance(factor, sympy.Pow) and factor.exp.is_number and factor.exp.is_negative:
            below.append(formula(factor.base if factor.exp == -1 else factor.base**-factor.exp))
        else:
            above.append(formula(factor))
    text = " * ".join(above) or "1"
    return f"({text})" if not below else f"(({text}) / ({' * '.join(below)}))"
