"""How well a parameter set explains the data: normal on variance-stabilised scales, correlated as patients are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.emulator import Emulator
from vein2vein.calibration.observables import allowance_of
from vein2vein.calibration.targets import Target

Vector = NDArray[np.float64]

REFERENCE_N = 100
"""Trial size at which sampling covariances are found."""


@dataclass(frozen=True)
class SettingLikelihood:
    """Data of one setting against its emulator.

    Parameters
    ----------
    emulator : Emulator
        Predicts the observables.
    data : ndarray, shape (k,)
        Observed, on the scales of the likelihood.
    precision : ndarray, shape (k, k)
        Inverse covariance of observed minus emulated.
    """

    emulator: Emulator
    data: Vector
    precision: Vector

    def with_gradient(self, z: Vector) -> tuple[Vector, Vector]:
        """Return the log-likelihood, shape (m,), and its gradient in all parameters, shape (m, p)."""
        value, slope = self.emulator.with_gradient(z)
        residual = self.data - value
        weighted = residual @ self.precision
        gradient = np.zeros_like(z)
        gradient[:, self.emulator.inputs] = np.einsum("mk,mkq->mq", weighted, slope)
        return -0.5 * np.einsum("mk,mk->m", residual, weighted), gradient


@dataclass(frozen=True)
class Posterior:
    """Unnormalised posterior over standardised parameters: standard normal prior, and one likelihood a setting."""

    parameters: int
    likelihoods: tuple[SettingLikelihood, ...]

    def with_gradient(self, z: Vector) -> tuple[Vector, Vector]:
        """Return the log-posterior, shape (m,), and its gradient, shape (m, p), at z, shape (m, p)."""
        value, gradient = -0.5 * np.einsum("mp,mp->m", z, z), -z
        for likelihood in self.likelihoods:
            one, slope = likelihood.with_gradient(z)
            value, gradient = value + one, gradient + slope
        return value, gradient

    def curvature(self, z: Vector) -> Vector:
        """Return the Gauss–Newton Hessian of minus the log-posterior at one set, shape (p, p)."""
        hessian = np.eye(self.parameters)
        for likelihood in self.likelihoods:
            _, slope = likelihood.emulator.with_gradient(z[None, :])
            inputs = likelihood.emulator.inputs
            hessian[np.ix_(inputs, inputs)] += slope[0].T @ likelihood.precision @ slope[0]
        return hessian


def sampling_covariance(resamples: Vector, n: Sequence[float]) -> Vector:
    """Return the covariance of reported observables.

    Parameters
    ----------
    resamples : ndarray, shape (times, k)
        Observables of virtual trials of :data:`REFERENCE_N` patients.
    n : sequence of float
        Patients behind each observable; two observables share the patients of the smaller.
    """
    centred = np.where(np.isfinite(resamples), resamples, np.nan)
    centred = centred - np.nanmean(centred, axis=0)
    centred = np.where(np.isfinite(centred), centred, 0.0)
    covariance = centred.T @ centred / (len(centred) - 1)
    root = np.sqrt(REFERENCE_N / np.asarray(n, dtype=float))
    return covariance * np.outer(root, root)


@dataclass(frozen=True)
class Errors:
    """Covariances of one setting, by what causes them.

    Parameters
    ----------
    sampling : ndarray, shape (k, k)
        Of the published trial.
    simulation : ndarray, shape (k, k)
        Of the finite virtual cohort.
    allowance : ndarray, shape (k,)
        SD granted to structural error.
    """

    sampling: Vector
    simulation: Vector
    allowance: Vector


def errors_of(targets: Sequence[Target], resamples: Vector, patients: int) -> Errors:
    """Return the errors of a setting's targets, simulated with so many patients."""
    sampling = sampling_covariance(resamples, [t.n for t in targets])
    simulation = sampling_covariance(resamples, [patients] * len(targets))
    return Errors(sampling, simulation, np.array([allowance_of(t.observable) for t in targets]))


def posterior_of(
    emulators: Sequence[Emulator], data: Mapping[str, Vector], errors: Mapping[str, Errors], parameters: int
) -> Posterior:
    """Return the posterior given data by setting; an observable whose datum is NaN is left out."""
    likelihoods = []
    for emulator in emulators:
        error = errors[emulator.setting]
        covariance = error.sampling + error.simulation + np.diag(error.allowance**2 + emulator.error**2)
        likelihoods.append(_likelihood(emulator, data[emulator.setting], covariance))
    return Posterior(parameters, tuple(likelihoods))


def posterior_of_two(
    emulators: Sequence[Emulator],
    first: Mapping[str, Vector],
    second: Mapping[str, Vector],
    errors: Mapping[str, Errors],
    parameters: int,
) -> Posterior:
    """Return the posterior given two data sets of the same design.

    Trials and structural errors of the two are independent; the emulator's error and that of its finite virtual cohort
    are the same in both.
    """
    likelihoods = []
    for emulator in emulators:
        error = errors[emulator.setting]
        own = error.sampling + np.diag(error.allowance**2)
        shared = error.simulation + np.diag(emulator.error**2)
        covariance = np.block([[own + shared, shared], [shared, own + shared]])
        observed = np.concatenate([first[emulator.setting], second[emulator.setting]])
        likelihoods.append(_likelihood(_twice(emulator), observed, covariance))
    return Posterior(parameters, tuple(likelihoods))


def _twice(emulator: Emulator) -> Emulator:
    """Return an emulator that gives every observable twice over."""
    double = lambda a: np.concatenate([a, a])  # noqa: E731
    return replace(
        emulator,
        observables=emulator.observables * 2,
        constant=double(emulator.constant),
        slope=double(emulator.slope),
        curvature=double(emulator.curvature),
        error=double(emulator.error),
        explained=double(emulator.explained),
    )


def _likelihood(emulator: Emulator, observed: Vector, covariance: Vector) -> SettingLikelihood:
    known = np.isfinite(observed)
    precision = np.zeros_like(covariance)
    precision[np.ix_(known, known)] = np.linalg.inv(covariance[np.ix_(known, known)])
    return SettingLikelihood(emulator, np.where(known, observed, 0.0), precision)
