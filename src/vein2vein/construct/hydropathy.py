"""Transmembrane stretches by hydropathy (Kyte and Doolittle 1982, J Mol Biol 157:105)."""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = 19
THRESHOLD = 1.6


@dataclass(frozen=True)
class HydrophobicStretch:
    """A run of windows above the threshold: 0-based, half-open; ``peak`` is the mean of the best window."""

    start: int
    end: int
    peak: float
    peak_start: int


def hydrophobic_stretches(sequence: str, threshold: float = THRESHOLD) -> list[HydrophobicStretch]:
    """Return the stretches whose 19-residue mean hydropathy exceeds ``threshold``.

    Letters other than amino acids (X masks a signal peptide) count as strongly hydrophilic.
    """
    from Bio.SeqUtils.ProtParamData import kd

    values = [kd.get(residue, -4.5) for residue in sequence]
    means = [sum(values[i : i + WINDOW]) / WINDOW for i in range(len(values) - WINDOW + 1)]
    found: list[HydrophobicStretch] = []
    for i, mean in enumerate(means):
        if mean <= threshold:
            continue
        if found and i <= found[-1].end:
            best, place = max((found[-1].peak, found[-1].peak_start), (mean, i), key=lambda row: row[0])
            found[-1] = HydrophobicStretch(found[-1].start, i + WINDOW, best, place)
        else:
            found.append(HydrophobicStretch(i, i + WINDOW, mean, i))
    return found
