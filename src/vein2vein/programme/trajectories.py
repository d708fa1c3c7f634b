"""Trajectories with names and units: the first cohort patient by patient, and quantiles by setting."""

from __future__ import annotations

import numpy as np
import xarray as xr

from vein2vein.clinic.cohort import OUTPUTS
from vein2vein.programme.run import ProgrammeResult

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def trajectories(result: ProgrammeResult) -> xr.Dataset:
    """Return the trajectories of a run.

    Returns
    -------
    Dataset
        For every output ``x``: ``x`` (patient, time) of the first cohort, and ``x_quantiles`` (setting, quantile,
        time) over all patients kept, with unit and meaning as attributes. NaN after progression. Coordinates:
        ``time`` (days), ``patient`` (number), ``patient_setting``, ``setting``, ``quantile``.
    """
    system, cohort = result.biology.system, result.shown
    described = {item.name: item for item in system.named}
    settings = [s.key for s in cohort.settings]
    shown = slice(0, min(result.scenario.patients, len(cohort.patient)))
    setting_of = cohort.setting_of
    data: dict[str, xr.DataArray] = {}
    for name in OUTPUTS:
        values = cohort.outputs[name]
        attributes = {"units": described[name].unit, "long_name": described[name].meaning}
        data[name] = xr.DataArray(values[shown], dims=("patient", "time"), attrs=attributes)
        bands = np.stack([_quantiles(values[setting_of == i]) for i in range(len(settings))])
        data[f"{name}_quantiles"] = xr.DataArray(
            bands, dims=("setting", "quantile", "time"), attrs=attributes
        )
    times = xr.DataArray(cohort.times, dims="time", attrs={"units": "day", "long_name": "time from infusion"})
    coordinates = {
        "time": times,
        "patient": cohort.patient[shown],
        "patient_setting": ("patient", [settings[i] for i in setting_of[shown]]),
        "setting": settings,
        "quantile": list(QUANTILES),
    }
    title = f"vein2vein: {result.scenario.name}. Simulated patients. Research use only."
    return xr.Dataset(data, coords=coordinates, attrs={"title": title, "seed": str(result.scenario.seed)})


def _quantiles(values: np.ndarray) -> np.ndarray:
    """Return quantiles over patients still followed, shape (quantiles, T); NaN where nobody is."""
    bands = np.full((len(QUANTILES), values.shape[1]), np.nan)
    followed = ~np.isnan(values).all(axis=0) if len(values) else np.zeros(values.shape[1], bool)
    if followed.any():
        bands[:, followed] = np.nanquantile(values[:, followed], QUANTILES, axis=0)
    return bands
