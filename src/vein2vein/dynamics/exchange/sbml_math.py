"""SBML's MathML to SymPy: every construct is translated or refused by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import libsbml
import sympy
from sympy import Expr, Symbol
from sympy.logic.boolalg import Boolean

from vein2vein.dynamics.exchange.imported import SbmlError
from vein2vein.dynamics.law import TIME

__all__ = ["Reader", "refuse"]

AVOGADRO = 6.02214179e23  # the value that SBML prescribes


def refuse(what: str, element: Any, source: str, remedy: str = "rewrite this part of the file") -> SbmlError:
    """Return the error that names an unsupported or broken element and its line."""
    line = element.getLine() if element is not None and hasattr(element, "getLine") else 0
    name = (
        (element.getIdAttribute() or element.getElementName()) if hasattr(element, "getIdAttribute") else None
    )
    return SbmlError(
        what, where=f"{source}, line {line}" if line else source, value=name or None, remedy=remedy
    )


def _minmax(kind: Any) -> Callable[..., Expr]:
    return lambda *a: kind(*a)


def _chain(relation: Any) -> Callable[..., Boolean]:
    return lambda *a: sympy.And(*(relation(x, y) for x, y in pairwise(a)))


def _power(x: Expr, n: Expr) -> Expr:
    return x**n


def _arctan(x: Expr) -> Expr:
    """Return the inverse tangent in functions that the engine compiles, to double precision.

    The argument is brought below tan(pi/8), where thirteen levels of Gauss's continued fraction suffice.
    """
    size, root = sympy.Abs(x), sympy.sqrt(2)
    far, near = size > 1 + root, size > root - 1
    z = sympy.Piecewise((-1 / sympy.Max(size, 1), far), ((size - 1) / (size + 1), near), (size, True))
    base = sympy.Piecewise((sympy.pi / 2, far), (sympy.pi / 4, near), (sympy.Integer(0), True))
    fraction: Expr = sympy.Integer(27)
    for k in range(13, 0, -1):
        fraction = 2 * k - 1 + (k * z) ** 2 / fraction
    angle = base + z / fraction
    return sympy.Piecewise((angle, x >= 0), (-angle, True))


def _arcsin(x: Expr) -> Expr:
    return _arctan(x / sympy.sqrt(1 - x**2))


def _arccos(x: Expr) -> Expr:
    return sympy.pi / 2 - _arcsin(x)


def _arcsinh(x: Expr) -> Expr:
    return sympy.log(x + sympy.sqrt(x**2 + 1))


def _arccosh(x: Expr) -> Expr:
    return sympy.log(x + sympy.sqrt(x**2 - 1))


def _arctanh(x: Expr) -> Expr:
    return sympy.log((1 + x) / (1 - x)) / 2


_FUNCTIONS: dict[int, Callable[..., Any]] = {
    libsbml.AST_PLUS: lambda *a: sympy.Add(*a),
    libsbml.AST_TIMES: lambda *a: sympy.Mul(*a),
    libsbml.AST_MINUS: lambda *a: -a[0] if len(a) == 1 else a[0] - a[1],
    libsbml.AST_DIVIDE: lambda a, b: a / b,
    libsbml.AST_POWER: _power,
    libsbml.AST_FUNCTION_POWER: _power,
    libsbml.AST_FUNCTION_ABS: lambda a: sympy.Abs(a),
    libsbml.AST_FUNCTION_CEILING: lambda a: -sympy.floor(-a),
    libsbml.AST_FUNCTION_FLOOR: lambda a: sympy.floor(a),
    libsbml.AST_FUNCTION_EXP: sympy.exp,
    libsbml.AST_FUNCTION_LN: sympy.log,
    libsbml.AST_FUNCTION_MAX: _minmax(sympy.Max),
    libsbml.AST_FUNCTION_MIN: _minmax(sympy.Min),
    libsbml.AST_FUNCTION_QUOTIENT: lambda a, b: _towards_zero(a / b),
    libsbml.AST_FUNCTION_REM: lambda a, b: a - b * _towards_zero(a / b),
    libsbml.AST_FUNCTION_SIN: sympy.sin,
    libsbml.AST_FUNCTION_COS: sympy.cos,
    libsbml.AST_FUNCTION_TAN: lambda a: sympy.sin(a) / sympy.cos(a),
    libsbml.AST_FUNCTION_SEC: lambda a: 1 / sympy.cos(a),
    libsbml.AST_FUNCTION_CSC: lambda a: 1 / sympy.sin(a),
    libsbml.AST_FUNCTION_COT: lambda a: sympy.cos(a) / sympy.sin(a),
    libsbml.AST_FUNCTION_SINH: lambda a: (sympy.exp(a) - sympy.exp(-a)) / 2,
    libsbml.AST_FUNCTION_COSH: lambda a: (sympy.exp(a) + sympy.exp(-a)) / 2,
    libsbml.AST_FUNCTION_TANH: sympy.tanh,
    libsbml.AST_FUNCTION_SECH: lambda a: 2 / (sympy.exp(a) + sympy.exp(-a)),
    libsbml.AST_FUNCTION_CSCH: lambda a: 2 / (sympy.exp(a) - sympy.exp(-a)),
    libsbml.AST_FUNCTION_COTH: lambda a: 1 / sympy.tanh(a),
    libsbml.AST_FUNCTION_ARCTAN: _arctan,
    libsbml.AST_FUNCTION_ARCSIN: _arcsin,
    libsbml.AST_FUNCTION_ARCCOS: _arccos,
    libsbml.AST_FUNCTION_ARCCOT: lambda a: _arctan(1 / a),
    libsbml.AST_FUNCTION_ARCSEC: lambda a: _arccos(1 / a),
    libsbml.AST_FUNCTION_ARCCSC: lambda a: _arcsin(1 / a),
    libsbml.AST_FUNCTION_ARCSINH: _arcsinh,
    libsbml.AST_FUNCTION_ARCCOSH: _arccosh,
    libsbml.AST_FUNCTION_ARCTANH: _arctanh,
    libsbml.AST_FUNCTION_ARCCOTH: lambda a: _arctanh(1 / a),
    libsbml.AST_FUNCTION_ARCSECH: lambda a: _arccosh(1 / a),
    libsbml.AST_FUNCTION_ARCCSCH: lambda a: _arcsinh(1 / a),
    libsbml.AST_RELATIONAL_EQ: _chain(sympy.Eq),
    libsbml.AST_RELATIONAL_NEQ: lambda a, b: sympy.Ne(a, b),
    libsbml.AST_RELATIONAL_LT: _chain(sympy.Lt),
    libsbml.AST_RELATIONAL_LEQ: _chain(sympy.Le),
    libsbml.AST_RELATIONAL_GT: _chain(sympy.Gt),
    libsbml.AST_RELATIONAL_GEQ: _chain(sympy.Ge),
}
_LOGIC: dict[int, Callable[..., Boolean]] = {
    libsbml.AST_LOGICAL_AND: sympy.And,
    libsbml.AST_LOGICAL_OR: sympy.Or,
    libsbml.AST_LOGICAL_NOT: sympy.Not,
    libsbml.AST_LOGICAL_XOR: lambda *a: sympy.to_dnf(sympy.Xor(*a)),
    libsbml.AST_LOGICAL_IMPLIES: lambda a, b: sympy.Or(sympy.Not(a), b),
}
_CONSTANTS: dict[int, Any] = {
    libsbml.AST_CONSTANT_E: sympy.E,
    libsbml.AST_CONSTANT_PI: sympy.pi,
    libsbml.AST_CONSTANT_TRUE: sympy.true,
    libsbml.AST_CONSTANT_FALSE: sympy.false,
    libsbml.AST_NAME_TIME: TIME,
    libsbml.AST_NAME_AVOGADRO: sympy.Float(AVOGADRO),
}


def _is_condition(value: Any) -> bool:
    """Return whether an expression is true or false (SymPy's symbols would pass for both)."""
    return isinstance(value, Boolean) and not isinstance(value, Symbol)


def _towards_zero(x: Expr) -> Expr:
    return sympy.Piecewise((sympy.floor(x), x >= 0), (-sympy.floor(-x), True))


@dataclass
class Reader:
    """Translates expressions of one file.

    Parameters
    ----------
    source : str
        The file, for messages.
    symbols : dict of str to Expr
        What each identifier stands for.
    functions : dict of str to (tuple of str, node)
        Function definitions.
    rate_of : dict of str to Symbol
        Identifiers whose rate of change was asked for (``rateOf``), and the symbol that stands for it.
    """

    source: str
    symbols: dict[str, Expr] = field(default_factory=dict)
    functions: dict[str, tuple[tuple[str, ...], Any]] = field(default_factory=dict)
    rate_of: dict[str, Symbol] = field(default_factory=dict)
    _calls: tuple[str, ...] = ()

    def number(self, node: Any, owner: Any, local: Mapping[str, Expr] | None = None) -> Expr:
        """Return a numeric expression; a condition counts as 1 or 0."""
        value = self._read(node, owner, local or {})
        if _is_condition(value):
            return sympy.Piecewise((sympy.Integer(1), value), (sympy.Integer(0), True))
        return value

    def condition(self, node: Any, owner: Any, local: Mapping[str, Expr] | None = None) -> Boolean:
        """Return a condition; a number counts as true unless it is 0."""
        value = self._read(node, owner, local or {})
        return value if _is_condition(value) else sympy.Ne(value, 0)

    def _read(self, node: Any, owner: Any, local: Mapping[str, Expr]) -> Any:
        kind = node.getType()
        if kind in (libsbml.AST_INTEGER,):
            return sympy.Integer(node.getInteger())
        if kind in (libsbml.AST_REAL, libsbml.AST_REAL_E, libsbml.AST_RATIONAL):
            return self._real(node, owner)
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        if kind == libsbml.AST_NAME:
            return self._name(node.getName(), owner, local)
        if kind == libsbml.AST_FUNCTION_PIECEWISE:
            return self._piecewise(node, owner, local)
        children = [node.getChild(i) for i in range(node.getNumChildren())]
        if kind == libsbml.AST_FUNCTION_RATE_OF:
            return self._rate(children[0].getName(), owner)
        if kind in _LOGIC:
            return _LOGIC[kind](*(self.condition(c, owner, local) for c in children))
        if kind == libsbml.AST_FUNCTION:
            return self._call(node, owner, [self._read(c, owner, local) for c in children])
        if kind in (libsbml.AST_FUNCTION_LOG, libsbml.AST_FUNCTION_ROOT):
            return self._base(kind, [self.number(c, owner, local) for c in children])
        if kind == libsbml.AST_FUNCTION_FACTORIAL:
            return self._factorial(self.number(children[0], owner, local), owner)
        if kind in _FUNCTIONS:
            try:
                return _FUNCTIONS[kind](*(self.number(c, owner, local) for c in children))
            except TypeError as error:
                raise refuse(
                    f"wrong number of arguments of {node.getName() or kind!r}", owner, self.source
                ) from error
        what = "delay" if kind == libsbml.AST_FUNCTION_DELAY else node.getName()
        raise refuse(f"the mathematical construct {what or kind!r} isn't supported", owner, self.source)

    def _factorial(self, value: Expr, owner: Any) -> Expr:
        if not (value.is_Integer and value >= 0):
            raise refuse("the factorial of what isn't a whole number written out", owner, self.source)
        return sympy.factorial(value)

    def _rate(self, name: str, owner: Any) -> Symbol:
        if name not in self.symbols:
            raise refuse(f"the rate of the unknown symbol {name!r}", owner, self.source)
        return self.rate_of.setdefault(name, Symbol(f"rate_of_{name}", real=True))

    def _real(self, node: Any, owner: Any) -> Expr:
        value = node.getValue()
        if not math.isfinite(value):
            if math.isinf(value):
                return sympy.oo if value > 0 else -sympy.oo
            raise refuse("a number that isn't one (NaN) stands in an expression", owner, self.source)
        return sympy.Integer(int(value)) if value == int(value) and abs(value) < 2**53 else sympy.Float(value)

    def _name(self, name: str, owner: Any, local: Mapping[str, Expr]) -> Any:
        if name in local:
            return local[name]
        if name in self.symbols:
            return self.symbols[name]
        raise refuse(
            f"the symbol {name!r} is used but not defined", owner, self.source, "declare it in the file"
        )

    def _piecewise(self, node: Any, owner: Any, local: Mapping[str, Expr]) -> Any:
        children = [node.getChild(i) for i in range(node.getNumChildren())]
        if not children:
            raise refuse("a piecewise without pieces", owner, self.source)
        values = [self._read(c, owner, local) for c in children[0::2]]
        conditions = [self.condition(c, owner, local) for c in children[1::2]]
        if all(_is_condition(v) for v in values):
            result: Any = values[-1] if len(values) > len(conditions) else sympy.false
            for value, condition in reversed(list(zip(values, conditions, strict=False))):
                result = sympy.Or(sympy.And(condition, value), sympy.And(sympy.Not(condition), result))
            return result
        numbers = [v if not _is_condition(v) else sympy.Piecewise((1, v), (0, True)) for v in values]
        pieces = list(zip(numbers, conditions, strict=False))
        if len(numbers) > len(conditions):
            pieces.append((numbers[-1], sympy.true))
        return sympy.Piecewise(*pieces, evaluate=False) if pieces[0][1] is not sympy.true else pieces[0][0]

    def _base(self, kind: int, arguments: list[Expr]) -> Expr:
        base, x = arguments if len(arguments) == 2 else (None, arguments[0])
        if kind == libsbml.AST_FUNCTION_LOG:
            return sympy.log(x) / sympy.log(sympy.Integer(10) if base is None else base)
        return sympy.sqrt(x) if base is None or base == 2 else x ** (1 / base)

    def _call(self, node: Any, owner: Any, arguments: list[Any]) -> Any:
        name = node.getName()
        if name not in self.functions:
            raise refuse(f"the function {name!r} isn't defined", owner, self.source, "define it in the file")
        if name in self._calls:
            raise refuse(f"the function {name!r} calls itself", owner, self.source)
        names, body = self.functions[name]
        if len(names) != len(arguments):
            raise refuse(
                f"the function {name!r} takes {len(names)} arguments, not {len(arguments)}",
                owner,
                self.source,
            )
        inner = Reader(self.source, {}, self.functions, self.rate_of, (*self._calls, name))
        return inner._read(body, owner, dict(zip(names, arguments, strict=True)))
