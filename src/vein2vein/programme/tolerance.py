"""Is the tolerance tight enough? The first patients again, a hundred times tighter, and what then changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.clinic.cohort import Biology
from vein2vein.programme.followed import follow
from vein2vein.programme.scenario import Scenario
from vein2vein.programme.supply import Supply
from vein2vein.simulation import Tolerances

CHECKED = 1000
"""Patients integrated again."""
TIGHTER = 100.0


@dataclass(frozen=True)
class ToleranceCheck:
    """Verdicts that change when the tolerance is tightened.

    Parameters
    ----------
    patients : int
        Patients compared.
    rtol, tightened : float
        Relative tolerance of the run, and of the check.
    changed : dict of str to int
        Patients whose verdict differs, by verdict.
    cmax_error : float
        99th percentile of the relative difference of Cmax.
    """

    patients: int
    rtol: float
    tightened: float
    changed: dict[str, int]
    cmax_error: float

    @property
    def worst_share(self) -> float:
        """Largest share of patients whose verdict of one kind differs."""
        return max(self.changed.values()) / self.patients if self.patients else 0.0


def check_tolerance(
    biology: Biology,
    scenario: Scenario,
    supply: Supply,
    arms: NDArray[np.intp],
    tolerances: Tolerances,
) -> ToleranceCheck:
    """Return what changes in the first patients of a run at a tolerance a hundred times tighter."""
    chosen = arms[:CHECKED]
    tight = Tolerances(rtol=tolerances.rtol / TIGHTER)
    a, b = (
        follow(scenario, biology, supply.pool, chosen, 0, tolerances=either)[1].table.set_index("row")
        for either in (tolerances, tight)
    )
    a, b = a.align(b, join="inner", axis=0)
    verdicts = {
        "relapse": "relapse_type",
        "best response": "best_response",
        "CRS grade": "crs_grade",
        "ICANS grade": "icans_grade",
        "cure": "alive_cured",
    }
    changed = {name: int((a[c].astype(str) != b[c].astype(str)).sum()) for name, c in verdicts.items()}
    error = np.abs(a["cmax"] / b["cmax"] - 1).where(b["cmax"] > 0)
    return ToleranceCheck(len(a), tolerances.rtol, tight.rtol, changed, float(error.quantile(0.99)))
