"""Counter-based random streams: draw k of a named stream is the same however many draws are asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

_WORDS_PER_BLOCK = 4  # one Philox counter step yields four 64-bit words


@dataclass(frozen=True)
class Streams:
    """A family of independent random streams, one a name, all set by one seed.

    Two scenarios that share a seed share every draw, patient by patient (common random numbers), whatever the
    number of patients, batches or slots.

    Parameters
    ----------
    seed : int
        Any non-negative integer.
    scope : str
        Prefix of the names, such as the replicate.
    """

    seed: int
    scope: str = ""

    def within(self, scope: str) -> Streams:
        """Return the family whose names carry one more prefix."""
        return Streams(self.seed, f"{self.scope}/{scope}")

    def uniform(self, name: str, count: int, first: int = 0) -> NDArray[np.float64]:
        """Return draws ``first`` to ``first + count - 1`` of a stream, uniform in the open interval (0, 1).

        Returns
        -------
        ndarray, shape (count,)
        """
        text = f"{self.seed}|{self.scope}|{name}".encode()
        key = np.frombuffer(hashlib.sha256(text).digest()[:16], dtype=np.uint64)
        bits = np.random.Philox(key=key)
        bits.advance(first // _WORDS_PER_BLOCK)
        skipped = first % _WORDS_PER_BLOCK
        drawn = np.random.Generator(bits).random(count + skipped)[skipped:]
        return drawn + 2.0**-54  # never exactly 0; still below 1

    def normal(self, name: str, count: int, first: int = 0) -> NDArray[np.float64]:
        """Return standard normal draws by inversion, shape (count,)."""
        return np.asarray(ndtri(self.uniform(name, count, first)))
