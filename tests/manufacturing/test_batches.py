"""Laws of the batch: cells and vectors are accounted for, more vector never hurts, batch k is batch k."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.errors import InputError
from vein2vein.manufacturing.batches import COLUMNS, simulate_batches
from vein2vein.manufacturing.phenotype import PHENOTYPES
from vein2vein.manufacturing.process import Process, central, place_of_care
from vein2vein.manufacturing.streams import Streams
from vein2vein.manufacturing.transduction import ReferenceVector, RelativeTitre

PROCESSES = {"place_of_care": place_of_care(), "central": central()}
few = settings(max_examples=15, deadline=None)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
def test_the_table_has_the_documented_columns(process: Process) -> None:
    table = simulate_batches(process, 10, 1).table
    assert list(table.columns) == list(COLUMNS)
    assert table.drop(columns=["disposition", "reason"]).notna().all(axis=None)


@few
@given(seed=st.integers(0, 10_000), moi=st.floats(0.01, 200.0), seeded=st.floats(1e6, 1e10))
def test_cells_are_accounted_for(seed: int, moi: float, seeded: float) -> None:
    base = place_of_care()
    process = replace(
        base,
        transduction=replace(base.transduction, multiplicity=moi),
        culture=replace(base.culture, seeded=seeded),
    )
    t = simulate_batches(process, 200, seed).table
    harvested = t["cells_seeded"] - t["cells_lost_activation"] + t["cells_born"]
    np.testing.assert_allclose(t["cells_harvested"], harvested, rtol=1e-9)
    product = t["cells_harvested"] - t["cells_lost_finishing"] - t["cells_sampled"]
    np.testing.assert_allclose(t["cells_product"], product, rtol=1e-9)
    np.testing.assert_allclose(t["viable_car_cells"], product * t["car_positive"] * t["viability"], rtol=1e-9)
    assert (t["cells_seeded"] <= t["cd3_collected"]).all()
    assert (t["cells_born"] >= -1e-6 * t["cells_seeded"]).all()
    assert (t["cells_harvested"] <= process.culture.capacity + t["cells_seeded"]).all()
    assert (t["dose"] <= np.minimum(t["viable_car_cells"], process.finishing.dose_target) * (1 + 1e-12)).all()


@few
@given(seed=st.integers(0, 10_000), moi=st.floats(0.01, 200.0), size=st.floats(0.2, 1e6))
def test_copies_times_cells_are_the_integrated_vectors(seed: int, moi: float, size: float) -> None:
    base = place_of_care()
    process = replace(base, transduction=replace(base.transduction, multiplicity=moi, size=size))
    t = simulate_batches(process, 200, seed).table
    np.testing.assert_allclose(t["vectors_integrated"], t["vcn_per_cell"] * t["cells_seeded"], rtol=1e-9)
    np.testing.assert_allclose(t["copies_product"], t["vcn_per_cell"] * t["cells_product"], rtol=1e-9)
    np.testing.assert_allclose(t["vcn_per_car"] * t["car_positive"], t["vcn_per_cell"], rtol=1e-9)
    np.testing.assert_allclose(t["vcn_per_transduced"] * t["transduced"], t["vcn_per_cell"], rtol=1e-9)
    assert (t["vectors_integrated"] <= t["vector_added"] * (1 + 1e-12)).all()
    assert (t["car_positive"] <= t["transduced"] + 1e-12).all()
    assert (t["transduced"] <= process.transduction.permissive).all()


@few
@given(seed=st.integers(0, 10_000), moi=st.floats(0.01, 50.0), factor=st.floats(1.0, 20.0))
def test_more_vector_never_lowers_car_positive(seed: int, moi: float, factor: float) -> None:
    base = place_of_care()
    less, more = (
        simulate_batches(
            replace(base, transduction=replace(base.transduction, multiplicity=m)), 200, seed
        ).table
        for m in (moi, moi * factor)
    )
    assert (more["car_positive"] >= less["car_positive"] - 1e-12).all()
    assert (more["vcn_per_cell"] >= less["vcn_per_cell"] - 1e-12).all()


def test_a_weaker_vector_lowers_the_multiplicity() -> None:
    whole, half = (
        simulate_batches(place_of_care(), 500, 3, ReferenceVector(RelativeTitre(titre))).table
        for titre in (1.0, 0.5)
    )
    np.testing.assert_allclose(half["vector_added"], 0.5 * whole["vector_added"])
    assert (half["car_positive"] < whole["car_positive"]).all()


@few
@given(first=st.integers(0, 900), count=st.integers(1, 60), attempt=st.integers(1, 2))
def test_batch_k_is_the_same_however_many_are_made(first: int, count: int, attempt: int) -> None:
    whole = simulate_batches(place_of_care(), 1000, 7, attempt=attempt).table.iloc[first : first + count]
    count = len(whole)
    part = simulate_batches(place_of_care(), count, 7, first=first, attempt=attempt).table
    for column in COLUMNS:
        assert (part[column].to_numpy() == whole[column].to_numpy()).all(), column


def test_attempts_share_the_patient_and_nothing_else() -> None:
    first, second = (simulate_batches(place_of_care(), 2000, 5, attempt=a).table for a in (1, 2))
    assert (first["blood_cd3"] == second["blood_cd3"]).all()
    assert not (first["cd3_collected"] == second["cd3_collected"]).any()
    assert np.corrcoef(np.log(first["copies_permissive"]), np.log(second["copies_permissive"]))[0, 1] < 0.1


def test_phenotype_shares_sum_to_one_and_culture_differentiates() -> None:
    base = place_of_care()
    short, long = (
        simulate_batches(replace(base, culture=replace(base.culture, days=d, days_sd=0.0)), 500, 2).table
        for d in (3.0, 12.0)
    )
    for table in (short, long):
        shares = table[list(PHENOTYPES)].to_numpy()
        np.testing.assert_allclose(shares.sum(axis=1), 1.0)
        assert (shares >= 0).all()
    assert (short["naive_scm"] > long["naive_scm"]).all()
    assert (short["effector"] < long["effector"]).all()


def test_prior_lines_lower_yield_and_naive_share() -> None:
    n = 4000
    few_lines, many = (
        simulate_batches(place_of_care(), n, 2, prior_lines=np.full(n, k)).table for k in (2.0, 7.0)
    )
    assert many["cd3_collected"].median() < few_lines["cd3_collected"].median()
    assert many["naive_scm"].median() < few_lines["naive_scm"].median()


def test_a_dose_below_target_is_given_as_it_is() -> None:
    base = place_of_care()
    process = replace(base, culture=replace(base.culture, seeded=2e7))
    batches = simulate_batches(process, 3000, 4)
    given_out = batches.table[batches.infusible]
    below = given_out["dose"] < process.finishing.dose_target
    assert below.any()
    np.testing.assert_array_equal(given_out.loc[below, "dose"], given_out.loc[below, "viable_car_cells"])


def test_a_product_is_read_from_a_released_batch_only() -> None:
    batches = simulate_batches(place_of_care(), 2000, 4)
    good, bad = int(np.flatnonzero(batches.infusible)[0]), int(np.flatnonzero(~batches.infusible)[0])
    product = batches.product(good)
    assert product.dose == batches.table["dose"].iloc[good]
    assert product.phenotype.sum() == pytest.approx(1.0)
    assert 10.0 < product.day_ready < 16.0
    with pytest.raises(InputError, match="gave no product"):
        batches.product(bad)


def test_streams_are_independent_by_name_and_open() -> None:
    streams = Streams(1)
    a, b = streams.uniform("a", 20_000), streams.uniform("b", 20_000)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.03
    assert abs(a.mean() - 0.5) < 0.01
    assert a.min() > 0.0
    assert a.max() < 1.0
    np.testing.assert_array_equal(streams.uniform("a", 10, first=13), a[13:23])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"multiplicity": -1.0}, "multiplicity"),
        ({"multiplicity": math.nan}, "multiplicity"),
        ({"permissive": 1.5}, "permissive"),
        ({"size": 0.0}, "size"),
    ],
)
def test_impossible_transduction_is_refused(change: dict[str, float], field: str) -> None:
    with pytest.raises(InputError) as caught:
        replace(place_of_care().transduction, **change)
    assert caught.value.field == field
    assert caught.value.allowed


@pytest.mark.parametrize(("n", "seed"), [(0, 1), (-3, 1), (10, -1), (True, 1)])
def test_impossible_counts_are_refused(n: int, seed: int) -> None:
    with pytest.raises(InputError, match="count"):
        simulate_batches(place_of_care(), n, seed)


def test_impossible_prior_lines_are_refused() -> None:
    for lines in (np.array([1.0]), np.array([1.0, math.nan]), np.array([-1.0, 2.0])):
        with pytest.raises(InputError, match="prior lines"):
            simulate_batches(place_of_care(), 2, 1, prior_lines=lines)


def test_a_hundred_thousand_batches_take_less_than_five_seconds() -> None:
    simulate_batches(place_of_care(), 10, 1)
    begin = time.perf_counter()
    assert len(simulate_batches(place_of_care(), 100_000, 1)) == 100_000
    assert time.perf_counter() - begin < 5.0
