"""What is measured: the core model and its virtual patients, a stiff published model, a stiff problem of chemistry."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import sympy
from numpy.typing import ArrayLike

from vein2vein.clinic.cohort import Biology, visit_grid
from vein2vein.clinic.ward import WardPolicy, ward_parameters, ward_rules
from vein2vein.dynamics.core import core_system
from vein2vein.dynamics.law import State, Symbols
from vein2vein.dynamics.published.library import find_model
from vein2vein.dynamics.system import OdeSystem
from vein2vein.parameter import Parameter
from vein2vein.patients.population import draw_population
from vein2vein.patients.settings import SETTINGS
from vein2vein.simulation import (
    Ensemble,
    Events,
    Integral,
    Maximum,
    Method,
    Minimum,
    Question,
    Tolerances,
    simulate,
)

YEAR = 365.0


@dataclass(frozen=True)
class Workload:
    """A system, its patients and their doses."""

    name: str
    system: OdeSystem
    parameters: dict
    dose: np.ndarray
    dosed: str
    times: np.ndarray
    rules: tuple = ()

    @property
    def patients(self) -> int:
        return len(self.dose)

    def first(self, n: int) -> Workload:
        """Return the first ``n`` patients."""
        parameters = {k: v[:n] if np.ndim(v) else v for k, v in self.parameters.items()}
        return Workload(self.name, self.system, parameters, self.dose[:n], self.dosed, self.times, self.rules)

    def tiled(self, times: int) -> Workload:
        """Return the same patients several times over."""
        parameters = {k: np.tile(v, times) if np.ndim(v) else v for k, v in self.parameters.items()}
        return Workload(
            self.name, self.system, parameters, np.tile(self.dose, times), self.dosed, self.times, self.rules
        )

    def run(self, **more) -> Ensemble:
        """Simulate; the dose is a bolus on day 0."""
        arguments = {
            "times": self.times,
            "events": Events.bolus(self.dosed, 0.0, self.dose),
            "threads": 1,
        } | more
        return simulate(self.system, self.parameters, patients=self.patients, **arguments)

    def question(
        self, *, times: ArrayLike, summaries: tuple, method: Method, tolerances: Tolerances
    ) -> Question:
        """Return the same as the engine's chunks see it."""
        events = Events.bolus(self.dosed, 0.0, self.dose)
        asked = Question.of(
            self.system, self.parameters, self.patients, times, (), events, (), summaries, None, tolerances
        )
        return replace(asked, stiff=method is Method.STIFF)

    def everything(self, **more) -> Ensemble:
        """Simulate, every state on the grid."""
        return self.run(outputs=[s.name for s in self.system.states], **more)


def core(n: int, seed: int = 7, *, ward: bool = False) -> Workload:
    """Return the core model with ``n`` patients, the four settings in turn, without or with the ward's rules."""
    biology = Biology.shipped()
    setting_of = np.arange(n) % len(SETTINGS)
    equations = core_system()
    population = draw_population(
        SETTINGS, setting_of, equations.parameters, biology.parameters, biology.indications, seed=seed
    )
    parameters = {name: np.asarray(v) for name, v in population.parameters.items()}
    dose = population.table["dose"].to_numpy(dtype=float)
    grid = np.concatenate([np.arange(0.0, 29.0), np.linspace(36.0, YEAR, 45)])
    if not ward:
        return Workload("core model", equations, parameters, dose, "infused", grid)
    policy = WardPolicy()
    from vein2vein.clinic.ward import with_ward

    parameters |= {
        k: np.asarray(v) for k, v in ward_parameters(policy, population, biology.parameters).items()
    }
    rules = tuple(ward_rules(policy, biology.parameters))
    return Workload(
        "core model with ward", with_ward(equations), parameters, dose, "infused", visit_grid(YEAR), rules
    )


SUMMARIES = (
    Minimum("nadir", "tumour"),
    Maximum("c_max", "car_t_blood"),
    Maximum("il6_peak", "il6", 0.0, 40.0),
    Maximum("crs_peak", "crs_score", 0.0, 40.0),
    Integral("auc_28", "car_t_blood", 0.0, 28.0),
)
"""Cmax, Tmax, AUC to day 28, peaks of IL-6 and of the CRS score, nadir of the tumour."""


STIFF_MODEL = "kirouac2023"
"""The stiffest of the library's models whose solution a tolerance settles, by :func:`benchmarks.measure.stiffness`."""


def published(n: int, name: str = STIFF_MODEL) -> Workload:
    """Return a model of the library with ``n`` patients drawn from its paper's spread; its doses are initial values."""
    model = find_model(name)
    parameters = model.population(n, np.random.default_rng(3))
    grid = np.concatenate([np.arange(0.0, 29.0), np.linspace(36.0, model.horizon, 45)])
    return Workload(name, model.system, parameters, np.zeros(n), model.states[0].name, grid)


ROBERTSON = "Robertson"


def robertson(n: int) -> Workload:
    """Return Robertson's reactions with rates that vary: the classic stiff problem."""
    s = Symbols()
    rates = (-s.k1 * s.a + s.k3 * s.b * s.c, s.k1 * s.a - s.k3 * s.b * s.c - s.k2 * s.b**2, s.k2 * s.b**2)
    names = {"k1": 0.04, "k2": 3e7, "k3": 1e4}
    system = OdeSystem(
        name=ROBERTSON,
        states=(
            State("a", "1", "A"),
            State("b", "1", "B", scale=1e-4),
            State("c", "1", "C"),
        ),
        parameters=tuple(Parameter("1", k, name=k) for k in names),
        derived=(),
        rates=rates,
    )
    rng = np.random.default_rng(5)
    parameters = {k: v * np.exp(0.3 * rng.standard_normal(n)) for k, v in names.items()}
    return Workload(
        ROBERTSON, system, parameters, np.ones(n), "a", np.concatenate([[0.0], np.geomspace(1e-3, 1e4, 30)])
    )


LOGARITHMS = ("log_positive", "log_lineage_positive", "log_negative", "log_lineages_negative")
"""States of the core model that stand still once a clone's fate is decided."""


def never_standing_still(system: OdeSystem, names: tuple[str, ...]) -> OdeSystem:
    """Return the system whose named states go on where they would stand still: "law, or else zero" becomes the law."""
    rates = []
    for s, rate in zip(system.states, system.rates, strict=True):
        choices = sympy.sympify(rate).atoms(sympy.Piecewise) if s.name in names else ()
        law = {c: c.args[0][0] for c in choices if len(c.args) == 2 and c.args[1][0] == 0}
        rates.append(sympy.sympify(rate).xreplace(law))
    return replace(system, rates=tuple(rates))
