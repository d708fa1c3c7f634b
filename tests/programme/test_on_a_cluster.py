"""The programme on a Dask cluster: the same files from worker processes as from threads."""

import pytest
from typer.testing import CliRunner

distributed = pytest.importorskip("distributed", reason="needs the extra 'cluster'")


@pytest.mark.slow
def test_a_cluster_changes_nothing(tmp_path):
    from vein2vein.cli.app import app

    run = ["run", "--patients", "24", "--replicates", "10", "--seed", "5"]
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster:
        remote = CliRunner().invoke(
            app, [*run, "--cluster", cluster.scheduler_address, "--out", str(tmp_path / "remote")]
        )
    local = CliRunner().invoke(app, [*run, "--out", str(tmp_path / "local")])
    assert (remote.exit_code, local.exit_code) == (0, 0), remote.output
    for name in ("summary.json", "patients.parquet", "trajectories.nc"):
        assert (tmp_path / "remote" / name).read_bytes() == (tmp_path / "local" / name).read_bytes(), name
