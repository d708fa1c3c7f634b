from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.economics.life_table import LifeTable, life_tables, load_life_table
from vein2vein.errors import InputError
from vein2vein.evidence import load_sheet


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize("name", life_tables())
def test_life_expectancy_agrees_with_the_tables_own_column(name: str, sex: str) -> None:
    printed = load_sheet("economics_life_tables").value(f"life_expectancy_{sex}", name).value
    assert load_life_table(name, sex).expectancy() == pytest.approx(printed, abs=0.12)


def test_every_table_has_its_source_row() -> None:
    assert set(load_sheet("economics_life_tables").settings) == set(life_tables())


def test_a_constant_hazard_gives_the_closed_form() -> None:
    table = LifeTable("flat", "male", np.array([0.0, 50.0]), np.array([0.04, 0.04]))
    cut = 1 - np.exp(-0.04 * 130)
    assert table.expectancy() == pytest.approx(25.0 * cut, rel=1e-12)
    decay = 0.04 * 3 + np.log(1.03)
    assert table.expectancy(30, ratio=3, rate=0.03) == pytest.approx((1 - np.exp(-decay * 100)) / decay)


def test_random_lifetimes_have_the_tables_expectancy() -> None:
    table, rng = load_life_table("belarus_2015_2020", "female"), np.random.default_rng(3)
    drawn = table.remaining_years(40.0, rng.exponential(size=40_000) / 2.0)
    error = drawn.std() / np.sqrt(len(drawn))
    assert drawn.mean() == pytest.approx(table.expectancy(40.0, ratio=2.0), abs=4 * error)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 95), st.floats(0.01, 4.0), st.floats(1.0, 15.0))
def test_more_mortality_never_lengthens_a_life(age: float, exposure: float, ratio: float) -> None:
    table = load_life_table("belarus_2015_2020", "male")
    assert table.remaining_years(age, exposure / ratio) <= table.remaining_years(age, exposure) + 1e-9
    assert table.survival(age, 10.0, ratio) <= table.survival(age, 10.0) + 1e-12


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 95), st.floats(0.01, 3.0))
def test_remaining_years_invert_the_cumulative_hazard(age: float, exposure: float) -> None:
    table = load_life_table("usa_2015_2020", "male")
    years = table.remaining_years(age, exposure)
    gained = table.cumulative_hazard(age + years) - table.cumulative_hazard(age)
    assert float(gained) == pytest.approx(exposure, rel=1e-6)


@pytest.mark.parametrize(
    ("ages", "rates"),
    [([0, 1], [0.1, -0.2]), ([0, 1], [0.1, float("nan")]), ([1, 2], [0.1, 0.1]), ([0, 0], [0.1, 0.1])],
)
def test_broken_tables_are_refused(ages: list[float], rates: list[float]) -> None:
    with pytest.raises(InputError, match=r"life table|death rate"):
        LifeTable("broken", "male", np.array(ages, float), np.array(rates, float))


def test_an_unknown_table_is_named_with_the_known() -> None:
    with pytest.raises(InputError, match="no such life table") as caught:
        load_life_table("belarus_2015_202", "male")
    assert "Did you mean 'belarus_2015_2020'" in str(caught.value)
