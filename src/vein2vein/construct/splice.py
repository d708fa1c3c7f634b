"""Splice-site scan: log-odds of two position weight matrices over every 9-mer (donor) and 17-mer (acceptor).

The frequencies are the usual vertebrate consensus tables, rounded, as recalled from the splicing literature
(Zhang 1998, Hum Mol Genet 7:919, and earlier tables agree to about 0.03); background 0.25. What calibrates
them is the vector itself: the true EF-1a intron donor and acceptor score above every other site of the
tisagenlecleucel vector genome, and the HIV-1 major donor is among the best (tested). The limits 8.5 (donor)
and 9.5 (acceptor) lie between the true sites and nearly everything else there: assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_LETTERS = "ACGT"
# rows: positions; columns: A, C, G, T
_DONOR = (
    (0.33, 0.37, 0.18, 0.12),
    (0.60, 0.13, 0.12, 0.15),
    (0.08, 0.04, 0.81, 0.07),
    (0.00, 0.00, 1.00, 0.00),
    (0.00, 0.00, 0.00, 1.00),
    (0.49, 0.03, 0.45, 0.03),
    (0.71, 0.07, 0.12, 0.10),
    (0.06, 0.05, 0.84, 0.05),
    (0.15, 0.19, 0.20, 0.46),
)
_TRACT = (0.10, 0.33, 0.12, 0.45)
_ACCEPTOR = (
    *(_TRACT for _ in range(12)),
    (0.25, 0.27, 0.22, 0.26),
    (0.04, 0.65, 0.01, 0.30),
    (1.00, 0.00, 0.00, 0.00),
    (0.00, 0.00, 1.00, 0.00),
    (0.25, 0.14, 0.50, 0.11),
)
_NEVER = -40.0  # bits given to a letter that the consensus never shows


@dataclass(frozen=True)
class SpliceSite:
    """A candidate site: 0-based start, the scanned word, its score in bits."""

    kind: str
    start: int
    word: str
    bits: float


def donor_scores(sequence: str) -> np.ndarray:
    """Return the donor score of each 9-mer, bits, shape (len(sequence) − 8,)."""
    return _scores(sequence, _DONOR)


def acceptor_scores(sequence: str) -> np.ndarray:
    """Return the acceptor score of each 17-mer, bits, shape (len(sequence) − 16,)."""
    return _scores(sequence, _ACCEPTOR)


def splice_sites(sequence: str, donor_bits: float, acceptor_bits: float) -> list[SpliceSite]:
    """Return the sites above the two limits, best first."""
    found = []
    for kind, width, limit, score in (
        ("donor", len(_DONOR), donor_bits, donor_scores(sequence)),
        ("acceptor", len(_ACCEPTOR), acceptor_bits, acceptor_scores(sequence)),
    ):
        found += [
            SpliceSite(kind, int(i), sequence[i : i + width], float(score[i]))
            for i in np.flatnonzero(score > limit)
        ]
    return sorted(found, key=lambda s: -s.bits)


def _scores(sequence: str, matrix: tuple[tuple[float, ...], ...]) -> np.ndarray:
    table = np.array(matrix)
    with np.errstate(divide="ignore"):
        bits = np.where(table > 0, np.log2(table / 0.25), _NEVER)
    index = np.array([_LETTERS.find(letter) for letter in sequence.upper()], dtype=np.int64)
    windows = max(len(index) - len(table) + 1, 0)
    total = np.zeros(windows)
    for position, row in enumerate(bits):
        letters = index[position : position + windows]
        total += np.where(letters >= 0, row[letters], _NEVER)
    return total
