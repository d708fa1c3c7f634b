"""What is free in the calibration: few named parameters, each with a prior and the reason why it is free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import ModelError, near_miss
from vein2vein.evidence import EvidenceValue, Sheet

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Where a parameter is roughly normal: a pair of functions, there and back."""

    name: str
    there: Callable[[float], float]
    back: Callable[[float], float]


LOG = Scale("log", lambda x: float(np.log(x)), lambda z: float(np.exp(z)))
LOGIT = Scale("logit", lambda x: float(np.log(x / (1 - x))), lambda z: float(1 / (1 + np.exp(-z))))
PLAIN = Scale("plain", float, float)


@dataclass(frozen=True)
class Reach:
    """Which observables a parameter can move, by the one-way structure of the model.

    Kinetics drive everything; cytokines and grades feed nothing back; survival rules act on the living only.
    """

    name: str
    kinetics: bool
    toxicity: bool
    survival: bool


BIOLOGY = Reach("biology", kinetics=True, toxicity=True, survival=True)
TOXICITY = Reach("toxicity", kinetics=False, toxicity=True, survival=False)
SURVIVAL = Reach("survival", kinetics=False, toxicity=False, survival=True)


@dataclass(frozen=True)
class FreeParameter:
    """A number of the core model's sheet that the calibration may change.

    Parameters
    ----------
    row : str
        Row of the sheet.
    settings : tuple of str
        Settings whose rows change together; empty where the row is shared by all settings.
    scale : Scale
        Where its prior is normal.
    sd : float or None
        Prior standard deviation on that scale; None takes a quarter of the row's assumed range (as a 95 % interval).
    reach : Reach
        What it can move.
    why : str
        Why it is free, and where its prior is from.
    spread : bool
        Whether the variation between patients is free instead of the typical value.
    centre : float or None
        Prior median; the sheet's value by default.
    carries : tuple of str
        Rows that shift by as much as this one, so that an order between them is kept.
    """

    row: str
    settings: tuple[str, ...]
    scale: Scale
    sd: float | None
    reach: Reach
    why: str
    spread: bool = False
    centre: float | None = None
    carries: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Row, what of it, and where: unique among the free parameters."""
        what = f"{self.row} spread" if self.spread else self.row
        return f"{what} [{'+'.join(self.settings)}]" if self.settings else what

    def acts_in(self, setting: str) -> bool:
        """Return whether the parameter belongs to a setting or is shared."""
        return not self.settings or setting in self.settings

    def rows(self, sheet: Sheet) -> tuple[EvidenceValue, ...]:
        """Return the rows of the sheet that the parameter sets."""
        return tuple(sheet.value(self.row, s) for s in (self.settings or (None,)))

    def prior(self, sheet: Sheet) -> tuple[float, float]:
        """Return mean and SD of the prior on the parameter's scale."""
        row = self.rows(sheet)[0]
        centre = self.centre
        if centre is None:
            centre = float(row.spread) if self.spread else row.value  # type: ignore[arg-type]
        if self.sd is not None:
            return self.scale.there(centre), self.sd
        if row.range is None:
            raise ModelError(
                "a free parameter needs a prior SD or a range in the sheet", where=self.name, field="sd"
            )
        low, high = (self.scale.there(end) for end in row.range)
        return self.scale.there(centre), (high - low) / 4

    def applied(self, row: EvidenceValue, value: float) -> EvidenceValue:
        """Return a row with the parameter's value in it."""
        return replace(row, spread=value) if self.spread else replace(row, value=value)


def apply(parameters: Sequence[FreeParameter], values: Mapping[str, float], sheet: Sheet) -> Sheet:
    """Return the sheet with the values of free parameters in their rows.

    Parameters
    ----------
    parameters : sequence of FreeParameter
        The free parameters.
    values : mapping of str to float
        Natural value by name of the free parameter; those left out keep the sheet's value.
    sheet : Sheet
        The core model's sheet.

    Raises
    ------
    ModelError
        A name is no free parameter.
    """
    known = {p.name: p for p in parameters}
    changed: dict[tuple[str, str | None], EvidenceValue] = {}
    for name, value in values.items():
        if name not in known:
            raise ModelError(
                f"no such free parameter.{near_miss(name, known)}",
                field="name",
                value=name,
                allowed=f"{len(known)} names",
                remedy="list them with: vein2vein calibrate --list",
            )
        for row in known[name].rows(sheet):
            key = (row.id, row.setting)
            changed[key] = known[name].applied(changed.get(key, row), value)
            for carried in known[name].carries:
                other = sheet.value(carried, row.setting)
                changed[other.id, other.setting] = replace(other, value=other.value + value - row.value)
    return replace(sheet, rows=tuple(changed.get((row.id, row.setting), row) for row in sheet.rows))


@dataclass(frozen=True)
class Prior:
    """Independent normal priors on the parameters' scales.

    Parameters
    ----------
    parameters : tuple of FreeParameter
        What is free.
    mean, sd : ndarray, shape (p,)
        On the parameters' scales.
    """

    parameters: tuple[FreeParameter, ...]
    mean: Vector
    sd: Vector

    @classmethod
    def of(cls, parameters: Sequence[FreeParameter], sheet: Sheet) -> Prior:
        """Return the priors of parameters around a sheet."""
        pairs = np.array([p.prior(sheet) for p in parameters])
        return cls(tuple(parameters), pairs[:, 0], pairs[:, 1])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return tuple(p.name for p in self.parameters)

    def natural(self, z: Vector) -> dict[str, float]:
        """Return natural values by name, from standardised ones (prior SDs from the prior mean), shape (p,)."""
        raw = self.mean + self.sd * z
        return {p.name: p.scale.back(float(x)) for p, x in zip(self.parameters, raw, strict=True)}

    def standardised(self, values: Mapping[str, float]) -> Vector:
        """Return standardised values, shape (p,); see :meth:`natural`."""
        raw = np.array([p.scale.there(values[p.name]) for p in self.parameters])
        return (raw - self.mean) / self.sd
