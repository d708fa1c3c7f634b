from __future__ import annotations

import dataclasses

import pytest

from vein2vein.construct.car import build_protein
from vein2vein.construct.design import Construct
from vein2vein.construct.drivers import ConstructDrivers, Costimulation, construct_drivers
from vein2vein.construct.parts import PartsLibrary
from vein2vein.construct.plasmid import assemble_plasmid
from vein2vein.construct.spec import BinderUse, CarSpec, ConstructSpec, MarkerSpec


def drivers(library: PartsLibrary, *cars: CarSpec, marker: MarkerSpec | None = None) -> ConstructDrivers:
    spec = ConstructSpec(name="t", car=cars, marker=marker)
    protein = build_protein(spec, library)
    return construct_drivers(
        assemble_plasmid(spec, protein, "ATG" * len(protein.sequence), library), protein, library
    )


def test_default_product(cd19: Construct) -> None:
    d = cd19.drivers
    assert d.antigen == "CD19"
    assert d.costimulation is Costimulation.FOUR_1BB
    assert d.binder_affinity_nM is not None
    assert d.binder_affinity_nM.status == "read"
    assert d.genome_length_bp == 5_265
    assert d.relative_titre.low < d.relative_titre.value < d.relative_titre.high
    assert d.promoter == "EF1A"
    assert d.itams == 3
    assert d.marker is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        d.itams = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        (("COSTIM_CD28",), Costimulation.CD28),
        (("COSTIM_41BB",), Costimulation.FOUR_1BB),
        (("COSTIM_CD28", "COSTIM_41BB"), Costimulation.BOTH),
        ((), Costimulation.NONE),
    ],
)
def test_costimulation(library: PartsLibrary, domains: tuple[str, ...], expected: Costimulation) -> None:
    assert (
        drivers(library, CarSpec(binder=(BinderUse(name="FMC63"),), costimulation=domains)).costimulation
        is expected
    )


def test_two_antigens_in_the_order_of_the_receptors(library: PartsLibrary) -> None:
    found = drivers(
        library, CarSpec(binder=(BinderUse(name="M971"),)), CarSpec(binder=(BinderUse(name="FMC63"),))
    )
    assert [t.antigen for t in found.targets] == ["CD22", "CD19"]
    assert found.itams == 6


def test_unknown_affinity_stays_unknown(library: PartsLibrary) -> None:
    assert drivers(library, CarSpec(binder=(BinderUse(name="BB2121"),))).binder_affinity_nM is None


def test_marker_lengthens_the_genome_and_costs_titre(library: PartsLibrary) -> None:
    plain = CarSpec(binder=(BinderUse(name="FMC63"),))
    marked = drivers(library, plain, marker=MarkerSpec(part="EGFRT"))
    bare = drivers(library, plain)
    assert marked.marker == "truncated EGFR (domains III-IV + TM), P00533 334-668"
    assert marked.genome_length_bp > bare.genome_length_bp + 1_000
    assert marked.relative_titre.value < bare.relative_titre.value
