"""Checks of the binder: V-domain pairing, order, linker, cysteines, glycosylation, net charge, origin."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vein2vein.construct.car import EXTRACELLULAR, Protein, Segment
from vein2vein.construct.check import Check, Verdict, graded
from vein2vein.construct.parts import VARIABLE_DOMAINS, Binder, Role

_GLYCOSYLATION = re.compile(r"(?=N[^P][ST])")
_CDR3 = re.compile(r"C(.{5,25})[WF]G.G")
_DEAMIDATION = re.compile(r"(?=NG)")
_ISOMERISATION = re.compile(r"(?=DG)")
CHARGE_WARN = 6
_LINKER_SHORT, _LINKER_LONG = 12, 25
_LENGTHS = {Role.BINDER_VL: (103, 116), Role.BINDER_VH: (112, 132), Role.BINDER_VHH: (110, 135)}
_NATIVE_OR_DESIGNED = ("Homo sapiens", "synthetic")


def binder_checks(protein: Protein, binders: Mapping[str, Binder]) -> list[Check]:
    """Return every check of the binders and the extracellular part."""
    domains = [s for s in protein.segments if s.role in VARIABLE_DOMAINS]
    checks: list[Check] = []
    for pair in scfvs(protein):
        checks += [
            check_pairing(pair, binders),
            check_order(pair, binders),
            check_linker(protein, pair),
        ]
    checks += [check_variable_domain(protein, s) for s in domains]
    for group in [*scfvs(protein), *((s,) for s in domains if s.role is Role.BINDER_VHH)]:
        checks.append(check_net_charge(protein, group))
    return [
        *checks,
        check_free_cysteines(protein),
        check_glycosylation(protein),
        check_liabilities(protein, domains),
        check_species(protein),
    ]


def scfvs(protein: Protein) -> list[tuple[Segment, Segment]]:
    """Return the V domains two by two, as they stand in each chain (single domains left out)."""
    pairs = []
    for chain in protein.chains():
        halves = [s for s in chain if s.role in (Role.BINDER_VL, Role.BINDER_VH)]
        pairs += list(zip(halves[::2], halves[1::2], strict=False))
    return pairs


def _label(pair: tuple[Segment, ...]) -> str:
    return " + ".join(s.part.id if s.part else s.name for s in pair)


def _binder_of(segment: Segment, binders: Mapping[str, Binder]) -> Binder | None:
    return next((b for b in binders.values() if segment.part and segment.part.id in b.domains), None)


def check_pairing(pair: tuple[Segment, Segment], binders: Mapping[str, Binder]) -> Check:
    """Check that an scFv has one VL and one VH of the same antibody."""
    kinds = {s.role for s in pair}
    owners = [_binder_of(s, binders) for s in pair]
    known = all(owners)
    ok = len(kinds) == 2 and (not known or owners[0] is owners[1])
    return Check(
        f"VL/VH pairing, {_label(pair)}",
        graded(known, Verdict.WARN) if ok else Verdict.FAIL,
        f"{pair[0].role.label} and {pair[1].role.label}; "
        + (
            " and ".join(o.id for o in owners if o)
            if known
            else "not in the library: pairing can't be confirmed"
        ),
        "one VL and one VH of one antibody",
        "parts library (binders)",
        "" if ok else "pair the VL with the VH of the same antibody",
    )


def check_order(pair: tuple[Segment, Segment], binders: Mapping[str, Binder]) -> Check:
    """Check for the order of V domains that was published; the other may not fold or bind alike."""
    found = "VL-VH" if pair[0].role is Role.BINDER_VL else "VH-VL"
    owner = _binder_of(pair[0], binders)
    published = owner.published_order if owner else None
    ok = published in (None, found)
    return Check(
        f"VL/VH order, {_label(pair)}",
        graded(ok, Verdict.WARN),
        found if ok else f"VL and VH are swapped: {found}",
        published or "no published order in the library",
        owner.source if owner else "parts library",
        "" if ok else "use the published order, or test binding of the swapped scFv",
    )


def check_linker(protein: Protein, pair: tuple[Segment, Segment]) -> Check:
    """Check the linker: below about 12 residues scFv tend to pair between molecules."""
    text = protein.sequence[pair[0].end : pair[1].start]
    small = sum(text.count(r) for r in "GSTEKPA")
    ok = _LINKER_SHORT <= len(text) <= _LINKER_LONG and small >= 0.9 * len(text)
    return Check(
        f"scFv linker, {_label(pair)}",
        graded(ok, Verdict.WARN),
        f"{text or 'none'} ({len(text)} aa)",
        f"{_LINKER_SHORT}-{_LINKER_LONG} aa, flexible or soluble residues",
        "assumed (short linkers give diabodies)",
        "" if ok else "use LINK_G4S3 or LINK_WHITLOW, or justify the linker",
    )


def check_variable_domain(protein: Protein, segment: Segment) -> Check:
    """Check the marks of an intact V domain: two cysteines, CDR3 before a J motif, ordinary length."""
    text = protein.text(segment)
    low, high = _LENGTHS[segment.role]
    cdr3 = _CDR3.findall(text)
    faults = []
    if text.count("C") != 2:
        faults.append(f"{text.count('C')} cysteines")
    if not cdr3:
        faults.append("no CDR3 between C and [WF]G.G")
    if not low <= len(text) <= high:
        faults.append(f"{len(text)} aa")
    return Check(
        f"V domain, {_label((segment,))}",
        graded(not faults, Verdict.WARN),
        "; ".join(faults) or f"2 cysteines, CDR3 {cdr3[-1]}, {len(text)} aa",
        f"2 cysteines, CDR3 motif C.{{5,25}}[WF]G.G, {low}-{high} aa",
        "immunoglobulin V-domain hallmarks; lengths assumed",
        "compare the domain with its source" if faults else "",
    )


def check_free_cysteines(protein: Protein) -> Check:
    """List unpaired cysteines of linkers and junctions; those of the hinge form the dimer and are meant."""
    loose = [
        s.start + i + 1
        for s in protein.segments
        if s.role in (Role.LINKER, Role.JUNCTION)
        for i, residue in enumerate(protein.text(s))
        if residue == "C"
    ]
    hinge = sum(protein.text(s).count("C") for s in protein.segments if s.role is Role.HINGE)
    return Check(
        "free cysteines",
        graded(not loose, Verdict.WARN),
        (f"at {', '.join(map(str, loose))}" if loose else "none in linkers and junctions")
        + f"; {hinge} in hinges (dimer)",
        "none in linkers and junctions",
        "assumed: an unpaired cysteine may cross-link receptors",
        "replace the cysteine" if loose else "",
    )


def check_glycosylation(protein: Protein) -> Check:
    """List N-glycosylation sequons outside the cell; one in a V domain may hide the binding site."""
    hits = []
    for segment in protein.segments:
        if segment.role in EXTRACELLULAR:
            window = protein.sequence[segment.start : segment.end + 2]
            hits += [
                (segment, segment.start + m.start() + 1)
                for m in _GLYCOSYLATION.finditer(window)
                if m.start() < len(segment)
            ]
    serious = [h for h in hits if h[0].role in VARIABLE_DOMAINS or h[0].role is Role.LINKER]
    return Check(
        "N-glycosylation sites",
        graded(not serious, Verdict.WARN),
        ", ".join(f"N{position} in {s.name}" for s, position in hits) or "none outside the cell",
        "none in a V domain or linker (N, not P, S or T)",
        "sequon; where it matters: assumed",
        "remove the sequon if it lies near a CDR" if serious else "",
    )


def check_net_charge(protein: Protein, group: tuple[Segment, ...]) -> Check:
    """Weigh the net charge of the binder, a proxy of tonic signalling through positive patches."""
    charge = net_charge(protein.sequence[group[0].start : group[-1].end])
    return Check(
        f"net charge, {_label(group)}",
        graded(charge < CHARGE_WARN, Verdict.WARN),
        f"{charge:+d} (K + R − D − E)",
        f"below {CHARGE_WARN:+d} (assumed: none is published; clinical binders here: −1 to +4)",
        "correlates 0.93 with the positive-patch score of CAR-Toner on its 1,756 public variants "
        "(measured; method: doi:10.1038/s41422-023-00789-0); patches only, not hinge or costimulation",
        ""
        if charge < CHARGE_WARN
        else "test for tonic signalling; consider charge-lowering framework changes",
    )


def net_charge(sequence: str) -> int:
    """Return K + R − D − E."""
    return sum(sequence.count(r) for r in "KR") - sum(sequence.count(r) for r in "DE")


def check_liabilities(protein: Protein, domains: list[Segment]) -> Check:
    """List deamidation (NG) and isomerisation (DG) motifs of V domains."""
    found = [
        f"{protein.sequence[s.start + m.start() : s.start + m.start() + 2]}{s.start + m.start() + 1}"
        for s in domains
        for pattern in (_DEAMIDATION, _ISOMERISATION)
        for m in pattern.finditer(protein.text(s))
    ]
    return Check(
        "deamidation and isomerisation motifs",
        graded(not any(f.startswith("NG") for f in found), Verdict.WARN),
        ", ".join(found) or "none in V domains",
        "no NG in a V domain (DG listed)",
        "assumed: hot spots of soluble antibodies; less weight on a cell surface",
        "check the motif against the CDRs" if any(f.startswith("NG") for f in found) else "",
    )


def check_species(protein: Protein) -> Check:
    """List parts that are neither human nor designed; they may be immunogenic."""
    foreign = sorted(
        {
            f"{s.part.id} ({s.part.species})"
            for s in protein.segments
            if s.part and s.part.species not in _NATIVE_OR_DESIGNED
        }
    )
    return Check(
        "species of origin",
        graded(not foreign, Verdict.WARN),
        ", ".join(foreign) or "human or designed throughout",
        "human or designed",
        "parts library",
        "expect anti-CAR immunity; consider a human or humanised binder" if foreign else "",
    )
