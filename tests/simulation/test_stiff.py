"""The stiff method and the choice between the two."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from tests.simulation.models import decay, logistic, oscillator, s, system
from vein2vein.simulation import Events, Integral, Maximum, Method, Tolerances, simulate


def robertson():
    """Robertson's chemical reactions, the classic stiff problem."""
    a, b, c = 0.04 * s.a, 1e4 * s.b * s.c * s.k, 3e7 * s.b**2
    return system("Robertson", [("a", 1.0), ("b", 0.0), ("c", 0.0)], [-a + b, a - b - c, c], ["k"])


def van_der_pol():
    return system("van der Pol", [("x", 2.0), ("v", 0.0)], [s.v, s.m * (1 - s.x**2) * s.v - s.x], ["m"])


def kinetics():
    """A fast equilibrium driven by a slow wave, not autonomous."""
    import sympy

    from vein2vein.dynamics.law import TIME

    return system(
        "kinetics",
        [("x", 0.0), ("y", 0.0)],
        [-s.k * (s.x - sympy.cos(TIME)), s.x * s.x - s.y],
        ["k"],
        [("both", s.x + s.y)],
    )


def reference(f, y0, times):
    out = solve_ivp(f, (times[0], times[-1]), y0, "Radau", t_eval=times, rtol=1e-11, atol=1e-14)
    return out.y


def test_robertson_against_radau():
    t = np.array([0.0, 0.4, 4.0, 40.0, 400.0, 4000.0])
    e = simulate(
        robertson(), {"k": 1.0}, patients=3, times=t, outputs=["a", "b", "c"], tolerances=Tolerances(1e-8)
    )
    assert "stiff" in e.method
    y = reference(
        lambda _, y: [
            -0.04 * y[0] + 1e4 * y[1] * y[2],
            0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] ** 2,
            3e7 * y[1] ** 2,
        ],
        [1, 0, 0],
        t,
    )
    np.testing.assert_allclose(e.outputs["a"][1], y[0], rtol=1e-6)
    np.testing.assert_allclose(e.outputs["c"][1], y[2], rtol=2e-6, atol=1e-9)
    np.testing.assert_allclose(e.outputs["a"] + e.outputs["b"] + e.outputs["c"], 1.0, rtol=1e-9)


def test_van_der_pol_against_radau():
    t = np.linspace(0, 3000, 13)
    e = simulate(
        van_der_pol(), {"m": 1000.0}, patients=1, times=t, outputs=["x"], tolerances=Tolerances(1e-7)
    )
    assert "stiff" in e.method
    y = reference(lambda _, y: [y[1], 1000 * (1 - y[0] ** 2) * y[1] - y[0]], [2.0, 0.0], t)
    np.testing.assert_allclose(e.outputs["x"][0], y[0], rtol=2e-4)


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-8])
def test_error_follows_the_tolerance_when_time_enters(rtol):
    t = np.linspace(0, 10, 41)
    e = simulate(
        kinetics(),
        {"k": np.array([1e3, 1e5])},
        times=t,
        outputs=["x", "y", "both"],
        summaries=[Integral("auc", "y"), Maximum("top", "y")],
        tolerances=Tolerances(rtol),
        method=Method.STIFF,
    )
    y = reference(lambda time, y: [-1e3 * (y[0] - np.cos(time)), y[0] ** 2 - y[1]], [0, 0], t)
    assert np.max(np.abs(e.outputs["x"][0] - y[0])) < 20 * rtol
    assert np.max(np.abs(e.outputs["y"][0] - y[1])) < 20 * rtol
    dense = solve_ivp(
        lambda time, y: [-1e3 * (y[0] - np.cos(time)), y[0] ** 2 - y[1], y[1]],
        (0, 10),
        [0, 0, 0],
        "Radau",
        rtol=1e-10,
        atol=1e-13,
        dense_output=True,
    )
    assert abs(e.summaries["auc"][0] - dense.y[2, -1]) < 50 * rtol
    fine = dense.sol(np.linspace(0, 10, 20001))[1]
    assert abs(e.summaries["top"][0] - fine.max()) < 20 * rtol


def test_convergence_orders():
    """Ten times the tolerance, about ten times the error: both methods, their dense outputs included."""
    r = np.linspace(0.3, 2, 8)
    for method in Method:
        errors = []
        for rtol in (1e-5, 1e-8):
            e = simulate(
                logistic(),
                {"r": r, "K": 1e9, "n0": 10.0},
                times=np.linspace(0, 20, 37),
                outputs=["n"],
                tolerances=Tolerances(rtol),
                method=method,
            )
            exact = 1e9 / (1 + (1e8 - 1) * np.exp(-r[:, None] * e.times))
            errors.append(np.abs(e.outputs["n"] / exact - 1).max())
        assert errors[0] < 1e-3
        assert errors[1] < 1e-6
        assert 100 < errors[0] / errors[1] < 10_000


def test_choice_by_measurement():
    t = np.linspace(0, 50, 3)
    smooth = simulate(oscillator(), {"w": np.ones(5)}, times=t, outputs=["x"])
    assert "explicit" in smooth.method
    hard = simulate(van_der_pol(), {"m": np.full(5, 500.0)}, times=np.linspace(0, 500, 3), outputs=["x"])
    assert "stiff" in hard.method


def test_stiff_same_bits_for_any_threads_and_chunks():
    rng = np.random.default_rng(4)
    k = 10 ** rng.uniform(1, 6, 60)
    events = Events.bolus("y", 2.0, rng.uniform(0, 3, 60))
    arguments = {
        "times": np.linspace(0, 6, 13),
        "outputs": ["x", "both"],
        "events": events,
        "method": Method.STIFF,
        "summaries": [Maximum("top", "y"), Integral("auc", "x")],
    }
    runs = [
        simulate(kinetics(), {"k": k}, threads=n, chunk=c, **arguments)
        for n, c in ((1, 99), (2, 7), (2, 16), (1, 1))
    ]
    for other in runs[1:]:
        for name in ("x", "both"):
            np.testing.assert_array_equal(other.outputs[name], runs[0].outputs[name])
        for name in ("top", "auc"):
            np.testing.assert_array_equal(other.summaries[name], runs[0].summaries[name])


def test_denormals_cost_nothing_and_end_at_zero():
    e = simulate(
        decay(), {"k": 5.0, "a0": 1.0}, patients=1, times=[0.0, 400.0], outputs=["a"], method=Method.STIFF
    )
    assert abs(e.outputs["a"][0, 1]) < 1e-4
    assert np.float64(5e-324) * 0.5 == 0.0
    assert np.float64(1e-310) / 2 > 0  # the caller's own arithmetic keeps its denormals
