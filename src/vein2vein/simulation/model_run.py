"""Run a published model on the ensemble engine: trajectories, its usual figures, and the numbers it must reproduce."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import NDArray

from vein2vein.dynamics.published.golden import Area, At, Highest, HighestTime, Lowest, LowestTime, Measure
from vein2vein.dynamics.published.record import Observable, PublishedModel, Role
from vein2vein.errors import ModelError
from vein2vein.simulation.records import Events, Integral, Maximum, Minimum, Summary, Tolerances
from vein2vein.simulation.results import Ensemble
from vein2vein.simulation.run import simulate

__all__ = [
    "DEFAULT",
    "Metric",
    "ModelRun",
    "check_days",
    "doses",
    "drawn",
    "measure_golden",
    "run_individuals",
    "run_model",
    "summaries",
]

Floats = NDArray[np.float64]
DEFAULT = Tolerances(rtol=1e-7)
"""Tight enough that halving it moves no figure that is reported (docs/models.md shows by how much)."""


@dataclass(frozen=True)
class Metric:
    """A figure of every patient: ``value`` has shape (n,)."""

    name: str
    value: Floats
    unit: str


@dataclass(frozen=True)
class ModelRun:
    """What a run of a published model answers.

    Parameters
    ----------
    model : PublishedModel
        As it was run, with its values.
    ensemble : Ensemble
        Trajectories of the observables on its grid, and failures.
    metrics : tuple of Metric
        Usual figures of the observables.
    at : dict of float to dict of str to array
        Observables of every patient at the days asked for.
    """

    model: PublishedModel
    ensemble: Ensemble
    metrics: tuple[Metric, ...]
    at: dict[float, dict[str, Floats]]

    def metric(self, name: str) -> Metric:
        """Return a metric by name.

        Raises
        ------
        ModelError
            There is none of that name.
        """
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise ModelError("no such metric", value=name, allowed=", ".join(m.name for m in self.metrics))


def doses(model: PublishedModel, parameters: dict[str, Floats], patients: int, end: float) -> Events | None:
    """Return the event table of the model's default doses; None if all are part of the initial values.

    Parameters
    ----------
    model : PublishedModel
        The model.
    parameters : dict of str to array
        Scalars or one value a patient.
    patients : int
        How many.
    end : float
        Last day of the run; later doses aren't given.
    """
    tables = []
    for dose in model.dosing:
        if dose.time > end:
            continue
        symbols = sorted(dose.amount.free_symbols, key=str)
        amount = sympy.lambdify(symbols, dose.amount)(*(parameters[str(symbol)] for symbol in symbols))
        tables.append(Events.infusion(dose.state, dose.time, amount, dose.duration, patients))
    return Events.concat(*tables) if tables else None


def run_model(
    model: PublishedModel,
    *,
    patients: int = 1,
    rng: np.random.Generator | None = None,
    days: float | None = None,
    at: Sequence[float] = (),
    tolerances: Tolerances = DEFAULT,
    points: int = 400,
    progress: Callable[[int, int], None] | None = None,
) -> ModelRun:
    """Run the typical patient, or a population drawn from the paper's own spread.

    Parameters
    ----------
    model : PublishedModel
        What to run.
    patients : int
        1 for the typical patient.
    rng : numpy.random.Generator, optional
        Source of chance of a population; seed 1 by default.
    days : float, optional
        The model's horizon by default.
    at : sequence of float
        Days at which the observables are wanted besides.
    tolerances : Tolerances
        Of the engine.
    points : int
        Points of the trajectories.
    progress : callable, optional
        Called with (patients done, patients in all).

    Raises
    ------
    ModelError
        A day lies outside the run, or the paper gives no population.
    """
    end = float(model.horizon if days is None else days)
    check_days(model, end, at, patients)
    return _run(model, drawn(model, patients, rng), end, at, tolerances, points, progress)


def drawn(model: PublishedModel, patients: int, rng: np.random.Generator | None = None) -> dict[str, Floats]:
    """Return the parameters of the typical patient, or of a population (seed 1 by default).

    Raises
    ------
    ModelError
        The paper gives no population.
    """
    if patients == 1:
        return {name: np.full(1, value) for name, value in model.typical.items()}
    return model.population(patients, rng or np.random.default_rng(1))


def run_individuals(
    model: PublishedModel,
    names: Sequence[str],
    *,
    days: float | None = None,
    tolerances: Tolerances = DEFAULT,
    points: int = 400,
) -> ModelRun:
    """Run named individuals or fits of a model side by side, one patient each, without random effects.

    Parameters
    ----------
    model : PublishedModel
        What to run.
    names : sequence of str
        Its individuals, in the order of the patients of the result.
    days, tolerances, points
        As in :func:`run_model`.

    Raises
    ------
    ModelError
        The model has no such individual.
    """
    end = float(model.horizon if days is None else days)
    check_days(model, end, (), len(names))
    each = [model.subject(name).typical for name in names]
    parameters = {name: np.array([typical[name] for typical in each]) for name in model.typical}
    return _run(model, parameters, end, (), tolerances, points, None)


def _run(
    model: PublishedModel,
    parameters: dict[str, Floats],
    end: float,
    at: Sequence[float],
    tolerances: Tolerances,
    points: int,
    progress: Callable[[int, int], None] | None,
) -> ModelRun:
    """Simulate patients whose parameters are given, and describe them."""
    patients = len(next(iter(parameters.values())))
    grid = np.unique(
        np.concatenate([np.linspace(0, end, points), np.array([d.time for d in model.dosing]), at])
    )
    ensemble = simulate(
        model.system,
        parameters,
        patients=patients,
        times=grid[grid <= end],
        outputs=[o.name for o in model.observables],
        events=doses(model, parameters, patients, end),
        summaries=summaries(model, end),
        tolerances=tolerances,
        progress=progress,
    )
    units = {str(symbol): unit for symbol, unit in model.system.units.items()}
    metrics = [
        m
        for i, o in enumerate(model.observables)
        for m in _metrics(ensemble, o, units[o.name], i == 0, model.infusion)
    ]
    seen = {
        float(day): {
            o.name: ensemble.outputs[o.name][:, np.searchsorted(ensemble.times, day)]
            for o in model.observables
        }
        for day in at
    }
    return ModelRun(model, ensemble, tuple(metrics), seen)


def summaries(model: PublishedModel, end: float) -> list[Summary]:
    """Return the summaries that describe a model's observables."""
    return [s for o in model.observables for s in _wanted(o, model.infusion, end)]


def check_days(model: PublishedModel, end: float, at: Sequence[float], patients: int) -> None:
    """Raise ModelError where a run's length, patients or days can't be used."""
    if not 0 < end <= 36_525:
        raise ModelError(
            "the run's length is unusable", where=model.name, field="days", value=end, allowed="0 to 36,525"
        )
    if patients < 1:
        raise ModelError(
            "no patients", where=model.name, field="patients", value=patients, allowed="1 or more"
        )
    for day in at:
        if not 0 <= day <= end:
            raise ModelError(
                "a day lies outside the run",
                where=model.name,
                field="at",
                value=day,
                allowed=f"0 to {end:g}",
                remedy="make the run longer with --days",
            )


def _wanted(observable: Observable, infusion: float, end: float) -> list[Summary]:
    """Return the summaries that describe an observable."""
    of, start = observable.name, min(infusion + observable.search_from, end)
    if observable.role is Role.TARGET:
        return [Minimum(f"{of} low", of)]
    wanted: list[Summary] = [Maximum(f"{of} high", of, start, end)]
    if observable.role in (Role.CAR_T, Role.DRUG) and end >= infusion + 28:
        wanted.append(Integral(f"{of} area", of, infusion, infusion + 28.0))
    return wanted


def _metrics(
    ensemble: Ensemble, observable: Observable, unit: str, first: bool, infusion: float
) -> list[Metric]:
    """Return the figures of one observable; those of the first bear plain names, and days count from infusion."""
    of, role, end = observable.name, observable.role, float(ensemble.times[-1])
    tag = "" if first else f"{of} "
    found, when, curve = ensemble.summaries, ensemble.summary_times, ensemble.outputs[of]
    if role is Role.TARGET:
        lead = "" if _is_lead_target(ensemble, of) else f"{of} "
        return [
            Metric(f"{lead}nadir", found[f"{of} low"], unit),
            Metric(f"{lead}nadir day", when[f"{of} low"] - infusion, "day"),
            Metric(f"{of} at end", curve[:, -1], unit),
        ]
    peak = np.where(found[f"{of} high"] > 0, when[f"{of} high"], np.nan)
    if role is Role.MARKER:
        return [
            Metric(f"{of} maximum", found[f"{of} high"], unit),
            Metric(f"{of} at end", curve[:, -1], unit),
        ]
    metrics = [Metric(f"{tag}Cmax", found[f"{of} high"], unit), Metric(f"{tag}Tmax", peak - infusion, "day")]
    if f"{of} area" in found:
        metrics.append(Metric(f"{tag}AUC0-28", found[f"{of} area"], f"{unit}*day"))
    if role in (Role.CAR_T, Role.DRUG):
        metrics.append(Metric(f"{tag}half-life", _half_life(ensemble.times, curve, peak, peak + 14), "day"))
        metrics.append(
            Metric(
                f"{tag}terminal half-life",
                _half_life(ensemble.times, curve, np.maximum(peak, end / 2), end),
                "day",
            )
        )
        metrics.append(Metric(f"{tag}Clast", curve[:, -1], unit))
    return metrics


def _is_lead_target(ensemble: Ensemble, of: str) -> bool:
    """Return whether this is the first of the targets: its nadir is simply called so."""
    targets = [name.removesuffix(" low") for name in ensemble.summaries if name.endswith(" low")]
    return targets[0] == of


def _half_life(times: Floats, curve: Floats, start: Floats | float, end: Floats | float) -> Floats:
    """Return the log-linear half-life of each patient between two days, shape (n,); NaN where nothing falls.

    Only what is above a millionth of the patient's peak counts: below it a curve is its tolerance.
    """
    shown = curve > 1e-6 * np.nanmax(curve, axis=1, initial=0.0)[:, None]
    inside = (times >= np.reshape(start, (-1, 1))) & (times <= np.reshape(end, (-1, 1))) & shown
    weight = inside.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.where(inside, np.log(np.where(curve > 0, curve, 1.0)), 0.0)
        count = weight.sum(axis=1)
        mean_t, mean_l = (weight * times).sum(axis=1) / count, level.sum(axis=1) / count
        spread = weight * (times - mean_t[:, None])
        slope = (spread * (level - mean_l[:, None])).sum(axis=1) / (spread * (times - mean_t[:, None])).sum(
            axis=1
        )
        return np.where((count > 2) & (slope < 0), np.log(2) / -slope, np.nan)


def measure_golden(model: PublishedModel, tolerances: Tolerances) -> tuple[float, ...]:
    """Return what the engine gives for each golden number of a model (the median over its individuals).

    Parameters
    ----------
    model : PublishedModel
        The model; its individuals and the settings of its numbers are the patients of one run.
    tolerances : Tolerances
        Of the engine.

    Raises
    ------
    ModelError
        A patient failed.
    """
    asked = [(g, who) for g in model.golden for who in (g.subjects or (None,))]
    if not asked:
        return ()
    cases = [{**model.typical, **(model.subjects[who] if who else {}), **g.settings} for g, who in asked]
    patients = [dict(case) for case in dict.fromkeys(tuple(case.items()) for case in cases)]
    place = {tuple(case.items()): k for k, case in enumerate(patients)}
    parameters = {name: np.array([case[name] for case in patients]) for name in model.typical}
    moments = [g.measure for g in model.golden if isinstance(g.measure, At)]
    ensemble = simulate(
        model.system,
        parameters,
        patients=len(patients),
        times=np.unique([0.0, *(m.day for m in moments), model.horizon]),
        outputs=list(dict.fromkeys(m.of for m in moments)),
        events=doses(model, parameters, len(patients), model.horizon),
        summaries=[s for k, g in enumerate(model.golden) for s in _summary(f"golden {k}", g.measure)],
        tolerances=tolerances,
    )
    if ensemble.failures:
        raise ModelError(f"the run failed: {ensemble.failures[0]}", where=model.name)
    found = []
    for k, golden in enumerate(model.golden):
        values = _values_of(ensemble, f"golden {k}", golden.measure)
        who = [place[tuple(case.items())] for case, (g, _) in zip(cases, asked, strict=True) if g is golden]
        found.append(float(np.median(values[who])))
    return tuple(found)


def _values_of(ensemble: Ensemble, name: str, measure: Measure) -> Floats:
    """Return the measure of every patient."""
    if isinstance(measure, At):
        return ensemble.outputs[measure.of][:, int(np.searchsorted(ensemble.times, measure.day))]
    timed = isinstance(measure, HighestTime | LowestTime)
    return (ensemble.summary_times if timed else ensemble.summaries)[name]


def _summary(name: str, measure: Measure) -> list[Summary]:
    if isinstance(measure, Highest | HighestTime):
        return [Maximum(name, measure.of, measure.start, measure.end)]
    if isinstance(measure, Lowest | LowestTime):
        return [Minimum(name, measure.of, measure.start, measure.end)]
    if isinstance(measure, Area):
        return [Integral(name, measure.of, measure.start, measure.end)]
    return []
