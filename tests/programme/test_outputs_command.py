"""``vein2vein run`` from outside: what it prints, what it leaves behind when stopped, equal files twice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from vein2vein.cli.app import main

TINY = ["--patients", "6", "--replicates", "3", "--seed", "5"]
FILES = {"report.html", "summary.json", "patients.parquet", "trajectories.nc", "provenance.json"}


def test_json_prints_json_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["vein2vein", "run", *TINY, "--json"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    out, err = capsys.readouterr()
    summary = json.loads(out, parse_constant=pytest.fail)
    assert summary["scenario"]["patients"] == 6
    assert err == ""
    assert list(tmp_path.iterdir()) == []


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vein2vein", "run", *TINY, "--out", str(folder)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_two_runs_give_equal_files_and_a_table_for_people(tmp_path: Path) -> None:
    first = run(tmp_path / "a", PYTHONHASHSEED="1", NUMBA_NUM_THREADS="1")
    second = run(tmp_path / "b", PYTHONHASHSEED="2", NUMBA_NUM_THREADS="2")
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert {p.name for p in (tmp_path / "a").iterdir()} == FILES
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert "verdict" in first.stdout
    assert "Research use only" in first.stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_an_interrupt_from_the_keyboard_leaves_whole_files_only(tmp_path: Path) -> None:
    place = tmp_path / "out"
    command = [sys.executable, "-m", "vein2vein", "run", "--replicates", "4000", "--out", str(place)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        deadline = time.monotonic() + 120
        while not place.exists() and time.monotonic() < deadline and running.poll() is None:
            time.sleep(0.1)
        time.sleep(2.0)
        assert running.poll() is None, "the run ended before it could be interrupted"
        for _ in range(5):  # a busy machine may take its time
            running.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(timeout=60)
                break
        else:
            running.kill()
        _, err = running.communicate()
    assert running.returncode in (1, 130), err
    assert "Traceback" not in err
    left = {p.name for p in place.iterdir()}
    assert left <= FILES
    if "patients.parquet" in left:
        assert len(pd.read_parquet(place / "patients.parquet"))
    for name in left & {"summary.json", "provenance.json"}:
        json.loads((place / name).read_text(encoding="utf-8"))
