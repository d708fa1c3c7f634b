from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import draw_inputs, uncertain_inputs
from vein2vein.errors import InputError, ScenarioError


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"discount_costs": 5}, "0.05"),
        ({"discount_effects": -0.1}, "fraction"),
        ({"currency": "EURO"}, "'EUR'"),
        ({"horizn_years": 3}, "'horizon_years'"),
        ({"programme": {"foreigner": 3}}, "'foreigners'"),
        ({"horizon_years": 0}, "greater than 0"),
        ({"life_table": "atlantis"}, "belarus_2015_2020"),
        ({"programme": {"foreign_price": {"amount": -4, "currency": "USD", "year": 2020}}}, "amount"),
        ({"research": {"eligible_a_year": {"gout": 4}}}, "no values for this indication"),
        ({"willingness_to_pay": float("nan")}, "willingness_to_pay"),
    ],
)
def test_errors_name_the_key_and_the_next_step(section: dict, said: str) -> None:
    with pytest.raises(InputError) as caught:
        EconomicScenario.from_mapping(section)
    assert said in str(caught.value)


def test_a_file_gives_its_section_or_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("[economics]\ncurrency = 'EUR'\n[economics.programme]\nforeigners = 10\n")
    scenario = EconomicScenario.from_file(file)
    assert (scenario.currency, scenario.programme.foreigners) == ("EUR", 10)
    file.write_text("[other]\nx = 1\n")
    assert EconomicScenario.from_file(file) == EconomicScenario()
    file.write_text("[economics\n")
    with pytest.raises(ScenarioError, match="can't read"):
        EconomicScenario.from_file(file)


def test_draws_have_the_means_and_spreads_that_are_stated() -> None:
    inputs = uncertain_inputs(EconomicScenario())
    draws = draw_inputs(inputs, 20_000, np.random.default_rng(5))
    for name, entry in inputs.items():
        assert draws[name].mean() == pytest.approx(entry.value, abs=5 * entry.sd / np.sqrt(20_000) + 1e-12), (
            name
        )
        assert draws[name].std() == pytest.approx(entry.sd, rel=0.1), name
        if entry.law != "normal":
            assert draws[name].min() >= 0, name
        if entry.law == "beta":
            assert draws[name].max() <= 1, name


def test_replacements_move_an_input_and_keep_its_relative_spread() -> None:
    before = uncertain_inputs(EconomicScenario())["ward_day"]
    after = uncertain_inputs(EconomicScenario(inputs={"ward_day": 2 * before.value}))["ward_day"]
    assert after.value == 2 * before.value
    assert after.sd == pytest.approx(2 * before.sd)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("utility_remission.lbcl", 1.2, "between 0 and 1"),
        ("icu_day", -5.0, "can't be negative"),
        ("icu_dya", 5.0, "'icu_day'"),
    ],
)
def test_replacements_that_can_not_be_are_refused(name: str, value: float, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        uncertain_inputs(EconomicScenario(inputs={name: value}))
    assert said in str(caught.value)


def test_the_currency_changes_every_amount_by_one_factor_a_price_year() -> None:
    dollars = uncertain_inputs(EconomicScenario(currency="USD", price_year=2024))
    euros = uncertain_inputs(EconomicScenario(currency="EUR", price_year=2024))
    assert dollars["ward_day"].value / euros["ward_day"].value == pytest.approx(1.0824, rel=1e-6)
    assert dollars["utility_remission.lbcl"] == euros["utility_remission.lbcl"]
