from dataclasses import replace

import numpy as np
import pytest

from tests.calibration import toy
from vein2vein.calibration.coverage import BINS, Truths, check_coverage
from vein2vein.calibration.emulator import train
from vein2vein.calibration.likelihood import posterior_of, posterior_of_two
from vein2vein.calibration.parameters import BIOLOGY, LOG, SURVIVAL, FreeParameter
from vein2vein.calibration.sampler import draw, mode_of


def test_draws_have_the_exact_mean_and_covariance_where_all_is_linear():
    emulator = toy.linear_emulator()
    data = np.linspace(-1, 1, toy.K)
    mean, covariance = toy.exact(emulator, data)
    posterior = toy.posterior(emulator, data)
    np.testing.assert_allclose(mode_of(posterior), mean, atol=1e-5)
    found = draw(posterior, 4000, seed=1, iterations=20)
    np.testing.assert_allclose(found.z.mean(axis=0), mean, atol=0.04)
    np.testing.assert_allclose(np.cov(found.z.T), covariance, atol=0.04)
    assert found.acceptance > 0.8


def test_the_gradient_is_the_slope_of_the_posterior():
    posterior = toy.posterior(toy.linear_emulator(), np.ones(toy.K))
    z = np.full((1, toy.P), 0.3)
    value, gradient = posterior.with_gradient(z)
    for i in range(toy.P):
        step = np.zeros_like(z)
        step[0, i] = 1e-6
        assert (posterior.with_gradient(z + step)[0] - value)[0] / 1e-6 == pytest.approx(
            gradient[0, i], abs=1e-4
        )


def test_a_missing_datum_tells_nothing():
    emulator, data = toy.linear_emulator(), np.full(toy.K, np.nan)
    found = draw(toy.posterior(emulator, data), 2000, seed=2, iterations=10)
    np.testing.assert_allclose(found.z.std(axis=0), 1.0, atol=0.08)


def _checked(truths, infer, errors, emulator, values=None):
    values = {"TOY": emulator(truths.z)} if values is None else values
    return check_coverage(
        replace(truths, values=values), (emulator,), errors, infer, seed=7, chains=32, iterations=14
    )


def test_intervals_cover_as_they_claim_and_would_not_if_errors_were_denied():
    chance = np.random.default_rng(5)
    emulator, errors = toy.linear_emulator(), toy.errors()
    z = chance.standard_normal((240, toy.P))
    truths = Truths(z, {"TOY": _observed(z, emulator, errors, chance)}, {})
    honest = _checked(truths, lambda d: posterior_of((emulator,), d, errors, toy.P), errors, emulator)
    assert 0.84 < honest.share[0] < 0.95
    assert 0.84 < honest.observables[0] <= 1
    assert np.all((honest.ranks[:, 1] < 1 / BINS + 0.02) & (honest.ranks[:, 2] > 1 / BINS - 0.02))
    denied = {"TOY": replace(errors["TOY"], sampling=errors["TOY"].sampling / 25)}
    wrong = _checked(truths, lambda d: posterior_of((emulator,), d, denied, toy.P), denied, emulator)
    assert wrong.share[0] < 0.6
    assert wrong.ranks[0, 0] > honest.ranks[0, 0]  # too narrow: truths at the ends


def test_two_data_sets_are_fitted_together_as_exactly_as_one():
    emulator, errors = toy.linear_emulator(), toy.errors()
    first, second = np.linspace(-1, 1, toy.K), np.linspace(0.5, -0.5, toy.K)
    both = posterior_of_two((emulator,), {"TOY": first}, {"TOY": second}, errors, toy.P)
    e = errors["TOY"]
    own, shared = e.sampling + np.diag(e.allowance**2), e.simulation + np.diag(emulator.error**2)
    precision = np.linalg.inv(np.block([[own + shared, shared], [shared, own + shared]]))
    slope = np.vstack([emulator.slope] * 2)
    covariance = np.linalg.inv(np.eye(toy.P) + slope.T @ precision @ slope)
    mean = covariance @ slope.T @ precision @ np.concatenate([first, second])
    np.testing.assert_allclose(mode_of(both), mean, atol=1e-5)
    found = draw(both, 4000, seed=3, iterations=20)
    np.testing.assert_allclose(np.cov(found.z.T), covariance, atol=0.03)


def test_truths_from_the_posterior_are_covered_by_real_and_further_data_together():
    chance = np.random.default_rng(6)
    emulator, errors = toy.linear_emulator(), toy.errors()
    exact = replace(emulator, error=np.zeros(toy.K))
    real = {"TOY": _observed(chance.standard_normal((1, toy.P)), exact, errors, chance)[0]}
    z = draw(posterior_of((exact,), real, errors, toy.P), 240, seed=8, iterations=20).z
    truths = Truths(z, {"TOY": _observed(z, exact, errors, chance)}, {})
    found = _checked(truths, lambda d: posterior_of_two((exact,), real, d, errors, toy.P), errors, exact)
    assert 0.84 < found.share[0] < 0.95


def _observed(z, emulator, errors, chance):
    """What trials observe: sampling and emulator error; the allowance is added by the check."""
    noise = np.linalg.cholesky(errors["TOY"].sampling + np.diag(emulator.error**2))
    return emulator(z) + chance.standard_normal((len(z), toy.K)) @ noise.T


def _parameters():
    of = lambda row, reach: FreeParameter(row, (), LOG, 1.0, reach, "test")  # noqa: E731
    return (of("growth", BIOLOGY), of("kill_max", BIOLOGY), of("nrm_hazard_year1", SURVIVAL))


def test_the_emulator_recovers_a_quadratic_and_its_gradient():
    chance = np.random.default_rng(11)
    z = chance.standard_normal((200, 3))
    truth = lambda z: 0.5 + z[:, 0] - 0.4 * z[:, 1] + 0.2 * z[:, 0] * z[:, 1] + 0.1 * z[:, 0] ** 2  # noqa: E731
    emulator = train("TOY", ("os_12",), _parameters(), z, truth(z)[:, None])
    fresh = chance.standard_normal((50, 3))
    np.testing.assert_allclose(emulator(fresh)[:, 0], truth(fresh), atol=0.02)
    value, gradient = emulator.with_gradient(fresh)
    np.testing.assert_allclose(value, emulator(fresh))
    np.testing.assert_allclose(gradient[:, 0, 1], -0.4 + 0.2 * fresh[:, 0], atol=0.03)
    assert emulator.explained[0] > 0.99


def test_survival_rules_never_move_kinetics():
    z = np.random.default_rng(12).standard_normal((100, 3))
    emulator = train("TOY", ("cmax",), _parameters(), z, (z[:, 0] + z[:, 2])[:, None])
    assert emulator.slope[0, 2] == 0.0


def test_failed_sets_are_left_out():
    z = np.random.default_rng(13).standard_normal((100, 3))
    y = z[:, :1].copy()
    y[::7] = np.nan
    assert train("TOY", ("cmax",), _parameters(), z, y).explained[0] > 0.99
