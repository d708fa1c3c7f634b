from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from vein2vein.economics.course import (
    AS_IN_SHEETS,
    ManufacturingUse,
    Use,
    bought,
    care,
    place_of_care,
    product_made,
    total,
)
from vein2vein.economics.money import money_of, price_tables
from vein2vein.economics.patients import PatientOutcomes
from vein2vein.economics.reported import reported_costs, waterfall
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Uncertain, central_inputs, draw_inputs, uncertain_inputs
from vein2vein.errors import InputError
from vein2vein.evidence import load_sheet

ONE = np.ones(1)


@pytest.fixture
def use(patients: PatientOutcomes) -> Use:
    return Use.of(patients)


def test_care_by_hand(inputs: dict[str, Uncertain]) -> None:
    draws = {name: np.array([value]) for name, value in _flat(inputs, 1.0).items()}
    draws |= {"icu_day": np.array([100.0]), "ivig_year": np.array([1000.0])}
    use = Use(1.0, 0.25, 0.2, 0.1, 2.0, 0.5, 3.0)
    parts = care(use, draws, ONE)
    assert parts["intensive care"][0] == pytest.approx((0.2 + 0.1) * 100)
    assert parts["immunoglobulin"][0] == pytest.approx(3000.0)
    assert parts["admission"][0] == pytest.approx(1.0)
    assert parts["tocilizumab"][0] == pytest.approx(2.0)


def _flat(inputs: dict[str, Uncertain], value: float) -> dict[str, float]:
    return dict.fromkeys(inputs, value)


def test_failed_batches_are_spread_over_released_ones(
    inputs: dict[str, Uncertain], scenario: EconomicScenario
) -> None:
    draws = central_inputs(inputs)
    sound = product_made(draws, scenario, ManufacturingUse(batches_started_per_release=1.0), ONE)
    failing = product_made(draws, scenario, ManufacturingUse(batches_started_per_release=1.25), ONE)
    assert sound["failed batches"][0] == 0.0
    once = sum(failing[name][0] for name in ("vector", "materials", "release tests", "staff", "cleanroom"))
    assert failing["failed batches"][0] == pytest.approx(0.25 * once)


def test_more_patients_share_the_cleanroom(inputs: dict[str, Uncertain]) -> None:
    draws = central_inputs(inputs)
    few, many = (
        product_made(
            draws, EconomicScenario.from_mapping({"programme": {"patients_a_year": n}}), AS_IN_SHEETS, ONE
        )
        for n in (10, 40)
    )
    assert few["cleanroom"][0] == pytest.approx(4 * many["cleanroom"][0])


def test_the_manufacturing_build_up_covers_the_published_full_cost_that_it_was_not_fitted_to() -> None:
    """Ran 2020: about 60,000 EUR a product, one closed machine at a German centre."""
    programme = {"patients_a_year": 17, "machines": 1, "cleanrooms": 1}
    scenario = EconomicScenario.from_mapping({"currency": "EUR", "price_year": 2019, "programme": programme})
    draws = draw_inputs(uncertain_inputs(scenario), 4000, np.random.default_rng(0))
    cost = total(product_made(draws, scenario, AS_IN_SHEETS, np.ones(4000)))
    published = money_of(load_sheet("economics_costs").value("academic_product_cost"))
    low, high = np.quantile(cost, [0.025, 0.975])
    assert low < price_tables().convert(published, "EUR", 2019).amount < high
    assert cost.mean() == pytest.approx(60_000, rel=0.2)


def test_the_waterfall_adds_up_per_infused_patient(
    use: Use, inputs: dict[str, Uncertain], scenario: EconomicScenario
) -> None:
    draws = draw_inputs(inputs, 500, np.random.default_rng(1))
    for parts in (place_of_care(use, draws, scenario, AS_IN_SHEETS), bought(use, draws, np.ones(500))):
        shown = waterfall("x", parts, use.infused)
        assert sum(shown.mean) == pytest.approx(shown.total)
        assert shown.total == pytest.approx(total(parts).mean() / use.infused)
        assert shown.total_low < shown.total < shown.total_high
        assert all(value >= 0 for value in shown.mean)


def test_the_list_price_is_paid_for_infused_products_only(use: Use, inputs: dict[str, Uncertain]) -> None:
    draws = central_inputs(inputs)
    everyone, some = bought(use, draws, ONE), bought(use, draws, ONE, 0.25)
    assert some["product (list price)"][0] == pytest.approx(0.75 * everyone["product (list price)"][0])
    assert some["collection"][0] == everyone["collection"][0]


def test_needed_values_really_give_the_reported_cost(
    use: Use, inputs: dict[str, Uncertain], scenario: EconomicScenario
) -> None:
    draws = draw_inputs(inputs, 400, np.random.default_rng(2))
    local, _ = reported_costs(use, inputs, draws, scenario)
    central = central_inputs(inputs)
    for condition in (c for c in local.alone if np.isfinite(c.needed)):
        moved = central | {condition.name: np.array([condition.needed])}
        cost = total(place_of_care(use, moved, scenario, AS_IN_SHEETS))[0] / use.infused
        assert cost == pytest.approx(local.reported, rel=2e-3), condition.name
    together = central | {c.name: np.array([c.needed]) for c in local.together}
    cost = total(place_of_care(use, together, scenario, AS_IN_SHEETS))[0] / use.infused
    assert cost == pytest.approx(local.reported, rel=0.01)
    assert 0.5 < local.quantile < 0.99
    assert "below" in local.verdict


@pytest.mark.parametrize("name", ["batches_started_per_release", "staff_days_per_batch", "capacity_a_year"])
def test_what_manufacturing_hands_over_is_checked(name: str) -> None:
    with pytest.raises(InputError) as caught:
        ManufacturingUse(**{name: -1.0})
    assert caught.value.field == name


def test_a_queue_says_how_many_batches_and_how_much_capacity() -> None:
    patients = pd.DataFrame({"attempts": [1, 2, 1, 1], "released": [12.0, 30.0, np.nan, 14.0]})
    occupations = pd.DataFrame({"from": [0.0, 10.0, 22.0], "to": [12.0, 22.0, 34.0]})
    made = ManufacturingUse.of_queue(patients, occupations, slots=2)
    assert made.batches_started_per_release == pytest.approx(5 / 3)
    assert made.capacity_a_year == pytest.approx(2 * 365.25 / 12)
    with pytest.raises(InputError, match="no product to cost"):
        ManufacturingUse.of_queue(patients.assign(released=np.nan), occupations, slots=2)


def test_patients_costs_average_to_the_cost_of_the_average_use(
    patients: PatientOutcomes, inputs: dict[str, Uncertain], scenario: EconomicScenario
) -> None:
    draws = draw_inputs(inputs, 5, np.random.default_rng(1))
    columns = {name: values[:, None] for name, values in draws.items()}
    each = total(place_of_care(Use.each(patients), columns, scenario, AS_IN_SHEETS))
    assert each.shape == (5, len(patients))
    average = total(place_of_care(Use.of(patients), draws, scenario, AS_IN_SHEETS))
    np.testing.assert_allclose(each.mean(axis=1), average)
    assert np.all(each.std(axis=1) > 1000)
