"""States as logarithms: the same answers, no negative values, and doses into them refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.dynamics.law import State, Symbols, log, where
from vein2vein.dynamics.log_states import log_scaled
from vein2vein.dynamics.system import OdeSystem
from vein2vein.errors import ModelError
from vein2vein.parameter import Parameter
from vein2vein.simulation import Events, Maximum, Method, Minimum, Tolerances, simulate

s = Symbols()
NAMES = ("growth", "capacity", "kill", "half", "loss", "tumour_0", "supply")


def predator_and_prey(tumour_0=s.tumour_0) -> OdeSystem:
    killed = s.kill * s.cells * s.tumour / (s.half + s.tumour)
    return OdeSystem(
        name="cells and tumour",
        states=(
            State("depot", "cell", "cells not yet homed"),
            State("cells", "cell", "killers", 1e3, 1e2),
            State("tumour", "cell", "tumour cells", tumour_0, 1e4),
        ),
        parameters=tuple(Parameter("1", name, name=name) for name in NAMES),
        derived=(),
        rates=(
            -s.depot,
            s.depot + s.supply * where(s.t < 3, 1, 0) - s.loss * s.cells,
            s.growth * s.tumour * log(s.capacity / s.tumour) - killed,
        ),
    )


def parameters(draw_log_kill, growth, log_tumour):
    return {
        "growth": growth,
        "capacity": 1e12,
        "kill": 10.0**draw_log_kill,
        "half": 1e9,
        "loss": 0.1,
        "tumour_0": 10.0**log_tumour,
        "supply": 50.0,
    }


def run(system, values, rtol=1e-10, **more):
    arguments = {
        "times": np.linspace(0.0, 30.0, 11),
        "events": Events.bolus("depot", 2.0, np.array([1e7])),
        "outputs": ("cells", "tumour"),
        "summaries": (Minimum("nadir", "tumour"), Maximum("peak", "cells")),
        "tolerances": Tolerances(rtol),
        "threads": 1,
    }
    return simulate(system, values, patients=1, **(arguments | more))


@given(
    st.floats(min_value=-1.0, max_value=4.0),
    st.floats(min_value=0.005, max_value=0.05),
    st.floats(min_value=3, max_value=11),
)
@settings(max_examples=12, deadline=None)
@pytest.mark.parametrize("method", list(Method))
def test_answers_agree_with_the_unscaled_model(method, kill, growth, size):
    plain, values = predator_and_prey(), parameters(kill, growth, size)
    one = run(plain, values, method=method)
    other = run(log_scaled(plain, ["tumour", "cells"]), values, method=method)
    assert not one.failures
    assert not other.failures
    scale = {x.name: x.scale for x in plain.states}
    for name in ("cells", "tumour"):
        np.testing.assert_allclose(other.outputs[name], one.outputs[name], rtol=3e-7, atol=1e-7 * scale[name])
    for name in ("nadir", "peak"):
        np.testing.assert_allclose(other.summaries[name], one.summaries[name], rtol=1e-6, atol=1e-2)


def test_a_state_that_falls_by_thirty_decades_keeps_its_relative_accuracy():
    decay = OdeSystem(
        "decay",
        (State("x", "cell", "cells", 1e9, 1.0),),
        (Parameter("1/day", "k", name="k"),),
        (),
        (-s.k * s.x,),
    )
    system = log_scaled(decay, ["x"])
    e = simulate(system, {"k": [7.0]}, times=[0.0, 10.0], outputs=["x"], threads=1)
    np.testing.assert_allclose(e.outputs["x"][0, -1], 1e9 * np.exp(-70.0), rtol=1e-4)
    assert system.rates[0] == -s.k


@pytest.mark.parametrize("target", ["tumour", "log_tumour"])
def test_a_dose_into_a_logarithm_is_refused(target):
    system = log_scaled(predator_and_prey(), ["tumour"])
    with pytest.raises(ModelError, match="an amount can't be added") as caught:
        run(system, parameters(0.0, 0.1, 9.0), events=Events.bolus(target, 1.0, np.array([1e6])))
    assert "depot" in str(caught.value)


def test_a_state_that_begins_at_zero_is_refused_by_name():
    with pytest.raises(ModelError, match="depot"):
        log_scaled(predator_and_prey(), ["tumour", "depot"])


def test_an_unknown_state_is_named_with_a_near_miss():
    with pytest.raises(ModelError, match="Did you mean 'tumour'"):
        log_scaled(predator_and_prey(), ["tumor"])


def test_a_patient_who_begins_at_zero_fails_alone():
    values = parameters(0.0, 0.1, 9.0) | {"tumour_0": np.array([0.0, 1e9])}
    e = simulate(
        log_scaled(predator_and_prey(), ["tumour"]), values, times=[0.0, 5.0], outputs=["tumour"], threads=1
    )
    assert [(f.patient, f.state) for f in e.failures] == [(0, "log_tumour")]
    assert np.isfinite(e.outputs["tumour"][1]).all()
