import json

import numpy as np
import pandas as pd
import pytest

from vein2vein.calibration.arms import match
from vein2vein.calibration.clinical_file import read_clinical_file
from vein2vein.calibration.free import FREE
from vein2vein.calibration.parameters import Prior
from vein2vein.calibration.posterior import PosteriorSets
from vein2vein.calibration.prediction import Depth, PredictedArm
from vein2vein.calibration.readouts import readout_of
from vein2vein.calibration.validation import validate
from vein2vein.evidence import load_sheet

FACTS = """
trials:
  ZUMA-1:
    product: axi-cel
    disease: LBCL
    n: 101
    efficacy:
      orr: {value: 83, unit: '%'}
      landmarks:
      - {endpoint: PFS, month: 12, value: 44, unit: '%'}
      - {endpoint: OS, month: 18, value: 100, unit: '%'}
      - {endpoint: OS, month: 500, value: 10, unit: '%'}
  B: {product: axi-cel, disease: LBCL, n: 50, efficacy_1e3: {orr: 10}}
  C: {product: axi-cel, disease: FL, n: 50, efficacy: {orr: 90}}
costs: []
real_world: [{cohort: R, facts: {value: 'ORR 73'}}]
"""
PRIOR = Prior.of(FREE, load_sheet("core_model_start"))


def _posterior(n=3):
    z = 0.2 * np.random.default_rng(1).standard_normal((n, len(FREE)))
    return PosteriorSets(
        tuple(PRIOR.natural(row) for row in z),
        {"targets": [{"setting": "LBCL", "observable": "orr", "value": 0.83}]},
    )


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("facts") / "facts.yaml"
    path.write_text(FACTS, encoding="utf-8")
    return validate(read_clinical_file(path), _posterior(), Depth(sets=3, patients=40, seed=5))


def test_what_can_be_predicted_is_and_the_rest_is_refused_by_name(result):
    assert [r.observation.id for r in result.rows] == ["ZUMA-1 orr", "ZUMA-1 PFS 12", "ZUMA-1 OS 18"]
    refused = dict(result.refused)
    assert set(refused) == {"ZUMA-1 OS 500", "B efficacy_1e3 orr", "C orr", "costs", "real_world: R"}
    assert "outside" in refused["B efficacy_1e3 orr"]


def test_intervals_contain_the_prediction_and_shares_stay_shares(result):
    for row in result.rows:
        low, high = row.predicted_interval
        assert 0 <= low <= row.predicted <= high <= 100
        assert row.observed_interval[0] <= row.observed <= row.observed_interval[1]


def test_fitted_is_told_from_predicted(result):
    assert [r.fitted for r in result.rows] == [True, False, False]
    assert len(result.only(fitted=False).rows) == 2


def test_the_scores_are_those_of_the_rows(result):
    content = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    rows = content["rows"]
    covered = [r["predicted_interval"][0] <= r["observed"] <= r["predicted_interval"][1] for r in rows]
    assert covered == [r["covered"] for r in rows]
    assert content["coverage"] == pytest.approx(np.mean(covered), abs=1e-3)
    assert content["mae_pp"] == pytest.approx(
        np.mean([abs(r["observed"] - r["predicted"]) for r in rows]), rel=1e-3
    )
    assert {"id", "why"} == set(content["refused"][0])


def _arm(n=20_000, sets=4):
    chance = np.random.default_rng(3)
    share = np.repeat([0.2, 0.4, 0.6, 0.8][:sets], n // sets)
    best = np.where(chance.uniform(size=len(share)) < share, "complete", "none")
    return PredictedArm(pd.DataFrame({"best_response": best}), np.repeat(np.arange(sets), n // sets), sets)


def test_uncertainty_is_of_parameters_and_of_patients(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text("trials: {A: {product: axi-cel, disease: LBCL, n: 100, efficacy: {orr: 50}}}")
    o = read_clinical_file(path).observations[0]
    readout = readout_of(o, match("axi-cel", "LBCL"))
    spread = _arm().predict(readout, 100, seed=1)
    assert spread.value == pytest.approx(0.5, abs=0.02)
    assert spread.interval[0] < 0.2
    assert spread.interval[1] > 0.8
    assert spread.parameters > 0.8
    one = PredictedArm(_arm().table, np.zeros(20_000, dtype=int), 1)
    narrow = one.predict(readout, 100, seed=1)
    assert narrow.interval[1] - narrow.interval[0] < 0.4
