import numpy as np
import pytest

from vein2vein.calibration.bank import Bank
from vein2vein.calibration.free import FREE
from vein2vein.calibration.parameters import Prior
from vein2vein.calibration.sensitivity import OUTPUTS, sensitivities
from vein2vein.evidence import load_sheet

PRIOR = Prior.of(FREE, load_sheet("core_model_start"))


@pytest.fixture(scope="module")
def found():
    """Every output is the same known function of two parameters; some sets failed."""
    z = np.random.default_rng(3).standard_normal((300, len(FREE)))
    i, j = PRIOR.names.index("kill_max [ALL]"), PRIOR.names.index("growth [ALL]")
    y = np.repeat((0.8 + 0.2 * z[:, i] + 0.1 * z[:, j])[:, None], len(OUTPUTS), axis=1)
    y[::11] = np.nan
    return {s.output: s for s in sensitivities(Bank(z, {"ALL": y}), PRIOR)}


def test_indices_are_the_shares_of_variance_and_lie_in_their_intervals(found):
    first, second = found["cured"].influences[:2]
    assert (first.parameter, second.parameter) == ("kill_max [ALL]", "growth [ALL]")
    assert abs(first.total - 0.8) <= 0.03 + first.total_error
    assert abs(second.first - 0.2) <= 0.03 + second.first_error
    assert all(abs(i.total) < 0.02 for i in found["cured"].influences[2:])


def test_swings_go_through_the_centre(found):
    swing = found["cured"].influences[0]
    assert swing.low < found["cured"].centre < swing.high


def test_every_output_is_analysed_in_spite_of_failed_sets(found):
    assert set(found) == set(OUTPUTS)
    assert found["pfs_48"].explained > 0.95
