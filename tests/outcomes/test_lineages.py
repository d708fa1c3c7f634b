"""The closed forms against textbook solutions, an independent integration, and each other."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.integrate import solve_ivp

from vein2vein.errors import InputError
from vein2vein.outcomes.lineages import immigrant_lineages, kendall_lineages, pooled_lineages

from .clones import BIRTH, T, pulse

STATES = 1e-12


@pytest.mark.parametrize(("b", "d"), [(0.3, 0.2), (0.2, 0.3), (0.25, 0.25), (0.0, 0.4), (0.4, 0.0)])
def test_constant_rates_have_a_closed_form(b, d):
    alive = kendall_lineages(T, np.full_like(T, b), np.full_like(T, d))
    if b == d:
        expected = 1 / (1 + b * T)
    else:
        e = np.exp((b - d) * T)
        expected = 1 - d * (e - 1) / (b * e - d)
    assert alive == pytest.approx(expected, rel=1e-9, abs=STATES)


def test_agrees_with_the_lineage_equation_that_the_simulation_integrates():
    death, birth = pulse(2.0), BIRTH * (1 + 0.8 * np.sin(T))

    def slope(t, q):
        b, d = np.interp(t, T, birth), np.interp(t, T, death)
        return b - d + d * np.exp(-q)

    q = solve_ivp(slope, (0, 200), [0.0], rtol=1e-10, atol=1e-12, max_step=0.5).y[0, -1]
    log_size = np.trapezoid(birth - death, T)
    assert kendall_lineages(T, birth, death)[-1] == pytest.approx(np.exp(log_size - q), rel=1e-4)


def test_halving_the_grid_quarters_the_error():
    def alive(step):
        times = np.arange(0, 40 + step / 2, step)
        return kendall_lineages(times, 0.2 + 0.005 * times, 0.3 * np.exp(-0.05 * times))[-1]

    exact = alive(0.005)
    assert (alive(1.0) - exact) / (alive(0.5) - exact) == pytest.approx(4, rel=0.1)


def test_no_overflow_where_the_clone_is_wiped_out():
    alive = kendall_lineages(T, 0 * T, np.full_like(T, 50.0))
    assert np.isfinite(alive).all()
    assert alive[1] == pytest.approx(np.exp(-5.0))
    assert alive[-1] == 0.0  # e^-10000 is below the smallest number
    grown = kendall_lineages(T, np.full_like(T, 50.0), np.full_like(T, 1.0))
    assert grown[-1] == pytest.approx(0.98)


@settings(max_examples=25, deadline=None)
@given(b=st.floats(0.01, 1), d=st.floats(0, 2), extra=st.floats(0, 1))
def test_more_death_never_helps_the_clone_and_lineages_never_come_back(b, d, extra):
    birth, death = np.full_like(T, b), np.full_like(T, d)
    alive, fewer = kendall_lineages(T, birth, death), kendall_lineages(T, birth, death + extra)
    assert (fewer <= alive + 1e-12).all()
    assert (np.diff(alive) <= 1e-12).all()
    assert ((alive >= 0) & (alive <= 1)).all()


@settings(max_examples=15, deadline=None)
@given(
    height=st.floats(0, 2),
    rate=st.floats(1e-6, 1.0),
    founders=st.floats(1e-6, 100),
    decay=st.floats(0.01, 0.3),
)
def test_pooling_the_ages_never_promises_too_much_cure(height, rate, founders, decay):
    times = np.arange(0, 120.01, 0.1)
    birth = np.full_like(times, 0.32)
    death = 0.23 + height * np.exp(-0.5 * ((times - 9) / 5) ** 2)
    trickle = rate * np.exp(-decay * times)
    exact = immigrant_lineages(times, birth, death, trickle, founders)
    pooled = pooled_lineages(times, birth, death, trickle, founders)[-1]
    assert pooled >= exact * (1 - 2e-3)


@pytest.mark.parametrize(
    ("growth", "turnover", "tumour", "kill"),
    [(0.0904, 0.718, 9.55e10, 1.5), (0.102, 0.858, 1.71e11, 2.0), (0.0246, 0.811, 5.15e11, 1.2)],
    ids=["leukaemia", "lymphoma", "myeloma"],
)
def test_pooling_costs_little_where_the_model_uses_it(growth, turnover, tumour, kill):
    """Escape at 1e-13 a division, 3 pre-existing cells in 1e12, barely touched by killing (core model, 2)."""
    b = np.full_like(T, growth / (1 - turnover))
    pulse_of_killing = kill * np.exp(-0.5 * ((T - 9) / 5) ** 2)
    log_size = np.concatenate([[0], np.cumsum((b[0] * (1 - turnover) - pulse_of_killing)[:-1] * np.diff(T))])
    escape = np.where(T <= 60, 1e-13 * b * tumour * np.exp(log_size), 0.0)
    death = turnover * b + 0.02 * pulse_of_killing
    exact = immigrant_lineages(T, b, death, escape, 3e-12 * tumour)
    pooled = pooled_lineages(T, b, death, escape, 3e-12 * tumour)[-1]
    assert exact <= pooled <= 1.01 * exact
    assert np.exp(-exact) - np.exp(-pooled) < 5e-4  # of cure probability
    alone, pooled_alone = (
        immigrant_lineages(T, b, death, escape),
        pooled_lineages(T, b, death, escape, 1e-9)[-1],
    )
    assert alone <= pooled_alone <= 1.05 * alone


def test_without_immigration_pooling_is_exact():
    death = pulse(0.9)
    pooled = pooled_lineages(T, BIRTH, death, 0 * T, 100.0)
    assert pooled == pytest.approx(100 * kendall_lineages(T, BIRTH, death), rel=2e-3)
    exact = immigrant_lineages(T, BIRTH, death, 0 * T, 100.0)
    assert exact == pytest.approx(100 * kendall_lineages(T, BIRTH, death)[-1], rel=1e-12)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: kendall_lineages(T, BIRTH[:5], BIRTH[:5]),
        lambda: kendall_lineages(T, -BIRTH, BIRTH),
        lambda: pooled_lineages(T, BIRTH, BIRTH, BIRTH, 0.0),
    ],
)
def test_bad_input_is_refused(broken):
    with pytest.raises(InputError):
        broken()
