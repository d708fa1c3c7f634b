"""Maximum-likelihood fits of survival curves to right-censored times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from vein2vein.economics.survival.curves import (
    Exponential,
    Gompertz,
    LogLogistic,
    LogNormal,
    MixtureCure,
    SurvivalCurve,
    Weibull,
)
from vein2vein.errors import InputError

Array = NDArray[np.float64]
FORMS: tuple[type[SurvivalCurve], ...] = (Exponential, Weibull, Gompertz, LogNormal, LogLogistic)
"""The parametric forms that :func:`fit` knows; all their parameters are positive."""


@dataclass(frozen=True)
class Fit:
    """A fitted curve, its maximised log-likelihood, number of parameters and Akaike's criterion."""

    curve: SurvivalCurve
    log_likelihood: float
    parameters: int

    @property
    def aic(self) -> float:
        """Akaike's information criterion; smaller is better."""
        return 2.0 * self.parameters - 2.0 * self.log_likelihood


def fit(form: type[SurvivalCurve], durations: ArrayLike, events: ArrayLike, *, cure: bool = False) -> Fit:
    """Return the maximum-likelihood fit of a form, with a cured share if ``cure``.

    Parameters
    ----------
    form : type of SurvivalCurve
        One of :data:`FORMS`.
    durations, events : array_like, shape (n,)
        Times (years, above 0) and whether the event was seen.
    cure : bool
        Fit a mixture-cure model, its uncured part of this form.

    Raises
    ------
    InputError
        No event, a time of zero or below, lengths that differ, or a search that did not converge.
    """
    times, seen = _checked(durations, events)
    build, count = _builder(form, cure)
    middle = float(np.median(times))
    shapes = 1 if form is Exponential else 2
    start = np.log(_start(form, middle))[:shapes]
    if cure:
        start = np.append(start, special.logit(np.clip(1.0 - seen.mean(), 0.05, 0.95)))

    def cost(x: Array) -> float:
        try:
            curve = build(x)
        except InputError:
            return 1e10
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            value = -np.sum(seen * curve.log_hazard(times) + curve.log_survival(times))
        return float(value) if np.isfinite(value) else 1e10

    best = None
    for shift in (0.0, 0.7, -0.7):
        first = optimize.minimize(
            cost, start + shift, method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-10}
        )
        found = optimize.minimize(
            cost, first.x, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
        )
        if best is None or found.fun < best.fun:
            best = found
    if best is None or best.fun >= 1e10:
        raise InputError(
            "the survival fit did not converge",
            where=form.__name__,
            field="durations",
            value=len(times),
            allowed="times that the form can follow",
            remedy="try another form, or check the times for outliers",
        )
    return Fit(build(best.x), -float(best.fun), count)


def _checked(durations: ArrayLike, events: ArrayLike) -> tuple[Array, Array]:
    times, seen = np.asarray(durations, float), np.asarray(events, bool).astype(float)
    problem: tuple[str, object, str] | None = None
    if times.ndim != 1 or times.shape != seen.shape:
        problem = ("durations", times.shape, "two columns of one length")
    elif not np.all(np.isfinite(times) & (times > 0)):
        problem = ("durations", float(times[~(np.isfinite(times) & (times > 0))][0]), "times above 0")
    elif seen.sum() == 0:
        problem = ("events", 0, "at least one event")
    if problem:
        raise InputError(
            "these times can't be fitted",
            where="survival fit",
            field=problem[0],
            value=problem[1],
            allowed=problem[2],
            remedy="correct the times and events",
        )
    return times, seen


def _start(form: type[SurvivalCurve], middle: float) -> Array:
    if form in (Exponential, Gompertz):
        return np.array([0.7 / middle, 0.3 / middle])
    return np.array([middle, 1.0])


def _builder(form: type[SurvivalCurve], cure: bool) -> tuple[Callable[[Array], SurvivalCurve], int]:
    if form not in FORMS:
        raise InputError(
            "this form can't be fitted",
            where="survival fit",
            field="form",
            value=getattr(form, "__name__", form),
            allowed=", ".join(f.__name__ for f in FORMS),
            remedy="use one of these",
        )
    size = 1 if form is Exponential else 2

    def plain(x: Array) -> SurvivalCurve:
        return form(*np.exp(np.clip(x[:size], -50, 50)))

    if not cure:
        return plain, size
    return lambda x: MixtureCure(float(special.expit(x[size])), plain(x)), size + 1
