"""The page on evidence tells the truth: its snippets run, its tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

from vein2vein.evidence import load_sheet, sheets
from vein2vein.evidence.schema import ValueRow

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_python_snippets_run() -> None:
    for block in blocks("python"):
        exec(compile(block, "docs/evidence.md", "exec"), {})


def test_the_example_sheet_loads(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    assert load_sheet(path).value("crs_any", "ALL").n == 12


def test_every_shipped_sheet_is_described() -> None:
    part = PAGE[PAGE.index("## The shipped sheets") : PAGE.index("## From Python")]
    assert re.findall(r"^\| `(\w+)`", part, flags=re.MULTILINE) == list(sheets())


def test_every_field_is_described() -> None:
    table = PAGE[PAGE.index("| field |") : PAGE.index("Facts without")]
    first = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("|"))
    assert set(re.findall(r"`(\w+)`", first)) == set(ValueRow.model_fields)


def test_every_command_is_described() -> None:
    from vein2vein.cli.evidence import app

    for command in app.registered_commands:
        name = command.name or command.callback.__name__  # type: ignore[union-attr]
        assert f"vein2vein evidence {name}" in PAGE
