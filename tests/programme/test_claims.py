"""The appraisal of claims, on tables whose right answers are known."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from vein2vein.clinic.metrics import MONTH
from vein2vein.outcomes.binomial import exact_interval
from vein2vein.programme.claims import Agreement, Prediction, appraise
from vein2vein.programme.scenario import load_scenario


def table(cured=0.4, complete=0.7, days_to_relapse=300, replicates=400, n=85, seed=3):
    rng = np.random.default_rng(seed)
    m = replicates * n
    is_cured = rng.random(m) < cured
    is_complete = is_cured | (rng.random(m) < (complete - cured) / (1 - cured))
    days = np.where(is_cured, 1826.25, rng.exponential(days_to_relapse, m))
    return pd.DataFrame(
        {
            "replicate": np.repeat(np.arange(replicates), n),
            "indication": np.where(np.arange(m) % 4 == 0, "MM", "LBCL"),
            "dose": rng.lognormal(np.log(2e8), 0.3, m),
            "crs_grade": rng.integers(0, 4, m),
            "cured": is_cured,
            "best_response": np.where(is_complete, "complete", "none"),
            "pfs_days": days,
            "os_days": days + np.where(is_cured, 0.0, 90.0),
        }
    )


def value(reported=55_000.0):
    """A valuation of which only the built-up course is known: 97,000 (69,000-139,000), product alone 59,000."""
    here = SimpleNamespace(
        reported=reported,
        build_up=SimpleNamespace(total=97e3, total_low=69e3, total_high=139e3),
        product_alone=(59e3, 43e3, 78e3),
        verdict="here",
    )
    there = SimpleNamespace(verdict="there")
    return SimpleNamespace(reported=(here, there), currency="USD", price_year=2025)


def claims(**options):
    return {c.id: c for c in appraise(table(**options), load_scenario(), value())}


def test_every_claim_is_there_with_its_interval():
    found = claims()
    assert list(found) == ["dose", "crs_any", "crs_severe", "cured", "survival_gain", "myeloma", "cost"]
    for claim in found.values():
        assert claim.verdict
        assert claim.predicted.low <= claim.predicted.value <= claim.predicted.high


def test_reported_cures_carry_the_exact_interval_of_51_in_85():
    low, high = exact_interval(51, 85)
    cured = claims()["cured"]
    assert cured.reported == 0.60
    assert cured.reported_interval == (pytest.approx(float(low)), pytest.approx(float(high)))
    assert cured.reported_interval[0] == pytest.approx(0.488, abs=0.002)
    assert cured.reported_interval[1] == pytest.approx(0.705, abs=0.002)


def test_prediction_interval_is_that_of_a_cohort_of_85():
    cured = claims(cured=0.4).get("cured")
    half_width = 1.96 * np.sqrt(0.4 * 0.6 / 85)
    assert cured.predicted.value == pytest.approx(0.4, abs=0.01)
    assert cured.predicted.low == pytest.approx(0.4 - half_width, abs=0.02)
    assert cured.predicted.high == pytest.approx(0.4 + half_width, abs=0.02)


@pytest.mark.parametrize(
    ("cured", "complete", "days", "agreement"),
    [
        (0.6, 0.7, 300, Agreement.AGREES),
        (0.3, 0.62, 300, Agreement.IN_PART),
        (0.05, 0.2, 60, Agreement.DISAGREES),
    ],
)
def test_the_verdict_follows_the_numbers(cured, complete, days, agreement):
    found = claims(cured=cured, complete=complete, days_to_relapse=days)
    assert found["cured"].agreement is agreement


def test_all_myeloma_patients_of_an_unknown_number_bound_the_rate_only_from_below():
    myeloma = claims()["myeloma"]
    assert myeloma.reported_interval is None
    assert "n = 5: ≥ 48 %" in myeloma.note


def test_survival_gain_is_the_median_of_the_uncured_beyond_the_untreated():
    d = table()
    rest = d[~d["cured"]].groupby("replicate")["os_days"].median() / MONTH - 2.0
    gain = claims()["survival_gain"].predicted
    assert gain.value == pytest.approx(rest.mean())


def test_a_scenario_without_myeloma_says_so():
    d = table()
    d["indication"] = "LBCL"
    myeloma = {c.id: c for c in appraise(d, load_scenario(), value())}["myeloma"]
    assert myeloma.agreement is Agreement.CANNOT_TELL
    assert np.isnan(myeloma.predicted.value)


def test_prediction_leaves_out_replicates_without_patients():
    p = Prediction.over(np.array([0.2, np.nan, 0.4]))
    assert p.value == pytest.approx(0.3)
    assert np.isnan(Prediction.over(np.array([np.nan])).value)


@pytest.mark.parametrize(
    ("reported", "agreement"),
    [(100_000.0, Agreement.AGREES), (55_000.0, Agreement.IN_PART), (20_000.0, Agreement.DISAGREES)],
)
def test_the_cost_is_held_against_course_and_product(reported, agreement):
    cost = {c.id: c for c in appraise(table(), load_scenario(), value(reported))}["cost"]
    assert cost.agreement is agreement
    assert cost.predicted.value == 97e3
