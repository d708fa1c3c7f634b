"""The main job in small: who is treated, that chunks and threads don't matter, and the cure formula at work."""

import numpy as np
import pytest

from vein2vein.clinic.cohort import Biology, simulate_cohort, visit_grid
from vein2vein.clinic.ward import WardPolicy
from vein2vein.dynamics.core import core_system
from vein2vein.evidence import load_sheet
from vein2vein.outcomes.lineages import kendall_lineages
from vein2vein.patients.settings import SETTINGS
from vein2vein.programme import run as run_module
from vein2vein.programme.run import assign_arms, run_programme
from vein2vein.programme.scenario import load_scenario
from vein2vein.programme.summary import summarise
from vein2vein.simulation import Events, Tolerances, simulate


@pytest.fixture(scope="module")
def result():
    return run_programme(load_scenario(patients=20, replicates=6, seed=11))


def test_every_patient_of_every_replicate_is_followed(result):
    assert result.solves == 120
    assert len(result.patients) + len(result.failures) == 120
    assert result.patients.groupby("replicate").size().tolist() == [20] * 6
    assert (result.patients["pfs_days"] <= result.patients["os_days"]).all()
    assert not (result.patients["cured"] & result.patients["pfs_event"]).any()


def test_grades_by_day_count_every_patient(result):
    np.testing.assert_array_equal(result.crs_days.sum(axis=(0, 1)), 120)


def test_no_solve_fails_and_no_verdict_hangs_on_the_tolerance(result):
    assert not result.failures
    assert 0 < result.tolerance.patients <= 120
    assert result.tolerance.worst_share <= 0.01
    assert result.tolerance.cmax_error < 0.01


def test_chunks_and_threads_do_not_change_a_bit(result, monkeypatch):
    monkeypatch.setattr(run_module, "CHUNK", 37)
    again = run_programme(load_scenario(patients=20, replicates=6, seed=11), threads=1)
    assert again.patients.equals(result.patients)
    a, b = summarise(again), summarise(result)
    assert a.pop("tolerance") != b.pop("tolerance")  # checks the first chunk
    assert a == b


def test_arms_follow_the_mix_and_its_uncertainty():
    scenario = load_scenario(replicates=2000)
    arms = assign_arms(scenario).reshape(2000, 85)
    shares = np.stack([(arms == k).mean(axis=1) for k in range(4)], axis=1)
    np.testing.assert_allclose(shares.mean(axis=0), scenario.shares, atol=0.01)
    p = np.array(scenario.shares)
    between = p * (1 - p) / (scenario.mix_concentration + 1)
    within = p * (1 - p) / 85 * scenario.mix_concentration / (scenario.mix_concentration + 1)
    np.testing.assert_allclose(shares.var(axis=0), between + within, rtol=0.15)
    fixed = load_scenario(replicates=2000).model_copy(update={"mix_concentration": None})
    assert np.var((assign_arms(fixed).reshape(2000, 85) == 0).mean(axis=1)) < shares[:, 0].var()


def test_progress_reaches_the_end():
    seen = []
    run_programme(
        load_scenario(patients=3, replicates=2), progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (6, 6)


def test_a_single_patient_is_a_programme():
    tiny = run_programme(load_scenario(patients=1, replicates=1))
    assert summarise(tiny)["failures"]["solves"] == 1


def test_lineages_of_the_model_are_those_of_kendall():
    """The model's two states per clone give the closed form of the birth-death process along its own rates."""
    biology = Biology.shipped()
    cohort = simulate_cohort(biology, SETTINGS, np.arange(12) % 4, WardPolicy(), visit_grid(400.0), seed=4)
    times = np.arange(0.0, 120.0, 0.02)
    parameters = dict(cohort.population.parameters)
    parameters["log_luck_positive"] = np.full(12, -700.0)  # no patient's clone dies out: follow Λ itself
    followed = simulate(
        core_system(),
        parameters,
        times=times,
        outputs=("lineages_positive", "birth", "death_positive"),
        events=Events.bolus("infused", 0.0, cohort.population.table["dose"].to_numpy()),
        tolerances=Tolerances(rtol=1e-7),
    )
    founders = parameters["tumour_0"]
    for k in range(12):
        expected = founders[k] * kendall_lineages(
            times, followed.outputs["birth"][k], followed.outputs["death_positive"][k]
        )
        np.testing.assert_allclose(
            followed.outputs["lineages_positive"][k][1:], np.ravel(expected)[1:], rtol=2e-3
        )


def test_more_cells_expand_no_less_and_no_cells_do_nothing():
    sheet = load_sheet("core_model")
    biology, times = Biology.shipped(), visit_grid(365.25)
    arms = np.zeros(64, dtype=int)
    low, high = (
        simulate_cohort(biology, SETTINGS[:1], arms, WardPolicy(), times, seed=2, dose={"ALL": dose})
        for dose in (1e7, 3e8)
    )
    assert (
        high.ensemble.outputs["car_t_blood"][:, :40].max(axis=1)
        > low.ensemble.outputs["car_t_blood"][:, :40].max(axis=1)
    ).all()
    assert sheet.value("dose", "ALL").value == pytest.approx(1.1e8)
