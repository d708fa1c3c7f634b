"""The layers of the design hold: data flows one way, downhill."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.front_door.markdown import ROOT


def test_the_layer_contracts_hold() -> None:
    pytest.importorskip("importlinter")
    program = (
        "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_no_folder_is_a_cupboard() -> None:
    folders = {p.name for p in (ROOT / "src" / "vein2vein").rglob("*") if p.is_dir()}
    assert not folders & {"utils", "core", "helpers", "common", "misc", "deprecated"}


def test_no_file_is_two_things() -> None:
    long = {
        str(p.relative_to(ROOT)): lines
        for p in (ROOT / "src" / "vein2vein").rglob("*.py")
        if (lines := len(p.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}
