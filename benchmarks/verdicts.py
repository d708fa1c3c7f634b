"""Do the default tolerances decide anything? Verdicts of the same patients, a hundred times tighter."""

from __future__ import annotations

import numpy as np

from vein2vein.clinic.cohort import Biology, simulate_cohort, visit_grid
from vein2vein.clinic.reading import read_cohort
from vein2vein.clinic.ward import WardPolicy
from vein2vein.patients.settings import SETTINGS
from vein2vein.simulation import Tolerances

VERDICTS = {
    "relapse": "relapse_type",
    "best response": "best_response",
    "CRS grade": "crs_grade",
    "ICANS grade": "icans_grade",
}


def changed_verdicts(n: int, rtol: float = 1e-4) -> list[dict]:
    """Return, by setting, how many of ``n`` patients get another verdict at a tolerance 100 times tighter."""
    biology, grid, rows = Biology.shipped(), visit_grid(5 * 365.25), []
    for k, setting in enumerate(SETTINGS):
        tables, failed = [], 0
        for tolerance in (rtol, rtol / 100):
            cohort = simulate_cohort(
                biology,
                SETTINGS,
                np.full(n, k),
                WardPolicy(),
                grid,
                seed=11,
                tolerances=Tolerances(tolerance),
            )
            failed += len(cohort.ensemble.failures)
            tables.append(read_cohort(cohort, biology.parameters).table.set_index("row"))
        a, b = tables[0].align(tables[1], join="inner", axis=0)
        counts = {
            name: int((a[c].astype(str) != b[c].astype(str)).sum()) for name, c in VERDICTS.items() if c in a
        }
        rows.append({"setting": setting.label, "patients": len(a), "failed": failed} | counts)
        print(f"  {rows[-1]}", flush=True)
    return rows
