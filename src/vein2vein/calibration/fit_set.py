"""The fit set: the shipped fit table, or the early data of a file of clinical facts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from vein2vein.calibration.arms import match
from vein2vein.calibration.clinical_file import Observation, read_clinical_file
from vein2vein.calibration.fit import SHEETS_READ, Calibration, Effort, Stage, calibrate
from vein2vein.calibration.free import FREE
from vein2vein.calibration.observables import RATIO
from vein2vein.calibration.readouts import group_of, readout_of
from vein2vein.calibration.sensitivity import PATIENTS, SEED, SETS, sensitivities, sensitivity_bank
from vein2vein.calibration.sensitivity_file import SensitivityResult, leading
from vein2vein.calibration.targets import INFUSED, Target, shipped_targets
from vein2vein.calibration.virtual_trial import VirtualTrial
from vein2vein.clinic.cohort import Biology
from vein2vein.errors import InputError
from vein2vein.evidence import evidence_hash, load_sheet
from vein2vein.patients.settings import SETTINGS
from vein2vein.version import __version__


def fit_shipped_or(
    fit_set: Path | None, effort: Effort, *, checkpoint: Path | None = None, progress: Stage | None = None
) -> Calibration:
    """Calibrate the shipped core model to the shipped fit set, or to the early data of a file.

    Raises
    ------
    InputError
        The file can't be read, holds nothing that can be fitted, or the checkpoint is another calibration's.
    """
    shipped = [s.key for s in SETTINGS]
    targets = targets_in(fit_set) if fit_set else shipped_targets(load_sheet("fit_table"), shipped)
    trial = VirtualTrial(Biology.starting(), FREE)
    return calibrate(trial, targets, effort, checkpoint=checkpoint, progress=progress)


def targets_in(path: Path) -> tuple[Target, ...]:
    """Return what a file of clinical facts gives to fit: calibrated products, up to 12 months, with their n.

    The first datum of an observable in a setting counts; the observables of the fit table are those that can be fitted.

    Raises
    ------
    InputError
        The file can't be read, or holds nothing that can be fitted.
    """
    targets: dict[tuple[str, str], Target] = {}
    for o in read_clinical_file(path).observations:
        target = _target(o)
        if target is not None:
            targets.setdefault((target.setting, target.observable), target)
    if not targets:
        raise InputError(
            "the fit set holds nothing that can be fitted",
            where=str(path),
            allowed="response, landmarks at 6 and 12 months, toxicity or kinetics of a calibrated product",
            remedy="`vein2vein validate` says of each quantity why it can't be predicted",
        )
    return tuple(targets.values())


def _comparable(observable: str, setting: str, group: str) -> bool:
    """Return whether an observable of a group of patients is what the fit calls so, all patients together.

    Levels of B-ALL are published for responders, who are four in five; steroids were given for other reasons too.
    """
    if observable == "steroids":
        return False
    if observable == RATIO:
        return True
    return group_of(group) == "all" or (setting == "ALL" and group_of(group) == "responders")


def _target(o: Observation) -> Target | None:
    arm = match(o.product, o.disease)
    if isinstance(arm, str) or not arm.own or o.value is None or o.burden is not None:
        return None
    readout = readout_of(o, arm)
    if isinstance(readout, str) or readout.fitted_as is None or o.value <= 0:
        return None
    setting = arm.settings[0].key
    if not _comparable(readout.fitted_as, setting, o.group):
        return None
    value = o.value / 100 if readout.percent else o.value
    n = float(o.n or INFUSED[setting])
    if o.interval is not None and readout.percent and 0 < value < 1:
        n = value * (1 - value) / ((o.interval[1] - o.interval[0]) / 392) ** 2
    return Target(setting, readout.fitted_as, value, n, f"{o.id}, {o.unit}")


def analyse_shipped(
    command: str, *, checkpoint: Path | None = None, progress: Stage | None = None
) -> SensitivityResult:
    """Return which free parameters of the shipped core model matter, over the prior of the calibration.

    Parameters
    ----------
    command : str
        What asked for it.
    checkpoint : Path, optional
        Folder that keeps what was simulated.
    progress : callable, optional
        Called with what is done, how much of it, and how much there is.
    """
    trial = VirtualTrial(Biology.starting(), FREE, patients=PATIENTS)
    told = partial(progress, "sensitivity") if progress else None
    bank, prior = sensitivity_bank(trial, SETS, checkpoint=checkpoint, progress=told)
    provenance = {
        "command": command,
        "sets": SETS,
        "failed": bank.failed,
        "patients": PATIENTS,
        "seed": SEED,
        "version": __version__,
        "evidence_hash": evidence_hash(SHEETS_READ),
        "model_hash": trial.biology.system.digest,
    }
    return SensitivityResult(tuple(leading(s) for s in sensitivities(bank, prior)), provenance)
