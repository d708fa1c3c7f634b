"""The published tisagenlecleucel plasmid, from the parts and its own coding DNA, under review."""

from __future__ import annotations

from pathlib import Path

import pytest
from Bio import SeqIO

from vein2vein.construct.car import build_protein
from vein2vein.construct.check import Verdict
from vein2vein.construct.design import default_specs
from vein2vein.construct.drivers import Costimulation
from vein2vein.construct.parts import PartsLibrary
from vein2vein.construct.plasmid import Plasmid
from vein2vein.construct.review import Review, review_record


@pytest.fixture(scope="module")
def review(library: PartsLibrary) -> Review:
    cds = str(SeqIO.read(Path(__file__).parent / "data" / "ctl019_cds.fasta", "fasta").seq)
    backbone = library.backbone("lentiviral_ctl019")
    slots = {
        "{promoter}": library.part("EF1A").sequence,
        "{kozak}": "",
        "{cassette}": cds,
        "{post_regulatory}": library.part("WPRE").sequence,
    }
    bases = "".join(slots[i] if i in slots else library.part(i).sequence for i in backbone.layout)
    return review_record(Plasmid("published", bases, ()), library)


def test_everything_is_recognised(review: Review, library: PartsLibrary) -> None:
    assert review.protein is not None
    assert review.protein.sequence == build_protein(default_specs()["CD19-41BB"], library).sequence
    assert all(s.part for s in review.protein.segments)
    assert review.drivers is not None
    assert review.drivers.genome_length_bp == 5_752
    assert review.drivers.relative_titre.value == pytest.approx(1)
    assert review.drivers.costimulation is Costimulation.FOUR_1BB
    assert review.drivers.antigen == "CD19"


def test_its_known_weaknesses_are_found(review: Review) -> None:
    found = {c.name: c for c in review.checks if c.verdict is not Verdict.PASS}
    assert found["restriction site BsmBI"].value.count(",") == 1  # two sites
    assert found["restriction site BsaI"].value.count(",") == 2  # three sites
    assert "weak" in found["Kozak context"].value
    assert "WPRE X-protein start" in found
    assert "CAGGTAAGA" in found["splice sites, genome"].value
    assert "species of origin" in found
    assert not [
        n for n in found if n.startswith(("domain order", "signal peptide", "transmembrane", "ITAMs"))
    ]
