"""The calibration: design, simulate, emulate, draw, refine where the posterior is, draw again, and check coverage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from vein2vein.calibration.bank import Bank, Checkpoint, Reader, simulate_bank
from vein2vein.calibration.coverage import Coverage, Truths, check_coverage
from vein2vein.calibration.emulator import Emulator, train
from vein2vein.calibration.likelihood import (
    REFERENCE_N,
    Errors,
    Posterior,
    errors_of,
    posterior_of,
    posterior_of_two,
)
from vein2vein.calibration.observables import read_trials, resampled
from vein2vein.calibration.parameters import Prior
from vein2vein.calibration.sampler import Draws, draw
from vein2vein.calibration.targets import Target
from vein2vein.calibration.virtual_trial import VirtualTrial, only
from vein2vein.clinic.cohort import STARTING_SHEET
from vein2vein.evidence import evidence_hash
from vein2vein.version import __version__

Vector = NDArray[np.float64]
Stage = Callable[[str, int, int], None]

DESIGN_REACH = 2.3
"""Farthest that the first design goes from the prior mean, in prior SDs."""
SHEETS_READ = (STARTING_SHEET, "fit_table", "indications")
"""Sheets that decide a calibration; the core model's own is generated from its outcome."""
TRIAL_LIMIT = 400
"""Largest virtual trial of the coverage check."""
INFLATION = 1.3
"""Widening of the posterior's draws for the second design, around their mean."""


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Parameters
    ----------
    design, refinement : int
        Parameter sets of the first design (over the prior) and of the second (over the first posterior).
    patients : int
        Virtual patients a setting and set.
    reference : int
        Patients a setting from whom the sampling covariance of the observables is resampled.
    resamples : int
        Virtual trials resampled.
    truths : int
        Synthetic truths of the coverage check, drawn from the prior; half as many are drawn from the posterior.
    sets : int
        Parameter sets of the posterior.
    seed : int
        Of everything.
    """

    design: int = 512
    refinement: int = 256
    patients: int = 800
    reference: int = 1500
    resamples: int = 200
    truths: int = 128
    sets: int = 128
    seed: int = 1948


@dataclass(frozen=True)
class Calibration:
    """Everything that a calibration produced.

    Parameters
    ----------
    prior : Prior
        What was free.
    targets : tuple of Target
        What was fitted.
    emulators : tuple of Emulator
        Of the final fit.
    first_error : mapping of str to ndarray, shape (k,)
        RMS error of the first emulators at the parameter sets of the refinement, which they hadn't seen.
    errors : mapping of str to Errors
        Covariances by setting.
    draws : Draws
        The posterior.
    coverage, coverage_again : Coverage
        The coverage check on truths from the prior, and on truths from the posterior.
    effort : Effort
        What was simulated.
    failed : int
        Parameter sets that couldn't be simulated.
    fingerprint : str
        Hash of everything that decides what is simulated.
    """

    prior: Prior
    targets: tuple[Target, ...]
    emulators: tuple[Emulator, ...]
    first_error: Mapping[str, Vector]
    errors: Mapping[str, Errors]
    draws: Draws
    coverage: Coverage
    coverage_again: Coverage
    effort: Effort
    failed: int
    fingerprint: str


def fingerprint(trial: VirtualTrial, targets: tuple[Target, ...], effort: Effort) -> str:
    """Return the hash of everything that decides what is simulated: model, sheets, priors, effort, observables."""
    content = {
        "version": __version__,
        "evidence": evidence_hash(SHEETS_READ),
        "model": trial.biology.system.digest,
        "effort": asdict(effort),
        "months": trial.months,
        "observables": [t.id for t in targets],
        "free": [[p.name, p.scale.name, p.sd, p.centre] for p in trial.parameters],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def calibrate(
    trial: VirtualTrial,
    targets: tuple[Target, ...],
    effort: Effort = Effort(),
    *,
    checkpoint: Path | None = None,
    workers: int = 2,
    progress: Stage | None = None,
) -> Calibration:
    """Fit the free parameters to published data.

    Parameters
    ----------
    trial : VirtualTrial
        Model, sheets and free parameters; its patients and seed are taken from ``effort``.
    targets : tuple of Target
        What is fitted.
    effort : Effort, optional
        How much is simulated.
    checkpoint : Path, optional
        Folder that keeps what has been simulated: the same call finds it again.
    workers : int
        Parameter sets simulated at a time; the result doesn't depend on it.
    progress : callable, optional
        Called with what is being done, how much of it is done, and how much there is.

    Raises
    ------
    InputError
        The checkpoint is another calibration's.
    """
    keys = tuple(dict.fromkeys(t.setting for t in targets))
    trial = replace(trial, settings=only(keys), patients=effort.patients, seed=effort.seed)
    parameters = tuple(p for p in trial.parameters if any(p.acts_in(k) for k in keys))
    trial = replace(trial, parameters=parameters)
    run = _Run(trial, targets, effort, checkpoint, workers, progress)
    errors = run.errors()
    first = run.bank("design", run.design())
    emulators = run.train(first)
    early = draw(run.posterior(emulators, errors), effort.refinement, effort.seed + 2).z
    wide = np.clip(early.mean(axis=0) + INFLATION * (early - early.mean(axis=0)), -3.0, 3.0)
    second = run.bank("refinement", wide)
    first_error = {e.setting: _rms(e(second.z) - second.y[e.setting]) for e in emulators}
    refined = run.train(first.joined(second), np.r_[np.ones(len(first.z)), np.full(len(second.z), 3.0)])
    draws = draw(run.posterior(refined, errors), effort.sets, effort.seed + 3, iterations=120)
    coverage, again = run.coverage(emulators), run.coverage_again(refined, draws.z)
    return Calibration(
        prior=run.prior,
        targets=targets,
        emulators=refined,
        first_error=first_error,
        errors=errors,
        draws=draws,
        coverage=coverage,
        coverage_again=again,
        effort=effort,
        failed=first.failed + second.failed,
        fingerprint=run.fingerprint,
    )


def _rms(residual: Vector) -> Vector:
    return np.sqrt(np.nanmean(residual**2, axis=0))


class _Run:
    """The steps of one calibration."""

    def __init__(
        self,
        trial: VirtualTrial,
        targets: tuple[Target, ...],
        effort: Effort,
        checkpoint: Path | None,
        workers: int,
        progress: Stage | None,
    ) -> None:
        self.trial, self.targets, self.effort, self.workers = trial, targets, effort, workers
        self.prior = Prior.of(trial.parameters, trial.biology.parameters)
        self.keys = tuple(s.key for s in trial.settings)
        self.observables = {k: tuple(t.observable for t in targets if t.setting == k) for k in self.keys}
        self.fingerprint = fingerprint(trial, targets, effort)
        self.checkpoint = Checkpoint(checkpoint, self.fingerprint) if checkpoint else None
        self.progress = progress

    def targets_of(self, key: str) -> list[Target]:
        return [t for t in self.targets if t.setting == key]

    def design(self) -> Vector:
        """Return the first design: a scrambled Sobol sequence through the prior, its mean first."""
        points = qmc.Sobol(len(self.prior.parameters), seed=self.effort.seed).random(
            2 ** int(np.ceil(np.log2(self.effort.design)))
        )
        z = np.clip(ndtri(points[: self.effort.design]), -DESIGN_REACH, DESIGN_REACH)
        z[0] = 0.0
        return z

    def bank(
        self,
        name: str,
        z: Vector,
        *,
        patients: int | None = None,
        seeds: NDArray[np.int64] | None = None,
        reader: Reader | None = None,
    ) -> Bank:
        trial = replace(self.trial, patients=patients) if patients else self.trial
        told = partial(self.progress, name) if self.progress else None
        return simulate_bank(
            trial,
            self.prior,
            self.observables,
            z,
            name=name,
            seeds=seeds,
            reader=reader,
            checkpoint=self.checkpoint,
            workers=self.workers,
            progress=told,
        )

    def errors(self, largest: float = np.inf) -> dict[str, Errors]:
        """Return the covariances of the targets, trials of ``largest`` patients at most, resampled at the prior mean."""
        found = {}
        for k, r in self._resampled().items():
            sized = [replace(t, n=min(t.n, largest)) for t in self.targets_of(k)]
            found[k] = errors_of(sized, r, self.effort.patients)
        return found

    def _resampled(self) -> dict[str, Vector]:
        found = self.checkpoint.load("resampled") if self.checkpoint else None
        if found is None:
            if self.progress:
                self.progress("sampling errors", 0, len(self.keys))
            values = self.prior.natural(np.zeros(len(self.prior.parameters)))
            large = replace(self.trial, patients=self.effort.reference)
            table = large.table(values, seed=self.effort.seed + 1, threads=self.workers)
            found = {}
            for done, key in enumerate(self.keys, start=1):
                patients = table[table["setting"] == key]
                found[key] = resampled(
                    self.observables[key], patients, REFERENCE_N, self.effort.resamples, self.effort.seed
                )
                if self.progress:
                    self.progress("sampling errors", done, len(self.keys))
            if self.checkpoint:
                self.checkpoint.save("resampled", found)
        return found

    def train(self, bank: Bank, weight: Vector | None = None) -> tuple[Emulator, ...]:
        return tuple(
            train(k, self.observables[k], self.prior.parameters, bank.z, bank.y[k], weight) for k in self.keys
        )

    def posterior(self, emulators: tuple[Emulator, ...], errors: Mapping[str, Errors]) -> Posterior:
        return posterior_of(emulators, self.data(), errors, len(self.prior.parameters))

    def data(self) -> dict[str, Vector]:
        """Return the data by setting, on the scales of the likelihood."""
        return {k: np.array([t.scaled for t in self.targets_of(k)]) for k in self.keys}

    def coverage(self, emulators: tuple[Emulator, ...]) -> Coverage:
        """Return the coverage on truths drawn from the prior, inferred with the first emulators."""
        chance = np.random.default_rng(self.effort.seed + 4)
        shape = (self.effort.truths, len(self.prior.parameters))
        z = np.clip(chance.standard_normal(shape), -DESIGN_REACH, DESIGN_REACH)
        errors = self.errors(largest=TRIAL_LIMIT)
        return check_coverage(
            self.truths("truths", z, 10_000),
            emulators,
            errors,
            lambda data: posterior_of(emulators, data, errors, z.shape[1]),
            self.effort.seed + 5,
        )

    def coverage_again(self, emulators: tuple[Emulator, ...], posterior: Vector) -> Coverage:
        """Return the coverage on truths drawn from the posterior, inferred from real and further data together."""
        z = posterior[: max(self.effort.truths // 2, 2)]
        errors, real = self.errors(largest=TRIAL_LIMIT), self.data()
        return check_coverage(
            self.truths("further truths", z, 20_000),
            emulators,
            errors,
            lambda data: posterior_of_two(emulators, real, data, errors, z.shape[1]),
            self.effort.seed + 500,
        )

    def truths(self, name: str, z: Vector, offset: int) -> Truths:
        """Return what the model makes of parameter sets: in trials with patients of their own, and in the fit's cohort."""
        sizes = {k: {t.observable: _size(t) for t in self.targets_of(k)} for k in self.keys}
        trials = self.bank(
            f"{name} in trials",
            z,
            patients=max(n for own in sizes.values() for n in own.values()),
            seeds=self.effort.seed + offset + np.arange(len(z), dtype=np.int64),
            reader=partial(read_trials, sizes),
        )
        values = self.bank(name, z)
        possible = ~(trials.lost | values.lost)  # cut-offs out of order, or an integration that failed
        keep = lambda y: {k: v[possible] for k, v in y.items()}  # noqa: E731
        return Truths(z[possible], keep(trials.y), keep(values.y))


def _size(target: Target) -> int:
    """Return how many virtual patients stand for those behind a datum."""
    return int(np.clip(round(target.n), 2, TRIAL_LIMIT))
