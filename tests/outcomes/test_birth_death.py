"""Direct stochastic simulation, and the cure formula against it."""

import numpy as np
import pytest

from vein2vein.errors import InputError
from vein2vein.outcomes.birth_death import simulate_birth_death
from vein2vein.outcomes.cure import extinction_probability
from vein2vein.outcomes.lineages import immigrant_lineages, kendall_lineages, pooled_lineages

from .clones import BIRTH, T, pulse


@pytest.mark.slow
@pytest.mark.parametrize("height", [0.6, 0.7, 0.85])
def test_extinction_agrees_with_direct_stochastic_simulation(height):
    death = pulse(height)
    expected = float(extinction_probability(2000 * kendall_lineages(T, BIRTH, death)[-1]))
    found = simulate_birth_death(T, BIRTH, death, np.random.default_rng(7), founders=2000, replicates=2500)
    error = np.sqrt(expected * (1 - expected) / 2500)
    assert 0.02 < expected < 0.98  # else the comparison says nothing
    assert found.extinct_share == pytest.approx(expected, abs=4 * error)


@pytest.mark.slow
@pytest.mark.parametrize("founders", [0.5, 20.0])
def test_immigration_agrees_with_direct_stochastic_simulation(founders):
    """The antigen-negative clone: a trickle of escaped cells, born while the other clone is still large."""
    birth, death, trickle = BIRTH, pulse(0.5), 0.15 * np.exp(-0.08 * T)
    lineages = immigrant_lineages(T, birth, death, trickle, founders)
    expected = float(extinction_probability(lineages))
    found = simulate_birth_death(
        T, birth, death, np.random.default_rng(11), founders=founders, replicates=4000, immigration=trickle
    )
    error = np.sqrt(expected * (1 - expected) / 4000)
    assert 0.02 < expected < 0.98
    assert found.extinct_share == pytest.approx(expected, abs=4 * error)
    pooled = pooled_lineages(T, birth, death, trickle, founders)[-1]
    assert pooled >= lineages * (1 - 1e-4)


def test_simulation_of_sure_things():
    rng = np.random.default_rng(0)
    none = simulate_birth_death(T, 0 * T, 0 * T + 1, rng, founders=5, replicates=50)
    assert none.extinct_share == 1
    assert none.standard_error == 0
    all_ = simulate_birth_death(T[:10], BIRTH[:10], 0 * T[:10], rng, founders=50, replicates=50)
    assert all_.extinct_share == 0
    empty = simulate_birth_death(T, BIRTH, BIRTH / 2, rng, founders=0, replicates=5)
    assert empty.cells.tolist() == [0] * 5


def test_simulated_mean_follows_the_mean_equation():
    times = np.arange(0, 10.01, 0.5)
    birth, death, new = np.full_like(times, 0.1), np.full_like(times, 0.3), np.full_like(times, 2.0)
    found = simulate_birth_death(
        times, birth, death, np.random.default_rng(3), founders=30, replicates=4000, immigration=new
    )
    mean = 30 * np.exp(-2) + 10 * (1 - np.exp(-2))  # R' = -0.2 R + 2
    assert found.cells.mean() == pytest.approx(mean, abs=4 * found.cells.std() / np.sqrt(4000))


@pytest.mark.parametrize(
    "broken",
    [
        lambda: simulate_birth_death(T, BIRTH, -BIRTH, np.random.default_rng(0), founders=1, replicates=1),
        lambda: simulate_birth_death(T, BIRTH, BIRTH, np.random.default_rng(0), founders=1, replicates=0),
    ],
)
def test_bad_input_is_refused(broken):
    with pytest.raises(InputError):
        broken()
