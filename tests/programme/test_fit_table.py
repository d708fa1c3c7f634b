"""Two standing tests: with the starting calibration this implementation gives what its prototype gave, within Monte-Carlo
error; and the shipped core model, the centre of the posterior, stays as close to what was published as it is.

Where either doesn't, the departure is written down by name; it may not drift.
"""

import numpy as np
import pytest

from vein2vein.clinic.cohort import Biology
from vein2vein.programme.fit_table import DAY_METRICS, RATIO_METRICS, in_unit, reproduce_fit_table, within

PATIENTS = 2048
PROTOTYPE_PATIENTS = 4096

GRID = "read on the output grid of 6 hours"
TAIL = "slow regrowth in myeloma; the prototype's late control is stronger, cause not found"
ROUNDS = "rounds and administrations fall on other hours than in the prototype; severe CRS is steep in them"
DEPARTURES = {
    ("tmax", "LBCL"): (7.25, GRID),
    ("crs_onset", "LBCL"): (1.54, GRID),
    ("pfs_6", "IDE"): (0.553, TAIL),
    ("pfs_12", "IDE"): (0.424, TAIL),
    ("detectable_6", "IDE"): (0.458, TAIL),
    ("pfs_6", "CILTA"): (0.879, TAIL),
    ("pfs_12", "CILTA"): (0.747, TAIL),
    ("crs_severe", "LBCL"): (0.132, ROUNDS),
    ("steroids", "LBCL"): (0.132, ROUNDS),
    ("tocilizumab", "LBCL"): (0.875, ROUNDS),
    ("icans_severe", "LBCL"): (0.234, ROUNDS),
    ("crs_severe", "CILTA"): (0.091, ROUNDS),
    ("steroids", "CILTA"): (0.044, ROUNDS),
    ("crs_any", "CILTA"): (0.956, ROUNDS),
    ("tocilizumab", "CILTA"): (0.956, ROUNDS),
    ("crs_duration", "ALL"): (9.65, ROUNDS),
    ("crs_duration", "IDE"): (10.7, ROUNDS),
}
MISFITS = frozenset(
    {
        "crs_severe ALL",
        "steroids ALL",
        "level_day90 LBCL",
        "negative_relapse_share LBCL",
        "crs_moderate LBCL",
        "tocilizumab LBCL",
        "cr IDE",
        "pfs_6 IDE",
        "icans_onset IDE",
        "steroids IDE",
        "crs_onset CILTA",
        "crs_duration CILTA",
        "steroids CILTA",
    }
)
"""Published quantities outside the calibration targets' tolerance at the centre of the posterior."""
BORDER = 3.0
"""Monte-Carlo standard errors within which a quantity may cross the border of the tolerance."""


@pytest.fixture(scope="module")
def rows():
    return reproduce_fit_table(PATIENTS)


@pytest.fixture(scope="module")
def starting():
    return reproduce_fit_table(PATIENTS, biology=Biology.starting())


def test_every_quantity_of_every_setting_is_there(rows):
    assert len(rows) >= 85
    assert {row.setting.key for row in rows} == {"ALL", "LBCL", "IDE", "CILTA"}
    assert all(np.isfinite(row.simulated) for row in rows)


@pytest.mark.slow
def test_the_starting_calibration_is_reproduced(starting):
    strays = []
    for row in starting:
        if row.prototype is None:
            continue
        target = in_unit(row.prototype)
        expected, _ = DEPARTURES.get((row.id, row.setting.key), (target, ""))
        error = row.standard_error * np.sqrt(1 + PATIENTS / PROTOTYPE_PATIENTS)
        allowed = 4 * error + _rounding(row.id, target)
        if abs(row.simulated - expected) > allowed:
            strays.append(
                f"{row.id} {row.setting.key}: {row.simulated:.4g}, expected {expected:.4g} ± {allowed:.2g}"
            )
    assert not strays, "\n".join(strays)


def test_misfits_to_published_numbers_are_those_listed(rows):
    found = {f"{row.id} {row.setting.key}" for row in rows if not row.agrees}
    unlisted = {f"{row.id} {row.setting.key}" for row in rows if not row.agrees and not _near_border(row)}
    assert not unlisted - MISFITS
    gone = {name for name in MISFITS - found if not _near_border(_named(rows, name))}
    assert not gone, "list them no longer"


def test_the_joint_fit_is_closer_to_what_was_fitted_than_its_start(rows, starting):
    def misfits(found):
        return sum(not row.agrees for row in found if row.fitted)

    assert misfits(rows) < misfits(starting)


def _named(rows, name):
    return next(row for row in rows if f"{row.id} {row.setting.key}" == name)


def _near_border(row):
    """Whether other patients could put the quantity on the other side of its tolerance."""
    ends = (row.simulated + sign * BORDER * row.standard_error for sign in (-1, 1))
    return len({bool(within(row.id, end, row.target)) for end in ends} | {bool(row.agrees)}) > 1


def _rounding(metric, target):
    """Half a unit of the last printed digit, and half an output step for days."""
    if metric in DAY_METRICS:
        return 0.175
    if metric in RATIO_METRICS:
        return 0.02 * target
    return 0.005


@pytest.mark.parametrize(
    ("metric", "simulated", "target", "agrees"),
    [
        ("cmax", 1.24, 1.0, True),
        ("cmax", 1.26, 1.0, False),
        ("cmax", 0.79, 1.0, False),
        ("tmax", 9.0, 10.4, True),
        ("crs_onset", 2.0, 3.1, False),
        ("pfs_12", 0.45, 0.499, True),
        ("pfs_12", 0.45, 0.51, False),
    ],
)
def test_tolerances(metric, simulated, target, agrees):
    assert bool(within(metric, simulated, target)) is agrees
