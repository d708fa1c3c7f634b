"""The page of a published model: its figure, what it reproduces, equations, parameters, errata and assumptions."""

from __future__ import annotations

from importlib.resources import files

import sympy
from markupsafe import Markup

from vein2vein import __version__
from vein2vein.dynamics.published.record import PublishedModel
from vein2vein.report.chapter import fill
from vein2vein.report.chapters.model import equations_of
from vein2vein.report.drawing.figure import STYLE
from vein2vein.report.library.curves import individuals_figure, run_figure
from vein2vein.report.mathematics import equation, formula
from vein2vein.simulation.model_run import ModelRun

__all__ = ["model_page"]


def model_page(model: PublishedModel, run: ModelRun, individuals: ModelRun | None = None) -> str:
    """Return a self-contained HTML page of the model, with the figure of a run.

    Parameters
    ----------
    model : PublishedModel
        With the values of the run.
    run : ModelRun
        One patient or a population.
    individuals : ModelRun, optional
        The named individuals of the model side by side; a second figure shows them.
    """
    system = model.system
    names = {p.symbol: p.latex for p in system.parameters if p.latex}
    names |= {x.symbol: x.latex for x in system.states if x.latex}
    names |= {d.symbol: d.latex for d in system.derived if d.latex}
    equations = [
        (e.title, equation(e.left, e.right, names, derivative=e.derivative, variables={e.left}))
        for e in equations_of(system)
    ]
    initial = [(formula(s.symbol, names), formula(sympy.sympify(s.initial), names)) for s in system.states]
    style = files("vein2vein.report").joinpath("templates", "style.css").read_text(encoding="utf-8")
    return str(
        fill(
            "library_model.html",
            model=model,
            version=__version__,
            style=Markup(f"{style}\n{STYLE}"),
            figure=run_figure(run).inline(),
            individuals=individuals_figure(individuals, tuple(model.subjects)).inline()
            if individuals
            else None,
            metrics=run.metrics,
            patients=run.ensemble.patients,
            equations=equations,
            initial=initial,
            symbols=[(formula(v.parameter.symbol, names), v) for v in model.values],
        )
    )
