from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.economics import model
from vein2vein.economics.cohort import Block, cohort
from vein2vein.economics.discounting import annuity
from vein2vein.economics.lifetimes import with_car_t, with_salvage
from vein2vein.economics.model import STRATEGIES, evaluate
from vein2vein.economics.patients import PatientOutcomes
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.sensitivity import shift_to
from vein2vein.economics.uncertain import Uncertain, central_inputs, draw_inputs
from vein2vein.economics.utility import population_norm, utility_clock
from vein2vein.errors import InputError


@pytest.fixture(scope="module")
def blocks(patients: PatientOutcomes, scenario: EconomicScenario) -> tuple[Block, ...]:
    return cohort(patients, scenario, np.random.default_rng(3))[0]


def test_at_central_values_the_simulated_outcomes_come_back(
    patients: PatientOutcomes, scenario: EconomicScenario, inputs: dict[str, Uncertain]
) -> None:
    everyone = scenario.model_copy(update={"psa_patients": 30_000})
    draws = central_inputs(inputs)
    for block in cohort(patients, everyone, np.random.default_rng(1))[0]:
        lives = with_car_t(block, draws)
        here = patients.indication == block.indication
        for year in (0.5, 1.0, 3.0):
            survived = np.mean(patients.death_years[here] > year)
            assert np.mean(lives.death > year) == pytest.approx(survived, abs=1e-9)
            free = np.mean(patients.progression_years[here] > year)
            assert np.mean(lives.progression > year) == pytest.approx(free, abs=1e-9)


def test_progression_is_never_after_death(blocks: tuple[Block, ...], inputs: dict[str, Uncertain]) -> None:
    draws = draw_inputs(inputs, 200, np.random.default_rng(1))
    for block in blocks:
        for lives in (with_car_t(block, draws), with_salvage(block, draws)):
            assert np.all(lives.progression <= lives.death)
            assert np.all(np.isfinite(lives.death))
            assert np.all(lives.death > 0)
            assert np.all(block.age + lives.death <= 131)


@settings(max_examples=15, deadline=None)
@given(st.floats(-3, 3), st.floats(0.01, 2))
def test_who_is_cured_stays_cured_when_the_chance_rises(
    blocks: tuple[Block, ...], shift: float, more: float
) -> None:
    for block in blocks:
        fewer, many = block.cured_at(np.array([[shift], [shift + more]]))
        assert np.all(many >= fewer)
        assert not np.any(many & ~block.infused)
        target = 1 / (1 + (1 / block.cure_share - 1) * np.exp(-shift))
        treated = block.infused.sum()
        assert fewer[block.infused].mean() == pytest.approx(target, abs=2 / treated)


def test_without_a_shift_the_simulated_patients_are_cured(blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        np.testing.assert_array_equal(block.cured_at(np.zeros((1, 1)))[0], block.cured)


@settings(max_examples=15, deadline=None)
@given(st.floats(1, 10), st.floats(1.05, 3))
def test_more_late_mortality_never_lengthens_a_life(
    blocks: tuple[Block, ...], inputs: dict[str, Uncertain], ratio: float, more: float
) -> None:
    for block in blocks:
        name = f"survivor_mortality_ratio.{block.indication}"
        low, high = (central_inputs(inputs) | {name: np.array([r])} for r in (ratio, ratio * more))
        assert np.all(with_car_t(block, high).death <= with_car_t(block, low).death + 1e-9)


def test_the_chunks_don_t_matter(
    blocks: tuple[Block, ...],
    inputs: dict[str, Uncertain],
    scenario: EconomicScenario,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draws = draw_inputs(inputs, 37, np.random.default_rng(2))
    whole = evaluate(blocks, draws, scenario)
    monkeypatch.setattr(model, "_ELEMENTS", 500)
    parts = evaluate(blocks, draws, scenario)
    np.testing.assert_allclose(whole.cost, parts.cost, rtol=1e-12)
    np.testing.assert_allclose(whole.qaly, parts.qaly, rtol=1e-12)
    np.testing.assert_allclose(whole.patient_qaly, parts.patient_qaly, rtol=1e-12)


def test_effects_are_bounded_by_life_years(
    blocks: tuple[Block, ...], inputs: dict[str, Uncertain], scenario: EconomicScenario
) -> None:
    draws = draw_inputs(inputs, 50, np.random.default_rng(4))
    result = evaluate(blocks, draws, scenario)
    assert np.all(result.qaly <= result.life_years + 1e-9)
    assert np.all(result.qaly >= 0)
    assert np.all(result.cost > 0)
    assert result.weights.sum() == pytest.approx(1.0)
    short = evaluate(blocks, draws, scenario.model_copy(update={"horizon_years": 5.0}))
    assert np.all(short.life_years <= np.minimum(result.life_years, 5.0) + 1e-9)


def test_central_manufacture_never_gains_on_the_place_of_care_in_effect(
    blocks: tuple[Block, ...], inputs: dict[str, Uncertain], scenario: EconomicScenario
) -> None:
    result = evaluate(blocks, central_inputs(inputs), scenario)
    here, there = STRATEGIES.index("CAR-T, place of care"), STRATEGIES.index("CAR-T, central")
    assert result.programme_qaly[there, 0] <= result.programme_qaly[here, 0]


def test_the_clock_is_the_integral_of_discount_times_norm(
    blocks: tuple[Block, ...], scenario: EconomicScenario
) -> None:
    block = blocks[0]
    clock = utility_clock(block, scenario)
    times = np.array([[0.1, 1.0, 7.3, 33.3]])
    fine = np.linspace(0, 1, 4001)[:, None] * times
    for i in range(3):
        age, female = block.age[i], block.female[i]
        norm = population_norm(age + fine, female) / population_norm(age, female)
        exact = np.trapezoid(norm * np.exp(-np.log1p(0.03) * fine), fine, axis=0)
        repeated = np.tile(times.T, (1, len(block)))
        assert clock.aged_years(repeated)[:, i] == pytest.approx(exact, abs=1e-3)


def test_without_ageing_the_clock_would_be_an_annuity() -> None:
    assert float(annuity(0.03, 0, 10)) == pytest.approx((1 - 1.03**-10) / np.log(1.03))


def test_the_population_norm_falls_with_age() -> None:
    assert population_norm(20, False) > population_norm(50, False) > population_norm(90, False) > 0


def test_the_shift_reaches_the_share_that_was_asked_for(blocks: tuple[Block, ...]) -> None:
    move = shift_to(blocks, 0.6)
    cured = np.concatenate([b.cured_at(np.array([[move]]))[0][b.infused] for b in blocks])
    weight = np.concatenate([b.weight[b.infused] for b in blocks])
    assert np.average(cured, weights=weight) == pytest.approx(0.6, abs=0.03)


def test_a_programme_that_infused_nobody_is_refused(
    patients: PatientOutcomes, scenario: EconomicScenario
) -> None:
    nobody = replace(patients, infused=np.zeros(len(patients), bool))
    with pytest.raises(InputError, match="no patient was infused"):
        cohort(nobody, scenario, np.random.default_rng(0))


def test_an_indication_where_all_are_cured_borrows_courses_and_says_so(
    patients: PatientOutcomes, scenario: EconomicScenario
) -> None:
    mm = patients.indication == "myeloma"
    full = replace(patients, cured=patients.cured | mm, infused=patients.infused | mm)
    notes = cohort(full, scenario, np.random.default_rng(0))[1]
    assert any("relapsed patient of myeloma" in note for note in notes)
