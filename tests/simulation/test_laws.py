"""Laws that every integrator must keep: linearity, shifts in time, split doses, and problems with known answers."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from tests.simulation.models import s, system, two_compartments
from vein2vein.dynamics.law import TIME
from vein2vein.simulation import Events, Maximum, Method, Tolerances, simulate

RATES = {"k10": 0.3, "k12": 0.2, "k21": 0.1}
TIGHT = Tolerances(rtol=1e-9)
METHODS = pytest.mark.parametrize("method", list(Method), ids=lambda m: m.name)


def biexponential(t, dose, k10, k12, k21):
    total, product = k10 + k12 + k21, k10 * k21
    fast = (total + np.sqrt(total**2 - 4 * product)) / 2
    slow = total - fast
    return dose * ((fast - k21) * np.exp(-fast * t) - (slow - k21) * np.exp(-slow * t)) / (fast - slow)


def dosed(events, t=None, method=Method.EXPLICIT, patients=None):
    grid = np.linspace(0, 24, 49) if t is None else t
    n = patients or int(events.patient.max()) + 1
    return simulate(
        two_compartments(), RATES, patients=n, times=grid, outputs=["central"], events=events,
        summaries=[Maximum("top", "central")], tolerances=TIGHT, method=method,
    )  # fmt: skip


@METHODS
@given(dose=st.floats(1e-3, 1e6), factor=st.floats(1e-2, 1e2))
@settings(max_examples=8, deadline=None)
def test_dosing_is_linear(method, dose, factor):
    e = dosed(Events.bolus("central", 1.0, [dose, factor * dose]), method=method)
    one, other = e.outputs["central"]
    np.testing.assert_allclose(other, factor * one, rtol=1e-5, atol=2e-7 * (1 + factor * dose))


@METHODS
def test_two_compartments_analytic_bolus(method):
    t = np.linspace(0, 24, 49)
    e = dosed(Events.bolus("central", 0.0, [7.0]), t, method)
    np.testing.assert_allclose(e.outputs["central"][0], biexponential(t, 7.0, **RATES), rtol=2e-7)


@METHODS
def test_peak_between_grid_points_analytic(method):
    """Bateman's function: the peak of an intermediate, far from every output, at a usual tolerance."""
    rates = (-s.ka * s.gut, s.ka * s.gut - s.ke * s.blood)
    model = system("absorption", [("gut", 100.0), ("blood", 0.0)], rates, ["ka", "ke"])
    ka, ke = np.array([2.0, 5.0, 0.7]), np.array([0.3, 0.1, 0.5])
    e = simulate(
        model,
        {"ka": ka, "ke": ke},
        times=[0.0, 40.0],
        summaries=[Maximum("peak", "blood")],
        tolerances=Tolerances(1e-6),
        method=method,
    )
    t_max = np.log(ka / ke) / (ka - ke)
    peak = 100 * ka / (ka - ke) * (np.exp(-ke * t_max) - np.exp(-ka * t_max))
    np.testing.assert_allclose(e.summaries["peak"], peak, rtol=3e-6)
    np.testing.assert_allclose(e.summary_times["peak"], t_max, rtol=1e-3)


@METHODS
def test_one_compartment_infusion_analytic(method):
    model = system("one", [("a", 0.0)], [-s.k * s.a], ["k"])
    t, k, rate, long = np.linspace(0, 10, 41), 0.4, 5.0, 3.0
    e = simulate(
        model, {"k": k}, patients=1, times=t, outputs=["a"],
        events=Events.infusion("a", [1.0], [rate * long], [long]), tolerances=TIGHT, method=method,
    )  # fmt: skip
    on = np.clip(t - 1.0, 0, long)
    exact = rate / k * (1 - np.exp(-k * on)) * np.exp(-k * np.clip(t - 1.0 - long, 0, None))
    np.testing.assert_allclose(e.outputs["a"][0], exact, rtol=2e-7, atol=1e-9)


@METHODS
@given(shift=st.floats(-300, 300))
@settings(max_examples=8, deadline=None)
def test_time_shift_changes_nothing(method, shift):
    t = np.linspace(0, 12, 13)
    still = dosed(Events.bolus("central", 2.0, [3.0]), t, method)
    moved = dosed(Events.bolus("central", 2.0 + shift, [3.0]), t + shift, method)
    np.testing.assert_allclose(moved.outputs["central"], still.outputs["central"], rtol=1e-6, atol=1e-8)


@METHODS
@given(parts=st.integers(1, 5))
@settings(max_examples=5, deadline=None)
def test_split_doses_at_one_instant_are_one_dose(method, parts):
    whole = dosed(Events.bolus("central", 2.0, [10.0]), method=method)
    pieces = Events.concat(*[Events.bolus("central", 2.0, [10.0 / parts]) for _ in range(parts)])
    split = dosed(pieces, method=method)
    np.testing.assert_allclose(split.outputs["central"], whole.outputs["central"], rtol=1e-9)
    slices = [
        Events.infusion("central", [2.0 + k / parts], [10.0 / parts], [1.0 / parts]) for k in range(parts)
    ]
    one = dosed(Events.infusion("central", [2.0], [10.0], [1.0]), method=method)
    many = dosed(Events.concat(*slices), method=method)
    np.testing.assert_allclose(many.outputs["central"], one.outputs["central"], rtol=1e-6, atol=1e-8)


def nonstiff():
    """Return reference problems of DETEST (Hull, Enright, Fellen & Sedgwick 1972), classes A to E."""
    x, y = s.x, s.y
    r3 = sympy.sqrt(s.x**2 + s.y**2) ** 3
    ring = [-(s.a - s.b), (s.a - s.b) - (s.b - s.c), (s.b - s.c)]
    return {
        "A1 decay": ([("x", 1.0)], [-x]),
        "A2 a special Riccati equation": ([("x", 1.0)], [-(x**3) / 2]),
        "A3 oscillating": ([("x", 1.0)], [x * sympy.cos(TIME)]),
        "A4 logistic": ([("x", 1.0)], [x / 4 * (1 - x / 20)]),
        "B1 conflicting populations": ([("x", 1.0), ("y", 3.0)], [2 * (x - x * y), -(y - x * y)]),
        "B2 linear reaction": ([("a", 2.0), ("b", 0.0), ("c", 1.0)], ring),
        "C1 radioactive chain": ([("a", 1.0), ("b", 0.0), ("c", 0.0)], [-s.a, s.a - s.b, s.b]),
        "D1 orbit": (
            [("x", 0.9), ("y", 0.0), ("v", 0.0), ("u", float(np.sqrt(1.1 / 0.9)))], [s.v, s.u, -s.x / r3, -s.y / r3],
        ),
        "E2 van der Pol": ([("x", 2.0), ("y", 0.0)], [y, (1 - x**2) * y - x]),
    }  # fmt: skip


def stiff():
    """Return stiff problems of Enright, Hull & Lindberg (1975) and Hairer & Wanner."""
    chain = [
        -1800 * s.a + 900 * s.b,
        s.a - 2 * s.b + s.c,
        s.b - 2 * s.c + s.d,
        1000 * s.c - 2000 * s.d + 1000,
    ]
    fast = [-0.04 * s.a + 1e4 * s.b * s.c, 0.04 * s.a - 1e4 * s.b * s.c - 3e7 * s.b**2, 3e7 * s.b**2]
    return {
        "A2 heat": ([("a", 0.0), ("b", 0.0), ("c", 0.0), ("d", 0.0)], chain),
        "D4 chemistry": ([("a", 1.0), ("b", 0.0), ("c", 0.0)], fast),
        "oregonator": (
            [("a", 1.0), ("b", 2.0), ("c", 3.0)],
            [77.27 * (s.b + s.a * (1 - 8.375e-6 * s.a - s.b)), (s.c - (1 + s.a) * s.b) / 77.27, 0.161 * (s.a - s.c)],
        ),
    }  # fmt: skip


def check(name, states, rates, end, method, tolerance):
    t = np.linspace(0, end, 9)
    names = [x for x, _ in states]
    model = system(name, states, rates, [])
    e = simulate(model, {}, patients=2, times=t, outputs=names, tolerances=Tolerances(1e-8), method=method)
    f = sympy.lambdify([TIME, *[sympy.Symbol(x, real=True) for x in names]], rates)
    exact = solve_ivp(
        lambda u, y: f(u, *y), (0, end), [v for _, v in states], "Radau" if tolerance > 1e-5 else "DOP853",
        t_eval=t, rtol=1e-10, atol=1e-13,
    )  # fmt: skip
    for k, x in enumerate(names):
        scale = 1 + np.abs(exact.y[k]).max()
        assert np.max(np.abs(e.outputs[x][1] - exact.y[k])) < tolerance * scale, (name, x)


@pytest.mark.parametrize("name", list(nonstiff()))
def test_nonstiff_reference_problems(name):
    check(name, *nonstiff()[name], 10.0, Method.EXPLICIT, 3e-6)


@pytest.mark.parametrize("name", list(stiff()))
def test_stiff_reference_problems(name):
    check(name, *stiff()[name], 20.0, Method.STIFF, 3e-5)


@pytest.mark.parametrize("seed", range(4))
@METHODS
def test_random_models_against_scipy(seed, method):
    """Mass-action networks with a saturating step, drawn at random."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 6))
    x = [sympy.Symbol(f"x{i}", real=True) for i in range(n)]
    rates = [sympy.Integer(0)] * n
    for _ in range(2 * n):
        i, j, k = rng.integers(0, n, 3)
        flow = float(10 ** rng.uniform(-1, 0.5)) * x[i] * (x[k] / (1 + x[k]) if rng.random() < 0.5 else 1)
        rates[i] -= flow
        rates[j] += flow
    check(f"random {seed}", [(str(v), float(rng.uniform(0.1, 2))) for v in x], rates, 6.0, method, 1e-6)
