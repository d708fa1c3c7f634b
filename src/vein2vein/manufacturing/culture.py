"""Expansion in culture: a dip after activation, then growth that wanes as the activation fades."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.manufacturing.checks import within
from vein2vein.manufacturing.phenotype import Drift

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Culture:
    """Gompertz growth: after the lag the growth rate starts at ``ln 2 / doubling`` and wanes exponentially.

    Without crowding, ``ln(cells(t) / survivors) = g (ln 2 / doubling) (1 - e^(-w (t - lag))) / w`` for ``t
    > lag``, with the fitness ``g`` of the batch (lognormal: a part of the patient, a part of the batch). In
    the vessel, ``cells = survivors G / (1 + survivors (G - 1) / capacity)`` with ``G`` the growth without
    crowding.

    Some patients give cells that may not grow: in a vulnerable patient each batch grows poorly with a certain
    probability, its fitness then multiplied by ``poor_factor``. A batch below ``minimum_fold`` is ended.

    Parameters
    ----------
    seeded : float
        T cells wanted at the start; fewer if the bag holds fewer.
    survival : float
        Share that survives activation and transduction.
    lag, doubling : float
        Days without net growth; doubling time right after, days.
    waning : float
        ``w``, 1/day.
    patient_log_sd, batch_log_sd : float
        Log standard deviations of ``g``.
    capacity : float
        T cells that the vessel can hold.
    vulnerable_share, vulnerable_chance, poor_factor : float
        Share of patients whose cells may not grow; chance that one of their batches does not; its fitness
        factor.
    minimum_fold : float
        Expansion below which the batch is ended for poor growth.
    other_growth : float
        Expansion of the other cells relative to the T cells.
    days, days_sd : float
        Time from start to harvest: mean and standard deviation, truncated to ± 2 sd.
    drift : Drift
        Differentiation with divisions.
    """

    seeded: float
    survival: float
    lag: float
    doubling: float
    waning: float
    patient_log_sd: float
    batch_log_sd: float
    capacity: float
    vulnerable_share: float
    vulnerable_chance: float
    poor_factor: float
    minimum_fold: float
    other_growth: float
    days: float
    days_sd: float
    drift: Drift

    def __post_init__(self) -> None:
        for field in ("seeded", "doubling", "waning", "capacity", "days"):
            within(self, field, 0.0, open_low=True, open_high=True)
        for field in ("lag", "patient_log_sd", "batch_log_sd", "other_growth", "minimum_fold", "days_sd"):
            within(self, field, 0.0, open_high=True)
        within(self, "survival", 0.0, 1.0, open_low=True)
        for field in ("vulnerable_share", "vulnerable_chance", "poor_factor"):
            within(self, field, 0.0, 1.0)

    def log_growth(self, days: Array, fitness: Array) -> Array:
        """Return ``ln(cells / survivors)`` at harvest: 0 before the lag ends."""
        elapsed = np.maximum(days - self.lag, 0.0)
        return fitness * (math.log(2.0) / self.doubling) * -np.expm1(-self.waning * elapsed) / self.waning

    def harvest(self, survivors: Array, log_growth: Array) -> Array:
        """Return T cells at harvest in a vessel of finite capacity; never fewer than survived."""
        return (
            survivors
            * np.exp(log_growth)
            / (1.0 + survivors * np.expm1(log_growth) / (self.capacity + survivors))
        )

    def harvest_days(self, z: Array) -> Array:
        """Return days in culture for normal draws."""
        return np.maximum(self.days + self.days_sd * np.clip(z, -2.0, 2.0), 0.25)
