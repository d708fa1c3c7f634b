from __future__ import annotations

import random

import hypothesis.strategies as st
import numpy as np
import pytest
from Bio.Seq import Seq
from hypothesis import given, settings

from vein2vein.construct.coding import design_coding_dna
from vein2vein.construct.design import Construct
from vein2vein.construct.restriction import crossing_sites, recognition_sites
from vein2vein.construct.spec import CodingSpec
from vein2vein.construct.splice import acceptor_scores, donor_scores, splice_sites
from vein2vein.errors import ScenarioError

PEPTIDE = "MALPVTALLLPLALLLHAARPDIQMTQTTSSLSASLGDRVTISC"


def test_same_seed_same_bases() -> None:
    one, two = (design_coding_dna(PEPTIDE, CodingSpec(), 7).sequence for _ in range(2))
    assert one == two
    assert one != design_coding_dna(PEPTIDE, CodingSpec(), 8).sequence


def test_default_product_has_these_bases(cd19: Construct) -> None:
    import hashlib

    assert hashlib.sha256(cd19.coding.sequence.encode()).hexdigest()[:12] == "53faf4f07089"


def test_random_states_are_put_back() -> None:
    random.seed(11)
    np.random.seed(12)  # noqa: NPY002 (the state that dnachisel draws from)
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    design_coding_dna(PEPTIDE, CodingSpec(), 7)
    assert random.getstate() == before[0]
    assert np.random.get_state()[1].tolist() == before[1]  # noqa: NPY002


@settings(max_examples=8, deadline=None)
@given(
    protein=st.text("ACDEFGHIKLMNPQRSTVWY", min_size=20, max_size=60).map(lambda body: "M" + body),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_protein_translates_back(protein: str, seed: int) -> None:
    loose = CodingSpec(gc_low=0.2, gc_high=0.8, gc_window_low=0.1, gc_window_high=0.9, longest_homopolymer=9)
    coding = design_coding_dna(protein, loose, seed).sequence
    assert str(Seq(coding).translate()) == protein + "*"
    assert not any(recognition_sites(coding, name) for name in loose.avoid_sites)
    assert not splice_sites(coding, loose.donor_bits, loose.acceptor_bits)


def test_repeats_that_cannot_be_avoided_are_reported() -> None:
    coding = design_coding_dna(
        "M" + "WM" * 8 + PEPTIDE, CodingSpec(), 1
    )  # one codon each: the words must recur
    assert coding.unmet
    assert "unique" in coding.unmet[0]
    assert str(Seq(coding.sequence).translate()) == "M" + "WM" * 8 + PEPTIDE + "*"


def test_codons_stand_in_human_proportions(cd19: Construct) -> None:
    leucines = [
        cd19.coding.sequence[3 * i : 3 * i + 3] for i, r in enumerate(cd19.protein.sequence) if r == "L"
    ]
    assert leucines.count("CTG") / len(leucines) == pytest.approx(0.40, abs=0.06)  # Kazusa, human
    assert leucines.count("CTA") / len(leucines) == pytest.approx(0.07, abs=0.06)
    assert cd19.coding.objective_score > -0.12 * len(cd19.protein.sequence)


def test_impossible_constraint_is_explained() -> None:
    with pytest.raises(ScenarioError, match="no coding sequence meets the constraints"):
        design_coding_dna("M" + "KN" * 40, CodingSpec(gc_low=0.6), 1)


@pytest.mark.parametrize("protein", ["", "MAXV", "MA*V"])
def test_bad_protein_is_explained(protein: str) -> None:
    with pytest.raises(ScenarioError, match="protein"):
        design_coding_dna(protein, CodingSpec(), 1)


def test_unknown_enzyme_is_explained() -> None:
    with pytest.raises(ScenarioError, match="Did you mean 'BsmBI'"):
        design_coding_dna(PEPTIDE, CodingSpec(avoid_sites=("BsmB1",)), 1)


def test_recognition_sites_on_both_strands_and_at_the_end() -> None:
    assert recognition_sites("AACGTCTC", "BsmBI") == [2]
    assert recognition_sites("GAGACGAA", "BsmBI") == [0]
    assert crossing_sites("AACGT", "CTCAA", ["BsmBI", "EcoRI"]) == ["BsmBI"]


def test_consensus_scores() -> None:
    assert donor_scores("CAGGTAAGT")[0] == pytest.approx(12.6, abs=0.1)
    assert donor_scores("CTGGTGAGT")[0] == pytest.approx(10.4, abs=0.2)
    assert acceptor_scores("TTTTCTTCCATTTCAGG")[0] == pytest.approx(13.2, abs=0.2)
    assert donor_scores("CAGGNAAGT")[0] < 0
    assert len(donor_scores("ACGT")) == 0
