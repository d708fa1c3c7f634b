"""``vein2vein manufacture``: what it prints, writes and refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from vein2vein.cli.app import main

QUICK = ["--batches", "200", "--replicates", "2"]


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["vein2vein", "manufacture", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    out = capsys.readouterr()
    return int(caught.value.code or 0), out.out, out.err


def test_json_is_all_that_is_printed_and_repeats(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(capsys, monkeypatch, *QUICK, "--json", "--seed", "5")
    second = run(capsys, monkeypatch, *QUICK, "--json", "--seed", "5")
    assert first[0] == 0
    assert first[1] == second[1]
    found = json.loads(first[1])
    assert found["batches"]["count"] == 200
    assert {row["mode"] for row in found["modes"]} == {"place_of_care", "central"}
    assert found["funnel"][0]["step"] == "referred"


def test_a_scenario_and_a_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scenario = tmp_path / "one.toml"
    scenario.write_text(
        '[manufacturing]\nmode = "central"\nreferred = 20\n'
        '[[centre]]\nname = "only"\nreferrals_per_year = 20\n'
    )
    code, out, _ = run(capsys, monkeypatch, str(scenario), *QUICK, "--out", str(tmp_path / "out"))
    assert code == 0
    assert "Research use only" in out
    assert (tmp_path / "out" / "batch_sheet.html").exists()
    assert not [p for p in (tmp_path / "out").iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[manufacturing]\nslots = 0\n", "slots"),
        ("[manufacturing]\nmultiplicity = -2\n", "multiplicity"),
        ('[[manufacturing.limit]]\ntest = "viability"\nminimum = 70\n', "unit"),
    ],
)
def test_a_broken_scenario_exits_with_2_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, says: str
) -> None:
    scenario = tmp_path / "broken.toml"
    scenario.write_text(text)
    code, out, err = run(capsys, monkeypatch, str(scenario), *QUICK, "--out", str(tmp_path / "out"))
    assert code == 2
    assert out == ""
    assert says in err
    assert not (tmp_path / "out").exists()


def test_one_replicate_has_no_interval(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = ["--batches", "20", "--replicates", "1"]
    found = json.loads(run(capsys, monkeypatch, *one, "--json")[1])
    assert found["funnel"][0]["low"] is None
    assert found["doses_per_year"]["low"] is None
    code, out, _ = run(capsys, monkeypatch, *one, "--out", str(tmp_path / "out"))
    assert code == 0
    assert "nan" not in out
    assert (
        "nan"
        not in (tmp_path / "out" / "manufacturing.html").read_text().split("</h1>")[1].split("<script")[0]
    )


@pytest.mark.parametrize("wrong", [["--batches", "0"], ["--seed", "-1"], ["--replicates", "0"]])
def test_impossible_counts_exit_with_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wrong: list[str]
) -> None:
    code, _, err = run(capsys, monkeypatch, "--json", *wrong)
    assert code == 2
    assert "allowed" in err
