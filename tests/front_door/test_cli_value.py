from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from vein2vein.economics.illustrative import illustrative_table

SMALL = "[economics]\npsa_draws = 200\npsa_patients = 120\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vein2vein", "value", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "small.toml"
    file.write_text(SMALL)
    return file


def test_json_is_all_that_stdout_holds_and_a_run_is_read(scenario: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    illustrative_table(30, 4, seed=3).to_parquet(folder / "patients.parquet")
    done = run(str(scenario), "--patients", str(folder), "--json", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["patients"]["label"] == f"patients of {folder}"
    assert summary["draws"] == 200
    assert json.loads((tmp_path / "out" / "value.json").read_text()) == summary
    assert len(pd.read_csv(tmp_path / "out" / "strategies.csv")) == 12
    assert (tmp_path / "out" / "figures.html").stat().st_size > 1e6
    assert (tmp_path / "out" / "research.csv").exists()


def test_without_a_run_the_programme_is_simulated(scenario: Path) -> None:
    done = run(str(scenario))
    assert done.returncode == 0, done.stderr
    assert "simulated: National CAR-T programme" in done.stdout
    assert "Where to research next" in done.stdout
    assert "break-even price" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[economics]\ndiscount_costs = 5\n", "0.05 for 5 %"),
        ("[economics]\ncurrency = 'ZZZ'\n", "unknown currency"),
        ("[economics.inputs]\nicu_day = -3\n", "can't be negative"),
        ("[economics.inputs]\n'utility_remission.lbcl' = 83\n", "between 0 and 1"),
        ("[economics\n", "not valid TOML"),
    ],
)
def test_bad_scenarios_exit_with_two_and_write_nothing(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    done = run(str(file), "--json", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert not any((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


def test_an_absent_run_and_an_unwritable_folder_exit_with_two(scenario: Path, tmp_path: Path) -> None:
    done = run(str(scenario), "--patients", str(tmp_path / "nothing.parquet"))
    assert done.returncode == 2
    assert "can't read the patients table" in done.stderr
    (tmp_path / "file").write_text("")
    done = run(str(scenario), "--out", str(tmp_path / "file" / "below"))
    assert done.returncode == 2
    assert "output folder" in done.stderr
