import numpy as np
import pytest

from vein2vein.calibration.bank import BATCH, Checkpoint, simulate_bank
from vein2vein.calibration.free import FREE
from vein2vein.calibration.parameters import Prior
from vein2vein.calibration.virtual_trial import VirtualTrial, only
from vein2vein.clinic.cohort import Biology
from vein2vein.errors import InputError

BIOLOGY = Biology.starting()
PRIOR = Prior.of(FREE, BIOLOGY.parameters)
OBSERVABLES = {"ALL": ("orr", "pfs_12", "crs_any")}
TRIAL = VirtualTrial(BIOLOGY, FREE, settings=only(["ALL"]), patients=16)


def _sets(n, seed=0):
    return 0.5 * np.random.default_rng(seed).standard_normal((n, len(FREE)))


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    z = _sets(BATCH + 2)
    return (
        simulate_bank(TRIAL, PRIOR, OBSERVABLES, z, name="a", checkpoint=Checkpoint(folder, "x")),
        folder,
        z,
    )


def test_the_result_depends_on_neither_workers_nor_interruption(bank):
    done, folder, z = bank
    (folder / f"a-{BATCH:05d}.npz").unlink()  # interrupted after the first batch
    told = []
    resumed = simulate_bank(
        TRIAL,
        PRIOR,
        OBSERVABLES,
        z,
        name="a",
        checkpoint=Checkpoint(folder, "x"),
        workers=1,
        progress=lambda i, n: told.append((i, n)),
    )
    np.testing.assert_array_equal(done.y["ALL"], resumed.y["ALL"])
    assert told == [(BATCH, BATCH + 2), (BATCH + 2, BATCH + 2)]


def test_sets_that_changed_are_simulated_again(bank):
    done, folder, z = bank
    other = simulate_bank(TRIAL, PRIOR, OBSERVABLES, z + 0.3, name="a", checkpoint=Checkpoint(folder, "x"))
    assert not np.array_equal(done.y["ALL"], other.y["ALL"])


def test_a_set_that_cannot_be_simulated_is_counted_and_the_rest_go_on():
    z = _sets(2)
    z[1, PRIOR.names.index("crs_cut_1")] = 50.0  # above the next cut-off
    bank = simulate_bank(TRIAL, PRIOR, OBSERVABLES, z, name="b")
    assert bank.failed == 1
    assert np.isfinite(bank.y["ALL"][0]).all()


def test_another_runs_checkpoint_is_refused(tmp_path):
    Checkpoint(tmp_path, "x")
    with pytest.raises(InputError, match="another calibration"):
        Checkpoint(tmp_path, "y")
