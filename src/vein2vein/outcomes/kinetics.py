"""Cellular kinetics as a clinic measures them: assay, sampling schedule, noise and the usual metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Flags, Floats, Trajectories, at_days

SAMPLING_DAYS: tuple[float, ...] = (1, 3, 7, 10, 14, 21, 28, 60, 90, 120, 180, 270, 360)
"""Usual sampling days of the registration trials (core model, section 1.5)."""

HALF_LIFE_SAMPLES = 3
"""Fewest samples of the terminal phase for a half-life, the usual rule of non-compartmental analysis."""

COPIES_PER_MICROGRAM = 151_515.0
"""Diploid genomes in a microgram of DNA: 1e6 pg over 6.6 pg a nucleus."""


class Assay(Protocol):
    """How circulating CAR-T cells are seen."""

    @property
    def lower_limit(self) -> float:
        """Lower limit of quantification, in the unit of the assay."""
        ...

    @property
    def residual_log_sd(self) -> float:
        """Standard deviation of the log-normal error of a sample."""
        ...

    @property
    def unit(self) -> str:
        """Unit of the assay."""
        ...

    def signal(self, curves: Trajectories) -> Floats:
        """Return what an error-free assay would read, (n, T)."""
        ...


@dataclass(frozen=True)
class FlowCytometry:
    """Flow cytometry: CAR-T cells per µL of blood.

    Parameters
    ----------
    lower_limit : float
        Lower limit of quantification, cells/µL.
    residual_log_sd : float
        Standard deviation of the log-normal error of a sample.
    """

    lower_limit: float
    residual_log_sd: float = 0.0
    unit: str = "cells/uL"

    def __post_init__(self) -> None:
        _nonnegative(self, "lower_limit", "residual_log_sd")

    def signal(self, curves: Trajectories) -> Floats:
        """Return CAR-T cells/µL, (n, T)."""
        return curves["car_t_blood"]


@dataclass(frozen=True)
class QuantitativePcr:
    r"""Quantitative PCR: transgene copies per µg of genomic DNA of whole blood.

    .. math:: 151\,515 \, \alpha \, c / (W_{my} + \ell_b + c)

    with c the CAR-T cells, ℓ_b the other lymphocytes and W_my the myeloid leukocytes per µL of blood. It
    saturates at 151,515 α, and is not comparable between assays.

    Parameters
    ----------
    vector_copies : float
        α, copies a CAR-T cell as this assay reads them.
    myeloid_blood : float
        W_my, cells/µL.
    lower_limit : float
        Lower limit of quantification, copies/µg.
    residual_log_sd : float
        Standard deviation of the log-normal error of a sample.
    """

    vector_copies: float
    myeloid_blood: float
    lower_limit: float
    residual_log_sd: float = 0.0
    unit: str = "copies/ug"

    def __post_init__(self) -> None:
        _nonnegative(self, "vector_copies", "myeloid_blood", "lower_limit", "residual_log_sd")
        if self.vector_copies == 0 or self.myeloid_blood == 0:
            raise InputError(
                "an assay needs leukocytes to extract DNA from and copies to count",
                where="QuantitativePcr",
                allowed="vector_copies > 0 and myeloid_blood > 0",
            )

    def signal(self, curves: Trajectories) -> Floats:
        """Return copies/µg, (n, T)."""
        cells = curves["car_t_blood"]
        leukocytes = self.myeloid_blood + curves["lymphocytes_blood"] + cells
        return COPIES_PER_MICROGRAM * self.vector_copies * cells / leukocytes


@dataclass(frozen=True)
class CellularKinetics:
    """Metrics of each patient; n patients, K samples.

    Attributes
    ----------
    sampling_days : (K,) array
        Days of the samples.
    samples : (n, K) array
        Readings in the assay's unit; 0 below its lower limit; not a number after a stop, death or the grid's
        end.
    cmax : (n,) array
        Largest sample.
    tmax : (n,) array
        Day of the peak of the error-free curve.
    auc28 : (n,) array
        Area under the samples from day 0 (taken as 0) to day 28, trapezoidal, unit × day.
    half_life : (n,) array
        Days; log-linear slope of the quantifiable samples of days 14–120 after the peak. Not a number with
        fewer than three such samples or a slope that does not fall.
    doubling_time : (n,) array
        Days; steepest one-day growth of the error-free curve before its peak, from day 3 (when most infused
        cells have left the blood or engrafted) and above the lower limit. Not a number without growth.
    last_quantifiable : (n,) array
        Day of the last sample at or above the lower limit; 0 if there is none.
    unit : str
        Unit of the samples.
    """

    sampling_days: Floats
    samples: Floats
    cmax: Floats
    tmax: Floats
    auc28: Floats
    half_life: Floats
    doubling_time: Floats
    last_quantifiable: Floats
    unit: str

    def detectable(self, day: float) -> Floats:
        """Return 1 where that day's sample was quantifiable, 0 where not, not a number where none was taken.

        Raises
        ------
        InputError
            The day is no sampling day.
        """
        column = np.flatnonzero(self.sampling_days == day)
        if not column.size:
            days = ", ".join(f"{d:g}" for d in self.sampling_days)
            raise InputError("no sample is taken on that day", field="day", value=day, allowed=days)
        value = self.samples[:, column[0]]
        return np.where(np.isnan(value), np.nan, (value > 0).astype(float))


def measure_kinetics(
    curves: Trajectories,
    assay: Assay,
    noise: Floats,
    *,
    sampling_days: tuple[float, ...] = SAMPLING_DAYS,
    alive_until: Floats | None = None,
) -> CellularKinetics:
    """Sample the curves as a clinic would and compute the usual metrics.

    Parameters
    ----------
    curves : Trajectories
        Needs ``car_t_blood`` (cells/µL) and, for PCR, ``lymphocytes_blood`` (cells/µL).
    assay : Assay
        Flow cytometry or quantitative PCR.
    noise : (n, K) array
        Standard normal draws, one a sample.
    sampling_days : tuple of float
        K increasing days > 0.
    alive_until : (n,) array, optional
        Day of death; no sample is taken after it.

    Raises
    ------
    InputError
        Sampling days don't increase from above 0, or the noise has the wrong shape.
    """
    days = np.asarray(sampling_days, dtype=float)
    if days.ndim != 1 or days.size == 0 or days[0] <= 0 or np.any(np.diff(days) <= 0):
        raise InputError(
            "sampling days must increase from above 0",
            field="sampling_days",
            value=sampling_days,
            allowed="increasing days > 0",
        )
    if noise.shape != (curves.patients, days.size):
        raise InputError(
            "the noise of the samples has the wrong shape",
            field="noise",
            value=noise.shape,
            allowed=f"(patients, samples) = {(curves.patients, days.size)}",
        )
    smooth = assay.signal(curves)
    reading = at_days(curves.times, smooth, days) * np.exp(assay.residual_log_sd * noise)
    samples = np.where(reading < assay.lower_limit, 0.0, reading)
    if alive_until is not None:
        samples = np.where(days[None, :] > alive_until[:, None], np.nan, samples)
    peak = np.argmax(np.where(np.isnan(smooth), -np.inf, smooth), axis=1)
    tmax = np.where(np.isfinite(smooth).any(axis=1), curves.times[peak], np.nan)
    cmax = np.fmax.reduce(samples, axis=1)
    return CellularKinetics(
        sampling_days=days,
        samples=samples,
        cmax=cmax,
        tmax=tmax,
        auc28=_area(days, samples, until=28.0),
        half_life=_half_life(days, samples, window=(14.0, 120.0)),
        doubling_time=_doubling_time(curves.times, smooth, tmax, assay.lower_limit),
        last_quantifiable=np.max(np.where(samples > 0, days, 0.0), axis=1),
        unit=assay.unit,
    )


def _area(days: Floats, samples: Floats, until: float) -> Floats:
    kept = days <= until
    t = np.concatenate([[0.0], days[kept]])
    y = np.concatenate([np.zeros((len(samples), 1)), samples[:, kept]], axis=1)
    return np.sum((y[:, 1:] + y[:, :-1]) / 2 * np.diff(t), axis=1)


def _half_life(days: Floats, samples: Floats, window: tuple[float, float]) -> Floats:
    """Least squares of ln(sample) on day over the window, strictly after the largest sample."""
    filled = np.where(np.isnan(samples), 0.0, samples)
    peak_day = days[np.argmax(filled, axis=1)]
    used: NDArray[np.float64] = (
        (filled > 0) & (days >= window[0]) & (days <= window[1]) & (days > peak_day[:, None])
    ).astype(float)
    log = np.log(np.where(used > 0, filled, 1.0))
    count = used.sum(axis=1)
    safe = np.maximum(count, 1)
    day_off = days - ((used * days).sum(axis=1) / safe)[:, None]
    log_off = log - ((used * log).sum(axis=1) / safe)[:, None]
    spread = (used * day_off**2).sum(axis=1)
    slope = np.where(
        count >= HALF_LIFE_SAMPLES,
        (used * day_off * log_off).sum(axis=1) / np.where(spread > 0, spread, 1.0),
        0.0,
    )
    return np.where(slope < 0, np.log(2) / np.where(slope < 0, -slope, 1.0), np.nan)


def _doubling_time(times: Floats, smooth: Floats, tmax: Floats, floor: float, start: float = 3.0) -> Floats:
    begins = times[(times >= start) & (times + 1 <= min(times[-1], np.nanmax(tmax, initial=start)))]
    if not begins.size:
        return np.full(len(smooth), np.nan)
    low, high = at_days(times, smooth, begins), at_days(times, smooth, begins + 1)
    usable: Flags = (low >= floor) & (low > 0) & (high > low) & (begins + 1 <= tmax[:, None])
    growth = np.log(np.divide(high, low, out=np.ones_like(low), where=usable))
    fastest = growth.max(axis=1)
    return np.where(fastest > 0, np.log(2) / np.where(fastest > 0, fastest, 1.0), np.nan)


def _nonnegative(owner: object, *fields: str) -> None:
    for field in fields:
        value = getattr(owner, field)
        if not (np.isfinite(value) and value >= 0):
            raise InputError(
                "a property of the assay can't be used",
                where=type(owner).__name__,
                field=field,
                value=value,
                allowed="a finite number >= 0",
            )
