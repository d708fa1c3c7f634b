"""Each fault planted into a sound plasmid is caught by its name."""

from __future__ import annotations

import hypothesis.strategies as st
from Bio.SeqFeature import CompoundLocation, SeqFeature, SimpleLocation
from dnachisel import reverse_translate
from hypothesis import HealthCheck, given, settings

from vein2vein.construct.check import Verdict
from vein2vein.construct.design import Construct
from vein2vein.construct.parts import PartsLibrary

from .plasmids import Plant, failing

CDS = "CD19-41BB"
SIGNAL = "CD8A signal peptide"
VL, LINKER, VH = "FMC63 VL (anti-CD19, murine)", "(G4S)3 linker", "FMC63 VH (anti-CD19, murine)"


def span(plant: Plant, label: str) -> tuple[int, int]:
    place = plant.feature(label).location
    return int(place.start), int(place.end)


def test_sound_plasmid_passes(plant: Plant, cd19: Construct) -> None:
    review = plant.review()
    assert review.verdict is not Verdict.FAIL
    assert review.drivers == cd19.drivers


def test_frame_shift(plant: Plant) -> None:
    start, _ = span(plant, VH)
    plant.replace(start + 60, start + 61, "")
    found = failing(plant.review())
    assert "frame shift" in found["frame shift"].value
    assert "frame shift" in found["reading frame"].value


def test_frame_shift_without_annotations(plant: Plant) -> None:
    start, _ = span(plant, "CD8a hinge (45 aa)")
    plant.replace(start + 30, start + 30, "A")
    plant.drop_annotations()
    found = failing(plant.review())
    assert any(name.startswith("domain order") for name in found)


def test_internal_stop(plant: Plant) -> None:
    start, _ = span(plant, VH)
    plant.replace(start + 30, start + 33, "TAA")
    assert failing(plant.review())["internal stop"].value.startswith("stop at codon")


def test_bsmbi_site(plant: Plant) -> None:
    start, _ = span(plant, VL)
    plant.replace(start, start + 6, "CGTCTC")
    found = failing(plant.review())
    start_cds, _ = span(plant, CDS)
    assert found["restriction site BsmBI"].value == f"at base {start - start_cds + 1}"


def test_missing_leader(plant: Plant) -> None:
    start, end = span(plant, SIGNAL)
    plant.replace(start + 3, end, "")
    assert "missing leader" in failing(plant.review())["signal peptide, chain 1"].value


def test_two_transmembranes(plant: Plant) -> None:
    _, end = span(plant, "CD8a TM (24 aa)")
    second = "TTCTGGGTGCTGGTGGTGGTGGGCGGCGTGCTGGCCTGCTACAGCCTGCTGGTGACCGTGGCCTTCATCATCTTCTGGGTG"
    plant.replace(end, end, "AGATCTAAGAGAAGC" + second)
    found = failing(plant.review())
    assert found["transmembrane helices, chain 1"].value.startswith("2:")


def test_genome_of_eleven_kb(plant: Plant) -> None:
    _, end = span(plant, CDS)
    stuffer = "".join("ACGT"[(i * i + 3 * i + i // 7) % 4] for i in range(5_800))
    plant.replace(end, end, stuffer)
    found = failing(plant.review())
    assert found["genome length"].value.startswith("11,0")


def test_swapped_domains(plant: Plant) -> None:
    (a, b), (c, d) = span(plant, VL), span(plant, VH)
    bases = str(plant.record.seq)
    plant.record.seq = type(plant.record.seq)(bases[:a] + bases[c:d] + bases[b:c] + bases[a:b] + bases[d:])
    review = plant.review()
    order = next(c for c in review.checks if c.name.startswith("VL/VH order"))
    assert order.verdict is Verdict.WARN
    assert "swapped" in order.value
    assert VL in failing(review)["annotated parts"].value


def test_mispaired_domains(plant: Plant, library: PartsLibrary) -> None:
    start, end = span(plant, VH)
    foreign = library.part("BB2121_VH").sequence
    plant.replace(start, end, reverse_translate(foreign, table="Standard"))
    found = failing(plant.review())
    assert any(name.startswith("VL/VH pairing") for name in found)


def test_letter_that_is_no_base(plant: Plant) -> None:
    plant.replace(6_000, 6_001, "X")
    found = failing(plant.review())
    assert found["DNA letters"].value == "non-DNA letter 'X' at base 6001 (1 in all)"


def test_full_u3(plant: Plant, library: PartsLibrary) -> None:
    end = str(plant.record.seq).find(library.part("DU3").sequence) + 53
    plant.replace(end, end, "GGGACTTTCCGCTGGGGACTTTCCAGGGAGATCCTGCATATAAGCAGCTGCTTTTTGCCTGTACT")
    assert "self-inactivating 3' LTR" in failing(plant.review())


def test_reversed_receptor(plant: Plant) -> None:
    start, end = span(plant, CDS)
    turned = str(plant.record.seq[start:end].reverse_complement())
    plant.drop_annotations()
    plant.replace(start, end, turned)
    assert failing(plant.review())["orientation"].value.startswith("against the genome")


def test_missing_psi(plant: Plant) -> None:
    start, end = span(plant, "psi packaging core")
    plant.replace(start, end, "")
    assert failing(plant.review())["vector elements"].value == "missing: psi"


def test_no_receptor(plant: Plant) -> None:
    start, end = span(plant, CDS)
    plant.replace(start, end, "")
    assert "receptor" in failing(plant.review())


def test_strand_does_not_matter(plant: Plant, cd19: Construct) -> None:
    plant.turn()
    review = plant.review()
    assert not failing(review)
    assert review.drivers == cd19.drivers


def test_receptor_across_the_origin(plant: Plant, cd19: Construct) -> None:
    start, end = span(plant, CDS)
    plant.rotate(start + 300)
    size = len(plant.record.seq)
    pieces = [SimpleLocation(size - 300, size, strand=1), SimpleLocation(0, end - start - 300, strand=1)]
    plant.record.features = [
        SeqFeature(CompoundLocation(pieces), type="CDS", qualifiers={"label": ["receptor"]})
    ]
    review = plant.review()
    assert not failing(review)
    assert review.protein is not None
    assert review.protein.sequence == cd19.protein.sequence


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(by=st.integers(min_value=1, max_value=8_600))
def test_start_of_the_circle_does_not_matter(plant: Plant, cd19: Construct, by: int) -> None:
    whole = str(plant.record.seq)
    plant.rotate(by)
    review = plant.review()
    plant.record.seq = type(plant.record.seq)(whole)
    assert not failing(review)
    assert review.drivers is not None
    assert review.drivers.genome_length_bp == cd19.drivers.genome_length_bp
    assert review.protein is not None
    assert review.protein.sequence == cd19.protein.sequence
