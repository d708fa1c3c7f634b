"""The model on one page: every equation, every parameter."""

from __future__ import annotations

from vein2vein.dynamics.system import OdeSystem
from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput
from vein2vein.report.mathematics import equation, formula
from vein2vein.report.trust_records import Equation, ModelPage


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter with equations and parameters."""
    page = report.model if report.model is not None else ModelPage((), ())
    equations = [
        (e.title, equation(e.left, e.right, page.names, derivative=e.derivative)) for e in page.equations
    ]
    settings = list(dict.fromkeys(key for row in page.parameters for key in row.values if key))
    rows = [(formula(row.symbol, page.names), row) for row in page.parameters]
    html = fill("model.html", equations=equations, settings=settings, rows=rows)
    return Chapter("model", "Equations and parameters", html, wide=True)


def equations_of(system: OdeSystem) -> tuple[Equation, ...]:
    """Return the derived quantities and the rates of a model as equations, in the order of their use."""
    derived = [Equation(d.meaning, d.symbol, d.value) for d in system.derived]
    rates = [
        Equation(s.meaning, s.symbol, rate, derivative=True)
        for s, rate in zip(system.states, system.rates, strict=True)
    ]
    return (*derived, *rates)
