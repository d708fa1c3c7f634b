"""Checks of the architecture: order of domains, signal peptide, membrane passage, ITAMs, 2A peptides."""

from __future__ import annotations

import re

from vein2vein.construct.car import Protein, Segment
from vein2vein.construct.check import Check, Verdict, graded
from vein2vein.construct.hydropathy import THRESHOLD, hydrophobic_stretches
from vein2vein.construct.parts import VARIABLE_DOMAINS, Role, Verification

_ITAM = re.compile(r"(?=Y..[LI].{6,8}Y..[LI])")
_ORDER = {
    Role.SIGNAL_PEPTIDE: 0,
    Role.BINDER_VL: 1,
    Role.BINDER_VH: 1,
    Role.BINDER_VHH: 1,
    Role.LINKER: 1,
    Role.HINGE: 2,
    Role.TRANSMEMBRANE: 3,
    Role.COSTIMULATION: 4,
    Role.SIGNALLING: 5,
    Role.MARKER: 5,
    Role.CLEAVAGE_2A: 6,
}
_TYPE_I = "topology of a type I membrane protein"


def architecture_checks(protein: Protein) -> list[Check]:
    """Return every check of the architecture, chain by chain."""
    checks = [check_part_verification(protein), check_known_residues(protein)]
    for i, chain in enumerate(protein.chains()):
        label = f"chain {i + 1}"
        checks += [
            check_signal_peptide(protein, chain, label),
            check_domain_order(chain, label),
            check_single_membrane_helix(protein, chain, label),
        ]
        if is_car(chain):
            checks += [check_positive_inside(protein, chain, label), check_itams(protein, chain, label)]
    checks += [check_2a(protein, s) for s in protein.segments if s.role is Role.CLEAVAGE_2A]
    return checks


def is_car(chain: tuple[Segment, ...]) -> bool:
    """Whether a chain binds or signals (a marker does neither)."""
    return any(s.role in VARIABLE_DOMAINS or s.role is Role.SIGNALLING for s in chain)


def check_part_verification(protein: Protein) -> Check:
    """Say loudly which parts rest on one source."""
    weak = sorted(
        {s.part.id for s in protein.segments if s.part and s.part.verification is not Verification.VERIFIED}
    )
    return Check(
        "verified protein parts",
        graded(not weak, Verdict.WARN),
        f"not verified in two sources: {', '.join(weak)}" if weak else "every part verified in two sources",
        "each part identical in two independent sources",
        "parts library",
        "confirm the sequence against its source before anything is synthesised" if weak else "",
    )


def check_known_residues(protein: Protein) -> Check:
    """List stretches that no library part accounts for."""
    loose = [s for s in protein.segments if s.part is None and len(s) > 0]
    long = [s for s in loose if s.role is Role.JUNCTION and len(s) > 10]
    return Check(
        "residues outside library parts",
        graded(not long, Verdict.WARN),
        "; ".join(
            f"{protein.text(s)[:12]}{'…' if len(s) > 12 else ''} ({len(s)} aa at {s.start + 1})"
            for s in loose
        )
        or "none",
        "junctions of at most 10 aa",
        "assumed",
        "name the origin of the stretch" if long else "",
    )


def check_signal_peptide(protein: Protein, chain: tuple[Segment, ...], label: str) -> Check:
    """Check that a chain starts with Met and a signal peptide (after what a 2A peptide leaves)."""
    body = [s for s in chain if s.role is not Role.JUNCTION or s.chain == 0]
    first = body[0] if body else None
    found = first is not None and first.role is Role.SIGNAL_PEPTIDE
    starts_with_met = found and protein.text(first).startswith("M")  # type: ignore[arg-type]
    return Check(
        f"signal peptide, {label}",
        graded(starts_with_met, Verdict.FAIL),
        f"{first.name}, {len(first)} aa"
        if found and first
        else "missing leader: no signal peptide at the start",
        "signal peptide first, beginning with Met",
        _TYPE_I,
        ""
        if starts_with_met
        else "put a signal peptide before the first domain, or the chain stays in the cytosol",
    )


def check_domain_order(chain: tuple[Segment, ...], label: str) -> Check:
    """Check that the domains follow the order of a type I membrane receptor, and none is missing."""
    roles = [s.role for s in chain if s.role is not Role.JUNCTION]
    ranks = [_ORDER.get(r, 9) for r in roles]
    missing: list[str] = []
    car = is_car(chain)
    if car:
        wanted = (Role.HINGE, Role.TRANSMEMBRANE, Role.SIGNALLING)
        missing = [r.label for r in wanted if r not in roles]
        if not VARIABLE_DOMAINS & set(roles):
            missing.insert(0, "binder")
    ok = ranks == sorted(ranks) and not missing
    return Check(
        f"domain order, {label}",
        graded(ok, Verdict.FAIL),
        " > ".join(r.label for r in roles) + (f" (missing: {', '.join(missing)})" if missing else ""),
        "signal > binder > hinge > transmembrane > costimulation > signalling" if car else "signal > marker",
        _TYPE_I,
        "" if ok else "reorder the domains or add the missing one",
    )


def check_single_membrane_helix(protein: Protein, chain: tuple[Segment, ...], label: str) -> Check:
    """Check that one stretch crosses the membrane; the signal peptide, itself hydrophobic, is masked."""
    stretches = hydrophobic_stretches(protein.signals_masked(chain))
    offset = chain[0].start
    return Check(
        f"transmembrane helices, {label}",
        graded(len(stretches) == 1, Verdict.FAIL),
        f"{len(stretches)}: "
        + (
            ", ".join(f"{s.start + offset + 1}-{s.end + offset} (peak {s.peak:.2f})" for s in stretches)
            or "none"
        ),
        f"exactly one 19-residue stretch with mean hydropathy above {THRESHOLD}",
        "Kyte and Doolittle 1982, J Mol Biol 157:105 (threshold 1.6)",
        ""
        if len(stretches) == 1
        else "a chain needs one membrane passage: remove or add a transmembrane domain",
    )


def check_positive_inside(protein: Protein, chain: tuple[Segment, ...], label: str) -> Check:
    """Check for more Lys and Arg on the cytosolic side; they hold the orientation."""
    tm = next((s for s in chain if s.role is Role.TRANSMEMBRANE), None)
    outside = protein.sequence[max(tm.start - 15, 0) : tm.start] if tm else ""
    inside = protein.sequence[tm.end : tm.end + 15] if tm else ""
    charge_out, charge_in = (sum(side.count(r) for r in "KR") for side in (outside, inside))
    ok = tm is not None and charge_in > charge_out
    return Check(
        f"positive-inside rule, {label}",
        graded(ok, Verdict.WARN),
        f"K+R in 15 residues: {charge_out} outside, {charge_in} inside"
        if tm
        else "no transmembrane domain recognised",
        "more inside than outside",
        "von Heijne 1986, EMBO J 5:3021 (locator recalled)",
        "" if ok else "check the orientation of the transmembrane domain",
    )


def check_itams(protein: Protein, chain: tuple[Segment, ...], label: str) -> Check:
    """Count ITAMs: three in CD3 zeta; fewer means a truncated or frame-shifted domain."""
    found = len(_ITAM.findall("".join(protein.text(s) for s in chain)))
    return Check(
        f"ITAMs, {label}",
        Verdict.PASS if found == 3 else Verdict.WARN if found else Verdict.FAIL,
        str(found),
        "3 (CD3 zeta): Y..[LI] 6-8 residues Y..[LI]",
        "three in each reference CAR (measured)",
        "" if found == 3 else "restore the signalling domain",
    )


def check_2a(protein: Protein, segment: Segment) -> Check:
    """Check a 2A peptide: it skips only if it ends NPGP, and GSG before it helps cleavage."""
    text = protein.text(segment)
    before = protein.sequence[max(segment.start - 3, 0) : segment.start]
    ends, led = text.endswith("NPGP"), text.startswith("GSG") or before == "GSG"
    return Check(
        f"2A peptide, {segment.name}",
        Verdict.FAIL if not ends else graded(led, Verdict.WARN),
        f"{'GSG before it' if led else 'no GSG before it'}, ends {text[-4:]}",
        "GSG before, NPGP at the end",
        "assumed from common practice; NPGP is the skipping motif",
        "" if ends and led else "use a GSG-2A part of the library",
    )
