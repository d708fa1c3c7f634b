"""Ward rules inside the kernel; failures named and kept apart."""

import numpy as np
import pytest
import sympy

from tests.simulation.models import decay, s, system
from vein2vein.dynamics.law import State
from vein2vein.simulation import Action, Events, Tolerances, WardRule, simulate

TIGHT = Tolerances(rtol=1e-9)


def ramp():
    """score' = 1 - 2 drug; the drug is a switch."""
    return system(
        "ramp",
        [("score", 0.0), ("drug", 0.0)],
        [1 - 2 * s.drug, 0],
        ["cut", "dose"],
        [("excess", s.score - s.cut)],
    )


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.75])
def test_rule_fires_at_the_round_and_acts_after_the_delay(delay):
    rule = WardRule(
        "toci",
        s.excess,
        start=0.0,
        end=20.0,
        every=0.5,
        delay=delay,
        min_interval=2.0,
        max_times=2,
        actions=(Action("drug", s.dose), Action("drug", -s.dose, after=1.0)),
    )
    cut = np.array([1.2, 3.1, 50.0])
    t = np.linspace(0, 10, 101)
    e = simulate(
        ramp(), {"cut": cut, "dose": 1.0}, times=t, outputs=["score", "drug"], rules=[rule], tolerances=TIGHT
    )
    given = e.interventions["toci"]
    first_round = np.array([1.5, 3.5])  # the first round at which score > cut
    np.testing.assert_allclose(given.first_time[:2], first_round + delay, atol=1e-9)
    assert np.isnan(given.first_time[2])
    assert given.count.tolist() == [2, 2, 0]
    np.testing.assert_allclose(e.outputs["score"][2], t, atol=1e-9)
    for patient in range(2):
        start = first_round[patient] + delay
        on = (t >= start - 1e-9) & (t < start + 1 - 1e-9)
        np.testing.assert_array_equal(e.outputs["drug"][patient][t < start + 1.5] == 1.0, on[t < start + 1.5])
        fall = (t > start) & (t < start + 1)
        np.testing.assert_allclose(e.outputs["score"][patient][fall], start - (t[fall] - start), atol=1e-8)


def test_rule_can_set_and_is_the_same_in_any_company():
    rule = WardRule("clear", s.score > 2, 0.0, 9.0, 0.25, (Action("score", 0.0, set=True),), max_times=100)
    cut = np.linspace(0, 5, 50)
    runs = [
        simulate(
            ramp(),
            {"cut": cut, "dose": 1.0},
            times=np.linspace(0, 9, 37),
            outputs=["score"],
            rules=[rule],
            chunk=c,
        )
        for c in (50, 3)
    ]
    np.testing.assert_array_equal(runs[0].outputs["score"], runs[1].outputs["score"])
    assert runs[0].interventions["clear"].count.tolist() == [4] * 50
    assert np.nanmax(runs[0].outputs["score"]) <= 2.25 + 1e-9


def explosive():
    return system("explosive", [("y", s.y0), ("z", 1.0)], [s.y**2, -s.z], ["y0"])


def test_a_blow_up_fails_alone():
    y0 = np.where(np.arange(40) == 17, 1.0, 0.01)
    e = simulate(explosive(), {"y0": y0}, times=[0, 1, 2], outputs=["y", "z"], tolerances=Tolerances(1e-6))
    assert [f.patient for f in e.failures] == [17]
    failure = e.failures[0]
    assert failure.state == "y"
    assert failure.kind in ("step underflow", "not a finite number")
    assert 0.99 < failure.time < 1.01
    assert failure.remedy
    assert np.isnan(e.outputs["z"][17]).all()
    others = np.delete(e.outputs["y"], 17, axis=0)
    np.testing.assert_allclose(others[:, -1], 1 / (100 - 2), rtol=1e-5)


def test_step_limit_not_finite_and_negative_are_told_apart():
    e = simulate(
        decay(), {"k": 50.0, "a0": 1.0}, patients=1, times=[0, 100], tolerances=Tolerances(1e-6, max_steps=20)
    )
    assert e.failures[0].kind == "step limit"
    assert e.steps[0] == 20
    bad = system("bad", [("y", 1.0)], [sympy.log(s.c)], ["c"])
    e = simulate(bad, {"c": np.array([-1.0, 1.0])}, times=[0, 1], outputs=["y"])
    assert [(f.patient, f.kind, f.time) for f in e.failures] == [(0, "not a finite number", 0.0)]
    assert e.outputs["y"][1].tolist() == [1.0, 1.0]
    drain = system("drain", [State("y", "1", "store", initial=1.0)], [-s.c], ["c"])
    e = simulate(drain, {"c": 1.0}, patients=1, times=[0, 3], outputs=["y"])
    assert e.failures[0].kind == "negative beyond tolerance"
    assert e.failures[0].time == pytest.approx(1.0, abs=0.01)


def test_events_after_a_failure_do_not_matter():
    events = Events.bolus("y", 1.5, [1.0, 1.0])
    e = simulate(explosive(), {"y0": np.array([1.0, 0.01])}, times=[0, 2], outputs=["y"], events=events)
    assert len(e.failures) == 1
    assert e.outputs["y"][1, 1] > 1
