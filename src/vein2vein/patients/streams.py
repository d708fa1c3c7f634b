"""Counter-based random streams: patient k draws the same numbers in a cohort of ten or of a million.

Every named effect has a Philox stream of its own, keyed by seed and name; patient k owns its k-th number. A
draw therefore depends on neither the size of the cohort, nor the chunk, nor which other effects exist.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

_WORDS_PER_BLOCK = 4
"""Numbers that Philox makes for one step of its counter."""


def uniforms(seed: int, effect: str, first: int, count: int) -> NDArray[np.float64]:
    """Return uniform draws on the open interval (0, 1) for patients ``first`` … ``first + count - 1``.

    Parameters
    ----------
    seed : int
        Seed of the run, 0 or more.
    effect : str
        Name of the random effect.
    first, count : int
        First patient and number of patients.

    Returns
    -------
    ndarray, shape (count,)
    """
    key = np.random.SeedSequence([seed, *effect.encode()]).generate_state(2, np.uint64)
    stream = np.random.Philox(key=key)
    stream.advance(first // _WORDS_PER_BLOCK)
    skip = first % _WORDS_PER_BLOCK
    words = stream.random_raw(skip + count)[skip:]
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def normals(seed: int, effect: str, first: int, count: int) -> NDArray[np.float64]:
    """Return standard normal draws; see :func:`uniforms`."""
    return ndtri(uniforms(seed, effect, first, count))


def exponentials(seed: int, effect: str, first: int, count: int) -> NDArray[np.float64]:
    """Return unit exponential draws; see :func:`uniforms`."""
    return -np.log(uniforms(seed, effect, first, count))


def matrix(seed: int, effect: str, first: int, count: int, columns: int) -> NDArray[np.float64]:
    """Return standard normal draws, ``columns`` for each patient, shape (count, columns)."""
    return normals(seed, effect, first * columns, count * columns).reshape(count, columns)
