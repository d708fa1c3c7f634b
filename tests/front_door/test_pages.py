"""README, docs and examples can't rot: what they show runs, what they name exists."""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.front_door.markdown import PAGES, ROOT, blocks, commands
from vein2vein.cli.app import app
from vein2vein.programme.scenario import load_scenario

WITH_PYTHON = [page for page in PAGES if blocks(page, "python")]
TRACKED_FOLDERS = ("src", "tests", "docs", "examples", ".ci")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_PYTHON, ids=named)
def test_python_snippets_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"__name__": "snippets"}
    for block in blocks(page, "python"):
        exec(compile(block, named(page), "exec"), space)


def test_the_scenario_of_the_readme_is_one(tmp_path: Path) -> None:
    (text,) = blocks(ROOT / "README.md", "toml")
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    assert load_scenario(path).patients == 40


def command_lines() -> Iterator[Any]:
    for page in PAGES:
        for words in commands(page):
            yield pytest.param(words, id=f"{named(page)}: {' '.join(words)}")


@pytest.mark.parametrize("words", list(command_lines()))
def test_commands_of_the_pages_exist(words: list[str]) -> None:
    if words[0] == "make":
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(words[1:]) <= set(targets)
    elif words[0] == "vein2vein":
        command: Any = typer.main.get_command(app)
        rest = words[1:]
        while rest and rest[0] in getattr(command, "commands", {}):
            command = command.commands[rest.pop(0)]
        assert not hasattr(command, "commands") or set(rest) <= {"--help"}, f"no command {rest}"
        options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
        assert {word.partition("=")[0] for word in rest if word.startswith("-")} <= options
        assert all((ROOT / word).exists() for word in rest if word.startswith("examples/"))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_to_files(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target and not target.startswith("#"):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [p.name for p in PAGES[1:] if p.name != "index.md" and f"({p.name})" not in index] == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.toml")), ids=named)
def test_example_scenarios_load(path: Path) -> None:
    assert load_scenario(path).patients > 0


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=named)
def test_example_programs_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(path)])
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out


def test_the_picture_of_the_readme_is_the_products_own() -> None:
    picture = (ROOT / "docs" / "images" / "programme.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    assert "Research use only" in picture
    assert "http" not in picture.replace("http://www.w3.org/", "")


def texts() -> list[Path]:
    kinds = (".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".cff", ".svg", ".html", ".css", ".js", "")
    inside = [
        p for folder in TRACKED_FOLDERS for p in (ROOT / folder).rglob("*") if "__pycache__" not in p.parts
    ]
    return [p for p in (*ROOT.glob("*"), *inside) if p.is_file() and p.suffix in kinds and p.name != ".git"]


def test_no_file_names_the_machine_it_was_written_on() -> None:
    places = {f"{ROOT}/", f"{ROOT.parent}/", f"{Path.home()}/", f"{sys.prefix}/"} - {"//", "/"}
    found = [
        f"{p}: {place}"
        for p in texts()
        for place in places
        if place in p.read_text(encoding="utf-8", errors="ignore")
    ]
    assert found == []
