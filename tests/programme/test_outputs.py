"""What a run leaves behind: whole files, documented keys, equal bytes for equal seeds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr

from vein2vein.programme.run import ProgrammeResult, run_programme
from vein2vein.programme.scenario import load_scenario
from vein2vein.programme.summary import summarise
from vein2vein.report.run_folder import as_json, write_run
from vein2vein.simulation import Failure

DOCUMENTED = Path(__file__).parents[2] / "docs" / "summary.md"
FILES = {"report.html", "summary.json", "patients.parquet", "trajectories.nc", "provenance.json"}


@pytest.fixture(scope="module")
def result() -> ProgrammeResult:
    return run_programme(load_scenario(patients=6, replicates=4, seed=5))


@pytest.fixture(scope="module")
def folder(result: ProgrammeResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("run")
    write_run(result, (), place)
    return place


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of everything that isn't a table; lists of tables are written ``[]``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from keys(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from keys(inner, f"{path}[]")
    else:
        yield path


def test_every_key_is_documented_and_every_documented_key_is_there(result: ProgrammeResult) -> None:
    failed = replace(result, failures=(Failure(3, 12.5, "il6", "step too small", "loosen"),))
    text = DOCUMENTED.read_text(encoding="utf-8")
    described = re.findall(r"^\| `([^`]+)` \|", text[: text.index("## Metrics")], re.MULTILINE)
    found = set(keys(summarise(failed))) - {"claims[].readings"}  # empty where a claim has one reading only
    documented = {row: {key for key in found if pattern(row).fullmatch(key)} for row in described}
    assert found - set().union(*documented.values()) == set(), "write them into docs/summary.md"
    assert [row for row, matching in documented.items() if not matching] == [], "gone from summary.json"


def pattern(row: str) -> re.Pattern[str]:
    """Return what a documented key matches: ``<name>`` any one name, ``…`` everything beneath."""
    return re.compile(re.escape(row).replace("<name>", r"[^.]+").replace("…", r"(?:\[\])?\..+"))


def test_every_metric_is_documented(result: ProgrammeResult) -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| `(.*?)` \|", text[text.index("## Metrics") :], re.MULTILINE)
    found = {row["metric"]: row["meaning"] for row in summarise(result)["settings"]}
    assert {name: meaning for name, meaning, _ in rows} == found


def test_a_claim_says_what_was_reported_what_is_predicted_and_a_verdict(result: ProgrammeResult) -> None:
    claims = summarise(result)["claims"]
    assert [c["id"] for c in claims] == [
        "dose",
        "crs_any",
        "crs_severe",
        "cured",
        "survival_gain",
        "myeloma",
        "cost",
    ]
    needed = {"id", "reported", "reported_interval", "predicted", "predicted_interval", "unit", "verdict"}
    assert all(needed <= set(c) and c["verdict"] and c["unit"] for c in claims)


def test_the_folder_holds_every_file_and_each_opens(result: ProgrammeResult, folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == FILES
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert summary == summarise(result)
    assert json.loads((folder / "provenance.json").read_text(encoding="utf-8")) == summary["provenance"]
    patients = pd.read_parquet(folder / "patients.parquet")
    assert len(patients) == 24 - len(result.failures)
    with xr.open_dataset(folder / "trajectories.nc", engine="scipy") as curves:
        assert curves.sizes["patient"] == 6
        assert curves["il6"].attrs["units"] == "pg/mL"


def test_the_report_needs_no_network(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Research use only" in page
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=\s*[\"'](?:https?:)?//", page)
    assert not re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", page)


def test_one_seed_gives_equal_bytes_whatever_the_threads(
    result: ProgrammeResult, folder: Path, tmp_path: Path
) -> None:
    again = run_programme(load_scenario(patients=6, replicates=4, seed=5), threads=1)
    write_run(again, (), tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_another_seed_gives_other_patients(result: ProgrammeResult) -> None:
    other = run_programme(load_scenario(patients=6, replicates=4, seed=6))
    assert not other.patients["cmax"].equals(result.patients["cmax"])


@pytest.mark.slow
def test_more_threads_than_chunks_change_nothing() -> None:
    scenario = load_scenario(patients=60, replicates=20, seed=8)
    one, three = (run_programme(scenario, threads=threads) for threads in (1, 3))
    pd.testing.assert_frame_equal(one.patients, three.patients, check_exact=True)
    assert as_json(summarise(one)) == as_json(summarise(three))


@pytest.mark.parametrize(
    ("writer", "finished"),
    [
        ("pandas.DataFrame.to_parquet", set()),
        ("xarray.Dataset.to_netcdf", {"patients.parquet"}),
        ("vein2vein.report.run_folder.write_report", {"patients.parquet", "trajectories.nc"}),
    ],
)
def test_an_interrupted_run_leaves_whole_files_only(
    writer: str, finished: set[str], result: ProgrammeResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(first: Any, second: Any = None, *rest: Any, **options: Any) -> None:
        if not writer.endswith("write_report"):
            Path(second).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_run(result, (), tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == finished
    if "patients.parquet" in finished:
        assert len(pd.read_parquet(tmp_path / "patients.parquet")) == 24
