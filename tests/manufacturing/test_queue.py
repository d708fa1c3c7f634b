"""The programme: order of events, funnel, common random numbers, who is lost and why."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.errors import InputError
from vein2vein.manufacturing.centre import Calendar, Centre, Site
from vein2vein.manufacturing.demand import Horizon, Infused, Referred
from vein2vein.manufacturing.durations import Weibull
from vein2vein.manufacturing.priority import CitizensFirst, FirstComeFirstServed, MostUrgentFirst
from vein2vein.manufacturing.process import central, place_of_care
from vein2vein.manufacturing.queue import simulate_queue
from vein2vein.manufacturing.queue_result import PATIENT_COLUMNS
from vein2vein.manufacturing.queue_summary import (
    by_origin,
    doses_per_year,
    funnel,
    times,
    utilisation,
    waiting_list,
)
from vein2vein.manufacturing.waiting import reported_waiting

CENTRES = tuple(
    Centre(name, Site(name, slots, 1, slots), rate, 0.6)
    for name, slots, rate in (("a", 2, 30.0), ("b", 1, 14.0))
)
RESULT = simulate_queue(CENTRES, place_of_care(), Referred(120), 3, 6)


def test_the_patient_table_is_documented_and_in_order() -> None:
    p = RESULT.patients
    assert list(p.columns) == list(PATIENT_COLUMNS)
    infused = p[p["outcome"] == "infused"]
    order = ["referred", "requested", "collected", "harvested", "released", "arrived", "infused"]
    for before, after in pairwise(order):
        assert (infused[before] <= infused[after] + 1e-9).all(), (before, after)
    assert (infused["infused"] < infused["fit_until"]).all()
    assert infused["disposition"].isin(["released", "released_exceptionally"]).all()
    assert (infused["burden_ratio"] >= 1.0).all()
    lost = p[p["outcome"] != "infused"]
    assert lost[["infused", "dose", "viability"]].isna().all(axis=None)
    died = p[p["outcome"].isin(["died_before_collection", "died_after_collection"])]
    assert (died["left"] == died["alive_until"]).all()


def test_a_patient_s_product_is_read_from_the_table() -> None:
    infused = RESULT.patients["outcome"] == "infused"
    product = RESULT.product(int(infused.to_numpy().argmax()))
    assert product.dose == RESULT.patients["dose"][infused].iloc[0]
    assert product.phenotype.sum() == pytest.approx(1.0)
    with pytest.raises(InputError, match="not infused"):
        RESULT.product(int((~infused).to_numpy().argmax()))


def test_the_funnel_loses_nobody() -> None:
    table = funnel(RESULT).set_index("step")["patients"]
    losses = funnel(RESULT).query("kind != 'stage'")["patients"].sum()
    assert table["referred"] == 120.0
    assert table["referred"] == pytest.approx(table["infused"] + losses)


def test_slots_staff_and_cleanrooms_are_never_exceeded() -> None:
    calendar = Calendar(Site("x", 9, cleanrooms=1, starts_per_week=2))
    days = [calendar.book(0.0) for _ in range(7)]
    assert days == [0.0, 1.0, 7.0, 8.0, 14.0, 15.0, 21.0]
    assert calendar.book(4.5) == 22.0
    assert Calendar(Site("y", 1, working_days=7)).book(5.3) == 5.3
    assert Calendar(Site("z", 1)).book(5.3) == 7.0  # a Saturday
    for _, used in RESULT.slots.groupby(["replicate", "site"]):
        capacity = 2 if used["site"].iloc[0] == "a" else 1
        inside = [((used["from"] <= day) & (used["to"] > day)).sum() for day in used["from"]]
        assert max(inside) <= capacity


def test_the_same_seed_gives_the_same_programme_and_another_does_not() -> None:
    again = simulate_queue(CENTRES, place_of_care(), Referred(120), 3, 6)
    assert again.patients.equals(RESULT.patients)
    assert not simulate_queue(CENTRES, place_of_care(), Referred(120), 4, 6).patients.equals(RESULT.patients)


def test_modes_treat_the_same_patients_and_weeks_cost_lives() -> None:
    plant = Site("plant", 50, working_days=7)
    far = simulate_queue([replace(c, site=plant) for c in CENTRES], central(), Referred(120), 3, 6)
    for column in ("referred", "foreign", "bridged", "fit_until", "alive_until"):
        assert (far.patients[column] == RESULT.patients[column]).all()
    near_share, far_share = (float((r.patients["outcome"] == "infused").mean()) for r in (RESULT, far))
    assert near_share > far_share + 0.05
    assert far.patients["vein_to_vein"].median() > RESULT.patients["vein_to_vein"].median() + 10.0


def test_an_endless_life_loses_nobody_to_the_disease() -> None:
    waiting = replace(reported_waiting(), life=Weibull(math.inf, 1.0))
    outcomes = simulate_queue(CENTRES, place_of_care(), Referred(80), 1, 2, waiting=waiting).patients[
        "outcome"
    ]
    assert set(outcomes.unique()) <= {"infused", "manufacturing_failure"}


@settings(max_examples=6, deadline=None)
@given(months=st.floats(0.5, 6.0), factor=st.floats(1.2, 4.0))
def test_who_has_longer_to_live_is_infused_more_often(months: float, factor: float) -> None:
    shares = []
    for life in (months, months * factor):
        waiting = replace(reported_waiting(), life=Weibull(30.4 * life, 1.2))
        patients = simulate_queue(CENTRES, place_of_care(), Referred(60), 2, 2, waiting=waiting).patients
        shares.append(float((patients["outcome"] == "infused").mean()))
    assert shares[0] <= shares[1] + 0.02


def test_demand_ends_the_programme() -> None:
    by_infusions = simulate_queue(CENTRES, place_of_care(), Infused(30), 1, 3)
    assert (by_infusions.patients.groupby("replicate")["infused"].count() == 30).all()
    by_days = simulate_queue(CENTRES, place_of_care(), Horizon(400.0), 1, 3)
    assert (by_days.ends == 400.0).all()
    assert (by_days.patients["referred"] <= 400.0).all()
    assert (by_days.patients["outcome"] == "in_progress").any()


def test_a_programme_that_can_not_reach_its_infusions_says_so() -> None:
    doomed = replace(reported_waiting(), life=Weibull(1.0, 5.0))
    with pytest.raises(InputError, match="could be infused"):
        simulate_queue(CENTRES, place_of_care(), Infused(10), 1, waiting=doomed)


def test_citizens_first_helps_citizens_when_slots_are_short() -> None:
    short = [Centre("a", Site("a", 1, working_days=7), 45.0, 0.6)]
    waits = {}
    for rule in (FirstComeFirstServed(), CitizensFirst()):
        patients = simulate_queue(short, place_of_care(), Referred(150), 5, 4, priority=rule).patients
        wait = (patients["collected"] - patients["requested"])[~patients["foreign"]]
        waits[type(rule)] = float(wait.mean())
    assert waits[CitizensFirst] < waits[FirstComeFirstServed]
    assert MostUrgentFirst().rank(foreign=True, fit_until=3.0) < MostUrgentFirst().rank(
        foreign=False, fit_until=4.0
    )


def test_summaries_stay_within_what_is_possible() -> None:
    used = utilisation(RESULT)
    assert ((used["culture"] > 0) & (used["culture"] + used["held"] < 1)).all()
    assert (times(RESULT)["median"] >= 0).all()
    assert (waiting_list(RESULT, np.arange(0.0, 800.0, 28.0))["low"] >= 0).all()
    rate = doses_per_year(RESULT)
    assert rate.low <= rate.mean <= rate.high


def test_travel_costs_patients_from_abroad() -> None:
    table = by_origin(RESULT).set_index("origin")
    assert table["patients"].sum() == pytest.approx(funnel(RESULT).set_index("step")["patients"]["infused"])
    assert table.loc["citizens", "infused"] > table.loc["from abroad", "infused"]
    assert table.loc["citizens", "wait"] + 10.0 < table.loc["from abroad", "wait"]


def test_the_waiting_list_average_is_person_days_over_days() -> None:
    one = simulate_queue([Centre("a", Site("a", 1, 1, 1), 40.0)], place_of_care(), Referred(60), 5)
    end = float(one.ends[0])
    p = one.patients[one.patients["requested"].notna()]
    waited = (p["collected"].fillna(p["left"]) - p["requested"]).clip(lower=0.0).sum()
    average = waiting_list(one, np.array([0.0, end]))["mean"].iloc[0]
    assert average == pytest.approx(waited / end)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Site("x", 0), "count"),
        (lambda: Site("x", -1), "count"),
        (lambda: Site("x", 1, starts_per_week=0), "count"),
        (lambda: Centre("x", Site("x", 1), 0.0), "number"),
        (lambda: Centre("x", Site("x", 1), math.nan), "number"),
        (lambda: Referred(0), "count"),
        (lambda: Infused(-1), "count"),
        (lambda: Horizon(0.0), "number"),
        (lambda: simulate_queue([], place_of_care(), Referred(1), 1), "needs centres"),
        (lambda: simulate_queue([CENTRES[0], CENTRES[0]], place_of_care(), Referred(1), 1), "needs centres"),
        (lambda: simulate_queue(CENTRES, place_of_care(), Referred(1), 1, 0), "at least once"),
        (lambda: replace(place_of_care().schedule, qc=-1.0), "number"),
    ],
)
def test_impossible_programmes_are_refused(make: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        make()  # type: ignore[operator]
