"""The core model in the library is the product's own: same equations, same numbers, same patients."""

import numpy as np
import pytest

from vein2vein.clinic.library import every_model, find_model
from vein2vein.dynamics.core import core_system
from vein2vein.dynamics.published.library import MODELS
from vein2vein.errors import ModelError
from vein2vein.evidence import load_sheet
from vein2vein.patients.population import draw_population
from vein2vein.patients.settings import SETTINGS
from vein2vein.simulation.model_run import run_individuals, run_model
from vein2vein.simulation.records import Tolerances
from vein2vein.simulation.reference import solve

NAMES = [f"core:{s.key}" for s in SETTINGS]


def test_equations_are_those_of_the_product():
    model, system = find_model("core"), core_system()
    assert model.system.rates == system.rates
    assert model.system.derived == system.derived
    assert {p.name for p in model.system.parameters} == {"dose", *(p.name for p in system.parameters)}
    started = {s.name: s.initial for s in model.states if s.name != "infused"}
    assert started == {s.name: s.initial for s in system.states if s.name != "infused"}


@pytest.mark.parametrize("setting", SETTINGS, ids=NAMES)
def test_a_population_is_drawn_as_the_product_draws_it(setting):
    drawn = find_model(f"core:{setting.key}").population(40, np.random.default_rng(5))
    expected = draw_population(
        (setting,),
        np.zeros(40, dtype=np.intp),
        core_system().parameters,
        load_sheet("core_model"),
        load_sheet("indications"),
        seed=int(np.random.default_rng(5).integers(2**31)),
    )
    for name, values in expected.parameters.items():
        assert np.array_equal(drawn[name], values), name
    assert drawn["dose"] == pytest.approx(expected.table["dose"].to_numpy(), rel=1e-14)


def test_a_setting_moves_the_typical_value_under_the_spread():
    model = find_model("core:LBCL")
    plain = model.population(30, np.random.default_rng(1))
    moved = model.with_values({"growth": 2 * model.typical["growth"], "crs_deviation": 0.5, "dose": 3e8})
    drawn = moved.population(30, np.random.default_rng(1))
    assert drawn["growth"] == pytest.approx(2 * plain["growth"])
    assert (drawn["crs_deviation"] == 0.5).all()
    assert drawn["dose"] == pytest.approx(plain["dose"] * 3e8 / model.typical["dose"])
    assert drawn["kill_max"] == pytest.approx(plain["kill_max"])


@pytest.mark.parametrize("name", NAMES)
def test_typical_patient_agrees_with_an_independent_solver(name):
    model = find_model(name)
    run = run_model(model, days=60, points=61, tolerances=Tolerances(rtol=1e-9, max_steps=1_000_000))
    reference = solve(model.system, model.typical, 60.0, rtol=1e-10)
    for observable in model.observables:
        expected = reference(observable.name, run.ensemble.times)
        found = run.ensemble.outputs[observable.name][0]
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-7 * np.abs(expected).max()), observable.name


def test_individuals_are_the_settings():
    model = find_model("core")
    assert list(model.subjects) == [s.key for s in SETTINGS]
    together = run_individuals(model, tuple(model.subjects), days=40, points=41)
    for k, name in enumerate(NAMES):
        alone = run_model(find_model(name), days=40, points=41)
        assert np.array_equal(together.metric("Cmax").value[k], alone.metric("Cmax").value[0])


def test_a_value_beyond_its_bound_is_refused():
    with pytest.raises(ModelError, match="at most 1"):
        find_model("core").with_values({"engraft_fraction": 1.5})
    with pytest.raises(ModelError, match="core:LBCL"):
        find_model("core:LBLC")
    with pytest.raises(ModelError, match="Did you mean 'core'"):
        find_model("cora")


def test_the_library_is_the_core_model_and_the_published_ones():
    assert list(every_model()) == ["core", *MODELS]
