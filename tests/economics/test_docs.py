from __future__ import annotations

import re
import tomllib
from pathlib import Path

from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.tables import published_table

PAGE = (Path(__file__).parents[2] / "docs" / "economics.md").read_text("utf-8")


def test_the_snippet_runs(capsys: object) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(snippet, "docs/economics.md", "exec"), {})


def test_the_scenario_is_valid() -> None:
    (section,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    scenario = EconomicScenario.from_mapping(tomllib.loads(section)["economics"])
    assert scenario.inputs["ivig_year"] == 15_000


def test_the_table_of_published_ratios_is_the_generated_one() -> None:
    shown = PAGE.split("<!-- published ratios -->\n")[1].split("\n<!-- end -->")[0]
    assert shown == published_table()
