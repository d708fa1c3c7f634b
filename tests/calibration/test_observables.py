import numpy as np
import pandas as pd
import pytest

from vein2vein.calibration.observables import RATIO, SHARE, by_group, measure_of, read_trials, resampled
from vein2vein.calibration.targets import ASSUMED_WEIGHT, INFUSED, Target, effective_n, shipped_targets
from vein2vein.evidence import load_sheet

KEYS = tuple(INFUSED)


def _table(n=400, seed=1):
    chance = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "cmax": np.exp(chance.standard_normal(n)),
            "best_response": np.where(chance.uniform(size=n) < 0.7, "complete", "none"),
            "pfs_days": chance.exponential(300, n),
        }
    )


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_a_share_has_the_variance_of_its_count_whatever_its_value(share):
    counts = np.random.default_rng(2).binomial(200, share, 20_000)
    assert SHARE.there(counts / 200).var() == pytest.approx(1 / 800, rel=0.06)


def test_groups_are_read_as_each_would_be_alone():
    table = _table()
    groups = np.arange(len(table)) % 2
    both = by_group(("cmax", "pfs_6", RATIO), table, groups, 2)
    for g in (0, 1):
        part = table[groups == g]
        alone = by_group(("cmax", "pfs_6", RATIO), part, np.zeros(len(part), int), 1)
        np.testing.assert_allclose(both[g], alone[0])


def test_a_group_without_patients_has_no_number():
    assert np.isnan(by_group(("cmax",), _table(), np.zeros(400, int), 2)[1]).all()


def test_resampled_trials_vary_as_a_trial_of_their_size():
    found = resampled(("pfs_6",), _table(4000), 100, 800, seed=3)
    assert found.std() == pytest.approx(1 / np.sqrt(400), rel=0.1)


def test_the_shipped_targets_are_the_fitted_rows_with_their_n():
    targets = {t.id: t for t in shipped_targets(load_sheet("fit_table"), KEYS)}
    assert len(targets) > 70
    assert targets["LBCL crs_any"].n == 108
    assert targets["ALL pfs_12"].n < 75  # Kaplan–Meier with censoring: fewer than were infused
    assert targets["ALL crs_severe"].n == ASSUMED_WEIGHT  # an assumption, not a datum
    assert "ALL icans_onset" not in targets
    assert targets["CILTA tocilizumab"].n == 97
    assert not any(t.observable == "steroids" for t in targets.values())
    assert "IDE auc_0_28" not in targets  # marked as not fitted


def test_no_event_among_few_is_not_taken_for_never():
    rare = Target("ALL", "crs_severe", 0.0, 20, "test")
    assert 0 < SHARE.back(np.array([rare.scaled]))[0] < 0.05


def test_an_interval_says_how_many_patients_it_is_worth():
    row = next(r for r in load_sheet("fit_table").rows if (r.id, r.setting) == ("pfs_12", "ALL"))
    n = effective_n(row, 0.5)
    assert n == pytest.approx(0.25 / ((0.64 - 0.35) / 3.92) ** 2)


def test_kinds_of_observables():
    assert measure_of("cmax").there(np.array([np.e]))[0] == pytest.approx(1)
    assert measure_of("crs_onset").back(measure_of("crs_onset").there(np.array([3.0])))[0] == pytest.approx(3)


def test_each_observable_of_a_trial_is_read_off_as_many_patients_as_it_had():
    chance = np.random.default_rng(4)
    table = pd.DataFrame({"setting": "LBCL", "crs_grade": chance.integers(0, 4, 300)})
    found = read_trials({"LBCL": {"crs_any": 120, "crs_severe": 40}}, table)["LBCL"]
    grades = table["crs_grade"].to_numpy()
    expected = [(grades[:120] >= 1).mean(), (grades[:40] >= 3).mean()]
    np.testing.assert_allclose(np.sin(found) ** 2, expected)
