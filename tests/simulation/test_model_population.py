"""Populations of the library's models in Parquet parts: the patients of a run in memory, here and on a cluster."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from vein2vein.cli.app import app
from vein2vein.dynamics.published.library import find_model
from vein2vein.errors import ModelError
from vein2vein.simulation.model_population import stream_population
from vein2vein.simulation.model_run import run_model

N, DAYS = 60, 40.0


def command(folder, *more):
    size = ["--patients", str(N), "--days", str(DAYS), "--every", "10", "--part", "25"]
    return CliRunner().invoke(
        app, ["model", "population", "stein2019", *size, "--out", str(folder), "--json", *more]
    )


def test_the_patients_of_a_run_in_memory(tmp_path):
    told = json.loads(command(tmp_path / "parts").stdout)
    assert told["parts"] == {"written": 3, "found": 0}
    again = json.loads(command(tmp_path / "parts").stdout)
    assert again["parts"] == {"written": 0, "found": 3}
    whole = run_model(find_model("stein2019"), patients=N, rng=np.random.default_rng(1), days=DAYS)
    patients = pd.read_parquet(tmp_path / "parts" / "patients")
    name = next(s for s in whole.ensemble.summaries if s.endswith("high"))
    np.testing.assert_allclose(patients[name], whole.ensemble.summaries[name], rtol=1e-6)
    curves = pd.read_parquet(tmp_path / "parts" / "trajectories")
    assert sorted(curves["time"].unique()) == [0, 10, 20, 30, 40]
    assert len(curves) == 5 * N


@pytest.mark.parametrize("every", [0.0, -1.0, 41.0, float("nan")])
def test_an_unusable_interval_is_refused(tmp_path, every):
    with pytest.raises(ModelError, match="interval"):
        stream_population(find_model("stein2019"), tmp_path / "x", patients=2, days=DAYS, every=every)
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_on_a_cluster(tmp_path):
    distributed = pytest.importorskip("distributed", reason="needs the extra 'cluster'")
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster:
        told = command(tmp_path / "remote", "--cluster", cluster.scheduler_address)
    assert told.exit_code == 0, told.output
    assert command(tmp_path / "local").exit_code == 0
    for part in sorted((tmp_path / "local").rglob("*.parquet")):
        assert (tmp_path / "remote" / part.relative_to(tmp_path / "local")).read_bytes() == part.read_bytes()
