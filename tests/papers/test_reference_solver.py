"""The engine agrees with an independent solver that shares no code with it."""

import numpy as np
import pytest
import sympy

from vein2vein.dynamics.published.library import MODELS
from vein2vein.simulation.model_run import run_model
from vein2vein.simulation.records import Tolerances
from vein2vein.simulation.reference import Input, solve

QUICK = (
    "stein2019",
    "kimmel2021",
    "hardiansyah2019",
    "leontriana2020",
    "barros2021_hdlm2",
    "chaudhury2020_ec50",
    "hanson2016",
    "liu2022",
    "frey2010",
)


@pytest.mark.parametrize("name", QUICK)
def test_engine_agrees_with_scipy(name):
    model = MODELS[name]
    days = min(model.horizon, 60.0)
    run = run_model(model, days=days, points=31, tolerances=Tolerances(rtol=1e-9, max_steps=1_000_000))
    numbers = {p.symbol: model.typical[p.name] for p in model.system.parameters}
    inputs = [
        Input(d.state, float(sympy.sympify(d.amount).xreplace(numbers)), d.time, d.duration)
        for d in model.dosing
        if d.time <= days
    ]
    reference = solve(model.system, model.typical, days, inputs=inputs, rtol=1e-10)
    for observable in model.observables:
        expected = reference(observable.name, run.ensemble.times)
        scale = 1e-9 * np.abs(expected).max()
        assert run.ensemble.outputs[observable.name][0] == pytest.approx(expected, rel=1e-6, abs=scale)
