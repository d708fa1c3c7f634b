"""Junction peptides: 9-mers and 15-mers in which two parts meet, so that no parent protein has them."""

from __future__ import annotations

from dataclasses import dataclass

from vein2vein.construct.car import Protein
from vein2vein.construct.parts import Role

LENGTHS = (9, 15)


@dataclass(frozen=True)
class JunctionPeptide:
    """A peptide across a boundary; ``start`` is 1-based, ``left`` counts the residues before the boundary."""

    left_part: str
    right_part: str
    left_species: str
    right_species: str
    start: int
    left: int
    peptide: str


def junction_peptides(protein: Protein) -> list[JunctionPeptide]:
    """Return every 9-mer and 15-mer that spans a boundary.

    The boundary after a signal peptide is left out (it is cleaved), and so is the one after a 2A peptide;
    a peptide across two boundaries (a short junction) is listed once.
    """
    found: dict[tuple[int, int], JunctionPeptide] = {}
    for a, b in zip(protein.segments, protein.segments[1:], strict=False):
        if a.role in (Role.SIGNAL_PEPTIDE, Role.CLEAVAGE_2A):
            continue
        for length in LENGTHS:
            for left in range(length - 1, 0, -1):
                start = b.start - left
                peptide = protein.sequence[start : start + length]
                if start >= 0 and len(peptide) == length:
                    row = JunctionPeptide(
                        a.name,
                        b.name,
                        a.part.species if a.part else "junction",
                        b.part.species if b.part else "junction",
                        start + 1,
                        left,
                        peptide,
                    )
                    found.setdefault((start, length), row)
    return list(found.values())
