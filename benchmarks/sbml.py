"""A system as SBML, for libroadrunner: every quantity a parameter, rate rules and assignment rules."""

from __future__ import annotations

import libsbml
import sympy
from sympy.printing.str import StrPrinter

from vein2vein.dynamics.law import TIME
from vein2vein.dynamics.system import OdeSystem


class _Infix(StrPrinter):
    """SymPy → the infix notation of libSBML."""

    def _print_Piecewise(self, e):
        parts = []
        for value, condition in e.args:
            if condition == sympy.true:
                return f"piecewise({', '.join([*parts, self._print(value)])})"
            parts += [self._print(value), self._print(condition)]
        return f"piecewise({', '.join([*parts, '0'])})"

    def _print_Pow(self, e, rational=False):
        return f"pow({self._print(e.base)}, {self._print(e.exp)})"

    def _print_Relational(self, e):
        return f"({self._print(e.lhs)} {e.rel_op} {self._print(e.rhs)})"

    def _print_And(self, e):
        return f"({' && '.join(map(self._print, e.args))})"

    def _print_Or(self, e):
        return f"({' || '.join(map(self._print, e.args))})"

    def _print_log(self, e):
        return f"ln({self._print(e.args[0])})"

    def _print_Max(self, e):
        first, *rest = e.args
        text = self._print(first)
        for a in rest:
            other = self._print(a)
            text = f"piecewise({text}, {text} >= {other}, {other})"
        return text

    def _print_Min(self, e):
        first, *rest = e.args
        text = self._print(first)
        for a in rest:
            other = self._print(a)
            text = f"piecewise({text}, {text} <= {other}, {other})"
        return text

    def _print_Symbol(self, e):
        return "time" if e == TIME else e.name

    def _print_Float(self, e):
        return repr(float(e))

    def _print_Rational(self, e):
        return f"({e.p}/{e.q})"


def to_sbml(system: OdeSystem) -> str:
    """Return the SBML Level 3 text of a system; initial values are left to the caller."""
    document = libsbml.SBMLDocument(3, 2)
    model = document.createModel()
    printer = _Infix()

    def parameter(name: str, constant: bool) -> None:
        p = model.createParameter()
        p.setId(name)
        p.setValue(1.0)
        p.setConstant(constant)

    def math(text: str) -> libsbml.ASTNode:
        node = libsbml.parseL3Formula(text)
        if node is None:
            raise ValueError(f"{libsbml.getLastParseL3Error()}\n{text}")
        return node

    for p in system.parameters:
        parameter(p.name, True)
    for x in (*system.states, *system.derived):
        parameter(x.name, False)
    for d in system.derived:
        rule = model.createAssignmentRule()
        rule.setVariable(d.name)
        rule.setMath(math(printer.doprint(d.value)))
    for state, rate in zip(system.states, system.rates, strict=True):
        rule = model.createRateRule()
        rule.setVariable(state.name)
        rule.setMath(math(printer.doprint(sympy.sympify(rate))))
    return libsbml.writeSBMLToString(document)
