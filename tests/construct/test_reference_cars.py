"""Reference receptors rebuilt from parts, residue for residue.

The sums are SHA-256 of the published sequences: US 9,499,629 B2 SEQ ID NO:12, GenBank HM852952.1,
WO2021091978A1 SEQ ID NO:9, and the FDA GSRS records E18VZQ3GB1 (lisocabtagene) and Y96BQ8R24J (obecabtagene).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from vein2vein.construct.architecture_checks import architecture_checks
from vein2vein.construct.binder_checks import binder_checks
from vein2vein.construct.car import build_protein
from vein2vein.construct.check import Verdict
from vein2vein.construct.hydropathy import hydrophobic_stretches
from vein2vein.construct.parts import PartsLibrary
from vein2vein.construct.spec import BinderUse, CarSpec, ConstructSpec, MarkerSpec, SeparatorSpec

TISA = CarSpec(binder=(BinderUse(name="FMC63"),), signalling="CD3Z_TISA")
AXI = CarSpec(
    signal="SP_CSF2RA",
    binder=(BinderUse(name="FMC63", linker="LINK_WHITLOW"),),
    junction="AAA",
    hinge="HINGE_CD28",
    transmembrane="TM_CD28",
    costimulation=("COSTIM_CD28",),
)
IDE = CarSpec(binder=(BinderUse(name="BB2121"),), junction="AAA")
LISO = CarSpec(
    signal="SP_CSF2RA",
    binder=(BinderUse(name="FMC63", linker="LINK_WHITLOW"),),
    hinge="HINGE_IGG4_S228P",
    transmembrane="TM_CD28_M28",
)
OBE = CarSpec(signal="SP_TRB", binder=(BinderUse(name="CAT"),), junction="RSDP")
REFERENCES = {
    "TISA_CAR": (
        ConstructSpec(name="tisa", car=(TISA,)),
        486,
        "a7926e0b3486c4499021a6949f473542fb3dbf0994347c1cdba820f13b32add2",
    ),
    "AXI_CAR": (
        ConstructSpec(name="axi", car=(AXI,)),
        489,
        "cf0a792c7914be32fc4c8f03e35030845554c1fc01621a31a71d807cba072408",
    ),
    "IDE_CAR": (
        ConstructSpec(name="ide", car=(IDE,)),
        493,
        "0f429e82a06908cc42b4cd494f0666dae5702484e0ed8c120e4e57ef15ed0385",
    ),
    "LISO": (
        ConstructSpec(
            name="liso",
            car=(LISO,),
            marker=MarkerSpec(part="EGFRT"),
            separator=SeparatorSpec(part="T2A", before="LEGGG", after="R"),
        ),
        842,
        "052f12226a1d562b112d9ca2f4b8cacff46eb4e70314c9b46eb0820015857919",
    ),
    "OBE": (
        ConstructSpec(name="obe", car=(OBE,)),
        488,
        "58becfe776fa15d85740509503b237355862291a63d686b2e38834131eaf5a86",
    ),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_reference_is_rebuilt(name: str, library: PartsLibrary) -> None:
    spec, length, checksum = REFERENCES[name]
    protein = build_protein(spec, library)
    assert len(protein.sequence) == length
    assert hashlib.sha256(protein.sequence.encode()).hexdigest() == checksum
    assert "".join(protein.text(s) for s in protein.segments) == protein.sequence


@pytest.mark.parametrize("name", ["TISA_CAR", "AXI_CAR", "IDE_CAR"])
def test_reference_equals_the_evidence(name: str, library: PartsLibrary) -> None:
    file = Path(__file__).parents[2] / ".." / "shared" / "evidence" / "parts.yaml"
    if not file.exists():
        pytest.skip("the evidence file isn't beside this checkout")
    published = {row["id"]: row["seq"] for row in yaml.safe_load(file.read_text())["reference_cars"]}
    assert build_protein(REFERENCES[name][0], library).sequence == published[name]


@pytest.mark.parametrize("name", REFERENCES)
def test_reference_passes_the_checks(name: str, library: PartsLibrary) -> None:
    protein = build_protein(REFERENCES[name][0], library)
    checks = [*architecture_checks(protein), *binder_checks(protein, library.binders)]
    assert not [c for c in checks if c.verdict is Verdict.FAIL]
    assert next(c.value for c in checks if c.name == "ITAMs, chain 1") == "3"


def test_the_trap_hm852952_is_the_cd28_receptor(library: PartsLibrary) -> None:
    axi = build_protein(REFERENCES["AXI_CAR"][0], library)
    assert {s.part.id for s in axi.segments if s.part} >= {"COSTIM_CD28", "TM_CD28"}
    assert len(axi.sequence) != len(build_protein(REFERENCES["TISA_CAR"][0], library).sequence)


def test_mature_tisagenlecleucel_has_465_residues(library: PartsLibrary) -> None:
    protein = build_protein(REFERENCES["TISA_CAR"][0], library)
    assert len(protein.sequence) - len(protein.segments[0]) == 465


def test_single_extracellular_sequon_of_the_axi_type(library: PartsLibrary) -> None:
    checks = binder_checks(build_protein(REFERENCES["AXI_CAR"][0], library), library.binders)
    assert next(c.value for c in checks if c.name == "N-glycosylation sites").startswith("N286 in CD28")


def test_signal_peptide_is_the_best_window_unless_masked(library: PartsLibrary) -> None:
    protein = build_protein(REFERENCES["TISA_CAR"][0], library)
    best = max(hydrophobic_stretches(protein.sequence), key=lambda s: s.peak)
    assert best.start < 21
    assert best.peak == pytest.approx(2.02, abs=0.005)
    masked = hydrophobic_stretches(protein.signals_masked(protein.chains()[0]))
    assert len(masked) == 1
