"""The page of manufacturing can not rot: tables are generated, snippets run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from vein2vein.errors import InputError
from vein2vein.manufacturing.assumptions import influence_of_assumptions
from vein2vein.manufacturing.document import assumptions_markdown, filled, generated
from vein2vein.manufacturing.scenario import ManufacturingScenario

PAGE = (Path(__file__).parents[2] / "docs" / "manufacturing.md").read_text(encoding="utf-8")


def snippets(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_tables_are_what_the_model_gives_today() -> None:
    assert filled(PAGE, generated()) == PAGE


def test_the_table_of_assumptions_is_what_the_model_gives_today() -> None:
    table = influence_of_assumptions(ids=("qc_days", "unfit_share"))
    lines = assumptions_markdown(table).splitlines()[2:]
    assert len(lines) == 2
    for line in lines:
        assert line in PAGE
    assert (table["infused_low"] > table["infused"]).all()
    assert (table["infused_high"] < table["infused"]).all()


def test_the_snippets_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert snippets("python")
    for code in snippets("python"):
        exec(compile(code, "docs/manufacturing.md", "exec"), {})
    assert "ManufacturedProduct" in capsys.readouterr().out


def test_the_scenario_is_accepted() -> None:
    (text,) = snippets("toml")
    scenario = ManufacturingScenario.from_mapping(tomllib.loads(text))
    assert scenario.programme().process.schedule.qc == 3.0


def test_a_page_without_a_marker_is_refused() -> None:
    with pytest.raises(InputError, match="no place"):
        filled("nothing", {"fitted": ""})
