"""``vein2vein construct``: what it prints, writes and refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vein2vein.cli.construct import app
from vein2vein.errors import InputError, ScenarioError

EXAMPLES = Path(__file__).parents[2] / "examples" / "construct"


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output + repr(result.exception)
    return result.stdout


def test_design_then_check(tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = json.loads(run("design", str(EXAMPLES / "cd19_41bb.toml"), "--out", str(out), "--json"))
    assert summary["protein_length"] == 486
    assert summary["verdict"] == "warn"
    assert summary["drivers"]["costimulation"] == "4-1BB"
    assert {"genbank", "fasta", "linear_map", "circular_map", "data_sheet"} <= set(summary["files"])
    assert not [p for p in out.iterdir() if "partial" in p.name]
    review = json.loads(run("check", summary["files"]["genbank"], "--json"))
    assert review["protein"] == summary["protein"]
    assert review["verdict"] == "warn"
    table = run("check", summary["files"]["genbank"])
    assert "0 fail" in table
    damaged = Path(summary["files"]["genbank"])
    text = damaged.read_text()
    at = text.index("ORIGIN") + 40
    damaged.write_text(text[:at] + "x" + text[at + 1 :])
    assert "non-DNA letter" in run("check", str(damaged), code=2)


def test_parts_are_listed() -> None:
    rows = json.loads(run("parts", "--json"))
    assert {"parts", "binders", "backbones"} == set(rows)
    assert all(r["source"] and r["verification"] for r in rows["parts"])
    assert "FMC63_VL" in run("parts")


def test_bad_specification_writes_nothing(tmp_path: Path) -> None:
    spec = tmp_path / "bad.toml"
    spec.write_text('name = "T"\n[[car]]\nhing = "x"\n[[car.binder]]\nname = "FMC63"\n')
    result = CliRunner().invoke(app, ["design", str(spec), "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, ScenarioError)
    assert "Did you mean 'hinge'" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_failing_design_ends_with_code_2(tmp_path: Path) -> None:
    spec = tmp_path / "long.toml"
    one = '[[car]]\njunction = "{}"\n[[car.binder]]\nname = "FMC63"\n'
    spec.write_text('name = "T"\n' + one.format("LLLLVVVVIIIILLLLVVVVLL"))
    assert "fail" in run("design", str(spec), "--out", str(tmp_path / "out"), code=2)
    assert (tmp_path / "out" / "T.gb").exists()


def test_absent_plasmid_is_explained(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(tmp_path / "no.gb")])
    assert isinstance(result.exception, InputError)


@pytest.mark.parametrize("command", [["construct", "--help"], ["construct", "design", "--help"]])
def test_help_stays_light(command: list[str]) -> None:
    code = f"import sys; sys.argv = ['vein2vein', *{command!r}]\nfrom vein2vein.cli.app import main\n" + (
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'Bio', 'dnachisel', 'numpy', 'jinja2'} & set(sys.modules)\nassert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout
