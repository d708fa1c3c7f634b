"""The interface: analytic solutions, dense output, events, summaries, stops."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from tests.simulation.models import decay, driven, gompertz, logistic, oscillator, s, two_compartments
from vein2vein.errors import InputError
from vein2vein.simulation import (
    Events,
    Integral,
    Maximum,
    Minimum,
    StopWhen,
    Tolerances,
    simulate,
)

TIGHT = Tolerances(rtol=1e-9)


def test_decay_integral_and_extremes():
    k = np.linspace(0.1, 2, 37)
    e = simulate(
        decay(),
        {"k": k, "a0": 3.0},
        times=np.linspace(0, 10, 21),
        outputs=["a", "half", "log_a"],
        summaries=[
            Integral("auc", "a"),
            Integral("late", "a", start=4.0),
            Maximum("top", "a"),
            Minimum("low", "half"),
        ],
        tolerances=TIGHT,
    )
    exact = 3 * np.exp(-np.outer(k, e.times))
    np.testing.assert_allclose(e.outputs["a"], exact, rtol=0, atol=3e-8)
    np.testing.assert_allclose(e.outputs["log_a"], np.log(e.outputs["a"]), rtol=1e-12)
    np.testing.assert_allclose(e.summaries["auc"], 3 * (1 - np.exp(-10 * k)) / k, rtol=1e-8)
    np.testing.assert_allclose(e.summaries["late"], 3 * (np.exp(-4 * k) - np.exp(-10 * k)) / k, atol=1e-8)
    np.testing.assert_array_equal(e.summaries["top"], 3.0)
    np.testing.assert_array_equal(e.summary_times["top"], 0.0)
    np.testing.assert_array_equal(e.summary_times["low"], 10.0)
    assert e.failures == ()


def test_logistic_and_gompertz():
    t = np.linspace(0, 12, 40)
    p = {"r": np.array([0.3, 1.0, 2.5]), "K": 1e9, "n0": np.array([1.0, 1e3, 1e10])}
    e = simulate(logistic(), p, times=t, outputs=["n"], tolerances=TIGHT)
    r, n0 = p["r"][:, None], p["n0"][:, None]
    exact = 1e9 / (1 + (1e9 / n0 - 1) * np.exp(-r * t))
    np.testing.assert_allclose(e.outputs["n"], exact, rtol=1e-7)
    e = simulate(gompertz(), p, times=t, outputs=["n"], tolerances=TIGHT)
    np.testing.assert_allclose(e.outputs["n"], 1e9 * np.exp(np.log(n0 / 1e9) * np.exp(-r * t)), rtol=1e-7)


def test_extremes_between_grid_points():
    w = np.array([0.5, 1.0, 3.0])
    e = simulate(
        oscillator(),
        {"w": w},
        times=[0.0, 10.0],
        summaries=[Maximum("top", "x"), Minimum("low", "x"), Maximum("window", "x", start=7.0, end=7.2)],
        tolerances=Tolerances(1e-10),
    )
    np.testing.assert_allclose(e.summaries["top"], 1 / w, rtol=1e-8)
    np.testing.assert_allclose(e.summaries["low"][1:], -1 / w[1:], rtol=1e-8)
    np.testing.assert_allclose(e.summary_times["top"][:2], np.pi / 2 / w[:2], rtol=1e-7)
    inside = np.linspace(7, 7.2, 2001)
    np.testing.assert_allclose(
        e.summaries["window"], (np.sin(np.outer(w, inside)) / w[:, None]).max(1), rtol=1e-6
    )


def test_bolus_infusion_and_values_after_the_event():
    p = {"k10": 0.3, "k12": 0.2, "k21": 0.1}
    events = Events.concat(
        Events.bolus("central", 0.0, 100.0, patients=2),
        Events(np.array([1]), np.array([2.0]), ("central",), np.array([60.0]), np.array([1.5])),
        Events(np.array([0]), np.array([5.0]), ("central",), np.array([50.0]), np.array([0.0])),
    )
    t = np.linspace(0, 10, 81)
    e = simulate(
        two_compartments(),
        p,
        patients=2,
        times=t,
        outputs=["central", "total"],
        events=events,
        tolerances=TIGHT,
    )
    assert e.outputs["central"][0, 0] == 100.0
    at5 = np.searchsorted(t, 5.0)
    assert e.outputs["central"][0, at5] - e.outputs["central"][1, at5] > 20

    def rates(time, y):
        u = 40.0 if 2.0 <= time < 3.5 else 0.0
        return [-0.5 * y[0] + 0.1 * y[1] + u, 0.2 * y[0] - 0.1 * y[1]]

    y, pieces = np.array([100.0, 0.0]), {}
    for a, b in ((0, 2.0), (2.0, 3.5 - 1e-13), (3.5, 10.0)):
        inside = t[(t >= a) & (t <= b)]
        out = solve_ivp(rates, (a, b), y, "DOP853", t_eval=np.unique([*inside, b]), rtol=1e-12, atol=1e-12)
        pieces.update(zip(out.t, out.y[0], strict=True))
        y = out.y[:, -1]
    reference = np.array([pieces[x] if x in pieces else np.nan for x in t])
    known = ~np.isnan(reference)
    assert known.sum() > 78
    np.testing.assert_allclose(e.outputs["central"][1][known], reference[known], rtol=1e-7)


def test_parameter_switch():
    events = Events.parameter_switch("k", 2.0, [0.5, 0.0])
    e = simulate(
        decay(),
        {"k": 1.0, "a0": 1.0},
        patients=2,
        times=[0, 2, 4],
        outputs=["a"],
        events=events,
        tolerances=TIGHT,
    )
    np.testing.assert_allclose(e.outputs["a"][:, 2], [np.exp(-3), np.exp(-2)], rtol=1e-7)


def test_time_functions_and_a_pulse_in_time():
    t = np.linspace(0, 6, 25)
    e = simulate(driven(), {"unused": 0.0}, patients=3, times=t, outputs=["x", "area"], tolerances=TIGHT)
    np.testing.assert_allclose(e.outputs["x"], np.tile(np.sin(t), (3, 1)), atol=1e-7)
    np.testing.assert_allclose(e.outputs["area"][:, -1], 1.0, rtol=1e-6)


def test_stop_uses_running_extremes():
    e = simulate(
        oscillator(),
        {"w": 1.0},
        patients=2,
        times=np.linspace(0, 10, 11),
        outputs=["x"],
        summaries=[Maximum("top", "x")],
        stop=StopWhen(s.top - s.x - 0.5, after=1.0),
        tolerances=Tolerances(1e-8),
    )
    assert np.all((e.stopped_at > np.pi / 2) & (e.stopped_at < 3.5))
    known = ~np.isnan(e.outputs["x"][0])
    assert known.sum() == int(e.stopped_at[0]) + 1
    np.testing.assert_allclose(e.summaries["top"], 1.0, rtol=1e-7)


def test_same_bits_for_any_threads_and_chunks():
    rng = np.random.default_rng(1)
    p = {"r": rng.uniform(0.1, 3, 100), "K": rng.uniform(1e3, 1e9, 100), "n0": 10.0}
    events = Events.bolus("n", 3.0, rng.uniform(0, 1e4, 100))
    runs = [
        simulate(
            gompertz(),
            p,
            times=np.linspace(0, 9, 10),
            outputs=["n"],
            summaries=[Integral("auc", "n")],
            events=events,
            threads=threads,
            chunk=chunk,
        )
        for threads, chunk in ((1, 1000), (2, 7), (2, 33), (1, 1))
    ]
    for other in runs[1:]:
        np.testing.assert_array_equal(other.outputs["n"], runs[0].outputs["n"])
        np.testing.assert_array_equal(other.summaries["auc"], runs[0].summaries["auc"])
        np.testing.assert_array_equal(other.steps, runs[0].steps)


def test_progress_and_no_patients():
    seen = []
    simulate(
        decay(), {"k": 1.0, "a0": 1.0}, patients=10, times=[0, 1], chunk=4, progress=lambda *x: seen.append(x)
    )
    assert seen[-1] == (10, 10)
    empty = simulate(decay(), {"k": np.zeros(0), "a0": 1.0}, times=[0, 1], outputs=["a"])
    assert empty.outputs["a"].shape == (0, 2)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"parameters": {"k": 1.0}}, "a0"),
        ({"parameters": {"k": 1.0, "a0": np.nan}}, "a0"),
        ({"parameters": {"k": 1.0, "a0": 1.0, "kk": 2.0}}, "kk"),
        ({"parameters": {"k": np.ones(3), "a0": np.ones(4)}}, "length"),
        ({"times": [0, 0, 1]}, "times"),
        ({"outputs": ["b"]}, "quantity"),
        ({"outputs": ["a", "a"]}, "same name"),
        ({"patients": None, "parameters": {"k": 1.0, "a0": 1.0}}, "patients"),
        ({"events": Events.bolus("a", 20.0, 1.0, patients=2)}, "outside"),
        ({"events": Events.bolus("b", 0.0, 1.0, patients=2)}, "state"),
        ({"events": Events.bolus("a", 0.0, 1.0, patients=9)}, "nobody"),
        ({"summaries": [Maximum("m", "zz")]}, "quantity"),
    ],
)
def test_bad_input_is_named(change, word):
    arguments = {
        "parameters": {"k": 1.0, "a0": 1.0},
        "patients": 2,
        "times": [0, 1],
        "outputs": ["a"],
    } | change
    with pytest.raises(InputError, match=word):
        simulate(decay(), arguments.pop("parameters"), **arguments)
