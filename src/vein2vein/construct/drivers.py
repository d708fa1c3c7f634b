"""What the construct tells the rest of the chain: one frozen record read by manufacturing and dynamics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vein2vein.construct.car import Protein
from vein2vein.construct.parts import VARIABLE_DOMAINS, Affinity, PartsLibrary, Role
from vein2vein.construct.plasmid import Plasmid, RelativeTitre, relative_titre, viral_genome


class Costimulation(StrEnum):
    """The class of expansion kinetics that the costimulatory domain brings."""

    CD28 = "CD28"  # fast, early peak, short persistence
    FOUR_1BB = "4-1BB"  # slower, longer persistence
    BOTH = "CD28 and 4-1BB"
    NONE = "none"


_CLASS = {"COSTIM_CD28": Costimulation.CD28, "COSTIM_41BB": Costimulation.FOUR_1BB}


@dataclass(frozen=True)
class Target:
    """One antigen that the product binds, with the affinity of its binder (None: no source read)."""

    antigen: str
    binder: str
    binder_affinity_nM: Affinity | None


@dataclass(frozen=True)
class ConstructDrivers:
    """Everything that later stages read from a construct.

    Parameters
    ----------
    name : str
        The construct.
    targets : tuple of Target
        What is bound, receptor by receptor.
    costimulation : Costimulation
        Kinetics class.
    genome_length_bp : int
        Provirus with both LTRs.
    relative_titre : RelativeTitre
        Titre against the reference vector of the same process; at equal vector volume the multiplicity of
        infection scales with it.
    promoter : str
        Library identifier of the internal promoter.
    marker : str or None
        Co-expressed marker, if any.
    itams : int
        ITAMs for each receptor molecule set.
    """

    name: str
    targets: tuple[Target, ...]
    costimulation: Costimulation
    genome_length_bp: int
    relative_titre: RelativeTitre
    promoter: str
    marker: str | None
    itams: int

    @property
    def antigen(self) -> str:
        """The first antigen."""
        return self.targets[0].antigen

    @property
    def binder_affinity_nM(self) -> Affinity | None:
        """The affinity of the first binder."""
        return self.targets[0].binder_affinity_nM


def construct_drivers(plasmid: Plasmid, protein: Protein, library: PartsLibrary) -> ConstructDrivers:
    """Return the record for later stages; raises ModelError if the plasmid has no pair of LTRs."""
    used = {s.part.id for s in protein.segments if s.part and s.role in VARIABLE_DOMAINS}
    targets = tuple(
        Target(b.antigen, b.id, b.affinity) for b in library.binders.values() if used & set(b.domains)
    )
    first = {s.part.id: s.start for s in reversed(protein.segments) if s.part}
    targets = tuple(
        sorted(targets, key=lambda t: min(first[d] for d in library.binder(t.binder).domains if d in first))
    )
    classes = {_CLASS[s.part.id] for s in protein.segments if s.part and s.part.id in _CLASS}
    costimulation = Costimulation.BOTH if len(classes) > 1 else next(iter(classes), Costimulation.NONE)
    promoter = plasmid.first(Role.PROMOTER)
    marker = next((s.name for s in protein.segments if s.role is Role.MARKER), None)
    length = viral_genome(plasmid).provirus_bp
    return ConstructDrivers(
        plasmid.name,
        targets or (Target("unknown", "unknown", None),),
        costimulation,
        length,
        relative_titre(length),
        promoter.part.id if promoter and promoter.part else "unknown",
        marker,
        3 * sum(s.role is Role.SIGNALLING for s in protein.segments),
    )
