"""A model of forty states compiles in reasonable time and integrates."""

import time

import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp

from tests.simulation.models import s, system
from vein2vein.dynamics.law import hill
from vein2vein.simulation import Method, Tolerances, simulate


def cascade(n=40):
    """A signalling cascade with saturation and feedback: each state drives the next, the last inhibits the first."""
    x = [sympy.Symbol(f"x{i}", real=True) for i in range(n)]
    rates = [s.k0 / (1 + x[-1] ** 2) - x[0]]
    rates += [
        hill(x[i - 1], s.half, 2) * s.gain * sympy.exp(-x[i] / 10) - x[i] * (1 + i % 7) for i in range(1, n)
    ]
    return system("cascade", [(f"x{i}", 0.1) for i in range(n)], rates, ["k0", "half", "gain"]), x, rates


@pytest.mark.slow
def test_forty_states():
    model, x, rates = cascade()
    values = {"k0": 2.0, "half": 0.5, "gain": 3.0}
    start = time.process_time()
    e = simulate(
        model,
        values,
        patients=1,
        times=[0.0, 5.0, 20.0],
        outputs=["x0", "x39"],
        tolerances=Tolerances(1e-8),
        method=Method.STIFF,
    )
    assert time.process_time() - start < 90.0
    f = sympy.lambdify([x], [r.subs({getattr(s, k): v for k, v in values.items()}) for r in rates])
    exact = solve_ivp(lambda _, y: f(y), (0, 20), [0.1] * 40, "LSODA", t_eval=e.times, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(e.outputs["x0"][0], exact.y[0], rtol=1e-6)
    np.testing.assert_allclose(e.outputs["x39"][0], exact.y[39], rtol=1e-5, atol=1e-9)
