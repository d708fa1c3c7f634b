"""Expressions as one graph in which every distinct subexpression stands once.

SymPy trees are read into numbered nodes; equal nodes get the same number (hash-consing), so that common
subexpressions are shared across all rates, outputs and Jacobian entries. Derivatives are taken on the graph, by the
chain rule, branch by branch through choices: a not-a-number in the branch that isn't taken never leaks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field

import sympy
from sympy.core.relational import Relational

from vein2vein.errors import ModelError

Key = tuple[object, ...]


@dataclass
class Graph:
    """Nodes ``(operation, argument, …)``; arguments are node numbers, or a value for leaves.

    Operations: ``const`` (a float), ``leaf`` (a name), ``add sub mul neg``, ``inv`` (1/x), ``exp log sqrt sin cos abs
    floor``, ``pow``, ``max min``, ``lt le gt ge eq ne and or not``, ``choose`` (condition, yes, no).
    """

    nodes: list[Key] = field(default_factory=list)
    _number: dict[Key, int] = field(default_factory=dict)
    _read: dict[sympy.Basic, int] = field(default_factory=dict)

    def node(self, *key: object) -> int:
        """Return the number of a node, made if new."""
        if key not in self._number:
            self._number[key] = len(self.nodes)
            self.nodes.append(key)
        return self._number[key]

    def const(self, value: float) -> int:
        """Return the node of a number."""
        return self.node("const", float(value))

    def leaf(self, name: str) -> int:
        """Return the node of a symbol."""
        return self.node("leaf", name)

    def value(self, node: int) -> float | None:
        """Return the number that a node is, or None."""
        key = self.nodes[node]
        return key[1] if key[0] == "const" else None  # type: ignore[return-value]

    # -- building, with the simplifications that derivatives need ---------------------------------

    def add(self, a: int, b: int) -> int:
        """Return a + b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.const(x + y)
        if x == 0.0:
            return b
        if y == 0.0:
            return a
        if self.nodes[b][0] == "neg":
            return self.sub(a, self.nodes[b][1])  # type: ignore[arg-type]
        if self.nodes[a][0] == "neg":
            return self.sub(b, self.nodes[a][1])  # type: ignore[arg-type]
        return self.node("add", *sorted((a, b)))

    def sub(self, a: int, b: int) -> int:
        """Return a - b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.const(x - y)
        if y == 0.0:
            return a
        if x == 0.0:
            return self.neg(b)
        return self.const(0.0) if a == b else self.node("sub", a, b)

    def mul(self, a: int, b: int) -> int:
        """Return a · b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None:
            return self.const(x * y)
        if x == 0.0 or y == 0.0:
            return self.const(0.0)
        if x == 1.0:
            return b
        if y == 1.0:
            return a
        if x == -1.0:
            return self.neg(b)
        if y == -1.0:
            return self.neg(a)
        return self.node("mul", *sorted((a, b)))

    def div(self, a: int, b: int) -> int:
        """Return a / b."""
        x, y = self.value(a), self.value(b)
        if x is not None and y is not None and y != 0.0:
            return self.const(x / y)
        if x == 0.0:
            return a
        if y == 1.0:
            return a
        # a reciprocal is shared by all that is divided by b, and leaves the time loop where b is a parameter
        inverse = self.const(1.0 / y) if y else self.node("inv", b)
        return self.mul(a, inverse)

    def neg(self, a: int) -> int:
        """Return -a."""
        key = self.nodes[a]
        if key[0] == "const":
            return self.const(-key[1])  # type: ignore[operator]
        return key[1] if key[0] == "neg" else self.node("neg", a)  # type: ignore[return-value]

    def choose(self, condition: int, yes: int, no: int) -> int:
        """Return ``yes`` where the condition holds, else ``no``."""
        return yes if yes == no else self.node("choose", condition, yes, no)

    def function(self, name: str, a: int) -> int:
        """Return a function of one argument."""
        x = self.value(a)
        if x is not None and name in _SCALAR and (name not in ("log", "sqrt") or x > 0):
            return self.const(_SCALAR[name](x))
        return self.node(name, a)

    def power(self, base: int, exponent: int) -> int:
        """Return base^exponent; integers and halves without a logarithm."""
        n = self.value(exponent)
        if n is None:
            return self.node("pow", base, exponent)
        if n < 0 and 2 * n == int(2 * n) and -n <= 16:
            return self.div(self.const(1.0), self.power(base, self.const(-n)))
        if n == int(n) and 0 <= n <= 16:
            return self._integer_power(base, int(n))
        if 2 * n == int(2 * n) and 0 < n <= 16:
            return self.mul(self.function("sqrt", base), self._integer_power(base, int(n)))
        return self.node("pow", base, exponent)

    def _integer_power(self, base: int, n: int) -> int:
        if n == 0:
            return self.const(1.0)
        half = self._integer_power(base, n // 2) if n > 1 else self.const(1.0)
        square = self.mul(half, half)
        return self.mul(square, base) if n % 2 else square

    # -- reading SymPy -----------------------------------------------------------------------------

    def read(self, e: sympy.Basic, names: Mapping[sympy.Symbol, int]) -> int:
        """Return the node of a SymPy expression whose symbols are the given nodes.

        Raises
        ------
        ModelError
            A symbol isn't among ``names``, or the engine has no such function.
        """
        if e not in self._read:
            self._read[e] = self._build(e, names)
        return self._read[e]

    def _build(self, e: sympy.Basic, names: Mapping[sympy.Symbol, int]) -> int:
        if isinstance(e, sympy.Symbol):
            if e not in names:
                raise ModelError(
                    "the symbol is unknown here", value=str(e), allowed=", ".join(map(str, names))
                )
            return names[e]
        if e.is_number and e.is_real is not False and not isinstance(e, sympy.logic.boolalg.Boolean):
            return self.const(float(e))
        if isinstance(e, sympy.Mul):
            return self._product(e, names)
        if isinstance(e, sympy.Pow):
            return self.power(self.read(e.base, names), self.read(e.exp, names))
        if isinstance(e, sympy.Piecewise):
            return self._pieces(e, names)
        arguments = [self.read(a, names) for a in _ordered(e)]
        if isinstance(e, sympy.Add):
            return self._fold(self.add, arguments)
        for kind, operation in _MANY.items():
            if isinstance(e, kind):
                return self._fold(lambda a, b, o=operation: self.node(o, a, b), arguments)  # type: ignore[misc]
        for kind, operation in _ONE.items():
            if isinstance(e, kind):
                return self.function(operation, *arguments)
        if isinstance(e, Relational):
            return self.node(_RELATION[type(e)], *(self.read(a, names) for a in e.args))
        if isinstance(e, sympy.tanh):
            twice = self.function("exp", self.mul(self.const(-2.0), arguments[0]))
            one = self.const(1.0)
            return self.div(self.sub(one, twice), self.add(one, twice))
        if isinstance(e, sympy.Heaviside):
            zero, one = self.const(0.0), self.const(1.0)
            return self.choose(self.node("ge", arguments[0], zero), one, zero)
        if isinstance(e, sympy.logic.boolalg.BooleanAtom):
            zero = self.const(0.0)
            return self.node("eq" if bool(e) else "ne", zero, zero)
        raise ModelError(
            f"the engine has no {type(e).__name__}",
            value=str(e),
            allowed="+ - * / powers exp log sqrt sin cos tanh abs floor Min Max Piecewise and comparisons",
            remedy="write the law with these",
        )

    def _fold(self, join: Callable[[int, int], int], arguments: list[int]) -> int:
        total = arguments[0]
        for a in arguments[1:]:
            total = join(total, a)
        return total

    def _product(self, e: sympy.Mul, names: Mapping[sympy.Symbol, int]) -> int:
        above, below = self.const(1.0), self.const(1.0)
        for factor in _ordered(e):
            if isinstance(factor, sympy.Rational) and factor.q != 1:
                above = self.mul(above, self.const(float(factor)))
            elif isinstance(factor, sympy.Pow) and factor.exp.is_number and factor.exp.is_negative:
                inverse = self.power(self.read(factor.base, names), self.const(-float(factor.exp)))
                below = self.mul(below, inverse)
            else:
                above = self.mul(above, self.read(factor, names))
        return self.div(above, below)

    def _pieces(self, e: sympy.Piecewise, names: Mapping[sympy.Symbol, int]) -> int:
        pieces = list(e.args)
        last = pieces[-1]
        otherwise = self.read(last.expr, names) if last.cond == sympy.true else self.const(math.nan)
        for piece in reversed(pieces[:-1] if last.cond == sympy.true else pieces):
            condition = self.read(piece.cond, names)
            otherwise = self.choose(condition, self.read(piece.expr, names), otherwise)
        return otherwise

    # -- walking -----------------------------------------------------------------------------------

    def arguments(self, node: int) -> tuple[int, ...]:
        """Return the nodes that a node is computed from."""
        key = self.nodes[node]
        return () if key[0] in ("const", "leaf") else key[1:]  # type: ignore[return-value]

    def needed(self, targets: Iterable[int], stop: Iterable[int] = ()) -> list[int]:
        """Return the nodes that the targets need, each after its arguments; not past those in ``stop``."""
        ready = set(stop)
        wanted, stack = set(), [t for t in targets if t not in ready]
        while stack:
            node = stack.pop()
            if node not in wanted:
                wanted.add(node)
                stack.extend(a for a in self.arguments(node) if a not in ready)
        return sorted(wanted)  # a node's number is larger than its arguments'

    def met(self, targets: Iterable[int], stop: Container[int]) -> list[int]:
        """Return the nodes met on the way down from the targets, those in ``stop`` included but not passed."""
        seen, stack = set(), list(targets)
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                if node not in stop:
                    stack.extend(self.arguments(node))
        return sorted(seen)


def _ordered(e: sympy.Basic) -> tuple[sympy.Basic, ...]:
    """Return the arguments in a fixed order, numbers last in sums and extrema (see ``lane_math.larger``)."""
    if isinstance(e, sympy.Add | sympy.Mul | sympy.Max | sympy.Min):
        return tuple(sorted(e.args, key=lambda a: (a.is_number, a.sort_key())))
    return e.args


_SCALAR: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "abs": abs,
    "floor": math.floor,
}
_ONE: dict[type, str] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.Abs: "abs",
    sympy.floor: "floor",
    sympy.Not: "not",
}
_MANY: dict[type, str] = {sympy.Max: "max", sympy.Min: "min", sympy.And: "and", sympy.Or: "or"}
_RELATION: dict[type, str] = {
    sympy.StrictLessThan: "lt",
    sympy.LessThan: "le",
    sympy.StrictGreaterThan: "gt",
    sympy.GreaterThan: "ge",
    sympy.Equality: "eq",
    sympy.Unequality: "ne",
}
