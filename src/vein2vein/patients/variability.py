"""From typical values and their spread to one value a patient."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import EvidenceError
from vein2vein.evidence import EvidenceValue, Sheet
from vein2vein.patients.settings import Setting
from vein2vein.patients.streams import normals

Vector = NDArray[np.float64]

FITNESS = ("expansion_max", "kill_max")
"""Parameters that share the fitness of the product: cells that divide well also kill well."""


class Variability:
    """Draws parameters of patients from a sheet: typical value by setting, log-normal spread, clipping.

    Parameters
    ----------
    sheet : Sheet
        The parameters of the core model.
    settings : sequence of Setting
        The settings that patients belong to.
    setting_of : ndarray of int, shape (n,)
        Index into ``settings`` of each patient.
    seed, first : int
        Seed of the run and number of the first patient.
    """

    def __init__(
        self, sheet: Sheet, settings: Sequence[Setting], setting_of: NDArray[np.intp], seed: int, first: int
    ) -> None:
        self.sheet, self.settings, self.setting_of = sheet, tuple(settings), setting_of
        self.seed, self.first, self.count = seed, first, len(setting_of)
        self._fitness = self.normals("product fitness")
        self._loading = sheet.value("fitness_loading").value

    def rows(self, name: str) -> tuple[EvidenceValue, ...]:
        """Return the row of a parameter for each setting."""
        return tuple(self.sheet.value(name, s.key) for s in self.settings)

    def typical(self, name: str) -> Vector:
        """Return the typical value of each patient's setting, shape (n,)."""
        return np.array([row.value for row in self.rows(name)])[self.setting_of]

    def log_sd(self, name: str) -> Vector:
        """Return the between-patient standard deviation of the logarithm, shape (n,); 0 where none is given."""
        return np.array([_log_sd(row) for row in self.rows(name)])[self.setting_of]

    def normals(self, effect: str) -> Vector:
        """Return standard normal draws of the patients for one effect."""
        return normals(self.seed, effect, self.first, self.count)

    def multiplier(self, name: str) -> Vector:
        """Return ``exp(ω z)``: each patient's value relative to the typical one."""
        log_sd = self.log_sd(name)
        if not log_sd.any():
            return np.ones(self.count)
        z = self.normals(name)
        if name in FITNESS:
            z = self._loading * self._fitness + np.sqrt(1 - self._loading**2) * z
        return np.exp(log_sd * z)

    def draw(self, name: str) -> Vector:
        """Return one value a patient: typical value times multiplier, clipped where the sheet says so."""
        value = self.typical(name) * self.multiplier(name)
        clips = [row.clip or (-np.inf, np.inf) for row in self.rows(name)]
        low, high = (np.array(side)[self.setting_of] for side in zip(*clips, strict=True))
        return np.clip(value, low, high)


def _log_sd(row: EvidenceValue) -> float:
    """Return the SD of the logarithm; a coefficient of variation is read as that of a log-normal."""
    if row.spread is None:
        return 0.0
    if isinstance(row.spread, int | float):
        if row.spread_kind == "log_sd":
            return float(row.spread)
        if row.spread_kind == "cv_pct":
            return math.sqrt(math.log1p((row.spread / 100) ** 2))
    raise EvidenceError(
        "the spread of a model parameter must be a log-normal one",
        where=f"{row.sheet}: {row.id}",
        field="spread_kind",
        value=row.spread_kind,
        allowed="log_sd, cv_pct",
    )
