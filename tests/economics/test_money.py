from __future__ import annotations

import pytest

from vein2vein.economics.money import Money, money_of, price_tables
from vein2vein.errors import InputError
from vein2vein.evidence import load_sheet


def test_inflation_first_then_the_rate_of_the_target_year() -> None:
    sheet = load_sheet("economics_money")
    index = {year: sheet.value(f"price_index_{year}", "EUR").value for year in (2019, 2024)}
    rate = sheet.value("usd_per_unit_2024", "EUR").value
    converted = price_tables().convert(Money(1000.0, "EUR", 2019), "USD", 2024)
    assert converted.amount == pytest.approx(1000.0 * index[2024] / index[2019] * rate)
    assert (converted.currency, converted.year) == ("USD", 2024)


def test_the_way_there_and_back_in_one_year_is_exact() -> None:
    tables = price_tables()
    for currency in tables.currencies:
        there = tables.convert(Money(123.0, "USD", 2023), currency, 2023)
        assert tables.convert(there, "USD", 2023).amount == pytest.approx(123.0)


def test_an_unknown_currency_names_the_known_and_the_nearest() -> None:
    with pytest.raises(InputError, match="unknown currency") as caught:
        price_tables().convert(Money(1.0, "USS", 2020), "EUR", 2020)
    assert "'USD'" in str(caught.value)
    assert "GBP" in str(caught.value)


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
def test_negative_and_undefined_amounts_are_refused(amount: float) -> None:
    with pytest.raises(InputError, match="money"):
        Money(amount, "USD", 2020)


def test_a_year_without_an_index_is_refused() -> None:
    with pytest.raises(InputError, match="no price index"):
        price_tables().convert(Money(1.0, "USD", 1999), "USD", 2020)


def test_every_amount_of_the_cost_sheet_states_its_price_year() -> None:
    rows = [
        row
        for row in load_sheet("economics_costs").rows
        if row.unit.split("/")[0] in price_tables().currencies
    ]
    assert len(rows) > 15
    assert all(2015 <= money_of(row).year <= 2027 for row in rows)
