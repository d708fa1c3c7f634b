"""At one instant, administrations come before the ward round: the ward assesses the treated patient."""

import numpy as np
import pytest
import sympy

from vein2vein.dynamics.law import Change, Mechanism, State
from vein2vein.dynamics.system import compose
from vein2vein.simulation import Action, Events, WardRule, simulate

X = sympy.Symbol("x", real=True)


class Rising(Mechanism):
    def flows(self, s):
        yield Change("rise", s.x, sympy.Integer(1))


SYSTEM = compose(
    "rising", [State("x", "1", "level", 0.0, nonnegative=False), State("given", "1", "doses")], [Rising()]
)


def run(rule, *events):
    table = Events.concat(*(Events.bolus("x", t, a, 1) for t, a in events))
    return simulate(
        SYSTEM,
        {},
        patients=1,
        times=np.arange(0.0, 5.01, 0.5),
        outputs=("x", "given"),
        events=table,
        rules=(rule,),
    )


def rule(**options):
    given = (Action("given", 1.0),)
    return WardRule("rule", X - 1.9, start=0.0, end=4.0, every=1.0, actions=given, max_times=10, **options)


def test_a_dose_at_the_time_of_the_round_is_seen_by_it():
    untreated = run(rule())
    assert untreated.interventions["rule"].first_time[0] == 2.0
    treated = run(rule(), (2.0, -0.5))  # 2.0 before the dose, 1.5 after it
    assert treated.interventions["rule"].first_time[0] == 3.0


@pytest.mark.parametrize("delay", [0.0, 0.25, 1.0])
def test_rounds_fire_as_often_as_the_condition_holds(delay):
    ensemble = run(rule(delay=delay))
    assert not ensemble.failures
    assert ensemble.interventions["rule"].count[0] == 3  # days 2, 3 and 4
    assert ensemble.outputs["given"][0, -1] == pytest.approx(3.0)
    assert ensemble.outputs["x"][0, -1] == pytest.approx(5.0)
