"""The one public call: from a specification to a checked, annotated lentiviral vector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from vein2vein.construct.architecture_checks import architecture_checks
from vein2vein.construct.binder_checks import binder_checks
from vein2vein.construct.car import Protein, build_protein
from vein2vein.construct.check import Check, Verdict, worst
from vein2vein.construct.coding import CodingDna, design_coding_dna
from vein2vein.construct.coding_checks import check_letters, coding_checks
from vein2vein.construct.drivers import ConstructDrivers, construct_drivers
from vein2vein.construct.junctions import JunctionPeptide, junction_peptides
from vein2vein.construct.library import parts_library
from vein2vein.construct.parts import PartsLibrary, Role
from vein2vein.construct.plasmid import Plasmid, assemble_plasmid, insert_flanks
from vein2vein.construct.restriction import restriction_map
from vein2vein.construct.spec import ConstructSpec, parse_spec
from vein2vein.construct.vector_checks import vector_checks


@dataclass(frozen=True)
class Construct:
    """A designed construct with everything that was found out about it."""

    spec: ConstructSpec
    protein: Protein
    coding: CodingDna
    plasmid: Plasmid
    checks: tuple[Check, ...]
    junctions: tuple[JunctionPeptide, ...]
    restriction_map: dict[str, list[int]]
    drivers: ConstructDrivers

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict of the checks."""
        return worst(self.checks)


def design_construct(spec: ConstructSpec, library: PartsLibrary | None = None) -> Construct:
    """Design the protein, its DNA and the transfer plasmid, and check them.

    Parameters
    ----------
    spec : ConstructSpec
        What is wanted; its ``seed`` fixes the DNA.
    library : PartsLibrary, optional
        The parts; those of the package by default.

    Raises
    ------
    ScenarioError
        A part is unknown or misplaced, or no DNA meets the constraints.
    """
    library = library or parts_library()
    protein = build_protein(spec, library)
    flanks = insert_flanks(spec, library)
    coding = design_coding_dna(protein.sequence, spec.coding, spec.seed, *flanks)
    plasmid = assemble_plasmid(spec, protein, coding.sequence, library)
    return Construct(
        spec,
        protein,
        coding,
        plasmid,
        tuple(all_checks(protein, plasmid, spec, library, expected=protein.sequence)),
        tuple(junction_peptides(protein)),
        restriction_map(plasmid.sequence, spec.coding.avoid_sites),
        construct_drivers(plasmid, protein, library),
    )


def all_checks(
    protein: Protein,
    plasmid: Plasmid,
    spec: ConstructSpec,
    library: PartsLibrary,
    expected: str | None = None,
) -> list[Check]:
    """Return every check of a plasmid whose features carry roles and whose protein is cut into segments."""
    letters = check_letters(plasmid.sequence)
    if letters.verdict is Verdict.FAIL:
        return [letters]
    cds = plasmid.first(Role.CDS)
    coding = []
    if cds is not None:
        text, n = plasmid.text(cds), len(plasmid.sequence)
        forward = (plasmid.sequence * 2)[(cds.start - 6) % n : (cds.start - 6) % n + 6]
        coding = coding_checks(text, forward if cds.strand > 0 else "", spec.coding, expected)
    return [
        letters,
        *architecture_checks(protein),
        *binder_checks(protein, library.binders),
        *coding,
        *vector_checks(plasmid, spec.coding),
    ]


def default_specs() -> dict[str, ConstructSpec]:
    """Return the specifications shipped with the package, by name."""
    folder = resources.files("vein2vein.construct") / "data" / "specs"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    specs = [parse_spec(f.read_text(encoding="utf-8"), where=f.name) for f in files]
    return {spec.name: spec for spec in specs}


@cache
def default_designs() -> dict[str, Construct]:
    """Return the designed default products: the reference CD19 CAR and the reference BCMA CAR."""
    return {name: design_construct(spec) for name, spec in default_specs().items()}
