"""Quadratic emulators: each observable as a smooth function of the parameters that can move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.observables import TOXIC, is_survival
from vein2vein.calibration.parameters import FreeParameter

Vector = NDArray[np.float64]

PENALTIES = tuple(float(x) for x in np.geomspace(1e-2, 1e3, 11))
"""Ridge penalties tried; leave-one-out error chooses."""
LEAST_IMPORTANCE = 0.05
"""Curvature of an input whose slope is nil is penalised by this, squared, relative to the steepest input."""


@dataclass(frozen=True)
class Emulator:
    """Observables of one setting as quadratic functions of standardised parameters.

    Parameters
    ----------
    setting : str
        The setting.
    observables : tuple of str
        What is emulated, k of them, on the scales of the likelihood.
    inputs : ndarray of int, shape (q,)
        Which of the free parameters act in the setting.
    constant, slope, curvature : ndarray, shapes (k,), (k, q), (k, q, q)
        Coefficients; curvature is symmetric.
    error : ndarray, shape (k,)
        Leave-one-out standard deviation.
    explained : ndarray, shape (k,)
        Leave-one-out share of variance explained.
    """

    setting: str
    observables: tuple[str, ...]
    inputs: NDArray[np.intp]
    constant: Vector
    slope: Vector
    curvature: Vector
    error: Vector
    explained: Vector

    def __call__(self, z: Vector) -> Vector:
        """Return the observables at parameter sets z, shape (m, p); the result has shape (m, k)."""
        x = z[:, self.inputs]
        bent = np.einsum("mi,kij->mkj", x, self.curvature, optimize=True)
        return self.constant + x @ self.slope.T + np.einsum("mkj,mj->mk", bent, x, optimize=True)

    def with_gradient(self, z: Vector) -> tuple[Vector, Vector]:
        """Return the observables, shape (m, k), and their gradients in the inputs, shape (m, k, q)."""
        x = z[:, self.inputs]
        m, q, k = len(x), len(self.inputs), len(self.observables)
        bent = (x @ self.curvature.transpose(1, 0, 2).reshape(q, k * q)).reshape(m, k, q)
        value = self.constant + x @ self.slope.T + np.einsum("mkj,mj->mk", bent, x)
        return value, self.slope + 2 * bent


def moves(parameter: FreeParameter, observable: str) -> bool:
    """Return whether a parameter can move an observable, by the one-way structure of the model."""
    reach = parameter.reach
    if reach.kinetics:
        return True
    return (reach.toxicity and observable in TOXIC) or (reach.survival and is_survival(observable))


def train(
    setting: str,
    observables: Sequence[str],
    parameters: Sequence[FreeParameter],
    z: Vector,
    y: Vector,
    weight: Vector | None = None,
) -> Emulator:
    """Fit the emulators of a setting to simulated parameter sets.

    Parameters
    ----------
    setting : str
        The setting.
    observables : sequence of str
        Columns of y.
    parameters : sequence of FreeParameter
        Columns of z.
    z : ndarray, shape (m, p)
        Standardised parameter sets.
    y : ndarray, shape (m, k)
        Simulated observables; NaN where a simulation failed or an observable is undefined, which is left out.
    weight : ndarray, shape (m,), optional
        Weights of the sets.
    """
    inputs = np.array([i for i, p in enumerate(parameters) if p.acts_in(setting)], dtype=np.intp)
    k, q = len(observables), len(inputs)
    constant, slope, curvature = np.zeros(k), np.zeros((k, q)), np.zeros((k, q, q))
    error, explained = np.zeros(k), np.zeros(k)
    weight = np.ones(len(z)) if weight is None else weight
    for j, observable in enumerate(observables):
        used = np.array([moves(parameters[i], observable) for i in inputs])
        known = np.isfinite(y[:, j])
        fitted = _quadratic(z[known][:, inputs[used]], y[known, j], weight[known])
        constant[j], error[j], explained[j] = fitted.constant, fitted.error, fitted.explained
        slope[j, used] = fitted.slope
        curvature[j][np.ix_(used, used)] = fitted.curvature
    return Emulator(setting, tuple(observables), inputs, constant, slope, curvature, error, explained)


@dataclass(frozen=True)
class _Fitted:
    constant: float
    slope: Vector
    curvature: Vector
    error: float
    explained: float


def _quadratic(x: Vector, y: Vector, weight: Vector) -> _Fitted:
    """Return a quadratic whose curvature is penalised by how little its inputs matter to first order."""
    q = x.shape[1]
    pairs = np.triu_indices(q)
    importance = _importance(x, y, weight)
    scale = np.concatenate(
        [np.ones(q), np.maximum(importance[pairs[0]] * importance[pairs[1]], LEAST_IMPORTANCE**2)]
    )
    products = x[:, pairs[0]] * x[:, pairs[1]]
    features = np.hstack([x, products - products.mean(axis=0)]) * scale
    coefficients, constant, error, explained = _ridge(features, y, weight)
    coefficients = coefficients * scale
    curvature = np.zeros((q, q))
    curvature[pairs] = coefficients[q:]
    curvature = (curvature + curvature.T) / 2
    constant -= float(coefficients[q:] @ products.mean(axis=0))
    return _Fitted(constant, coefficients[:q], curvature, error, explained)


def _importance(x: Vector, y: Vector, weight: Vector) -> Vector:
    """Return first-order importance of inputs relative to the largest, shape (q,)."""
    slope, *_ = _ridge(x, y, weight)
    size = np.abs(slope)
    return size / size.max() if size.max() > 0 else np.ones_like(size)


def _ridge(features: Vector, y: Vector, weight: Vector) -> tuple[Vector, float, float, float]:
    """Return coefficients, constant, leave-one-out SD and share explained, at the best penalty."""
    mean = weight @ features / weight.sum()
    level = float(weight @ y / weight.sum())
    root = np.sqrt(weight)
    centred = (features - mean) * root[:, None]
    target = (y - level) * root
    s2, u = np.linalg.eigh(centred @ centred.T)
    s2 = np.maximum(s2, 0.0)
    projected = u.T @ target
    best: tuple[float, Vector] | None = None
    for penalty in PENALTIES:
        shrunk = s2 / (s2 + penalty)
        leverage = u**2 @ shrunk + weight / weight.sum()
        residual = (target - u @ (shrunk * projected)) / np.maximum(1 - leverage, 1e-3)
        loss = float(np.sum(residual**2) / weight.sum())
        if best is None or loss < best[0]:
            best = (loss, centred.T @ (u @ (projected / (s2 + penalty))))
    loss, coefficients = best  # type: ignore[misc]
    variance = float(weight @ (y - level) ** 2 / weight.sum())
    return (
        coefficients,
        level - float(mean @ coefficients),
        loss**0.5,
        1 - loss / variance if variance else 1.0,
    )
