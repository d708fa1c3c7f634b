"""The project's own files agree with one another: version, locked dependencies, layout of the wheel."""

from __future__ import annotations

import re
import tomllib

from tests.front_door.markdown import ROOT
from vein2vein.version import __version__

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKED = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~\[; ]", name)[0]).lower()


def test_the_citation_names_this_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^version: {re.escape(__version__)}$", citation, re.MULTILINE)


def test_the_lock_holds_names_and_versions_only() -> None:
    assert [line for line in LOCKED if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert len({plain(line) for line in LOCKED}) == len(LOCKED)


def test_every_dependency_is_locked() -> None:
    wanted = [
        *PROJECT["dependencies"],
        *(d for extra in PROJECT["optional-dependencies"].values() for d in extra),
    ]
    missing = {plain(name) for name in wanted} - {plain(line) for line in LOCKED}
    assert missing == set(), "run: make lock"


def test_types_are_shipped() -> None:
    assert (ROOT / "src" / "vein2vein" / "py.typed").exists()
    assert "Typing :: Typed" in PROJECT["classifiers"]
