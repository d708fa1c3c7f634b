from dataclasses import fields, replace

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from vein2vein.errors import InputError
from vein2vein.outcomes.kinetics import SAMPLING_DAYS, FlowCytometry, QuantitativePcr
from vein2vein.outcomes.response import (
    LeukaemiaRemission,
    LymphomaResponse,
    Progression,
    Response,
    monthly_visits,
)
from vein2vein.outcomes.summary import (
    COLUMNS,
    OutcomeDraws,
    OutcomeRules,
    OutcomeTable,
    concatenate,
    evaluate_patients,
)
from vein2vein.outcomes.survival import SurvivalRules
from vein2vein.outcomes.toxicity import CutOffs
from vein2vein.outcomes.trajectories import Trajectories

from .curves import DAYS, GRID, curves, stopped

RULES = OutcomeRules(
    assay=FlowCytometry(0.01, 0.3),
    response=LymphomaResponse(1e9, Progression(1e10, 1.8)),
    survival=SurvivalRules(0.045, 0.012, 115.0, 0.2),
    crs=CutOffs((1.42, 2.63, 3.84, 4.44)),
    icans=CutOffs((3.9, 4.6, 6.22), grades=(1, 2, 3)),
    mrd_below=1e6,
    visits=monthly_visits(1825),
)
ARRAYS = [f.name for f in fields(OutcomeTable) if f.name not in ("excluded", "horizon")]


def draws(n, seed=0):
    rng = np.random.default_rng(seed)
    uniform = {f.name: rng.random(n) for f in fields(OutcomeDraws) if f.name != "sample_noise"}
    return OutcomeDraws(sample_noise=rng.standard_normal((n, len(SAMPLING_DAYS))), **uniform)


def cohort(n, seed=0):
    """Patients whose tumours shrink under a pulse, then are gone or grow back, as their draws say."""
    rng = np.random.default_rng(seed)
    chance = draws(n, seed)
    lineages = rng.exponential(1.0, (n, 1))
    negative = rng.exponential(0.3, (n, 1))
    gone = (lineages[:, 0] <= -np.log(chance.extinct_positive)) & (
        negative[:, 0] <= -np.log(chance.extinct_negative)
    )
    log_size = (
        np.log(1e11)
        - 20 * (1 - np.exp(-DAYS / 8))
        + rng.uniform(0.02, 0.2, (n, 1)) * np.maximum(DAYS - 20, 0)
    )
    tumour = np.minimum(np.exp(np.minimum(log_size, 28)), 1e12)
    tumour = np.where(gone[:, None] & (DAYS > 30), 0.0, tumour)
    peak = rng.uniform(10, 100, (n, 1))
    group = curves(
        car_t_blood=peak * np.exp(-((np.log((DAYS + 0.1) / 9)) ** 2)),
        lymphocytes_blood=np.full_like(DAYS, 800.0),
        b_cells_blood=np.where(rng.uniform(0, 2500, (n, 1)) > DAYS, 1.0, 50.0),
        tumour=tumour,
        tumour_negative=rng.random((n, 1)) * tumour,
        crs_score=rng.uniform(0, 5, (n, 1)) * np.exp(-(((DAYS - 6) / 4) ** 2)),
        icans_score=rng.uniform(0, 8, (n, 1)) * np.exp(-(((DAYS - 8) / 4) ** 2)),
        lineages_positive=lineages * np.ones_like(DAYS),
        lineages_negative=negative * np.ones_like(DAYS),
    )
    return group, chance


def same(one, two, names=ARRAYS):
    return all(np.array_equal(getattr(one, n), getattr(two, n), equal_nan=True) for n in names)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_laws_of_the_table(seed):
    group, chance = cohort(40, seed)
    table = evaluate_patients(group, RULES, chance)
    assert len(table.patient) == 40
    assert table.excluded.size == 0
    assert (table.pfs_days <= table.os_days).all()
    assert (table.pfs_event | ~table.os_event).all()
    assert (table.os_days <= table.horizon).all()
    progressed = np.isfinite(table.pd_day)
    assert (table.pfs_days[progressed] == table.pd_day[progressed]).all()
    died = np.isfinite(table.nrm_day)
    assert (table.pfs_event == (progressed | died)).all()
    assert not (progressed & died).any()
    assert ((table.relapse_type > 0) == progressed).all()
    assert ((table.cure_probability > 0) & (table.cure_probability <= 1)).all()
    assert (table.cured >= table.alive_cured).all()
    assert not (table.alive_cured & table.pfs_event).any()
    assert (np.isnan(table.crs_onset) == (table.crs_grade == 0)).all()
    assert (table.crs_grade == table.crs_day_grade.max(axis=1)).all()
    assert (table.best_response >= table.response_d28).all()
    assert table.responded.sum() == (table.best_response >= Response.PARTIAL).sum()
    assert table.icans_grade.max() <= 3


def test_same_input_same_table_and_rows_do_not_mix():
    group, chance = cohort(30)
    table = evaluate_patients(group, RULES, chance)
    assert same(table, evaluate_patients(group, RULES, chance))
    chosen = np.arange(30) % 3 == 0
    part = evaluate_patients(group.only(chosen), RULES, chance.only(chosen))
    for name in set(ARRAYS) - {"patient"}:
        assert np.array_equal(getattr(part, name), getattr(table, name)[chosen], equal_nan=True), name


def test_failed_patients_are_left_out_and_counted():
    group, chance = cohort(10)
    outputs = {name: curve.copy() for name, curve in group.outputs.items()}
    for curve in outputs.values():
        curve[3, 50:] = np.nan
    failed = np.arange(10) == 3
    table = evaluate_patients(Trajectories(GRID, outputs, group.stopped_at, failed), RULES, chance)
    assert table.excluded.tolist() == [3]
    assert table.patient.tolist() == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    whole = evaluate_patients(group, RULES, chance)
    assert np.array_equal(table.os_days, whole.os_days[~failed])
    everyone = Trajectories(GRID, group.outputs, group.stopped_at, np.ones(10, dtype=bool))
    with pytest.raises(InputError, match="every integration failed"):
        evaluate_patients(everyone, RULES, chance)


def test_a_stopped_patient_is_evaluated_as_if_followed_except_after_the_stop():
    group, chance = cohort(30)
    table = evaluate_patients(group, RULES, chance)
    late = np.flatnonzero(np.isfinite(table.pd_day) & (table.pd_day > 100) & (table.pd_day < 1500))
    assert late.size
    i = int(late[0])
    halted = evaluate_patients(stopped(group, i, float(table.pd_day[i]) - 3.0), RULES, chance)
    assert halted.excluded.size == 0
    names = ("pd_day", "relapse_type", "pfs_days", "os_days", "best_response", "crs_grade", "auc28", "cured")
    assert same(halted, table, names)


def test_nonresponse_in_leukaemia_is_an_event_on_day_28():
    group, chance = cohort(20)
    rules = replace(RULES, response=LeukaemiaRemission(1e-3, Progression(5e10, 1.8)))
    table = evaluate_patients(group, rules, chance)
    alive = table.best_response != Response.NOT_EVALUABLE
    assert (table.pfs_days[alive] == 28).all()
    assert set(table.to_frame()["relapse_type"][alive]) == {"no_response"}


def test_frame_has_the_documented_columns():
    group, chance = cohort(12)
    frame = evaluate_patients(group, RULES, chance).to_frame()
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == 12
    assert set(frame["best_response"]) <= {"none", "partial", "complete", "not_evaluable"}
    documented = OutcomeTable.__doc__ or ""
    assert all(name in documented for name in (*COLUMNS, "excluded", "horizon", "crs_day_grade"))


def test_pcr_arm_and_joining_of_arms():
    group, chance = cohort(8)
    one = evaluate_patients(group, RULES, chance)
    two = evaluate_patients(group, replace(RULES, assay=QuantitativePcr(1.3, 1500, 50, 0.3)), chance)
    assert (two.cmax > one.cmax).all()
    both = concatenate([one, two], [0, 100])
    assert both.patient.tolist() == [*range(8), *range(100, 108)]
    assert both.crs_day_grade.shape == (16, 41)
    assert np.array_equal(both.os_days, np.concatenate([one.os_days, two.os_days]))
    with pytest.raises(InputError, match="can't be joined"):
        concatenate([], [])


def test_missing_curve_and_wrong_draws_are_named():
    group, chance = cohort(5)
    without = Trajectories.complete(GRID, {k: v for k, v in group.outputs.items() if k != "crs_score"})
    with pytest.raises(InputError, match="crs_score"):
        evaluate_patients(without, RULES, chance)
    with pytest.raises(InputError, match="salvage"):
        evaluate_patients(group, RULES, replace(chance, salvage=np.zeros(4)))
    with pytest.raises(InputError, match="outside"):
        evaluate_patients(group, RULES, replace(chance, salvage=np.full(5, 1.5)))
