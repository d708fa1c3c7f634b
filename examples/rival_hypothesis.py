"""Two hypotheses about the same patients: the host helps to hold small lymphomas down, or it does not.

Run it with: python examples/rival_hypothesis.py
"""

import numpy as np

import vein2vein as v2v
from vein2vein.dynamics.core import MECHANISMS
from vein2vein.dynamics.mechanisms.host_control.none import NoHostControl
from vein2vein.dynamics.mechanisms.host_control.small_tumour import SmallTumourControl
from vein2vein.patients.settings import setting

PATIENTS = 200
LYMPHOMA = setting("LBCL", "axicabtagene ciloleucel")

without = tuple(NoHostControl() if isinstance(m, SmallTumourControl) else m for m in MECHANISMS)
hypotheses = {"the host helps": v2v.core_system(), "the host does nothing": v2v.core_system(without)}

for hypothesis, model in hypotheses.items():
    patients = v2v.draw_population(
        [LYMPHOMA],
        np.zeros(PATIENTS, dtype=int),
        model.parameters,
        v2v.load_sheet("core_model"),
        v2v.load_sheet("indications"),
        seed=1,
    )
    course = v2v.simulate(
        model,
        patients.parameters,
        times=np.arange(0.0, 181.0),
        outputs=["tumour"],
        events=v2v.Events.bolus("infused", 0.0, patients.table["dose"]),
    )
    smaller = course.outputs["tumour"][:, -1] < 0.01 * patients.table["tumour_0"]
    low, high = v2v.exact_interval(smaller.sum(), PATIENTS)
    print(
        f"{hypothesis}: {smaller.mean():.0%} ({low:.0%} to {high:.0%}) below 1 % of their tumour at six months"
    )
