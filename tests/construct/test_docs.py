"""The page on the construct tells the truth: snippets run, every check and weak part is named."""

from __future__ import annotations

import re
from pathlib import Path

from vein2vein.construct.design import Construct
from vein2vein.construct.spec import CodingSpec, parse_spec

PAGE = (Path(__file__).parents[2] / "docs" / "construct.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_python_snippets_run() -> None:
    for block in blocks("python"):
        exec(compile(block, "docs/construct.md", "exec"), {})


def test_the_example_is_valid_and_shows_the_defaults() -> None:
    (text,) = blocks("toml")
    assert parse_spec(text).coding == CodingSpec()


def test_every_check_is_described(cd19: Construct) -> None:
    table = PAGE[PAGE.index("| of | checks |") : PAGE.index("## Coding DNA")]
    for check in cd19.checks:
        name = re.sub(r", (chain \d|\d+-base windows|\S+_V\S+.*)$", "", check.name)
        name = re.sub(r"^(restriction site).*", r"\1", name)
        assert name in table, check.name


def test_commands_exist() -> None:
    from typer.testing import CliRunner

    from vein2vein.cli.construct import app

    for command in re.findall(r"^vein2vein construct (\w+)", "\n".join(blocks("sh")), flags=re.MULTILINE):
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0
