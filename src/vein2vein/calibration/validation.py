"""Observed against predicted: every quantity of a file of clinical facts, or why it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vein2vein.calibration.arms import Arm, match
from vein2vein.calibration.clinical_file import COUNT, ClinicalFile, Observation
from vein2vein.calibration.fact_checks import comparable
from vein2vein.calibration.posterior import PosteriorSets
from vein2vein.calibration.prediction import ArmKey, Depth, PredictedArm, simulate_arm
from vein2vein.calibration.readouts import Readout, readout_of
from vein2vein.errors import InternalError
from vein2vein.outcomes.binomial import exact_interval

Stage = Callable[[str, int, int], None]

DOSES = (1e6, 1e10)
BURDENS = (1e8, 1e13)
"""CAR-T cells infused, and tumour cells, that the model is asked about at most."""
BETWEEN_PRODUCTS = 0.11
"""SD between products of one class on the scale of shares, granted where the product isn't the calibrated one.

Root mean square of what separates axi-cel and tisa-cel in lymphoma in the same registries (sheet real_world): Spain PFS
and OS at 12 months 8 and 4 points, Italy PFS 12, CIBMTR response 11 and complete response 17.
"""
FITTED_TRIALS = {"ALL": "eliana", "LBCL": "zuma1", "IDE": "karmma", "CILTA": "cartitude1"}
"""Trials that the fit set is from."""


@dataclass(frozen=True)
class Row:
    """One quantity, observed and predicted.

    Parameters
    ----------
    observation : Observation
        As reported.
    arm : Arm
        What spoke for it.
    observed, predicted : float
        In the unit of the report.
    observed_interval : (float, float) or None
        Reported 95 % interval, or the exact binomial one at the reported n.
    predicted_interval : (float, float)
        Central 95 % of virtual trials of that n.
    parameters : float
        Share of the predictive variance that parameters cause.
    fitted : bool
        Whether the calibration was fitted to this very number.
    percent : bool
        Whether it is in percent.
    """

    observation: Observation
    arm: Arm
    observed: float
    observed_interval: tuple[float, float] | None
    predicted: float
    predicted_interval: tuple[float, float]
    parameters: float
    fitted: bool
    percent: bool

    @property
    def covered(self) -> bool:
        """Whether the observed value lies within the predicted interval."""
        return self.predicted_interval[0] <= self.observed <= self.predicted_interval[1]

    @property
    def unit(self) -> str:
        """Unit of the report, without words about it."""
        return "%" if self.percent else self.observation.unit.split(" (")[0]

    @property
    def error(self) -> float:
        """Predicted minus observed."""
        return self.predicted - self.observed

    def as_dict(self) -> dict[str, Any]:
        """Return the row for JSON."""
        o = self.observation
        return {
            "id": o.id,
            "observed": self.observed,
            "observed_interval": list(self.observed_interval) if self.observed_interval else None,
            "predicted": _rounded(self.predicted),
            "predicted_interval": [_rounded(end) for end in self.predicted_interval],
            "covered": self.covered,
            "unit": self.unit,
            "n": o.n,
            "fitted": self.fitted,
            "settings": [s.key for s in self.arm.settings],
            "basis": self.arm.why,
            "parameter_share_of_variance": _rounded(self.parameters),
        }


@dataclass(frozen=True)
class Validation:
    """The outcome of a comparison.

    Parameters
    ----------
    rows : tuple of Row
        What was predicted.
    refused : tuple of (str, str)
        What was not, and why.
    """

    rows: tuple[Row, ...]
    refused: tuple[tuple[str, str], ...]

    def only(self, *, fitted: bool) -> Validation:
        """Return the rows that were fitted, or those that were not."""
        return Validation(tuple(r for r in self.rows if r.fitted is fitted), self.refused)

    @property
    def coverage(self) -> float | None:
        """Share of the rows whose observed value lies within the predicted interval; None without rows."""
        return sum(r.covered for r in self.rows) / len(self.rows) if self.rows else None

    @property
    def mae_pp(self) -> float | None:
        """Mean absolute error of the shares in percentage points; None without any."""
        errors = [abs(r.error) for r in self.rows if r.percent]
        return float(np.mean(errors)) if errors else None

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "rows": [r.as_dict() for r in self.rows],
            "coverage": _rounded(self.coverage),
            "mae_pp": _rounded(self.mae_pp),
            "refused": [{"id": i, "why": why} for i, why in self.refused],
            "not_fitted": {
                "rows": len(self.only(fitted=False).rows),
                "coverage": _rounded(self.only(fitted=False).coverage),
                "mae_pp": _rounded(self.only(fitted=False).mae_pp),
            },
        }


def validate(
    clinical: ClinicalFile,
    posterior: PosteriorSets,
    depth: Depth = Depth(),  # noqa: B008 - frozen
    *,
    workers: int = 2,
    progress: Stage | None = None,
) -> Validation:
    """Predict every quantity of a file that the model can predict.

    Parameters
    ----------
    clinical : ClinicalFile
        What was observed.
    posterior : PosteriorSets
        Parameter sets, frozen.
    depth : Depth, optional
        How much is simulated.
    workers : int
        Parameter sets simulated at a time.
    progress : callable, optional
        Called with the arm that is simulated, sets done and sets in all.
    """
    refused = [
        (s, "facts in words, or no trial's numbers: nothing to be compared") for s in clinical.other_sections
    ]
    refused += clinical.broken
    asked: dict[ArmKey, list[tuple[Observation, Arm, Readout]]] = {}
    for o in clinical.observations:
        found = _ask(o)
        if isinstance(found, str):
            refused.append((o.id, found))
        else:
            o, arm, readout = found
            asked.setdefault(ArmKey(tuple(s.key for s in arm.settings), o.dose, o.burden), []).append(
                (o, arm, readout)
            )
    rows: dict[str, Row] = {}
    for number, (key, questions) in enumerate(asked.items(), start=1):
        label = f"arm {number} of {len(asked)}: {'+'.join(key.settings)}"
        told = (lambda done, total, label=label: progress(label, done, total)) if progress else None
        months = max(readout.months for _, _, readout in questions)
        patients = simulate_arm(
            posterior, questions[0][1], key, months, depth, workers=workers, progress=told
        )
        for o, arm, readout in questions:
            row = _row(o, arm, readout, patients, depth.seed, posterior)
            if isinstance(row, str):
                refused.append((o.id, row))
            else:
                rows[o.id] = row
    return Validation(tuple(rows[o.id] for o in clinical.observations if o.id in rows), tuple(refused))


def _ask(o: Observation) -> tuple[Observation, Arm, Readout] | str:
    """Return an observation in the model's units, what is simulated for it and how it is read, or why it is refused."""
    arm = match(o.product, o.disease)
    if isinstance(arm, str):
        return arm
    if o.dose is not None and not DOSES[0] <= o.dose <= DOSES[1]:
        return f"a dose of {o.dose:g} cells is outside of {DOSES[0]:g} to {DOSES[1]:g}"
    if o.burden is not None and not BURDENS[0] <= o.burden <= BURDENS[1]:
        return f"a burden of {o.burden:g} cells is outside of {BURDENS[0]:g} to {BURDENS[1]:g}"
    readout = readout_of(o, arm)
    if isinstance(readout, str):
        return readout
    checked = comparable(o, readout)
    if isinstance(checked, str):
        return checked
    if readout.fitted_as == "tocilizumab" and _plain(o.trial) not in FITTED_TRIALS.values():
        return "use of tocilizumab is a habit of each trial's ward: that of the trials fitted is known, this one's isn't"
    if not arm.own and readout.percent:
        allowance = float(np.hypot(readout.measure.allowance, BETWEEN_PRODUCTS))
        readout = replace(readout, measure=replace(readout.measure, allowance=allowance))
    return checked, arm, readout


def _row(
    o: Observation, arm: Arm, readout: Readout, patients: PredictedArm, seed: int, posterior: PosteriorSets
) -> Row | str:
    observed, n = _observed(o)
    unit = 100.0 if readout.percent else 1.0
    prediction = patients.predict(readout, n, seed)
    if not np.isfinite(prediction.value):
        return "not defined in the simulated patients (a median that isn't reached, or no such patient)"
    interval = o.interval
    if interval is None and readout.percent and n and 0 <= observed <= 100:
        low, high = exact_interval(np.array(round(observed / 100 * n)), np.array(n))
        interval = (round(100 * float(low), 1), round(100 * float(high), 1))
    return Row(
        observation=o,
        arm=arm,
        observed=observed,
        observed_interval=interval,
        predicted=unit * prediction.value,
        predicted_interval=(unit * prediction.interval[0], unit * prediction.interval[1]),
        parameters=prediction.parameters,
        fitted=_was_fitted(o, arm, readout, observed / unit, posterior.provenance.get("targets", ())),
        percent=readout.percent,
    )


def _observed(o: Observation) -> tuple[float, int | None]:
    """Return the observed value and its n; a count of relapses is turned into percent of them."""
    if o.value is not None:
        return o.value, o.n
    found = COUNT.search(o.text)
    if found is None:  # readout_of accepts no other text
        raise InternalError(f"{o.id}: neither a number nor a count")
    top, bottom = int(found.group(1)), int(found.group(2))
    return 100 * top / bottom, bottom


def _was_fitted(o: Observation, arm: Arm, readout: Readout, value: float, targets: Sequence[Any]) -> bool:
    """Return whether the posterior's fit set holds this quantity of this trial with about this value."""
    if not arm.own or readout.fitted_as is None:
        return False
    if readout.percent and _plain(o.trial) != FITTED_TRIALS[arm.settings[0].key]:
        return False
    return any(
        t["setting"] == arm.settings[0].key
        and t["observable"] == readout.fitted_as
        and abs(t["value"] - value) <= 0.011 * max(abs(t["value"]), 1.0 if readout.percent else 0.0)
        for t in targets
    )


def _plain(trial: str) -> str:
    """Return a trial's name in lower-case letters and digits."""
    return re.sub("[^a-z0-9]", "", trial.lower())


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(f"{value:.4g}")
