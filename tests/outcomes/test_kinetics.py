import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from vein2vein.errors import InputError
from vein2vein.outcomes.kinetics import (
    COPIES_PER_MICROGRAM,
    SAMPLING_DAYS,
    FlowCytometry,
    QuantitativePcr,
    measure_kinetics,
)

from .curves import DAYS, GRID, curves, stopped

K = len(SAMPLING_DAYS)


def rise_and_fall(peak=100.0, day=10.0, up=1.0, down=0.05):
    """Exponential up to a peak, exponential down after it."""
    since = DAYS - day
    return peak * np.exp(np.where(since <= 0, up * since, -down * since))


def measure(curve, assay=None, noise=None, **options):
    source = curves(car_t_blood=curve)
    return measure_kinetics(
        source,
        assay or FlowCytometry(0.0),
        np.zeros((source.patients, K)) if noise is None else noise,
        **options,
    )


def test_known_curve():
    found = measure(rise_and_fall())
    assert found.cmax[0] == pytest.approx(100.0)
    assert found.tmax[0] == 10.0
    assert found.half_life[0] == pytest.approx(np.log(2) / 0.05)
    assert found.doubling_time[0] == pytest.approx(np.log(2), rel=1e-6)
    days = np.array([0, 1, 3, 7, 10, 14, 21, 28.0])
    at_days = np.concatenate([[0], rise_and_fall()[0, np.searchsorted(GRID, days[1:])]])
    assert found.auc28[0] == pytest.approx(np.trapezoid(at_days, days))


def test_lower_limit_zeroes_samples_and_ends_persistence():
    found = measure(rise_and_fall(), FlowCytometry(1.0))
    assert found.samples[0, 0] == 0  # day 1: 100 e^-9
    assert found.last_quantifiable[0] == 90  # 100 e^(-.05 t) < 1 from day 102 on
    assert found.detectable(90)[0] == 1
    assert found.detectable(120)[0] == 0
    with pytest.raises(InputError, match="no sample"):
        found.detectable(91)


def test_nothing_measurable():
    found = measure(np.zeros_like(DAYS), FlowCytometry(0.01))
    assert found.cmax[0] == found.auc28[0] == found.last_quantifiable[0] == 0
    assert np.isnan(found.half_life[0])
    assert np.isnan(found.doubling_time[0])


def test_half_life_needs_a_fall_and_three_samples():
    assert np.isnan(measure(rise_and_fall(day=200.0, up=0.01)).half_life[0])
    assert np.isnan(measure(np.where(DAYS <= 21, rise_and_fall(), 0.0)).half_life[0])  # days 14 and 21
    assert measure(np.where(DAYS <= 28, rise_and_fall(), 0.0)).half_life[0] == pytest.approx(np.log(2) / 0.05)


def test_half_life_starts_after_the_largest_sample():
    late = measure(rise_and_fall(day=21.0, up=0.2))
    assert late.half_life[0] == pytest.approx(np.log(2) / 0.05)


def test_pcr_saturates_at_the_copies_of_pure_car_t_dna():
    source = curves(
        car_t_blood=np.stack([np.full(GRID.size, 10.0), np.full(GRID.size, 1e12)]),
        lymphocytes_blood=np.full(GRID.size, 500.0),
    )
    assay = QuantitativePcr(vector_copies=1.3, myeloid_blood=1500, lower_limit=50)
    signal = assay.signal(source)
    assert signal[0, 0] == pytest.approx(151_515 * 1.3 * 10 / 2010)
    assert signal[1, 0] == pytest.approx(COPIES_PER_MICROGRAM * 1.3)


def test_noise_is_log_normal_with_the_stated_spread():
    n = 4000
    noise = np.random.default_rng(1).standard_normal((n, K))
    found = measure(np.repeat(rise_and_fall(), n, axis=0), FlowCytometry(0.0, residual_log_sd=0.3), noise)
    log = np.log(found.samples[:, 3])
    assert log.mean() == pytest.approx(np.log(100), abs=4 * 0.3 / np.sqrt(n))
    assert log.std() == pytest.approx(0.3, rel=0.06)


def test_no_sample_after_death_or_stop():
    alive = np.array([12.0])
    found = measure(rise_and_fall(), alive_until=alive)
    assert np.isnan(found.samples[0, 4:]).all()
    assert found.cmax[0] == pytest.approx(100.0)
    assert np.isnan(found.auc28[0])
    source = stopped(curves(car_t_blood=rise_and_fall()), 0, 150.0)
    found = measure_kinetics(source, FlowCytometry(0.0), np.zeros((1, K)))
    assert found.last_quantifiable[0] == 120
    assert np.isnan(found.detectable(180)[0])
    assert found.half_life[0] == pytest.approx(np.log(2) / 0.05)


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.1, 50), seed=st.integers(0, 99))
def test_scaling_the_curve_scales_level_but_not_time(factor, seed):
    noise = np.random.default_rng(seed).standard_normal((1, K))
    assay = FlowCytometry(0.0, 0.3)
    one, many = measure(rise_and_fall(), assay, noise), measure(factor * rise_and_fall(), assay, noise)
    assert many.cmax[0] == pytest.approx(factor * one.cmax[0])
    assert many.auc28[0] == pytest.approx(factor * one.auc28[0])
    assert many.half_life[0] == pytest.approx(one.half_life[0])
    assert many.tmax[0] == one.tmax[0]


@pytest.mark.parametrize(
    "broken",
    [
        lambda: FlowCytometry(-1.0),
        lambda: FlowCytometry(float("nan")),
        lambda: QuantitativePcr(0.0, 1500, 50),
        lambda: measure(rise_and_fall(), noise=np.zeros((1, 2))),
        lambda: measure(rise_and_fall(), sampling_days=(3.0, 1.0)),
        lambda: measure(rise_and_fall(), sampling_days=(0.0, 1.0)),
    ],
)
def test_bad_input_is_refused(broken):
    with pytest.raises(InputError):
        broken()
