"""A system as DiffSL, the language of pydiffsol: states in units of their scale, choices as steps."""

from __future__ import annotations

import sympy
from sympy.printing.str import StrPrinter

from vein2vein.dynamics.law import TIME
from vein2vein.dynamics.system import OdeSystem


class _DiffSl(StrPrinter):
    """SymPy → DiffSL: names without underscores, ``max``, ``min`` and ``heaviside`` of numbers."""

    def __init__(self, names: dict) -> None:
        super().__init__()
        self.names = names

    def _print_Symbol(self, e):
        return "t" if e == TIME else self.names[e]

    def _print_Add(self, e, order=None):
        return "(" + " + ".join(self._print(a) for a in e.args) + ")"

    def _print_Mul(self, e):
        below = [a for a in e.args if isinstance(a, sympy.Pow) and a.exp.is_number and a.exp < 0]
        above = [self._print(a) for a in e.args if a not in below] or ["1.0"]
        text = " * ".join([*above, *(f"(1.0 / {self._print(1 / a)})" for a in below)])
        return f"({text})"

    def _print_Pow(self, e, rational=False):
        if e.exp == -1:
            return f"(1.0 / {self._print(e.base)})"
        if e.exp.is_Integer and 0 < e.exp <= 3:
            return "(" + " * ".join([self._print(e.base)] * int(e.exp)) + ")"
        return f"pow({self._print(e.base)}, {self._print(e.exp)})"

    def _print_Integer(self, e):
        return f"({float(e)!r})" if e < 0 else repr(float(e))

    def _print_Rational(self, e):
        return f"({float(e)!r})"

    def _print_Float(self, e):
        return f"({float(e):.17e})".replace("e+", "e")

    def _nested(self, name, e):
        text = self._print(e.args[0])
        for a in e.args[1:]:
            text = f"{name}({text}, {self._print(a)})"
        return text

    def _print_Max(self, e):
        return self._nested("max", e)

    def _print_Min(self, e):
        return self._nested("min", e)

    def _print_And(self, e):
        return "(" + " * ".join(self._print(a) for a in e.args) + ")"

    def _print_Or(self, e):
        return f"(1.0 - {' * '.join(f'(1.0 - {self._print(a)})' for a in e.args)})"

    def _print_Relational(self, e):
        above, below = (e.lhs, e.rhs) if e.rel_op in (">", ">=") else (e.rhs, e.lhs)
        return f"heaviside({self._print(above)} - {self._print(below)})"

    def _print_Piecewise(self, e):
        *choices, (otherwise, _) = e.args
        text = self._print(otherwise)
        for value, condition in reversed(choices):
            chosen, yes = self._print(condition), self._print(value)
            if isinstance(condition, sympy.StrictLessThan) and condition.rhs.is_number:
                # the branch that isn't taken is computed too, and 0 times infinity would stay
                guarded = otherwise.xreplace({condition.lhs: sympy.Max(condition.lhs, condition.rhs)})
                text = self._print(guarded) if value is choices[0][0] and len(choices) == 1 else text
            text = f"({chosen} * {yes} + (1.0 - {chosen}) * {text})"
        return text


def to_diffsl(system: OdeSystem) -> str:
    """Return the DiffSL text; the inputs are the parameters, then the initial state ÷ its scale."""
    names = {p.symbol: f"p{k}" for k, p in enumerate(system.parameters)}
    names |= {s.symbol: f"y{k}" for k, s in enumerate(system.states)}
    names |= {d.symbol: f"d{k}" for k, d in enumerate(system.derived)}
    printer = _DiffSl(names)
    starts = [f"s{k}" for k in range(len(system.states))]
    inputs = [*(names[p.symbol] for p in system.parameters), *starts]
    lines = ["in_i {", *(f"  {x} = 1.0," for x in inputs), "}"]
    lines += ["u_i {", *(f"  n{k} = {x}," for k, x in enumerate(starts)), "}"]
    lines += [f"{names[s.symbol]} {{ n{k} * {s.scale!r} }}" for k, s in enumerate(system.states)]
    lines += [f"{names[d.symbol]} {{ {printer.doprint(d.value)} }}" for d in system.derived]
    rates = (
        f"  ({printer.doprint(sympy.sympify(r))}) / {s.scale!r},"
        for s, r in zip(system.states, system.rates, strict=True)
    )
    return "\n".join([*lines, "F_i {", *rates, "}"]) + "\n"
