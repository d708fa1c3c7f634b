"""The model on one page: every equation, every parameter."""

from __future__ import annotations

from collections.abc import Sequence

from vein2vein.dynamics.system import OdeSystem
from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput
from vein2vein.report.mathematics import equation, formula
from vein2vein.report.trust_records import Equation, ModelPage, ParameterRow


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter with equations and parameters."""
    page = report.model if report.model is not None else ModelPage((), ())
    variables = {symbol for e in page.equations for symbol in e.left.free_symbols}
    equations = [
        (e.title, equation(e.left, e.right, page.names, derivative=e.derivative, variables=variables))
        for e in page.equations
    ]
    settings = list(dict.fromkeys(key for row in page.parameters for key in row.values if key))
    rows = [(formula(row.symbol, page.names), row) for row in page.parameters]
    html = fill("model.html", equations=equations, settings=settings, rows=rows)
    return Chapter("model", "Equations and parameters", html, wide=True)


def model_page(system: OdeSystem, parameters: Sequence[ParameterRow]) -> ModelPage:
    """Return the page of a model, each symbol typeset as its declaration says.

    Parameters
    ----------
    system : OdeSystem
        The model that ran.
    parameters : sequence of ParameterRow
        Its parameters with values and sources.
    """
    names = {p.symbol: p.latex for p in system.parameters if p.latex}
    names |= {s.symbol: s.latex for s in system.states if s.latex}
    names |= {d.symbol: d.latex for d in system.derived if d.latex}
    return ModelPage(equations_of(system), parameters, names)


def equations_of(system: OdeSystem) -> tuple[Equation, ...]:
    """Return the rates of a model and then its derived quantities as equations."""
    derived = [Equation(d.meaning, d.symbol, d.value) for d in system.derived]
    rates = [
        Equation(s.meaning, s.symbol, rate, derivative=True)
        for s, rate in zip(system.states, system.rates, strict=True)
    ]
    return (*rates, *derived)
