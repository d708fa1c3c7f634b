from __future__ import annotations

import lifelines
import numpy as np
import pytest
from scipy import integrate, special, stats

from vein2vein.economics.life_table import load_life_table
from vein2vein.economics.survival.curves import (
    Background,
    Exponential,
    Gompertz,
    LogLogistic,
    LogNormal,
    MixtureCure,
    SurvivalCurve,
    Weibull,
)
from vein2vein.economics.survival.fit import FORMS, fit
from vein2vein.economics.survival.partitioned import partition
from vein2vein.errors import InputError

CURVES: list[SurvivalCurve] = [
    Exponential(0.4),
    Weibull(2.0, 0.7),
    Gompertz(0.8, 0.6),
    LogNormal(1.5, 1.1),
    LogLogistic(1.5, 1.3),
    MixtureCure(0.4, Weibull(0.8, 1.2), Background(load_life_table("usa_2015_2020", "male"), 12.0, 9.05)),
]


@pytest.mark.parametrize("curve", CURVES, ids=lambda c: type(c).__name__)
def test_hazard_and_survival_belong_together(curve: SurvivalCurve) -> None:
    time = np.array([0.05, 0.7, 2.2, 6.1])
    step = 1e-6
    slope = -(curve.log_survival(time + step) - curve.log_survival(time - step)) / (2 * step)
    np.testing.assert_allclose(np.exp(curve.log_hazard(time)), slope, rtol=1e-5)
    assert float(curve.survival(0.0)) == pytest.approx(1.0)


@pytest.mark.parametrize("curve", CURVES, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("rate", [0.0, 0.03])
def test_means_agree_with_adaptive_quadrature(curve: SurvivalCurve, rate: float) -> None:
    exact = integrate.quad(
        lambda t: float(curve.survival(t)) * 1.03 ** (-t if rate else 0.0),
        0,
        40,
        limit=400,
        points=[0.1, 1, 8, 20],
    )[0]
    assert curve.mean(40.0, rate=rate) == pytest.approx(exact, rel=2e-5)


def test_means_agree_with_closed_forms() -> None:
    r = np.log(1.03)
    assert Exponential(0.4).mean(30.0, rate=0.03) == pytest.approx(
        (1 - np.exp(-(0.4 + r) * 30)) / (0.4 + r), rel=1e-9
    )
    assert Weibull(2.0, 0.7).mean(4000.0) == pytest.approx(2.0 * special.gamma(1 + 1 / 0.7), rel=1e-7)
    weibull = (
        2.0 * special.gamma(1 + 1 / 1.5) * special.gammainc(1 / 1.5, (5 / 2.0) ** 1.5) * (1 / 1.5) / (1 / 1.5)
    )
    restricted = weibull / special.gamma(1 + 1 / 1.5) * special.gamma(1 / 1.5) / 1.5
    assert Weibull(2.0, 1.5).mean(5.0) == pytest.approx(restricted, rel=1e-8)
    lognormal = LogNormal(1.5, 0.8)
    z = (np.log(10.0) - np.log(1.5)) / 0.8
    below = 1.5 * np.exp(0.32) * stats.norm.cdf(z - 0.8)
    assert lognormal.mean(10.0) == pytest.approx(below + 10.0 * stats.norm.sf(z), rel=1e-7)
    assert Gompertz(0.8, 0.6).plateau == pytest.approx(float(Gompertz(0.8, 0.6).survival(200.0)))
    a, b = 0.8, 0.6
    gompertz = np.exp(-a / b) / b * (special.expi(a / b) - special.expi(a / b * np.exp(-b * 9.0)))
    assert Gompertz(a, b).mean(9.0) == pytest.approx(gompertz, rel=1e-8)
    assert LogLogistic(1.5, 2.0).mean(3.0) == pytest.approx(1.5 * np.arctan(2.0), rel=1e-8)


def test_a_background_curve_has_the_life_tables_expectancy() -> None:
    table = load_life_table("usa_2015_2020", "female")
    curve = Background(table, 12.0, 9.05)
    assert curve.mean(118.0, rate=0.03) == pytest.approx(
        table.expectancy(12.0, ratio=9.05, rate=0.03), rel=1e-5
    )


@pytest.mark.parametrize(
    ("form", "reference", "names"),
    [
        (Exponential, lifelines.ExponentialFitter, lambda f: [1 / f.lambda_]),
        (Weibull, lifelines.WeibullFitter, lambda f: [f.lambda_, f.rho_]),
        (LogNormal, lifelines.LogNormalFitter, lambda f: [np.exp(f.mu_), f.sigma_]),
        (LogLogistic, lifelines.LogLogisticFitter, lambda f: [f.alpha_, f.beta_]),
    ],
)
def test_fits_agree_with_lifelines(form: type, reference: type, names: object) -> None:
    rng = np.random.default_rng(8)
    true = rng.weibull(0.9, 300) * 2.0
    censored = rng.uniform(0.2, 6.0, 300)
    times, seen = np.minimum(true, censored), true <= censored
    ours, theirs = fit(form, times, seen), reference().fit(times, seen)
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood_, abs=1e-4)
    found = [getattr(ours.curve, field) for field in ours.curve.__dataclass_fields__]
    np.testing.assert_allclose(found, names(theirs), rtol=2e-3)  # type: ignore[operator]
    assert ours.aic == pytest.approx(theirs.AIC_, abs=1e-3)


def test_a_mixture_cure_fit_agrees_with_lifelines_and_the_truth() -> None:
    rng = np.random.default_rng(9)
    cured = rng.random(1500) < 0.4
    true = np.where(cured, np.inf, rng.weibull(1.3, 1500) * 0.8)
    censored = rng.uniform(1.0, 8.0, 1500)
    times, seen = np.minimum(true, censored), true <= censored
    ours = fit(Weibull, times, seen, cure=True)
    theirs = lifelines.MixtureCureFitter(base_fitter=lifelines.WeibullFitter()).fit(times, seen)
    assert isinstance(ours.curve, MixtureCure)
    assert ours.curve.cured == pytest.approx(theirs.cured_fraction_, abs=5e-3)
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood_, abs=0.05)
    assert ours.curve.cured == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / 1500))


def test_a_gompertz_fit_finds_its_plateau() -> None:
    rng = np.random.default_rng(10)
    u = rng.random(3000)
    with np.errstate(divide="ignore", invalid="ignore"):
        true = np.where(u > np.exp(-1.0), -np.log1p(np.log(u) * 0.5 / 0.5) / 0.5, np.inf)
    times, seen = np.minimum(true, 12.0), true < 12.0
    curve = fit(Gompertz, times, seen).curve
    assert isinstance(curve, Gompertz)
    assert curve.plateau == pytest.approx(np.exp(-1.0), abs=0.03)


@pytest.mark.parametrize(
    ("times", "events", "said"),
    [
        ([1.0, -2.0], [1, 0], "times above 0"),
        ([1.0, 2.0], [0, 0], "at least one event"),
        ([1.0], [1, 0], "one length"),
    ],
)
def test_times_that_can_not_be_fitted_are_refused(times: list, events: list, said: str) -> None:
    with pytest.raises(InputError) as caught:
        fit(FORMS[0], times, events)
    assert said in str(caught.value)


def test_partitioned_survival_agrees_with_closed_forms() -> None:
    r, horizon = np.log(1.03), 25.0
    states = partition(Exponential(0.9), Exponential(0.3), horizon=horizon, rate=0.03)

    def area(hazard: float) -> float:
        return (1 - np.exp(-hazard * horizon)) / hazard

    assert states.progression_free == pytest.approx(area(0.9), rel=1e-9)
    assert states.progressed == pytest.approx(area(0.3) - area(0.9), rel=1e-9)
    assert states.discounted_progression_free == pytest.approx(area(0.9 + r), rel=1e-9)
    assert states.discounted_progressed == pytest.approx(area(0.3 + r) - area(0.9 + r), rel=1e-9)
    assert states.life_years == pytest.approx(area(0.3))
    assert states.qalys(0.8, 0.5) == pytest.approx(
        0.8 * area(0.9 + r) + 0.5 * (area(0.3 + r) - area(0.9 + r))
    )
    assert (states.crossed_cycles, states.first_crossing) == (0, None)


def test_curves_that_cross_beyond_the_data_are_cut_and_counted() -> None:
    free, overall = Gompertz(0.9, 0.9), Exponential(0.2)
    states = partition(free, overall, horizon=20.0)
    assert states.crossed_cycles > 100
    assert states.first_crossing is not None
    assert float(free.survival(states.first_crossing)) > float(overall.survival(states.first_crossing))
    assert states.life_years == pytest.approx(overall.mean(20.0), rel=1e-6)
    assert states.progression_free <= states.life_years


def test_curves_that_cross_within_the_data_are_an_error() -> None:
    with pytest.raises(InputError, match="above overall survival within the observed time") as caught:
        partition(Gompertz(0.9, 0.9), Exponential(0.2), horizon=20.0, observed_until=10.0)
    assert "S_os" in str(caught.value)
    with pytest.raises(InputError, match="horizon"):
        partition(Exponential(1.0), Exponential(0.5), horizon=-1.0)


def test_a_utility_above_one_and_bad_parameters_are_errors() -> None:
    states = partition(Exponential(0.9), Exponential(0.3), horizon=5.0)
    with pytest.raises(InputError, match="above 1") as caught:
        states.qalys(83, 0.5)
    assert caught.value.field == "utility_free"
    with pytest.raises(InputError, match="positive"):
        Weibull(-1.0, 1.0)
    with pytest.raises(InputError, match="between 0 and 1"):
        MixtureCure(40, Exponential(1.0))


def test_the_spread_between_survival_models_is_wide_after_the_data() -> None:
    """The method norm: the same two years of data, extrapolated for life, disagree by a factor."""
    rng = np.random.default_rng(12)
    true = np.where(rng.random(100) < 0.38, np.inf, rng.weibull(0.9, 100) * 0.5)
    times, seen = np.minimum(true, 2.0), true < 2.0
    means = {form.__name__: fit(form, times, seen).curve.mean(40.0, rate=0.03) for form in FORMS}
    cured = fit(Weibull, times, seen, cure=True).curve.mean(40.0, rate=0.03)
    assert cured > 1.5 * means["Weibull"]
    assert max(means.values()) > 1.5 * min(means.values())
