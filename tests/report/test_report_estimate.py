from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.report.estimate import (
    ABSENT,
    THIN,
    Estimate,
    count,
    estimate,
    interval,
    listed,
    number,
    sentence_case,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (60.0, "60"),
        (9.84, "9.8"),
        (9.96, "10"),
        (99.4, "99.4"),
        (99.7, "99.7"),
        (34_312.0, "34,300"),
        (0.0123, "0.012"),
        (-3.14, "−3.1"),
        (1e8, "10⁸"),
        (4.5e8, f"4.5{THIN}×{THIN}10⁸"),
        (9.99e8, "10⁹"),
        (1.63e-8, f"1.6{THIN}×{THIN}10⁻⁸"),
        (math.nan, ABSENT),
        (math.inf, "not reached"),
    ],
)
def test_numbers_read_well(value: float, words: str) -> None:
    assert number(value) == words


def test_digits_on_request_drop_trailing_zeros() -> None:
    assert number(0.7, 4) == "0.7"
    assert number(2.371, 4) == "2.371"
    assert number(10.0, 1) == "10"


@given(st.floats(min_value=1e-2, max_value=1e6))
@settings(max_examples=60, deadline=None)
def test_a_number_is_shown_within_its_digits(value: float) -> None:
    shown = float(number(value).replace(",", ""))
    assert shown == pytest.approx(value, rel=0.0501)


def test_intervals_use_an_en_dash_and_say_which_side_is_open() -> None:
    assert interval(48.8, 70.5, "%") == f"49–70{THIN}%"
    assert interval(80.5, math.nan, "%") == f"≥{THIN}80{THIN}%"
    assert interval(math.nan, 3.0) == f"≤{THIN}3"
    assert interval(-3.0, 5.0) == "−3 to 5"
    assert interval(17.0, math.inf, "months") == "17 to not reached"
    assert interval(math.nan, math.nan, "d") == ""


def test_an_estimate_carries_unit_and_interval() -> None:
    assert str(Estimate.share(0.6, 0.488, 0.705)) == f"60{THIN}% (49–70)"
    assert estimate(Estimate(8.4, unit="months")) == f"8.4{THIN}months"
    assert estimate(None, "not predicted") == "not predicted"
    assert estimate(Estimate(math.nan)) == ABSENT
    assert estimate(Estimate(math.nan, 95.0, math.nan, "%")) == f"≥{THIN}95{THIN}%"
    assert estimate(Estimate(math.inf, 17, math.inf, "months")) == "not reached (17 to not reached)"


def test_words() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""
    assert count(85_000) == "85,000"
    assert sentence_case("full recovery") == "Full recovery"
    assert sentence_case("") == ""
