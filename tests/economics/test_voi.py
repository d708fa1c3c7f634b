from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from vein2vein.economics.cohort import Block, cohort
from vein2vein.economics.model import evaluate
from vein2vein.economics.patients import PatientOutcomes
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Draws, Uncertain, draw_inputs
from vein2vein.economics.value import ProgrammeValue
from vein2vein.economics.voi.perfect import evpi, evppi, evppi_nested
from vein2vein.economics.voi.portfolio import _best
from vein2vein.economics.voi.ranking import GROUPS, names_of
from vein2vein.economics.voi.regression import Worth, worth_of_knowing
from vein2vein.economics.voi.sample import Trial, affordable, evsi, evsi_normal, normal_loss
from vein2vein.errors import InputError

SLOPES = np.array([2.0, 1.0, 0.5])
OFFSET = -3.2
"""Textbook case: incremental net benefit = 2 a + b + c / 2 - 3.2 with a, b, c ~ N(1, 1)."""


@pytest.fixture(scope="module")
def linear() -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(21).normal(1.0, 1.0, (3, 20_000))
    return drawn, np.vstack([np.zeros(20_000), SLOPES @ drawn + OFFSET])


def known(group: list[int]) -> float:
    return normal_loss(SLOPES.sum() + OFFSET, float(np.sqrt(np.sum(SLOPES[group] ** 2))))


def test_the_unit_normal_loss_has_its_tabulated_values() -> None:
    """Schlaifer's table: L(0) = 0.3989, L(0.5) = 0.1978, L(1) = 0.0833, L(2) = 0.0085."""
    for z, value in ((0.0, 0.3989), (0.5, 0.1978), (1.0, 0.0833), (2.0, 0.0085)):
        assert normal_loss(z, 1.0) == pytest.approx(value, abs=5e-5)
        assert normal_loss(-z * 3, 3.0) == pytest.approx(3 * value, abs=2e-4)


def test_evpi_of_the_linear_gaussian_case(linear: tuple[np.ndarray, np.ndarray]) -> None:
    found = evpi(linear[1])
    assert found.value == pytest.approx(known([0, 1, 2]), abs=4 * found.standard_error)
    assert found.standard_error < 0.02


@pytest.mark.parametrize("group", [[0], [1], [2], [0, 1], [0, 1, 2]])
def test_evppi_of_the_linear_gaussian_case(linear: tuple[np.ndarray, np.ndarray], group: list[int]) -> None:
    found = worth_of_knowing(linear[1], linear[0][group].T)
    assert found.value == pytest.approx(known(group), abs=4 * found.standard_error)
    assert found.standard_error < 0.02


@pytest.mark.parametrize("n", [1, 10, 100])
def test_evsi_of_the_linear_gaussian_case(linear: tuple[np.ndarray, np.ndarray], n: int) -> None:
    drawn, benefit = linear
    seen = drawn[0] + np.random.default_rng(n).normal(0, 3.0 / np.sqrt(n), drawn.shape[1])
    found = worth_of_knowing(benefit, seen)
    exact = evsi_normal(SLOPES.sum() + OFFSET, 2.0, 6.0, n)
    assert found.value == pytest.approx(exact, abs=4 * found.standard_error)


def test_nested_simulation_agrees_with_the_closed_form() -> None:
    inputs = {k: Uncertain(k, 1.0, 1.0, "normal", k, "1", "assumed", -1.0, 3.0) for k in "abc"}

    def model(draws: Draws) -> np.ndarray:
        gain = 2.0 * draws["a"] + draws["b"] + 0.5 * draws["c"] + OFFSET
        return np.vstack([np.zeros_like(gain), gain])

    found = evppi_nested(model, inputs, ["a"], outer=1500, inner=64, rng=np.random.default_rng(5))
    assert found.value == pytest.approx(known([0]), abs=4 * found.standard_error)


def test_three_strategies_and_a_curved_benefit() -> None:
    """NB = (0, x² - 1, 1 - x²) with x ~ N(0, 1): knowing x is worth E|x² - 1| = 4 phi(1)."""
    x = np.random.default_rng(3).standard_normal(20_000)
    benefit = np.vstack([0 * x, x**2 - 1 + np.random.default_rng(4).normal(0, 1, x.size), 1 - x**2])
    found = worth_of_knowing(benefit, x)
    assert found.value == pytest.approx(4 * stats.norm.pdf(1), abs=5 * found.standard_error + 0.02)


def test_what_does_not_matter_is_worth_nothing(linear: tuple[np.ndarray, np.ndarray]) -> None:
    noise = np.random.default_rng(8).standard_normal((20_000, 3))
    assert worth_of_knowing(linear[1], noise).value < 0.01
    assert worth_of_knowing(linear[1], np.ones(20_000)).value < 0.01


def test_too_few_draws_and_unknown_names_are_errors(linear: tuple[np.ndarray, np.ndarray]) -> None:
    with pytest.raises(InputError, match="too few draws"):
        worth_of_knowing(linear[1][:, :20], linear[0][0, :20])
    with pytest.raises(InputError, match="no such parameter"):
        evppi(linear[1], {"cure_shift.lbcl": linear[0][0]}, ["cure_shift.lbc"])


@pytest.fixture(scope="module")
def programme(
    patients: PatientOutcomes, scenario: EconomicScenario, inputs: dict[str, Uncertain]
) -> tuple[tuple[Block, ...], dict[str, np.ndarray], np.ndarray, int]:
    blocks = cohort(patients, scenario, np.random.default_rng(2))[0]
    draws = draw_inputs(inputs, 3000, np.random.default_rng(3))
    result = evaluate(blocks, draws, scenario)
    k = result.indications.index("lbcl")
    return blocks, draws, result.net_benefit(20_000, k), k


def test_regression_and_nested_simulation_agree_on_the_programme(
    programme: tuple, scenario: EconomicScenario, inputs: dict[str, Uncertain]
) -> None:
    blocks, draws, benefit, k = programme
    names = names_of("chance of cure", "lbcl", draws)
    by_regression = evppi(benefit, draws, names)

    def model(given: Draws) -> np.ndarray:
        return evaluate(blocks[k : k + 1], given, scenario).net_benefit(20_000, 0)

    nested = evppi_nested(model, inputs, names, outer=120, inner=64, rng=np.random.default_rng(6))
    error = np.hypot(by_regression.standard_error, nested.standard_error)
    assert by_regression.value == pytest.approx(nested.value, abs=4 * error)


def test_parts_are_never_worth_more_than_the_whole(programme: tuple) -> None:
    _, draws, benefit, _ = programme
    whole = evpi(benefit)
    for group in GROUPS:
        part = evppi(benefit, draws, names_of(group, "lbcl", draws))
        assert part.value <= whole.value + 3 * whole.standard_error, group


def test_a_larger_trial_is_worth_more_and_never_more_than_knowing(programme: tuple) -> None:
    blocks, draws, benefit, k = programme
    rng = np.random.default_rng(1)
    worths = [evsi(benefit, blocks[k], draws, n, rng) for n in (5, 50, 2000)]
    full = evppi(benefit, draws, ["cure_shift.lbcl"])
    for smaller, larger in zip(worths, [*worths[1:], full], strict=True):
        slack = 3 * np.hypot(smaller.standard_error, larger.standard_error)
        assert smaller.value <= larger.value + slack
    assert worths[-1].value == pytest.approx(full.value, abs=4 * full.standard_error)


def test_the_allocation_is_the_best_of_all() -> None:
    rng = np.random.default_rng(4)
    menu = {
        f"field {f}": [
            Trial(f"field {f}", n, Worth(float(rng.uniform(0, 9)), 0.0), float(n)) for n in (1, 2, 4)
        ]
        for f in range(4)
    }
    chosen = _best(menu, 6.0)
    everything = (
        [trial for trial in combination if trial is not None]
        for combination in product(*([None, *trials] for trials in menu.values()))
    )
    best = max(sum(t.net for t in c) for c in everything if sum(t.cost for t in c) <= 6.0)
    assert sum(t.net for t in chosen) == pytest.approx(best)
    assert sum(t.cost for t in chosen) <= 6.0


def test_the_portfolio_keeps_to_its_budget_and_concentration_never_loses(valued: ProgrammeValue) -> None:
    spent = valued.portfolio
    assert spent.concentrated.cost <= spent.budget
    assert spent.concentrated.net >= 0.0
    for row in spent.by_number:
        assert row.cost <= spent.budget * (1 + 1e-9)
    assert len(spent.by_number) == 6
    assert spent.spread.trials == spent.by_number[-1].trials


def test_a_budget_below_the_fixed_cost_buys_nothing(scenario: EconomicScenario) -> None:
    assert affordable(scenario.research.trial_fixed_cost - 1, scenario.research) == 0
    assert affordable(1e12, scenario.research) == scenario.research.largest_trial
