import numpy as np
import pytest

from vein2vein.errors import InputError
from vein2vein.outcomes.b_cells import find_aplasia

from .curves import DAYS, curves, stopped


def find(cells, **options):
    return find_aplasia(curves(b_cells_blood=cells), **options)


def test_aplasia_from_first_low_day_to_first_recovered_day():
    found = find(np.where((DAYS >= 5) & (DAYS < 150), 1.0, 50.0))
    assert found.onset[0] == 5
    assert found.recovery[0] == 150
    assert found.days[0] == 145
    assert found.recovered[0]


def test_recovery_counts_from_day_28():
    found = find(np.where((DAYS >= 5) & (DAYS < 12), 1.0, 50.0))
    assert found.recovery[0] == 28


def test_never_and_for_ever():
    never, ever = find(np.full_like(DAYS, 50.0)), find(np.zeros_like(DAYS))
    assert np.isnan(never.onset[0])
    assert never.days[0] == 0
    assert not never.recovered[0]
    assert ever.days[0] == 1825
    assert not ever.recovered[0]


def test_observation_ends_with_death_or_stop():
    assert find(np.zeros_like(DAYS), alive_until=np.array([100.0])).days[0] == 90
    found = find_aplasia(stopped(curves(b_cells_blood=np.zeros_like(DAYS)), 0, 130.0))
    assert found.days[0] == 120
    assert not found.recovered[0]


def test_share_still_aplastic():
    low = np.concatenate(
        [np.where(day > DAYS, 1.0, 50.0) for day in (60, 120, 180, 1e9)] + [np.full_like(DAYS, 50.0)]
    )
    found = find(low)
    remaining = found.remaining()
    assert remaining.patients == 4  # the fifth was never aplastic
    assert remaining.at([59, 60, 150, 1000])[:] == pytest.approx([1, 0.75, 0.5, 0.25])
    assert found.remaining(np.array([True, False, False, False, True])).patients == 1
    with pytest.raises(InputError, match="none of these"):
        found.remaining(np.array([False, False, False, False, True]))


def test_a_threshold_of_zero_is_refused():
    with pytest.raises(InputError):
        find(np.zeros_like(DAYS), below=0.0)
