"""Checks on single findings that no planted fault covers."""

from __future__ import annotations

import pytest

from vein2vein.construct.architecture_checks import architecture_checks, check_2a
from vein2vein.construct.binder_checks import binder_checks, net_charge
from vein2vein.construct.car import Protein, Segment, build_protein
from vein2vein.construct.check import Check, Verdict, worst
from vein2vein.construct.coding_checks import (
    check_frame,
    check_gc_windows,
    check_homopolymers,
    check_polya,
    check_repeats,
    check_splicing,
    check_start_context,
    check_translation,
)
from vein2vein.construct.design import Construct
from vein2vein.construct.junctions import junction_peptides
from vein2vein.construct.parts import PartsLibrary, Role
from vein2vein.construct.recognise import recognise_protein
from vein2vein.construct.spec import BinderUse, CarSpec, CodingSpec, ConstructSpec

SPEC = CodingSpec()


def car(library: PartsLibrary, **more: object) -> Protein:
    row = {"binder": (BinderUse(name="FMC63"),)} | more
    return build_protein(ConstructSpec(name="t", car=(CarSpec(**row),)), library)  # type: ignore[arg-type]


def verdict(checks: list[Check], name: str) -> Verdict:
    return next(c.verdict for c in checks if c.name.startswith(name))


def test_short_linker_is_questioned(library: PartsLibrary) -> None:
    protein = car(library, binder=(BinderUse(name="M971"),))
    assert verdict(binder_checks(protein, library.binders), "scFv linker") is Verdict.WARN


def test_single_source_parts_are_announced(library: PartsLibrary) -> None:
    protein = car(library, binder=(BinderUse(name="CAT"),))
    assert verdict(architecture_checks(protein), "verified protein parts") is Verdict.WARN


def test_murine_binder_is_named_and_human_one_passes(library: PartsLibrary) -> None:
    assert verdict(binder_checks(car(library), library.binders), "species of origin") is Verdict.WARN
    human = car(library, binder=(BinderUse(name="HU19"),))
    assert verdict(binder_checks(human, library.binders), "species of origin") is Verdict.PASS


def test_cysteine_in_a_junction(library: PartsLibrary) -> None:
    assert (
        verdict(binder_checks(car(library, junction="ACA"), library.binders), "free cysteines")
        is Verdict.WARN
    )


def test_sequon_in_a_variable_domain(library: PartsLibrary) -> None:
    protein = car(library)
    at = protein.segments[1].start + 10
    damaged = Protein(protein.sequence[:at] + "NAS" + protein.sequence[at + 3 :], protein.segments)
    assert verdict(binder_checks(damaged, library.binders), "N-glycosylation") is Verdict.WARN


def test_net_charge() -> None:
    assert net_charge("KKRRDE") == 2


def test_2a_without_gsg_and_without_its_end() -> None:
    def found(text: str) -> Verdict:
        return check_2a(Protein(text, ()), Segment("2A", Role.CLEAVAGE_2A, 0, len(text), 0)).verdict

    assert found("EGRGSLLTCGDVEENPGP") is Verdict.WARN
    assert found("GSGEGRGSLLTCGDVEENPGP") is Verdict.PASS
    assert found("GSGEGRGSLLTCGDVEENPGA") is Verdict.FAIL


@pytest.mark.parametrize(
    ("check", "verdict"),
    [
        (check_frame("ATGGCCTAA"), Verdict.PASS),
        (check_frame("ATGGCTAA"), Verdict.FAIL),
        (check_frame("GTGGCCTAA"), Verdict.FAIL),
        (check_frame("ATGGCCGCC"), Verdict.FAIL),
        (check_translation("ATGGCCTAA", "MA"), Verdict.PASS),
        (check_translation("ATGGACTAA", "MA"), Verdict.FAIL),
        (check_start_context("ATGGCC", "GCCACC"), Verdict.PASS),
        (check_start_context("ATGGCC", "GCCTCC"), Verdict.WARN),
        (check_gc_windows("GC" * 60, SPEC), Verdict.WARN),
        (check_homopolymers("ACGTTTTTTACG", SPEC), Verdict.WARN),
        (check_homopolymers("ACGTTTTTACG", SPEC), Verdict.PASS),
        (check_repeats("ACGTTGCAAGGCTTAACG" * 2, SPEC), Verdict.WARN),
        (check_polya("ACGAATAAACC"), Verdict.FAIL),
        (check_splicing("AACC" * 5 + "CAGGTAAGT" + "CCAA" * 5, SPEC), Verdict.WARN),
    ],
)
def test_coding_check(check: Check, verdict: Verdict) -> None:
    assert check.verdict is verdict, check
    assert check.source
    assert check.limit
    assert bool(check.remedy) is (verdict is not Verdict.PASS)


def test_every_check_carries_its_source(cd19: Construct) -> None:
    for c in cd19.checks:
        assert c.name
        assert c.value
        assert c.limit
        assert c.source
        assert (c.verdict is Verdict.PASS) or c.remedy, c.name
    assert worst(cd19.checks) is Verdict.WARN


def test_junction_peptides_span_their_boundary(cd19: Construct) -> None:
    peptides = junction_peptides(cd19.protein)
    assert len({(j.start, len(j.peptide)) for j in peptides}) == len(peptides)
    ends = {s.end for s in cd19.protein.segments}
    for j in peptides:
        assert cd19.protein.sequence[j.start - 1 : j.start - 1 + len(j.peptide)] == j.peptide
        assert j.start - 1 + j.left in ends
    assert not any(j.left_part.startswith("CD8A signal") for j in peptides)


def test_recognition_returns_the_segments(cd19: Construct, library: PartsLibrary) -> None:
    found = recognise_protein(cd19.protein.sequence, library)
    assert [(s.start, s.end, s.role) for s in found.segments] == [
        (s.start, s.end, s.role) for s in cd19.protein.segments
    ]


def test_unknown_variable_domains_are_found_by_motif(library: PartsLibrary) -> None:
    # the V domains of trastuzumab, which the library doesn't hold
    light = (
        "DIQMTQSPSSLSASVGDRVTITCRASQDVNTAVAWYQQKPGKAPKLLIYSASFLYSGVPSRFSGSRSGTDFTLTISSLQPEDFATYYCQQHY"
        "TTPPTFGQGTKVEIK"
    )
    heavy = (
        "EVQLVESGGGLVQPGGSLRLSCAASGFNIKDTYIHWVRQAPGKGLEWVARIYPTNGYTRYADSVKGRFTISADTSKNTAYLQMNSLRAEDTA"
        "VYYCSRWGGDGFYAMDYWGQGTLVTVSS"
    )
    protein = recognise_protein(light + "GGGGSGGGGSGGGGS" + heavy, library)
    assert [s.role for s in protein.segments] == [Role.BINDER_VL, Role.LINKER, Role.BINDER_VH]
    # leader, hinge and membrane passage that the library doesn't hold either
    leader, hinge, passage = "METDTLLLWVLLLWVPGSTG", "EPKSCDKTHTCPPCP", "MALIVLGGVAGLLLFIGLGIFF"
    inside = library.part("COSTIM_41BB").sequence + library.part("CD3Z_CAR").sequence
    foreign = recognise_protein(
        leader + light + "GGGGSGGGGSGGGGS" + heavy + hinge + passage + inside, library
    )
    assert [s.role for s in foreign.segments if s.role is not Role.JUNCTION] == [
        Role.SIGNAL_PEPTIDE,
        Role.BINDER_VL,
        Role.LINKER,
        Role.BINDER_VH,
        Role.HINGE,
        Role.TRANSMEMBRANE,
        Role.COSTIMULATION,
        Role.SIGNALLING,
    ]
    assert not [c for c in architecture_checks(foreign) if c.verdict is Verdict.FAIL]
