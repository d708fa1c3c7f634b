"""The scenario sections: defaults are the reported programme; every mistake is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vein2vein.errors import InputError, ScenarioError, UnitError
from vein2vein.manufacturing.demand import Horizon, Infused, Referred
from vein2vein.manufacturing.scenario import ManufacturingScenario


def read(**sections: Any) -> ManufacturingScenario:
    return ManufacturingScenario.from_mapping(sections, "test.toml")


def test_the_default_is_the_reported_programme() -> None:
    programme = ManufacturingScenario().programme()
    assert len(programme.centres) == 3
    assert programme.demand == Infused(85)
    assert programme.process.name == "place_of_care"
    assert programme.centres[0].foreign_share == pytest.approx(52 / 85, abs=0.005)
    assert read(title="other sections are not ours", patients={"n": 1}) == ManufacturingScenario()


def test_a_central_plant_is_one_site_for_all() -> None:
    centres = read(manufacturing={"mode": "central", "slots": 12}).centres()
    assert {centre.site.name for centre in centres} == {"central plant"}
    assert centres[0].site.slots == 12


def test_what_is_given_reaches_the_records() -> None:
    scenario = read(
        manufacturing={
            "qc_days": 1.5,
            "culture_days": 8.0,
            "multiplicity": 3.0,
            "dose_target": 2e8,
            "citizens_first": True,
            "horizon_days": 700.0,
            "remaining_life_months": 4.0,
            "limit": [{"test": "viability", "unit": "percent", "minimum": 70.0}],
        },
        centre=[{"name": "x", "referrals_per_year": 9, "slots": 3, "foreign_share": 0.0}],
    )
    process = scenario.process()
    assert (process.schedule.qc, process.culture.days, process.transduction.multiplicity) == (1.5, 8.0, 3.0)
    assert process.finishing.dose_target == 2e8
    assert [limit.window()[0] for limit in process.specification.limits if limit.test == "viability"] == [
        pytest.approx(0.7)
    ]
    assert scenario.demand() == Horizon(700.0)
    assert scenario.centres()[0].site.slots == 3
    assert scenario.in_mode("central").demand() == Horizon(700.0)
    assert scenario.in_mode("central").process().schedule.qc == 7.0
    assert read(manufacturing={"referred": 9}).demand() == Referred(9)


def test_the_release_limits_are_those_of_the_date() -> None:
    tests = {
        year: {
            limit.test
            for limit in read(manufacturing={"mode": "central", "date": day}).process().specification.limits
        }
        for year, day in ((2023, date(2023, 6, 1)), (2025, date(2025, 6, 1)))
    }
    assert "vcn_per_cell" in tests[2023] - tests[2025]
    assert "vcn_per_car" in tests[2025] - tests[2023]


@pytest.mark.parametrize(
    ("sections", "error", "says"),
    [
        ({"manufacturing": {"slots": 0}}, ScenarioError, "slots"),
        ({"manufacturing": {"multiplicity": -1.0}}, ScenarioError, "multiplicity"),
        ({"manufacturing": {"qc_days": float("nan")}}, ScenarioError, "qc_days"),
        ({"manufacturing": {"qc_day": 3}}, ScenarioError, "Did you mean 'qc_days'"),
        ({"manufacturing": {"mode": "centrl"}}, ScenarioError, "mode"),
        ({"manufacturing": {"specification": "mbcart"}}, InputError, "Did you mean 'mb_cart'"),
        ({"manufacturing": {"infused": 3, "referred": 4}}, ScenarioError, "more than once"),
        (
            {"manufacturing": {"limit": [{"test": "viability", "minimum": 70}]}},
            ScenarioError,
            "'unit' is missing",
        ),
        ({"manufacturing": {"limit": [{"test": "dose", "unit": "", "minimum": 7}]}}, UnitError, "no unit"),
        ({"centre": [{"name": "x"}]}, ScenarioError, "'referrals_per_year' is missing"),
        ({"centre": [{"name": "x", "referrals_per_year": 0}]}, ScenarioError, "referrals_per_year"),
        (
            {"centre": [{"name": "x", "referrals_per_year": 3, "slot": 1}]},
            ScenarioError,
            "Did you mean 'slots'",
        ),
        ({"centre": []}, ScenarioError, "centre"),
        ({"centre": [{"name": "x", "referrals_per_year": 3}] * 2}, InputError, "names of their own"),
    ],
)
def test_mistakes_are_named(sections: dict[str, Any], error: type[InputError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        read(**sections)
    assert caught.value.allowed
    assert caught.value.remedy


def test_files_that_can_not_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="can't read"):
        ManufacturingScenario.from_file(tmp_path / "absent.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("[manufacturing\n")
    with pytest.raises(ScenarioError, match="not valid TOML"):
        ManufacturingScenario.from_file(broken)
