"""The cure probability of patients, held to the cures that their draws bring about."""

import numpy as np

from vein2vein.clinic.cohort import Biology, simulate_cohort, visit_grid
from vein2vein.clinic.reading import read_cohort
from vein2vein.clinic.ward import WardPolicy
from vein2vein.outcomes.cure import extinction_surprise
from vein2vein.patients.settings import SETTINGS


def test_cures_come_as_often_as_their_probabilities_say():
    biology = Biology.shipped()
    arms = np.arange(1600) % 4
    cohort = simulate_cohort(biology, SETTINGS, arms, WardPolicy(), visit_grid(1826.25), seed=21)
    table = read_cohort(cohort, biology.parameters).table
    for setting in SETTINGS:
        own = table[table["setting"] == setting.key]
        surprise = extinction_surprise(own["cure_probability"].to_numpy(), own["cured"].to_numpy())
        assert abs(surprise) < 4, setting.key
        assert own["cure_probability"].std() > 0.1
