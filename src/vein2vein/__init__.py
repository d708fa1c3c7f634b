'''vein2vein: a whole CAR-T programme in software, from the genetic construct to the cure and the bill.

Research use only: never a medical device. The tour, from published numbers to a programme:

Every number has a source. :func:`load_sheet` opens a sheet of published numbers, :func:`sheets` names them all.

>>> import vein2vein as v2v
>>> response = v2v.load_sheet("fit_table").value("orr", "LBCL")
>>> response.value, response.unit, response.n, response.source.key
(83.0, 'percent', 101, 'neelapu2023')

A reported share has an exact interval, and a grade follows from what the ward recorded. What it did not
record widens the grade: here nobody noted the vasopressors.

>>> low, high = v2v.exact_interval(51, 85)
>>> f"{low:.2f} to {high:.2f}"
'0.49 to 0.70'
>>> print(v2v.grade_crs(v2v.CrsFindings(temperature=39.1, hypotension=True)))
2–4

An equation is a :class:`Mechanism`, written once, as in a paper; a model is a sum of them.

>>> class Proliferation(v2v.Mechanism):
...     """Cells divide at a constant rate."""
...
...     rate = v2v.Parameter("1/day", "rate of division")
...
...     def flows(self, s):
...         yield v2v.Flow("division", self.rate * s.cells, into=s.cells)
>>> model = v2v.compose("growth", [v2v.State("cells", "cell", "cells in the blood")], [Proliferation()])
>>> model.rates
(cells*rate,)

:func:`simulate` integrates a population of it; the product's own model is :func:`core_system`.

>>> given = v2v.Events.bolus("cells", 0.0, [1e6, 2e6])
>>> ensemble = v2v.simulate(model, {"rate": 0.5}, patients=2, times=[0.0, 7.0], outputs=["cells"], events=given)
>>> [f"{cells:.2e}" for cells in ensemble.outputs["cells"][:, -1]]
['3.31e+07', '6.62e+07']

A scenario names diseases, products, centres and rules; a run of it replicates the whole programme and holds it
against what was reported. ``write_run(result, reproduce_fit_table(), "folder")`` writes the report.

>>> scenario = v2v.load_scenario(patients=20, replicates=5, seed=1)
>>> result = v2v.run_programme(scenario)
>>> [claim["id"] for claim in v2v.summarise(result)["claims"]]
['dose', 'crs_any', 'crs_severe', 'cured', 'survival_gain', 'myeloma', 'cost']
>>> len(result.patients), len(result.failures)
(100, 0)

Beyond this door each stage of the therapy is a folder: ``vein2vein.construct``, ``manufacturing``, ``patients``,
``dynamics``, ``simulation``, ``outcomes``, ``economics``, ``programme``, ``evidence``, ``report``.
'''

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from vein2vein.errors import InputError, Vein2veinError
from vein2vein.version import __version__

if TYPE_CHECKING:
    from vein2vein.dynamics.core import core_system
    from vein2vein.dynamics.law import Flow, Mechanism, State
    from vein2vein.dynamics.system import compose
    from vein2vein.evidence import load_sheet, sheets
    from vein2vein.outcomes.binomial import exact_interval
    from vein2vein.outcomes.grading.crs import CrsFindings, grade_crs
    from vein2vein.outcomes.grading.icans import IcansFindings, grade_icans
    from vein2vein.outcomes.kaplan_meier import kaplan_meier
    from vein2vein.outcomes.summary import evaluate_patients
    from vein2vein.parameter import Parameter
    from vein2vein.patients.population import draw_population
    from vein2vein.programme.fit_table import reproduce_fit_table
    from vein2vein.programme.run import run_programme
    from vein2vein.programme.scenario import load_scenario
    from vein2vein.programme.summary import summarise
    from vein2vein.report.run_folder import write_run
    from vein2vein.simulation import Events, Tolerances, WardRule, simulate

_HOMES = {
    "programme.scenario": ("load_scenario",),
    "programme.run": ("run_programme",),
    "programme.fit_table": ("reproduce_fit_table",),
    "programme.summary": ("summarise",),
    "report.run_folder": ("write_run",),
    "patients.population": ("draw_population",),
    "parameter": ("Parameter",),
    "dynamics.law": ("Flow", "Mechanism", "State"),
    "dynamics.system": ("compose",),
    "dynamics.core": ("core_system",),
    "simulation": ("Events", "Tolerances", "WardRule", "simulate"),
    "outcomes.summary": ("evaluate_patients",),
    "outcomes.grading.crs": ("CrsFindings", "grade_crs"),
    "outcomes.grading.icans": ("IcansFindings", "grade_icans"),
    "outcomes.binomial": ("exact_interval",),
    "outcomes.kaplan_meier": ("kaplan_meier",),
    "evidence": ("load_sheet", "sheets"),
}
_LAZY = {name: f"vein2vein.{home}" for home, names in _HOMES.items() for name in names}

__all__ = [
    "CrsFindings",
    "Events",
    "Flow",
    "IcansFindings",
    "InputError",
    "Mechanism",
    "Parameter",
    "State",
    "Tolerances",
    "Vein2veinError",
    "WardRule",
    "__version__",
    "compose",
    "core_system",
    "draw_population",
    "evaluate_patients",
    "exact_interval",
    "grade_crs",
    "grade_icans",
    "kaplan_meier",
    "load_scenario",
    "load_sheet",
    "reproduce_fit_table",
    "run_programme",
    "sheets",
    "simulate",
    "summarise",
    "write_run",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that importing the package stays light."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
