"""Dask: the same bits from real worker processes, also when one of them is killed."""

import os
import signal

import numpy as np
import pytest

from tests.simulation.models import gompertz
from vein2vein.errors import InputError
from vein2vein.simulation import Events, Integral, Maximum, simulate
from vein2vein.simulation.cluster import connect

distributed = pytest.importorskip("distributed", reason="needs the extra 'cluster'")
N = 4000


def arguments():
    rng = np.random.default_rng(3)
    return {
        "parameters": {"r": rng.uniform(0.2, 2, N), "K": rng.uniform(1e5, 1e6, N), "n0": 10.0},
        "times": np.linspace(0, 60, 30),
        "outputs": ["n"],
        "events": Events.bolus("n", 2.0, rng.uniform(0, 100, N)),
        "summaries": (Maximum("top", "n"), Integral("auc", "n")),
    }


def run(**more):
    a = arguments()
    return simulate(gompertz(), a.pop("parameters"), **a, **more)


def same(one, other):
    np.testing.assert_array_equal(one.outputs["n"], other.outputs["n"])
    for name in one.summaries:
        np.testing.assert_array_equal(one.summaries[name], other.summaries[name])
    np.testing.assert_array_equal(one.steps, other.steps)


@pytest.mark.slow
def test_a_killed_worker_changes_no_bit():
    local = run()
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        same(local, run(client=client, chunk=500))
        victims = list(client.run(os.getpid).values())
        seen = []

        def kill_one(done, total):
            seen.append(done)
            if len(seen) == 3:
                os.kill(victims[0], signal.SIGKILL)

        again = run(client=client, chunk=100, progress=kill_one)
        same(local, again)
        assert seen[-1] == N
        client.wait_for_workers(2, timeout=60)
        assert victims[0] not in client.run(os.getpid).values()


def test_no_scheduler_is_an_error_that_says_what_to_do():
    with pytest.raises(InputError, match="dask scheduler"):
        connect("tcp://127.0.0.1:1", timeout=1.0)
