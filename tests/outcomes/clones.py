"""A clone under a pulse of killing, shared by the tests of lineages and of the stochastic simulation."""

import numpy as np

T = np.arange(0, 200.01, 0.1)
G, TURNOVER = 0.0904, 0.718
BIRTH = np.full_like(T, G / (1 - TURNOVER))


def pulse(height, day=9.0, width=5.0):
    """Death per day with a pulse of killing like that of an expanding and contracting CAR-T population."""
    return TURNOVER * BIRTH + height * np.exp(-0.5 * ((T - day) / width) ** 2)
