"""Levers: paired differences, free levers change nothing, faster is never worse on average."""

from __future__ import annotations

import numpy as np
import pytest

from vein2vein.errors import InputError
from vein2vein.manufacturing.centre import Centre, Site
from vein2vein.manufacturing.demand import Referred
from vein2vein.manufacturing.levers import FewerQcDays, MoreSlots, MoreStarts, value_of_levers
from vein2vein.manufacturing.modes import compare_modes
from vein2vein.manufacturing.process import place_of_care
from vein2vein.manufacturing.product import memory_effect
from vein2vein.manufacturing.queue import simulate_queue

BUSY = (Centre("a", Site("a", 1, 1, 2), 45.0, 0.5),)


def test_slots_buy_lives_where_slots_are_short_and_not_where_they_are_not() -> None:
    idle = (Centre("a", Site("a", 40, 9, 40), 45.0, 0.5),)
    busy_gain, idle_gain = (
        value_of_levers(c, place_of_care(), Referred(80), [MoreSlots("a")], 1, 8).iloc[0]
        for c in (BUSY, idle)
    )
    assert busy_gain["gain_low"] > 0.0
    assert idle_gain["gain"] == 0.0
    assert busy_gain["gain"] == pytest.approx(busy_gain["infused_with"] - busy_gain["infused_without"])


def test_fewer_days_of_testing_buy_lives() -> None:
    rows = value_of_levers(BUSY, place_of_care(), Referred(80), [FewerQcDays(2.0), MoreStarts("a")], 1, 8)
    assert rows["gain"].iloc[0] > 0.0
    assert list(rows["lever"]) == ["2 fewer days of testing", "staff for 1 more start a week at a"]


def test_common_random_numbers_narrow_the_interval() -> None:
    paired = value_of_levers(BUSY, place_of_care(), Referred(80), [FewerQcDays(2.0)], 1, 8).iloc[0]
    gains = []
    for process, seed in ((place_of_care(), 1), (FewerQcDays(2.0).apply(BUSY, place_of_care())[1], 2)):
        patients = simulate_queue(BUSY, process, Referred(80), seed, 8).patients
        gains.append(patients.groupby("replicate")["infused"].count().to_numpy())
    unpaired = 2.36 * np.sqrt((gains[0].var(ddof=1) + gains[1].var(ddof=1)) / 8)
    assert 0.5 * (paired["gain_high"] - paired["gain_low"]) < unpaired


def test_impossible_levers_are_refused() -> None:
    with pytest.raises(InputError, match="site of this name"):
        value_of_levers(BUSY, place_of_care(), Referred(10), [MoreSlots("b")], 1, 1)
    with pytest.raises(InputError, match="more days are to be saved"):
        FewerQcDays(99.0).apply(BUSY, place_of_care())
    with pytest.raises(InputError):
        MoreSlots("a", 0)


def test_the_analysis_sets_are_told_apart() -> None:
    result = simulate_queue(BUSY, place_of_care(), Referred(80), 1, 3)
    table = compare_modes({"near": result}, 1.5e8, memory_effect())
    shares = table[table["set"].str.startswith("intention")]["mean"]
    assert shares.sum() == pytest.approx(100.0)
    assert (table["low"] <= table["mean"] + 1e-9).all()
    assert (table["mean"] <= table["high"] + 1e-9).all()
