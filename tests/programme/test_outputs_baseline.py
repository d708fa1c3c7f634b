"""Headline numbers stay where they were; when they move, the changelog says from what to what and why."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from vein2vein.programme.run import run_programme
from vein2vein.programme.scenario import load_scenario

ROOT = Path(__file__).parents[2]
BASELINE = tomllib.loads((ROOT / "tests" / "baseline.toml").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_headline_numbers_have_not_moved() -> None:
    scenario = load_scenario(patients=BASELINE["patients"], replicates=BASELINE["replicates"])
    found = {c.id: c.predicted.value for c in run_programme(scenario).claims if c.id in BASELINE["predicted"]}
    now = "\n".join(f"{name} = {value:.6g}" for name, value in found.items())
    expected = pytest.approx(BASELINE["predicted"], rel=BASELINE["relative_tolerance"])
    assert found == expected, (
        f"tests/baseline.toml and CHANGELOG.md, 'Numbers that moved':\n[predicted]\n{now}"
    )


def test_the_baseline_holds_the_headlines() -> None:
    assert set(BASELINE["predicted"]) == {
        "dose",
        "crs_any",
        "crs_severe",
        "cured",
        "survival_gain",
        "myeloma",
        "cost",
    }


def test_the_changelog_has_a_place_for_numbers_that_moved() -> None:
    newest = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    assert "### Numbers that moved" in newest
