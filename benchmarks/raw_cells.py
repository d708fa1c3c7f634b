"""Verdicts of an ordinary solver on raw cell counts: the same equations, the tumour in cells instead of logarithms.

Ward rules and stopping at progression are left out for all, as LSODA has neither. The laws by which a clone whose fate is
decided stands still are left out for LSODA, which gives up at their jumps. All are read by the
same rules on the same visits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import sympy

from benchmarks.peers import lsoda_with
from benchmarks.workload import LOGARITHMS, Workload, never_standing_still
from vein2vein.clinic.cohort import (
    OUTPUTS,
    PROGRESSION_FACTOR,
    RELAPSE_INCREMENT,
    Biology,
    Cohort,
    visit_grid,
)
from vein2vein.clinic.reading import read_cohort
from vein2vein.clinic.ward import WardPolicy, ward_parameters
from vein2vein.dynamics.core import core_system
from vein2vein.dynamics.law import TIME, State
from vein2vein.dynamics.system import OdeSystem
from vein2vein.patients.population import VirtualPopulation, draw_population
from vein2vein.patients.settings import SETTINGS
from vein2vein.simulation import Ensemble, Failure, Interventions, Method, Tolerances

VERDICTS = {
    "relapse": "relapse_type",
    "best response": "best_response",
    "cured": "cured",
    "CRS grade": "crs_grade",
    "ICANS grade": "icans_grade",
}
COMMON = {
    "SciPy solve_ivp": (1e-3, 1e-6),
    "looser solve_ivp": (1e-4, 1e-6),
    "tighter": (1e-6, 1e-8),
    "libroadrunner": (1e-6, 1e-12),
    "SciPy odeint": (1.49012e-8, 1.49012e-8),
}
"""Relative and scalar absolute tolerances: the defaults of widely used solvers, and two between."""

MOST_STEPS = 5_000
"""Steps between two visits after which a patient counts as failed; ten times odeint's own default."""


@dataclass(frozen=True)
class Patients:
    """Virtual patients of every setting, without ward rules."""

    biology: Biology
    population: VirtualPopulation
    work: Workload


def patients(each: int) -> Patients:
    """Return ``each`` patients of every setting, followed for five years."""
    biology = Biology.shipped()
    setting_of = np.repeat(np.arange(len(SETTINGS)), each)
    population = draw_population(
        SETTINGS, setting_of, core_system().parameters, biology.parameters, biology.indications, seed=11
    )
    parameters = dict(population.parameters) | ward_parameters(WardPolicy(), population, biology.parameters)
    for p in (RELAPSE_INCREMENT, PROGRESSION_FACTOR):
        parameters[p.name] = np.array([biology.parameters.value(p.name, s.key).value for s in SETTINGS])[
            setting_of
        ]
    dose = population.table["dose"].to_numpy(dtype=float)
    grid = visit_grid(5 * 365.25)
    return Patients(
        biology, population, Workload("core model", biology.system, parameters, dose, "infused", grid)
    )


def in_cells(system: OdeSystem, names: tuple[str, ...]) -> OdeSystem:
    """Return the system with states that are logarithms replaced by what they are the logarithm of."""
    old = {s.name: s for s in system.states}
    raw = {name: sympy.Symbol(f"{name}_raw", real=True) for name in names}
    swap = {old[name].symbol: sympy.log(symbol) for name, symbol in raw.items()}

    def times(y: sympy.Symbol, rate: sympy.Expr) -> sympy.Expr:
        if isinstance(rate, sympy.Add):
            return sympy.Add(*(times(y, term) for term in rate.args))
        if isinstance(rate, sympy.Piecewise):
            return sympy.Piecewise(*((times(y, value), condition) for value, condition in rate.args))
        return y * rate

    states, rates = [], []
    for s, rate in zip(system.states, system.rates, strict=True):
        rate = sympy.sympify(rate).xreplace(swap)
        if s.name in raw:
            states.append(State(raw[s.name].name, "cell", s.meaning, sympy.exp(s.initial)))
            rates.append(times(raw[s.name], rate))
        else:
            states.append(s)
            rates.append(rate)
    derived = tuple(replace(d, value=d.value.xreplace(swap)) for d in system.derived)
    return OdeSystem(f"{system.name}, raw cells", tuple(states), system.parameters, derived, tuple(rates))


def wrong_verdicts(each: int, whole: bool = True) -> dict:
    """Return, by solver and tolerance, how many patients get another verdict than at 1e-11, fail, or turn negative."""
    who = patients(each)
    system = never_standing_still(who.work.system, LOGARITHMS)
    log = replace(who.work, system=system)
    raw = replace(who.work, system=in_cells(system, LOGARITHMS))
    truth = _engine(who, 1e-11, Method.EXPLICIT)
    rows = [_row(f"vein2vein, default ({rtol:g})" if rtol == 1e-4 else f"vein2vein, {rtol:g}", truth,
                 _engine(who, rtol), None, None) for rtol in (1e-4, 1e-6)]  # fmt: skip
    for rtol in (1e-4, 1e-6) if whole else ():
        atol = np.array([s.scale for s in log.system.states]) * rtol
        states, whole, seconds = lsoda_with(log, rtol, atol, MOST_STEPS)
        name = f"LSODA on logarithms, tolerances by state, {rtol:g}"
        rows.append(
            _row(name, truth, _read(who, log, states, whole), _below_zero(log, states), float(seconds.mean()))
        )
    for name, (rtol, atol) in COMMON.items():
        states, whole, seconds = lsoda_with(raw, rtol, atol, MOST_STEPS)
        label = f"LSODA on raw cells, {rtol:.3g} / {atol:.3g} ({name})"
        rows.append(
            _row(
                label, truth, _read(who, raw, states, whole), _below_zero(raw, states), float(seconds.mean())
            )
        )
        print(f"  {rows[-1]}", flush=True)
    return {"patients": each * len(SETTINGS), "each": each, "most_steps": MOST_STEPS, "rows": rows}


def _engine(who: Patients, rtol: float, method: Method | None = None) -> pd.DataFrame:
    found = who.work.run(outputs=OUTPUTS, tolerances=Tolerances(rtol), method=method, threads=None)
    return _table(who, found)


def _table(who: Patients, found: Ensemble) -> pd.DataFrame:
    n = who.work.patients
    none = Interventions(np.zeros(n, np.int64), np.full(n, np.nan))
    found = replace(found, interventions={"tocilizumab": none, "steroids": none})
    return read_cohort(Cohort(who.population, found), who.biology.parameters).table.set_index("row")


def _read(who: Patients, work: Workload, states: np.ndarray, whole: np.ndarray) -> pd.DataFrame:
    """Return the verdicts on a peer's states."""
    system, n = work.system, work.patients
    symbols = [s.symbol for s in system.states]
    parameters = [p.symbol for p in system.parameters]
    steps = [(d.symbol, sympy.sympify(d.value)) for d in system.derived]
    wanted = [system.expression(name) for name in OUTPUTS]
    function = sympy.lambdify(
        [TIME, *symbols, *parameters], wanted, modules="numpy", cse=lambda e: (steps, e)
    )
    columns = [np.broadcast_to(work.parameters[p.name], (n,))[:, None] for p in system.parameters]
    with np.errstate(all="ignore"):
        values = function(work.times, *np.moveaxis(states, 2, 0), *columns)
    outputs = {
        k: np.broadcast_to(v, (n, len(work.times))).copy() for k, v in zip(OUTPUTS, values, strict=True)
    }
    whole = whole & np.all([np.isfinite(v).all(axis=1) for v in outputs.values()], axis=0)
    for name in ("lineages_positive", "lineages_negative"):
        outputs[name] = np.maximum(outputs[name], 0.0)
    failures = tuple(Failure(int(p), np.nan, "", "LSODA", "") for p in np.flatnonzero(~whole))
    found = Ensemble(
        work.times,
        outputs,
        {},
        {},
        {},
        np.full(n, np.nan),
        np.zeros(n, np.int64),
        failures,
        Tolerances(),
        "LSODA",
    )
    return _table(who, found)


def _row(
    name: str, truth: pd.DataFrame, table: pd.DataFrame, negative: int | None, seconds: float | None
) -> dict:
    a, b = truth.align(table, join="inner", axis=0)
    differs = {label: (a[c].astype(str) != b[c].astype(str)).to_numpy() for label, c in VERDICTS.items()}
    row = {"solver": name, "read": len(b), "failed": len(truth) - len(b)}
    row |= {label: int(d.sum()) for label, d in differs.items()}
    return row | {
        "any": int(np.any(list(differs.values()), axis=0).sum()),
        "negative": negative,
        "seconds": seconds,
    }


def _below_zero(work: Workload, states: np.ndarray) -> int:
    """Return how many patients have, at a visit, fewer than minus one cell of something."""
    cells = [k for k, s in enumerate(work.system.states) if s.unit == "cell"]
    with np.errstate(invalid="ignore"):
        return int((states[:, :, cells] < -1.0).any(axis=(1, 2)).sum())
