"""The laws battery over every model of the library: dimension, positivity, null limit, mass balance, provenance."""

import dataclasses

import numpy as np
import pytest
import sympy

from vein2vein.clinic.library import every_model
from vein2vein.dynamics.dimensions import check_dimensions
from vein2vein.dynamics.published.library import MODELS
from vein2vein.dynamics.published.record import Role
from vein2vein.simulation.model_run import run_model
from vein2vein.simulation.records import Tolerances

ALL = every_model()
EVERY = pytest.mark.parametrize("model", list(ALL.values()), ids=list(ALL))
QUICK = Tolerances(rtol=1e-6, max_steps=1_000_000)


@EVERY
def test_dimension_of_every_term(model):
    check_dimensions(model.system)


@EVERY
def test_nothing_turns_negative_and_nobody_fails(model):
    run = run_model(model, days=min(model.horizon, 60.0), points=121, tolerances=QUICK)
    assert not run.ensemble.failures
    for observable in model.observables:
        curve = run.ensemble.outputs[observable.name]
        assert np.isfinite(curve).all()
        assert curve.min() >= -1e-6 * max(1.0, curve.max())


DOSED = [m for m in ALL.values() if m.dose and m.observables[0].role is Role.CAR_T]


@pytest.mark.parametrize("model", DOSED, ids=[m.name for m in DOSED])
def test_without_a_dose_there_are_no_car_t_cells_or_the_model_says_so(model):
    run = run_model(model.with_values({model.dose: 0.0}), days=min(model.horizon, 60.0), tolerances=QUICK)
    dosed = run_model(model, days=min(model.horizon, 60.0), tolerances=QUICK)
    curve, right = (r.ensemble.outputs[model.observables[0].name] for r in (run, dosed))
    appear = bool(curve.max() > 1e-6 * right.max())
    assert appear == any(broken.law == "null limit" for broken in model.breaks)


@EVERY
def test_claimed_mass_balance_holds(model):
    for claim in model.conserved:
        zero = {sympy.Symbol(name, real=True): 0 for name in claim.without}
        known = {d.symbol: d.value for d in model.derived}
        rates = {s.symbol: sympy.sympify(model.rates[s.name]) for s in model.states}
        change = sum(sympy.diff(claim.total, s.symbol) * rates[s.symbol] for s in model.states)
        while change.free_symbols & known.keys():
            change = change.xreplace(known)
        assert sympy.simplify(change.xreplace(zero)) == 0


@EVERY
def test_every_number_has_a_source_and_an_assumption_is_marked(model):
    for row in model.values:
        assert row.locator.strip()
        assert len(row.meaning) > 3
    assert model.paper.doi.startswith("10.") or model.name == "core"
    assert model.assumptions


@EVERY
def test_rates_use_every_parameter_or_the_start_does(model):
    system = model.system
    used = set().union(
        *(sympy.sympify(r).free_symbols for r in system.rates),
        *(sympy.sympify(d.value).free_symbols for d in system.derived),
        *(sympy.sympify(s.initial).free_symbols for s in system.states),
        *(d.amount.free_symbols for d in model.dosing),
    )
    assert {p.symbol for p in system.parameters} <= used


@pytest.mark.parametrize(
    "model",
    [m for m in MODELS.values() if m.has_population],
    ids=[n for n, m in MODELS.items() if m.has_population],
)
def test_population_has_the_stated_spread(model):
    drawn = model.population(4000, np.random.default_rng(2))
    for row in model.values:
        values = drawn[row.name]
        assert np.isfinite(values).all()
        assert (values >= row.lower).all()
        if row.spread is not None:
            assert np.log(values).std() == pytest.approx(row.spread.sd, rel=0.06)
    for (a, b), r in model.correlations.items():
        assert np.corrcoef(np.log(drawn[a]), np.log(drawn[b]))[0, 1] == pytest.approx(r, abs=0.05)


def test_a_broken_law_names_its_cure():
    for model in MODELS.values():
        for broken in model.breaks:
            assert all(dataclasses.astuple(broken))
