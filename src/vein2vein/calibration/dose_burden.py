"""Predictions at other doses and burdens, where nothing was observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.calibration.arms import Arm
from vein2vein.calibration.observables import by_group, measure_of
from vein2vein.calibration.posterior import PosteriorSets
from vein2vein.calibration.prediction import ArmKey, Depth, simulate_arm
from vein2vein.evidence import load_sheet
from vein2vein.patients.settings import Setting

Vector = NDArray[np.float64]

DOSES = (1e7, 3e7, 1e8, 3e8, 1e9)
BURDEN_FACTORS = (0.1, 0.3, 1.0, 3.0)
OUTPUTS = ("cmax", "orr", "pfs_12", "os_12", "crs_any", "crs_severe")
MONTHS = 13.0


@dataclass(frozen=True)
class Response:
    """Predictions of one setting at one dose and burden.

    Parameters
    ----------
    setting : str
        The setting.
    dose : float or None
        Median CAR-T cells infused; the product's own where None.
    burden_factor : float
        Median tumour burden relative to the setting's own.
    quantiles : mapping of str to (float, float, float)
        Quantiles 5, 50 and 95 % over parameter sets of each of :data:`OUTPUTS`, in its own unit.
    """

    setting: str
    dose: float | None
    burden_factor: float
    quantiles: dict[str, tuple[float, float, float]]


def responses(
    posterior: PosteriorSets, setting: Setting, depth: Depth, *, workers: int = 2
) -> tuple[Response, ...]:
    """Return predictions at doses of 10⁷ to 10⁹ cells, and at burdens from a tenth to three times the setting's."""
    arm = Arm((setting,), True, True, True, "calibrated product and disease")
    typical = load_sheet("core_model").value("tumour_0", setting.key).value
    asked: list[tuple[float | None, float]] = [(dose, 1.0) for dose in DOSES]
    asked += [(None, factor) for factor in BURDEN_FACTORS]
    found = []
    for dose, factor in asked:
        burden = None if factor == 1.0 else factor * typical
        key = ArmKey((setting.key,), dose, burden)
        patients = simulate_arm(posterior, arm, key, MONTHS, depth, workers=workers)
        values = by_group(OUTPUTS, patients.table, patients.set_of, patients.sets)
        quantiles = {}
        for j, output in enumerate(OUTPUTS):
            low, middle, high = measure_of(output).back(np.nanquantile(values[:, j], [0.05, 0.5, 0.95]))
            quantiles[output] = (float(low), float(middle), float(high))
        found.append(Response(setting.key, dose, factor, quantiles))
    return tuple(found)
