"""Every published model reproduces the numbers of its source, on the engine. The numbers are never tuned."""

from pathlib import Path

import numpy as np
import pytest

from vein2vein.dynamics.published.library import MODELS
from vein2vein.dynamics.published.parameter_sets import with_sets
from vein2vein.simulation.model_run import measure_golden
from vein2vein.simulation.records import Tolerances

SETS = Path(__file__).parents[2] / ".." / "shared" / "data" / "kirouac2023_parameter_sets" / "parameters.csv"
TIGHT = Tolerances(rtol=1e-8, max_steps=2_000_000)
CASES = [(name, golden) for name, model in MODELS.items() for golden in model.golden]


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.golden])
def test_numbers_are_reproduced(name):
    model = MODELS[name]
    for golden, found in zip(model.golden, measure_golden(model, TIGHT), strict=True):
        assert found == pytest.approx(golden.value, abs=golden.tolerance, rel=0), golden.name


def test_a_known_discrepancy_is_explained():
    for _, golden in CASES:
        assert golden.within is None or (golden.note and golden.within <= 0.01)


def test_every_model_has_numbers():
    assert all(len(model.golden) > 1 for model in MODELS.values())


def test_kirouac_ships_its_36_sets():
    model = MODELS["kirouac2023"]
    assert {group: len(sets) for group, sets in model.groups.items()} == {"CR": 12, "PR": 12, "NR": 12}
    assert set(model.subjects) == {name for sets in model.groups.values() for name in sets}
    by_model = {v.name for v in model.values} - {"engraft", "B0", "dose"}
    assert all(set(values) == by_model for values in model.subjects.values())
    drawn = model.subject("nr").population(300, np.random.default_rng(1))
    assert set(drawn["TK50"]) == {model.subjects[name]["TK50"] for name in model.groups["NR"]}


@pytest.mark.skipif(not SETS.exists(), reason="the table of parameter sets isn't at hand")
def test_the_shipped_sets_are_those_of_the_paper():
    given = with_sets(MODELS["kirouac2023"], SETS)
    assert given.subjects == MODELS["kirouac2023"].subjects
    assert given.groups == MODELS["kirouac2023"].groups


def test_extinction_agrees_with_kendall():
    """The probability of cure equals the closed form along the trajectory, evaluated by quadrature."""
    from scipy.integrate import cumulative_trapezoid

    from vein2vein.simulation.model_run import run_model

    model = MODELS["kimmel2021"].with_values({"r_B": 0.05, "turnover": 0.1})
    run = run_model(model, days=200, points=200_001, tolerances=Tolerances(rtol=1e-8))
    t, c = run.ensemble.times, run.ensemble.outputs["C"][0]
    v = model.typical
    death = v["turnover"] + v["gamma_B"] * c / (v["k_B"] + c)
    birth = v["r_B"] + v["turnover"]
    rho = cumulative_trapezoid(death - birth, t, initial=0)
    j = cumulative_trapezoid(death * np.exp(rho), t, initial=0)
    for day in (40.0, 60.0, 200.0):
        k = int(np.searchsorted(t, day))
        expected = np.exp(-v["B0"] * np.log1p(1 / j[k]))
        assert run.ensemble.outputs["P_cure"][0, k] == pytest.approx(expected, abs=1e-5)
