"""Recognition: which library parts stand in a protein or plasmid that somebody else designed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from vein2vein.construct.car import Protein, Segment
from vein2vein.construct.hydropathy import WINDOW, hydrophobic_stretches
from vein2vein.construct.parts import VARIABLE_DOMAINS, Part, PartsLibrary, Role
from vein2vein.construct.plasmid import Feature, reverse_complement

_WORD = 12
_SHARE = 0.6
_PROTEIN_ROLES = (
    Role.SIGNAL_PEPTIDE,
    Role.BINDER_VL,
    Role.BINDER_VH,
    Role.BINDER_VHH,
    Role.LINKER,
    Role.HINGE,
    Role.TRANSMEMBRANE,
    Role.COSTIMULATION,
    Role.SIGNALLING,
    Role.CLEAVAGE_2A,
    Role.MARKER,
)
_VECTOR_ROLES = (
    Role.PROMOTER_5LTR,
    Role.LEADER,
    Role.PSI,
    Role.GAG_FRAGMENT,
    Role.RRE,
    Role.CPPT,
    Role.PROMOTER,
    Role.PRE,
    Role.PPT,
    Role.RESISTANCE,
    Role.ORIGIN,
)
# V domains that the library doesn't hold, by their framework ends (J motifs of antibodies)
_BY_MOTIF = (
    (Role.BINDER_VH, re.compile(r"[QE][VILM][QKRTHN]L.{95,125}?WG.GT.[VL]TV[ST]S"), "VH (by motif)"),
    (
        Role.BINDER_VL,
        re.compile(r"[DEQNS][IVFA][VQLTE][MLVT][TS]?Q.{88,104}?FG.GT[KRQ][LVA][TE][ILVF][KTL]?"),
        "VL (by motif)",
    ),
)


def recognise_protein(residues: str, library: PartsLibrary) -> Protein:
    """Return the protein cut into library parts, V domains found by motif, and junctions between them.

    Longer parts are sought first, each exactly. What remains is named by what it does where that can be told
    (leader and membrane passage by hydropathy, hinge by position), else it is a junction. A new chain begins
    after each 2A peptide.
    """
    found: list[tuple[int, int, str, Role, Part | None]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b, *_ in found)

    for known in sorted(library.with_role(*_PROTEIN_ROLES), key=lambda p: -len(p)):
        for start in _occurrences(known.sequence, residues):
            if free(start, start + len(known)):
                found.append((start, start + len(known), known.name, known.role, known))
    for role, pattern, name in _BY_MOTIF:
        found += [
            (m.start(), m.end(), name, role, None)
            for m in pattern.finditer(residues)
            if free(m.start(), m.end())
        ]
    segments: list[Segment] = []
    at = chain = 0
    for start, end, name, role, part in sorted(found, key=lambda f: f[0]):
        if start > at:
            segments += _unknown(residues, at, start, chain)
        segments.append(Segment(name, role, start, end, chain, part))
        chain += role is Role.CLEAVAGE_2A
        at = end
    if at < len(residues):
        segments += _unknown(residues, at, len(residues), chain)
    return Protein(residues, tuple(_hinges_by_position(segments)))


def _unknown(residues: str, start: int, end: int, chain: int) -> list[Segment]:
    """Return what no library part explains: a leader or membrane passage by hydropathy, else a junction."""
    text = residues[start:end]
    leader = text.startswith("M") and (start == 0 or residues[start - 1] == "P")
    if leader and len(text) <= 35 and hydrophobic_stretches(text, threshold=0.8):
        return [Segment("signal peptide (by hydropathy)", Role.SIGNAL_PEPTIDE, start, end, chain)]
    passages = hydrophobic_stretches(text)
    if len(passages) != 1:
        return [Segment(f"unrecognised {end - start} aa", Role.JUNCTION, start, end, chain)]
    a = start + passages[0].peak_start
    b = a + WINDOW
    rows = [Segment("transmembrane (by hydropathy)", Role.TRANSMEMBRANE, a, b, chain)]
    if a > start:
        rows.insert(0, Segment(f"unrecognised {a - start} aa", Role.JUNCTION, start, a, chain))
    if end > b:
        rows.append(Segment(f"unrecognised {end - b} aa", Role.JUNCTION, b, end, chain))
    return rows


def _hinges_by_position(segments: list[Segment]) -> list[Segment]:
    """Name what lies between a V domain and the membrane a hinge, where it is at least 10 residues."""
    rows = list(segments)
    for i in range(1, len(rows) - 1):
        before, here, after = rows[i - 1 : i + 2]
        if (
            here.role is Role.JUNCTION
            and len(here) >= 10
            and before.role in VARIABLE_DOMAINS
            and after.role is Role.TRANSMEMBRANE
        ):
            rows[i] = replace(here, name="hinge (by position)", role=Role.HINGE)
    return rows


def recognise_vector(sequence: str, library: PartsLibrary) -> list[Feature]:
    """Return the vector elements found on a circular DNA, both strands, in order of their start.

    An element counts as found where it stands exactly, or where at least 60 % of its 12-base words lie on one
    diagonal (a variant). The two R-U5 are told apart by the deleted U3 before the second.
    """
    found = []
    for part in library.with_role(*_VECTOR_ROLES):
        hit = _locate(part.sequence, sequence)
        if hit is not None:
            start, strand, share = hit
            name = part.name if share == 1 else f"{part.name} (variant, {share:.0%} of words)"
            found.append(Feature(name, "misc_feature", start, start + len(part), strand, part.role, part))
    return sorted(_without_overlaps(found) + _long_terminal_repeats(sequence, library), key=lambda f: f.start)


def _long_terminal_repeats(sequence: str, library: PartsLibrary) -> list[Feature]:
    repeat, deleted = library.part("LTR5_RU5"), library.part("DU3")
    doubled = sequence + sequence[:300]
    rows = []
    u3 = doubled.find(deleted.sequence)
    if u3 >= 0:
        rows.append(Feature(deleted.name, "LTR", u3, u3 + len(deleted), role=Role.DELTA_U3, part=deleted))
    starts = [i for i in _occurrences(repeat.sequence, doubled) if i < len(sequence)]
    for start in starts:
        third = u3 >= 0 and start == (u3 + len(deleted)) % len(sequence)
        role, name = (Role.LTR3, "3' LTR R-U5") if third else (Role.LTR5, "5' LTR R-U5")
        if not third and role in {r.role for r in rows}:
            role, name = Role.LTR3, "3' LTR R-U5"
        rows.append(Feature(name, "LTR", start, start + len(repeat), role=role, part=repeat))
    return rows


def _without_overlaps(features: list[Feature]) -> list[Feature]:
    """Keep, of variants of one role at one place, the best one (exact first, then the longest)."""
    kept: list[Feature] = []
    for f in sorted(features, key=lambda f: ("variant" in f.name, -len(f))):
        if not any(f.role is k.role and f.start < k.end and k.start < f.end for k in kept):
            kept.append(f)
    return kept


def _occurrences(word: str, text: str) -> list[int]:
    return [m.start() for m in re.finditer(f"(?={re.escape(word)})", text)]


def _locate(word: str, circle: str) -> tuple[int, int, float] | None:
    """Return start, strand and share of words of the best place of ``word`` on a circle."""
    n = len(circle)
    doubled = circle + circle[: len(word)]
    for strand, text in ((1, word), (-1, reverse_complement(word))):
        exact = doubled.find(text)
        if exact >= 0:
            return exact % n, strand, 1.0
    best: tuple[int, int, float] | None = None
    index: dict[str, list[int]] = {}
    for i in range(len(doubled) - _WORD + 1):
        index.setdefault(doubled[i : i + _WORD], []).append(i)
    for strand, text in ((1, word), (-1, reverse_complement(word))):
        words = len(text) - _WORD + 1
        diagonals = Counter(i - j for j in range(words) for i in index.get(text[j : j + _WORD], ()))
        if diagonals:
            diagonal, hits = diagonals.most_common(1)[0]
            share = hits / words
            if share >= _SHARE and (best is None or share > best[2]):
                best = (diagonal % n, strand, min(share, 0.999))
    return best
