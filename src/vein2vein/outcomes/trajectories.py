"""What the simulation hands to the outcomes: curves on one grid of days, and what may be read from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.errors import InputError, near_miss

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class EnsembleLike(Protocol):
    """The part of a simulated ensemble that the outcomes read."""

    @property
    def times(self) -> Floats:
        """Days of the grid, (T,)."""
        ...

    @property
    def outputs(self) -> Mapping[str, Floats]:
        """Curves by name, (n, T)."""
        ...

    @property
    def stopped_at(self) -> Floats:
        """Day of the stop, (n,)."""
        ...

    @property
    def failures(self) -> Sequence[Any]:
        """Failures, each with the number of its patient."""
        ...


@dataclass(frozen=True)
class Trajectories:
    """Simulated curves of a group of patients.

    Parameters
    ----------
    times : (T,) array
        Days from infusion, increasing; the first is the day of infusion or before.
    outputs : mapping of str to (n, T) array
        Curves by name. Not a number after a patient's integration stopped (progression) or failed.
    stopped_at : (n,) array
        Day on which the integration stopped because of progression; not a number where it did not.
    failed : (n,) bool array
        Patients whose integration failed. They are left out of every outcome, and counted.

    Raises
    ------
    InputError
        Shapes differ, times don't increase, or a curve has gaps that neither a stop nor a failure explains.
    """

    times: Floats
    outputs: Mapping[str, Floats]
    stopped_at: Floats
    failed: Flags

    def __post_init__(self) -> None:
        times = np.asarray(self.times, dtype=float)
        if times.ndim != 1 or times.size < 2 or not np.all(np.diff(times) > 0):
            raise InputError(
                "the time grid of a trajectory must increase",
                field="times",
                value=times.tolist()[:5],
                allowed="two or more increasing days",
            )
        if not self.outputs:
            raise InputError("a trajectory holds no curve", field="outputs", remedy="ask for outputs by name")
        outputs = {name: np.asarray(curve, dtype=float) for name, curve in self.outputs.items()}
        n = len(next(iter(outputs.values())))
        stopped = np.asarray(self.stopped_at, dtype=float)
        failed = np.asarray(self.failed, dtype=bool)
        for name, curve in (*outputs.items(), ("stopped_at", stopped), ("failed", failed)):
            expected = (n,) if name in ("stopped_at", "failed") else (n, times.size)
            if curve.shape != expected:
                raise InputError(
                    "an array has the wrong shape", field=name, value=curve.shape, allowed=str(expected)
                )
        for field, value in (
            ("times", times),
            ("outputs", outputs),
            ("stopped_at", stopped),
            ("failed", failed),
        ):
            object.__setattr__(self, field, value)
        self._no_unexplained_gap()

    def _no_unexplained_gap(self) -> None:
        running = ~self.failed[:, None] & ~(self.times[None, :] >= self.stopped_at[:, None])
        for name, curve in self.outputs.items():
            gap = running & np.isnan(curve)
            if gap.any():
                patient, column = (int(i) for i in np.argwhere(gap)[0])
                raise InputError(
                    "a curve is not a number where the patient neither stopped nor failed",
                    where=f"patient {patient}, day {self.times[column]:g}",
                    field=name,
                    remedy="pass stopped_at and failed of the simulation along with its curves",
                )

    @classmethod
    def of(cls, ensemble: EnsembleLike) -> Trajectories:
        """Return the curves of a simulated ensemble, its stops and its failures."""
        failed = np.zeros(len(ensemble.stopped_at), dtype=bool)
        failed[[int(failure.patient) for failure in ensemble.failures]] = True
        return cls(ensemble.times, ensemble.outputs, ensemble.stopped_at, failed)

    @classmethod
    def complete(cls, times: Floats, outputs: Mapping[str, Floats]) -> Trajectories:
        """Return the trajectories of patients who neither stopped nor failed."""
        n = len(next(iter(outputs.values()), ()))
        return cls(times, outputs, np.full(n, np.nan), np.zeros(n, dtype=bool))

    @property
    def patients(self) -> int:
        """Number of patients, the failed ones included."""
        return len(next(iter(self.outputs.values())))

    def __getitem__(self, name: str) -> Floats:
        if name not in self.outputs:
            raise InputError(
                f"the simulation was not asked for this curve.{near_miss(name, self.outputs)}",
                field="outputs",
                value=name,
                allowed=", ".join(self.outputs),
                remedy=f"add {name!r} to the outputs of the simulation",
            )
        return self.outputs[name]

    def only(self, chosen: Flags) -> Trajectories:
        """Return the trajectories of the chosen patients, ``chosen`` being (n,) flags."""
        if np.all(chosen):
            return self
        outputs = {name: curve[chosen] for name, curve in self.outputs.items()}
        return Trajectories(self.times, outputs, self.stopped_at[chosen], self.failed[chosen])


def at_days(times: Floats, curve: Floats, days: ArrayLike) -> Floats:
    """Read curves at given days: logarithmically between two positive values, else linearly.

    Parameters
    ----------
    times : (T,) array
        Grid of the curves, days, increasing.
    curve : (n, T) array
        The curves.
    days : (K,) array
        Where to read them. A day outside the grid gives not a number.

    Returns
    -------
    (n, K) array
        Exact on grid points.
    """
    days = np.asarray(days, dtype=float)
    right = np.clip(np.searchsorted(times, days), 1, len(times) - 1)
    weight = (days - times[right - 1]) / (times[right] - times[right - 1])
    value = curve[:, np.where(weight == 0, right - 1, right)]
    value[:, (days < times[0]) | (days > times[-1])] = np.nan
    between = np.flatnonzero((weight > 0) & (weight < 1))
    if between.size:
        w, before, after = weight[between], curve[:, right[between] - 1], curve[:, right[between]]
        with np.errstate(divide="ignore", invalid="ignore"):
            geometric = np.exp((1 - w) * np.log(before) + w * np.log(after))
        value[:, between] = np.where((before > 0) & (after > 0), geometric, (1 - w) * before + w * after)
    return value


def last_finite(curve: Floats) -> Floats:
    """Return each row's last value that is a number; not a number where there is none. Shape (n,)."""
    finite = np.isfinite(curve)
    column = curve.shape[1] - 1 - np.argmax(finite[:, ::-1], axis=1)
    return np.where(finite.any(axis=1), curve[np.arange(len(curve)), column], np.nan)


def first(flags: Flags) -> tuple[NDArray[np.intp], Flags]:
    """Return each row's first True column and whether there is one. Shapes (n,), (n,)."""
    return np.argmax(flags, axis=1), np.asarray(flags.any(axis=1))
