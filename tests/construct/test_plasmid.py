"""The assembled plasmid against the published vector, and the length rule."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from vein2vein.construct.car import build_protein
from vein2vein.construct.check import Verdict
from vein2vein.construct.design import Construct
from vein2vein.construct.parts import PartsLibrary, Role
from vein2vein.construct.plasmid import Plasmid, assemble_plasmid, relative_titre, turned, viral_genome
from vein2vein.construct.spec import BinderUse, CarSpec, CodingSpec, ConstructSpec, VectorSpec
from vein2vein.construct.splice import acceptor_scores, donor_scores
from vein2vein.construct.vector_checks import open_reading_frames, vector_checks
from vein2vein.errors import ModelError

# US 9,499,629 B2 SEQ ID NO:1, 9,174 bp; 1-based, inclusive
PUBLISHED = {
    Role.LTR5: (3068, 3248),
    Role.PSI: (3359, 3403),
    Role.RRE: (3913, 4146),
    Role.CPPT: (5029, 5146),
    Role.PROMOTER: (5200, 6378),
    Role.CDS: (6391, 7851),
    Role.PRE: (7858, 8446),
    Role.DELTA_U3: (8533, 8585),
    Role.LTR3: (8586, 8766),
}


@pytest.fixture(scope="module")
def published_layout(library: PartsLibrary) -> Plasmid:
    spec = ConstructSpec(
        name="ctl019",
        car=(CarSpec(binder=(BinderUse(name="FMC63"),), signalling="CD3Z_TISA"),),
        vector=VectorSpec(backbone="lentiviral_ctl019", kozak=False),
    )
    protein = build_protein(spec, library)
    back = {"M": "ATG"} | dict(zip("ACDEFGHIKLNPQRSTVWY", _CODONS.split(), strict=True))
    return assemble_plasmid(spec, protein, "".join(back[r] for r in protein.sequence) + "TAA", library)


_CODONS = "GCC TGC GAC GAG TTC GGC CAC ATC AAG CTG AAC CCC CAG AGA AGC ACC GTG TGG TAC"


def test_length_of_the_published_plasmid(published_layout: Plasmid) -> None:
    assert len(published_layout.sequence) == 9_174
    assert viral_genome(published_layout).provirus_bp == 5_752


@pytest.mark.parametrize("role", PUBLISHED)
def test_elements_stand_where_they_were_published(published_layout: Plasmid, role: Role) -> None:
    feature = published_layout.first(role)
    assert feature is not None
    assert (feature.start + 1, feature.end) == PUBLISHED[role]


def test_primer_binding_site_stands_where_it_was_published(published_layout: Plasmid) -> None:
    pbs = next(f for f in published_layout.features if f.name == "PBS")
    assert (pbs.start + 1, pbs.end) == (3250, 3267)
    assert published_layout.text(pbs) == "TGGCGCCCGAACAGGGAC"  # the 3' end of lysine transfer RNA


def test_weak_parts_are_announced(published_layout: Plasmid) -> None:
    check = vector_checks(published_layout, CodingSpec())[0]
    assert check.verdict is Verdict.WARN
    assert "POL_FRAGMENT" in check.value


def test_wild_type_wpre_is_flagged(published_layout: Plasmid, cd19: Construct) -> None:
    def found(plasmid: Plasmid) -> Verdict:
        return next(c.verdict for c in vector_checks(plasmid, CodingSpec()) if c.name.startswith("WPRE"))

    assert found(published_layout) is Verdict.WARN
    assert found(cd19.plasmid) is Verdict.PASS


def test_true_splice_sites_score_highest(published_layout: Plasmid) -> None:
    genome = viral_genome(published_layout).text(published_layout)
    best_donor, best_acceptor = donor_scores(genome).argmax(), acceptor_scores(genome).argmax()
    assert genome[best_donor : best_donor + 9] == "CAGGTAAGT"
    assert genome[best_acceptor : best_acceptor + 17] == "TTTTCTTCCATTTCAGG"


def test_default_plasmid_is_whole(cd19: Construct) -> None:
    rows = [f for f in cd19.plasmid.features if f.part and f.part.kind == "dna"]
    assert sum(len(f) for f in rows) + len(cd19.coding.sequence) == len(cd19.plasmid.sequence)
    for f in rows:
        assert cd19.plasmid.text(f) == f.part.sequence  # type: ignore[union-attr]
    assert not [c for c in cd19.checks if c.verdict is Verdict.FAIL]


def test_turning_twice_changes_nothing(cd19: Construct) -> None:
    there, back = turned(cd19.plasmid), turned(turned(cd19.plasmid))
    assert back.sequence == cd19.plasmid.sequence
    assert set(back.features) == set(cd19.plasmid.features)
    promoter = there.first(Role.PROMOTER)
    assert promoter is not None
    assert there.text(promoter) == promoter.part.sequence  # type: ignore[union-attr]


def test_no_ltr_is_explained() -> None:
    with pytest.raises(ModelError, match="no pair of LTRs"):
        viral_genome(Plasmid("empty", "ACGT" * 10, ()))


@given(st.integers(3_000, 15_000), st.integers(1, 3_000))
def test_longer_genomes_give_less_titre(length: int, more: int) -> None:
    short, long = relative_titre(length), relative_titre(length + more)
    assert long.value < short.value
    assert short.low <= short.value <= short.high


def test_reference_length_gives_the_reference_titre() -> None:
    assert relative_titre(5_752).value == pytest.approx(1.0)
    assert relative_titre(7_300).value == pytest.approx(0.49, abs=0.01)


def test_reading_frames() -> None:
    assert open_reading_frames("CC" + "ATG" + "GCC" * 5 + "TAA", shortest_aa=6) == [(2, 6)]
    assert open_reading_frames("ATG" + "GCC" * 5, shortest_aa=2) == []
