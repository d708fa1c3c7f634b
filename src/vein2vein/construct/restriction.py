"""Restriction enzymes: recognition sites on a linear DNA, cuts on a circle (REBASE, through Biopython)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from vein2vein.errors import ScenarioError, near_miss

_COMMON = (
    "AgeI ApaI AscI BamHI BsaI BsmBI ClaI EcoRI EcoRV HindIII KpnI MluI "
    "NheI NotI PacI PmeI PstI SacI SalI SbfI SpeI SwaI XbaI XhoI"
)


def check_enzymes(names: Iterable[str]) -> None:
    """Raise ScenarioError unless each name is a restriction enzyme that Biopython knows."""
    for name in names:
        _enzyme(name)


@lru_cache(maxsize=64)
def _enzyme(name: str) -> Any:
    from Bio.Restriction import AllEnzymes

    known = {str(e): e for e in AllEnzymes}
    if name not in known:
        raise ScenarioError(
            f"unknown restriction enzyme.{near_miss(name, known)}",
            field="coding.avoid_sites",
            value=name,
            allowed="an enzyme of REBASE, such as BsmBI",
            remedy="correct the name (capitals matter)",
        )
    return known[name]


def recognition_sites(sequence: str, name: str) -> list[int]:
    """Return the 0-based starts of an enzyme's recognition site on both strands of a linear DNA.

    Sites are counted, not cuts, so that one at the very end isn't lost.
    """
    from Bio.Data.IUPACData import ambiguous_dna_values
    from Bio.Seq import Seq

    word = _enzyme(name).site
    starts: set[int] = set()
    for text in (word, str(Seq(word).reverse_complement())):
        pattern = "".join(f"[{ambiguous_dna_values[letter]}]" for letter in text)
        starts |= {m.start() for m in re.finditer(f"(?={pattern})", sequence)}
    return sorted(starts)


def crossing_sites(left: str, right: str, names: Iterable[str]) -> list[str]:
    """Return the enzymes whose recognition site needs bases of both sides of a border."""
    return [
        name
        for name in names
        if len(recognition_sites(left + right, name))
        > len(recognition_sites(left, name)) + len(recognition_sites(right, name))
    ]


def restriction_map(sequence: str, names: tuple[str, ...] = ()) -> dict[str, list[int]]:
    """Return the bases (1-based) after which common enzymes, and those named, cut a circle."""
    from Bio import Restriction
    from Bio.Seq import Seq

    batch = Restriction.RestrictionBatch(sorted({*_COMMON.split(), *names}))
    cuts = batch.search(Seq(sequence), linear=False)
    return {
        str(e): [c - 1 for c in places] for e, places in sorted(cuts.items(), key=lambda row: str(row[0]))
    }
