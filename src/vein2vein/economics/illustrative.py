"""Illustrative patients from stated rates, where no simulated programme is at hand; not a prediction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vein2vein.economics.patients import PatientOutcomes

LABEL = "ILLUSTRATIVE patients drawn from stated rates, not from the simulated programme"

_MIX = {"b_all": 0.35, "lbcl": 0.45, "myeloma": 0.20}
_CURE = {"b_all": 0.45, "lbcl": 0.38, "myeloma": 0.10}
_RELAPSE_DAYS = {"b_all": 150.0, "lbcl": 90.0, "myeloma": 400.0}
_AFTER_DAYS = {"b_all": 142.0, "lbcl": 115.0, "myeloma": 260.0}
_AGE = {"b_all": (12.0, 5.0), "lbcl": (58.0, 12.0), "myeloma": (61.0, 9.0)}


def illustrative_table(patients: int = 85, replicates: int = 40, seed: int = 1) -> pd.DataFrame:
    """Return a patients table drawn from round numbers: mix 35/45/20 %, cure 45/38/10 %, five years.

    The numbers are assumed, of the size that trials report; they serve demonstrations and tests.
    """
    rng = np.random.default_rng(seed)
    n = patients * replicates
    keys = np.array(list(_MIX))
    disease = rng.choice(keys, n, p=list(_MIX.values()))

    def of(table: dict[str, float]) -> np.ndarray:
        return np.array([table[key] for key in disease])

    mean_age, sd_age = (np.array([_AGE[key][i] for key in disease]) for i in (0, 1))
    young = disease == "b_all"
    age = np.clip(rng.normal(mean_age, sd_age), np.where(young, 2, 20), np.where(young, 25, 85))
    infused = rng.random(n) > 0.08
    chance = np.where(infused, rng.beta(4 * of(_CURE), 4 * (1 - of(_CURE))), 0.0)
    cured = rng.random(n) < chance
    follow_up = 1825.0
    relapse = np.where(cured, np.inf, np.where(infused, of(_RELAPSE_DAYS), 30.0) * rng.lognormal(0.0, 0.8, n))
    toxic_death = np.where(infused, rng.exponential(365.25 / 0.04, n), np.inf)
    toxic_death = np.where(toxic_death < 365.25, toxic_death, np.inf)
    death = np.minimum(relapse + rng.exponential(of(_AFTER_DAYS) / np.log(2.0)), toxic_death)
    progression = np.minimum(relapse, death)
    crs = np.where(infused, rng.choice(5, n, p=[0.2, 0.35, 0.3, 0.1, 0.05]), 0)
    icans = np.where(infused, rng.choice(5, n, p=[0.65, 0.15, 0.1, 0.08, 0.02]), 0)
    return pd.DataFrame(
        {
            "patient": np.arange(n),
            "replicate": np.repeat(np.arange(replicates), patients),
            "indication": disease,
            "age": age,
            "sex": np.where(rng.random(n) < 0.45, "female", "male"),
            "pfs_days": np.minimum(progression, follow_up),
            "pfs_event": progression < follow_up,
            "os_days": np.minimum(death, follow_up),
            "os_event": death < follow_up,
            "cured": cured,
            "cure_probability": chance,
            "crs_grade": crs,
            "icans_grade": icans,
            "tocilizumab_doses": np.where(crs >= 2, 1 + rng.poisson(0.4, n), 0),
            "steroid_courses": ((crs >= 3) | (icans >= 2)).astype(int),
            "aplasia_days": np.where(
                infused, np.minimum(rng.exponential(250.0, n), np.minimum(death, follow_up)), 0.0
            ),
            "infused": infused,
        }
    )


def illustrative_patients(patients: int = 85, replicates: int = 40, seed: int = 1) -> PatientOutcomes:
    """Return the checked record of :func:`illustrative_table`; its label says what it is."""
    return PatientOutcomes.from_table(illustrative_table(patients, replicates, seed), label=LABEL)
