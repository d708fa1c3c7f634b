"""Release: limits carry units, change with time, and decide as they say."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from vein2vein.errors import InputError, UnitError
from vein2vein.manufacturing.batches import simulate_batches
from vein2vein.manufacturing.process import place_of_care
from vein2vein.manufacturing.release import DISPOSITIONS, judge
from vein2vein.manufacturing.specification import (
    Limit,
    ReleaseSpecification,
    release_specification,
    release_specifications,
)

SPECIFICATION = ReleaseSpecification(
    "test", "test", (Limit("viability", "percent", minimum=80.0, exceptional_minimum=60.0),), potency=True
)


def judged(viability: float, **found: bool) -> tuple[str, str]:
    flags = {
        name: np.array([found.get(name, False)])
        for name in ("equipment", "poor_growth", "sterility", "mycoplasma", "rcl", "potency")
    }
    measured = {"measured_viability": np.array([viability])}
    too_few = np.array([found.get("too_few", False)])
    verdict = judge(
        SPECIFICATION, measured, flags, too_few, np.array([0.5]), 0.6 if not found.get("refused") else 0.4
    )
    return DISPOSITIONS[verdict.disposition[0]], verdict.reasons[verdict.reason[0]]


def test_every_disposition_is_reached_for_its_reason() -> None:
    assert judged(0.80) == ("released", "none")
    assert judged(0.799) == ("released_exceptionally", "viability")
    assert judged(0.799, refused=True) == ("out_of_specification", "viability")
    assert judged(0.59) == ("failed", "viability")
    assert judged(0.9, sterility=True) == ("failed", "sterility")
    assert judged(0.9, poor_growth=True) == ("failed", "poor_growth")
    assert judged(0.9, potency=True) == ("released_exceptionally", "potency")
    assert judged(0.9, too_few=True, sterility=True) == ("repeat_apheresis", "too_few_collected")


@pytest.mark.parametrize("name", release_specifications())
def test_shipped_specifications_have_units_sources_and_decide(name: str) -> None:
    specification = release_specification(name)
    assert specification.limits
    for limit in specification.limits:
        low, high = limit.window()
        lowest, highest = limit.window(exceptional=True)
        assert lowest <= low < high <= highest
        assert limit.source
        assert limit.unit
    shares = simulate_batches(replace(place_of_care(), specification=specification), 2000, 1).shares()
    assert shares["released"] > 0.3
    assert sum(shares.values()) == pytest.approx(1.0)


def test_a_stricter_limit_releases_fewer() -> None:
    base = place_of_care()
    shares = []
    for minimum in (50.0, 80.0, 94.0, 99.0):
        limit = Limit("viability", "percent", minimum=minimum)
        process = replace(base, specification=ReleaseSpecification("t", "t", (limit,)))
        shares.append(simulate_batches(process, 2000, 1).shares()["released"])
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_limits_change_with_time() -> None:
    practice = release_specification("us_practice")
    before, after = (
        {limit.test for limit in practice.on(day).limits} for day in (date(2023, 1, 1), date(2025, 1, 1))
    )
    assert "vcn_per_cell" in before - after
    assert "vcn_per_car" in after - before


def test_a_relative_dose_limit_follows_the_intended_dose() -> None:
    limits = {limit.test: limit for limit in release_specification("mb_cart").aiming_at(2e8).limits}
    assert limits["dose"].minimum == pytest.approx(1.6e8)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"test": "viability", "unit": "", "minimum": 80.0}, UnitError, "no unit"),
        ({"test": "viability", "unit": "day", "minimum": 80.0}, UnitError, "wrong dimension"),
        ({"test": "viabilty", "unit": "percent", "minimum": 80.0}, InputError, "Did you mean 'viability'"),
        ({"test": "dose", "unit": "cell", "minimum": 2.0, "maximum": 1.0}, InputError, "no product can meet"),
        ({"test": "dose", "unit": "cell", "minimum": math.nan}, InputError, "no product can meet"),
        ({"test": "dose", "unit": "cell"}, InputError, "limits nothing"),
    ],
)
def test_impossible_limits_are_refused(
    arguments: dict[str, object], error: type[InputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        Limit(**arguments)  # type: ignore[arg-type]


def test_an_unknown_specification_is_refused_with_a_near_miss() -> None:
    with pytest.raises(InputError, match="Did you mean 'mb_cart'"):
        release_specification("mb_car")
