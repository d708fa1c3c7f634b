"""Generated pages are what the code would write now: `make docs` brings them up to date."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from tests.front_door.markdown import ROOT

DOCS = ROOT / "docs"


def test_equations_parameters_and_commands_are_up_to_date(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    generate.write_quick(tmp_path)
    for page in sorted(tmp_path.glob("*.md")):
        assert page.read_text(encoding="utf-8") == (DOCS / page.name).read_text(encoding="utf-8"), (
            "run: make docs"
        )


def test_pages_do_not_hang_on_the_order_of_hashes(tmp_path: Path) -> None:
    program = (
        "import runpy, sys, pathlib; pages = runpy.run_path(sys.argv[1]);"
        "pages['write_quick'](pathlib.Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, str(DOCS / "generate.py"), str(tmp_path)]
    subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": "12345"}, check=True)
    for page in sorted(tmp_path.glob("*.md")):
        assert page.read_text(encoding="utf-8") == (DOCS / page.name).read_text(encoding="utf-8"), (
            "run: make docs"
        )
