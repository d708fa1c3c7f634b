"""Parts on disk: whole or absent, resumed, the same numbers as in memory."""

import numpy as np
import pandas as pd
import pytest

from tests.simulation.models import gompertz, s
from vein2vein.errors import OutputError
from vein2vein.simulation import (
    Action,
    Events,
    Integral,
    Maximum,
    Question,
    StopWhen,
    Tolerances,
    WardRule,
    simulate,
    stream,
)  # fmt: skip

N = 50


def arguments():
    rng = np.random.default_rng(2)
    rule = WardRule("wash", s.n - 5e5, 0.0, 9.0, 1.0, (Action("n", -1e4),), max_times=2)
    return {
        "parameters": {"r": rng.uniform(0.2, 2, N), "K": rng.uniform(1e5, 1e6, N), "n0": 10.0},
        "patients": N,
        "times": np.linspace(0, 9, 10),
        "outputs": ["n"],
        "events": Events.bolus("n", 2.0, rng.uniform(0, 100, N)),
        "rules": (rule,),
        "summaries": (Maximum("top", "n"), Integral("auc", "n")),
        "stop": StopWhen(s.n - 9e5, after=1.0),
    }


def question(**change):
    a = arguments() | change
    return Question.of(gompertz(), a["parameters"], a["patients"], a["times"], a["outputs"], a["events"], a["rules"],
                       a["summaries"], a["stop"], Tolerances())  # fmt: skip


def in_memory():
    a = arguments()
    return simulate(gompertz(), a.pop("parameters"), **a)


def test_parts_hold_the_same_numbers_as_memory(tmp_path):
    written = stream(question(), tmp_path / "run", part=16)
    assert (written.patients, written.written, written.found, written.failures) == (N, 4, 0, 0)
    e = in_memory()
    table = pd.read_parquet(written.folder / "patients").sort_values("patient").reset_index(drop=True)
    np.testing.assert_array_equal(table["top"], e.summaries["top"])
    np.testing.assert_array_equal(table["auc"], e.summaries["auc"])
    np.testing.assert_array_equal(table["wash.count"], e.interventions["wash"].count)
    np.testing.assert_array_equal(table["stopped_at"], e.stopped_at)
    long = pd.read_parquet(written.folder / "trajectories").sort_values(["patient", "time"])
    np.testing.assert_array_equal(long["n"].to_numpy().reshape(N, 10), e.outputs["n"])


def test_a_stopped_run_goes_on(tmp_path):
    class StoppedError(Exception):
        pass

    def interrupt(done, total):
        if done >= 32:
            raise StoppedError

    with pytest.raises(StoppedError):
        stream(question(), tmp_path, part=16, threads=1, progress=interrupt)
    there = sorted((tmp_path / "patients").iterdir())
    assert 2 <= len(there) < 4
    assert not [p for p in tmp_path.rglob("*") if "partial" in p.name]
    stamps = {p.name: p.stat().st_mtime_ns for p in there}
    again = stream(question(), tmp_path, part=16)
    assert again.found == len(there)
    assert again.written == 4 - len(there)
    for p in there:
        assert p.stat().st_mtime_ns == stamps[p.name]
    table = pd.read_parquet(tmp_path / "patients").sort_values("patient")
    np.testing.assert_array_equal(table["auc"], in_memory().summaries["auc"])


def test_a_part_torn_between_its_files_is_written_again(tmp_path):
    stream(question(), tmp_path, part=16)
    (tmp_path / "patients" / "part-00002.parquet").unlink()
    again = stream(question(), tmp_path, part=16)
    assert (again.written, again.found) == (1, 3)


@pytest.mark.parametrize(
    "change", [{"times": np.linspace(0, 9, 11)}, {"events": Events.none()}, {"stop": None}]
)
def test_a_folder_never_mixes_two_runs(tmp_path, change):
    stream(question(), tmp_path, part=16)
    with pytest.raises(OutputError, match="another run"):
        stream(question(**change), tmp_path, part=16)
    with pytest.raises(OutputError, match="another run"):
        stream(question(), tmp_path, part=8)


def test_failures_are_counted_and_named(tmp_path):
    a = arguments()["parameters"]
    a["K"] = np.where(np.arange(N) == 20, -1.0, a["K"])  # log of a negative number
    written = stream(question(parameters=a), tmp_path, part=16)
    assert written.failures == 1
    row = pd.read_parquet(tmp_path / "patients").set_index("patient").loc[20]
    assert (row["failure"], row["failure.state"]) == ("not a finite number", "n")
    assert np.isnan(row["auc"])
