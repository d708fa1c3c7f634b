"""Properties of each mature chain: length, mass, isoelectric point, hydrophobic stretches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vein2vein.construct.car import Protein
from vein2vein.construct.hydropathy import HydrophobicStretch, hydrophobic_stretches
from vein2vein.construct.parts import Role


@dataclass(frozen=True)
class ChainProperties:
    """What can be computed from the residues of one chain without its signal peptide.

    Parameters
    ----------
    chain : int
        Counted from 1.
    length_aa : int
        Mature residues (2A residues that stay on the chain included).
    mass_kDa : float
        Average mass without glycans.
    isoelectric_point : float
        Biopython's estimate.
    hydrophobic : tuple of HydrophobicStretch
        Stretches above the transmembrane threshold, counted on the whole protein.
    """

    chain: int
    length_aa: int
    mass_kDa: float
    isoelectric_point: float
    hydrophobic: tuple[HydrophobicStretch, ...]


def chain_properties(protein: Protein) -> tuple[ChainProperties, ...]:
    """Return the properties chain by chain."""
    from Bio.SeqUtils.ProtParam import ProteinAnalysis

    rows = []
    for i, chain in enumerate(protein.chains(), start=1):
        residues = "".join(protein.text(s) for s in chain if s.role is not Role.SIGNAL_PEPTIDE)
        analysis = ProteinAnalysis(residues)
        offset = chain[0].start
        stretches = tuple(
            replace(s, start=s.start + offset, end=s.end + offset, peak_start=s.peak_start + offset)
            for s in hydrophobic_stretches(protein.signals_masked(chain))
        )
        rows.append(
            ChainProperties(
                i,
                len(residues),
                round(analysis.molecular_weight() / 1000, 2),
                round(analysis.isoelectric_point(), 2),
                stretches,
            )
        )
    return tuple(rows)
