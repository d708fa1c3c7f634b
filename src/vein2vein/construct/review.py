"""Checking a plasmid that somebody else made: find receptor and vector elements, run the same checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vein2vein.construct.car import Protein
from vein2vein.construct.check import Check, Verdict, graded, worst
from vein2vein.construct.coding_checks import check_letters
from vein2vein.construct.design import all_checks
from vein2vein.construct.drivers import ConstructDrivers, construct_drivers
from vein2vein.construct.genbank import read_genbank
from vein2vein.construct.library import parts_library
from vein2vein.construct.parts import Kind, PartsLibrary, Role
from vein2vein.construct.plasmid import Feature, Plasmid, reverse_complement, turned
from vein2vein.construct.recognise import recognise_protein, recognise_vector
from vein2vein.construct.spec import BinderUse, CarSpec, ConstructSpec

_SHORTEST_AA = 200
_STOPS = ("TAA", "TAG", "TGA")


@dataclass(frozen=True)
class Review:
    """What was recognised on a foreign plasmid and how the checks came out."""

    plasmid: Plasmid
    protein: Protein | None
    checks: tuple[Check, ...]
    drivers: ConstructDrivers | None

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of the checks."""
        return worst(self.checks)


def review_plasmid(path: str | Path, library: PartsLibrary | None = None) -> Review:
    """Read a GenBank file and check the plasmid in it.

    The receptor is the annotated CDS with most residues of library parts, or else the open reading frame with
    most of them. Vector elements are recognised by sequence, not by annotation.

    Raises
    ------
    InputError
        The file can't be read or holds no single record with a sequence.
    """
    return review_record(read_genbank(path), library or parts_library())


def review_record(record: Plasmid, library: PartsLibrary) -> Review:
    """Check a plasmid whose features carry no roles yet."""
    letters = check_letters(record.sequence)
    if letters.verdict is Verdict.FAIL:
        return Review(record, None, (letters,), None)
    repeat = library.part("LTR5_RU5").sequence
    other = turned(record)
    if repeat not in record.sequence * 2 and repeat in other.sequence * 2:
        record = other  # the genome is written on the other strand: read it in its sense
    coding = find_receptor(record, library)
    elements = recognise_vector(record.sequence, library)
    named = [replace(f, role=None) for f in record.features]
    if coding is None:
        plasmid = replace(record, features=tuple(elements))
        missing = Check(
            "receptor",
            Verdict.FAIL,
            "no coding sequence with a library part in it",
            f"a CDS, or an open reading frame of {_SHORTEST_AA} aa, with a known domain",
            "parts library",
            "annotate the receptor as CDS, or see `vein2vein construct parts` for the domains that are known",
        )
        return Review(plasmid, None, (letters, missing), None)
    plasmid = replace(record, features=tuple(sorted([coding, *elements], key=lambda f: f.start)))
    text = plasmid.text(coding)
    protein = recognise_protein(_translate(text).removesuffix("*"), library)
    spec = ConstructSpec(name="review", car=(CarSpec(binder=(BinderUse(name="FMC63"),)),))  # its limits only
    checks = all_checks(protein, plasmid, spec, library)
    checks += [check_frame_shift(text, library), check_annotations(record, named, library)]
    complete = plasmid.first(Role.LTR5) is not None and plasmid.first(Role.LTR3) is not None
    return Review(
        plasmid, protein, tuple(checks), construct_drivers(plasmid, protein, library) if complete else None
    )


def find_receptor(record: Plasmid, library: PartsLibrary) -> Feature | None:
    """Return the coding sequence that holds most library residues in any of its three frames, or None."""
    annotated = [f for f in record.features if f.type == "CDS"]
    best = max(annotated, key=lambda f: _known_residues(record.text(f), library), default=None)
    if best is None or not _known_residues(record.text(best), library):
        frames = _open_frames(record.sequence)
        best = max(frames, key=lambda f: _known_residues(record.text(f), library), default=None)
    if best is None or not _known_residues(record.text(best), library):
        return None
    return replace(best, role=Role.CDS, part=None)


def _known_residues(coding: str, library: PartsLibrary) -> int:
    """Return how many residues of library parts the three frames hold together."""
    return sum(_known(_translate(coding[frame:]), library) for frame in range(3))


def _known(residues: str, library: PartsLibrary) -> int:
    return sum(
        len(p)
        for p in library.parts.values()
        if p.kind is Kind.PROTEIN and len(p) >= 15 and p.sequence in residues
    )


def _translate(coding: str) -> str:
    from Bio.Seq import Seq

    return str(Seq(coding[: len(coding) // 3 * 3]).translate())


def _open_frames(sequence: str) -> list[Feature]:
    """Return the open reading frames from ATG to stop on both strands of a circle, as features."""
    n = len(sequence)
    found = []
    for strand, circle in ((1, sequence), (-1, reverse_complement(sequence))):
        doubled = circle * 2
        for frame in range(3):
            start = None
            for i in range(frame, len(doubled) - 2, 3):
                codon = doubled[i : i + 3]
                if codon == "ATG" and start is None:
                    start = i
                elif codon in _STOPS and start is not None:
                    if (i - start) // 3 >= _SHORTEST_AA and start < n and i + 3 - start <= n:
                        a, b = (start, i + 3) if strand > 0 else (2 * n - i - 3, 2 * n - start)
                        shift = a // n * n
                        found.append(Feature("open reading frame", "CDS", a - shift, b - shift, strand))
                    start = None
    return found


def check_frame_shift(coding: str, library: PartsLibrary) -> Check:
    """Check that all library domains read in one frame; others betray a lost or inserted base."""
    known = [
        (frame, 3 * residues.find(p.sequence) + frame, p)
        for frame in range(3)
        for residues in [_translate(coding[frame:])]
        for p in library.parts.values()
        if p.kind is Kind.PROTEIN and len(p) >= 15 and p.sequence in residues
    ]
    out = sorted((at, p.name) for frame, at, p in known if frame)
    first = (
        f"from base {out[0][0] + 1} of the coding sequence ({out[0][1]} reads in another frame)"
        if out
        else ""
    )
    return Check(
        "frame shift",
        graded(not out, Verdict.FAIL),
        f"frame shift {first}" if out else "all known domains in one frame",
        "every domain in the frame of the start codon",
        "parts library, translated in three frames",
        "restore the lost or remove the inserted base before that domain" if out else "",
    )


def check_annotations(record: Plasmid, features: list[Feature], library: PartsLibrary) -> Check:
    """Check that features named like library parts are those parts."""
    by_name = {p.name: p for p in library.parts.values()}
    wrong = []
    for f in features:
        part = by_name.get(f.name)
        if part is not None:
            text = record.text(f)
            found = text if part.kind is Kind.DNA else _translate(text)
            if found != part.sequence:
                wrong.append(f"{f.name} at {f.start + 1}")
    return Check(
        "annotated parts",
        graded(not wrong, Verdict.FAIL),
        f"differ from the library: {'; '.join(wrong[:4])}"
        if wrong
        else "features named like library parts are those parts",
        "a feature named like a library part has its sequence",
        "parts library",
        "correct the annotation or the sequence" if wrong else "",
    )
