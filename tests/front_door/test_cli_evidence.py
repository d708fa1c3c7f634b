"""``vein2vein evidence``: what it prints, and how it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from vein2vein.cli.evidence import app
from vein2vein.errors import EvidenceError
from vein2vein.evidence import evidence_hash, load_sheet, sheets

BAD = """name = "own"
title = "A sheet"
[[source]]
key = "paper"
citation = "A paper"
doi = "10.1000/182"
[[value]]
id = "growth"
value = 5
unit = "1/day"
bounds = [0.0, 1.0]
source = "paper"
locator = "table 1"
status = "estimated"
evidence = "read"
"""


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output + repr(result.exception)
    return result.stdout


def run_json(*arguments: str, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", code=code), parse_constant=pytest.fail)


def test_list_names_every_sheet() -> None:
    text = run("list")
    assert all(name in text for name in sheets())
    body = run_json("list")
    assert body["hash"] == evidence_hash()
    assert [sheet["name"] for sheet in body["sheets"]] == list(sheets())
    assert sum(sheet["values"] for sheet in body["sheets"]) == sum(len(load_sheet(n).rows) for n in sheets())


def test_show_prints_value_source_and_place() -> None:
    text = run("show", "core_model_start", "--setting", "LBCL")
    assert "kill_max" in text
    assert "4.83" in text
    assert "section 2, row k_max" in text
    assert "https://doi.org/10.1098/rspb.2021.0229" in text
    rows = run_json("show", "core_model_start", "--setting", "LBCL")["values"]
    assert {row["id"]: row["value"] for row in rows}["kill_max"] == 4.83


def test_show_marks_what_was_recalled() -> None:
    assert "recalled (high)" in run("show", "trials")


def test_check_passes_the_shipped_sheets() -> None:
    assert run("check").count("sound") == len(sheets())
    assert run_json("check")["sound"] is True


def test_check_names_what_is_wrong_with_ones_own_sheet(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(BAD, encoding="utf-8")
    assert "own.toml: 1 broken rules" in run("check", str(path), code=2)
    (problem,) = run_json("check", str(path), code=2)["problems"]
    assert (problem["field"], problem["value"], problem["allowed"]) == ("value", 5.0, "0 to 1 (bounds)")


def test_unknown_sheet_is_an_input_error() -> None:
    result = CliRunner().invoke(app, ["show", "core_modle"])
    assert isinstance(result.exception, EvidenceError)
    assert "Did you mean 'core_model'" in str(result.exception)


def test_unknown_sheet_exits_with_2() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "vein2vein", "evidence", "show", "nothing"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert "no shipped sheet of this name" in result.stderr
    assert "Traceback" not in result.stderr


def test_trace_leads_every_core_parameter_to_its_source() -> None:
    core = pytest.importorskip("vein2vein.dynamics.core")
    body = run_json("trace", "core")
    assert [p["name"] for p in body["parameters"]] == [p.name for p in core.core_system().parameters]
    for parameter in body["parameters"]:
        assert parameter["problem"] is None
        for row in parameter["values"] or [parameter["statement"]]:
            assert row["locator"]
            assert row["source"]["citation"]
    assert "vein2vein calibrate --design" in run("trace", "core").replace("\n", " ")


def test_trace_reads_the_table_of_a_published_model() -> None:
    library = pytest.importorskip("vein2vein.dynamics.published.library")
    name = next(iter(library.MODELS))
    body = run_json("trace", name)
    assert len(body["parameters"]) == len(library.MODELS[name].values)
    result = CliRunner().invoke(app, ["trace", "nobody1999"])
    assert "allowed: core, " in str(result.exception)
