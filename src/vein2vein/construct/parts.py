"""Records of the parts library: parts with their provenance, binders, backbones, and the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from vein2vein.errors import ScenarioError, near_miss

_Row = TypeVar("_Row")

PROTEIN_LETTERS = frozenset("ACDEFGHIKLMNPQRSTVWY")
DNA_LETTERS = frozenset("ACGT")


class Kind(StrEnum):
    """What the sequence of a part is made of."""

    PROTEIN = "protein"
    DNA = "dna"


class Verification(StrEnum):
    """How far the sequence of a part was confirmed."""

    VERIFIED = "verified"  # identical in at least two independent sources
    LIKELY = "likely"  # one source read, or derived; confirm before relying on it


class Role(StrEnum):
    """What a part does in a construct."""

    SIGNAL_PEPTIDE = "signal_peptide"
    BINDER_VL = "binder_vl"
    BINDER_VH = "binder_vh"
    BINDER_VHH = "binder_vhh"
    LINKER = "linker"
    HINGE = "hinge"
    TRANSMEMBRANE = "transmembrane"
    COSTIMULATION = "costimulation"
    SIGNALLING = "signalling"
    CLEAVAGE_2A = "cleavage_2a"
    MARKER = "marker"
    JUNCTION = "junction"
    PROMOTER_5LTR = "promoter_5ltr"
    LTR5 = "ltr5"
    LEADER = "leader"
    PSI = "psi"
    GAG_FRAGMENT = "gag_fragment"
    RRE = "rre"
    CPPT = "cppt"
    PROMOTER = "promoter"
    CLONING_SITE = "cloning_site"
    KOZAK = "kozak"
    CDS = "cds"
    PRE = "pre"
    PPT = "ppt"
    DELTA_U3 = "delta_u3"
    LTR3 = "ltr3"
    POLYA = "polya"
    SPACER = "spacer"
    PLASMID = "plasmid"
    ORIGIN = "origin"
    RESISTANCE = "resistance"

    @property
    def label(self) -> str:
        """The role in words."""
        return _WORDS.get(self.value, self.value.replace("_", " "))


_WORDS = {
    "binder_vl": "VL",
    "binder_vh": "VH",
    "binder_vhh": "VHH",
    "cleavage_2a": "2A",
    "ltr5": "5' LTR",
    "ltr3": "3' LTR",
    "delta_u3": "deleted U3",
    "rre": "RRE",
    "cppt": "cPPT",
    "cds": "CDS",
}


VARIABLE_DOMAINS = frozenset({Role.BINDER_VL, Role.BINDER_VH, Role.BINDER_VHH})


@dataclass(frozen=True)
class SubFeature:
    """A named stretch inside a part; ``start`` and ``end`` are 1-based and inclusive."""

    name: str
    start: int
    end: int
    type: str


@dataclass(frozen=True)
class Part:
    """One part with its sequence (upper case) and its provenance."""

    id: str
    name: str
    role: Role
    kind: Kind
    sequence: str
    source: str
    verification: Verification
    checked: str
    species: str
    patent: str
    notes: str = ""
    features: tuple[SubFeature, ...] = ()

    def __len__(self) -> int:
        return len(self.sequence)


@dataclass(frozen=True)
class Affinity:
    """Equilibrium dissociation constant of a binder, nM, with its range and how it is known."""

    value_nM: float
    low_nM: float
    high_nM: float
    status: str
    source: str


@dataclass(frozen=True)
class Binder:
    """V domains that belong together, in published order, with antigen and affinity (None: not found)."""

    id: str
    name: str
    antigen: str
    domains: tuple[str, ...]
    published_order: str
    published_linker: str | None
    source: str
    affinity: Affinity | None


@dataclass(frozen=True)
class Backbone:
    """A transfer plasmid as an ordered list of part identifiers and ``{slots}``."""

    id: str
    name: str
    promoter: str
    post_regulatory: str
    source: str
    layout: tuple[str, ...]


@dataclass(frozen=True)
class PartsLibrary:
    """Every part, binder and backbone by identifier."""

    parts: Mapping[str, Part]
    binders: Mapping[str, Binder]
    backbones: Mapping[str, Backbone]

    def part(self, name: str, *roles: Role) -> Part:
        """Return the part called ``name``; with ``roles`` given, only if it has one of them.

        Raises
        ------
        ScenarioError
            No such part, or one with another role.
        """
        fitting = [p.id for p in self.parts.values() if not roles or p.role in roles]
        part = self.parts.get(name)
        if part is None or part.id not in fitting:
            what = "unknown part" if part is None else f"the part is a {part.role}, which doesn't fit here"
            raise ScenarioError(
                f"{what}.{near_miss(name, fitting)}",
                where="parts library",
                field="id",
                value=name,
                allowed=", ".join(fitting),
                remedy="list the parts with `vein2vein construct parts`",
            )
        return part

    def binder(self, name: str) -> Binder:
        """Return the binder called ``name``; raises ScenarioError if unknown."""
        return _named(self.binders, name, "binder")

    def backbone(self, name: str) -> Backbone:
        """Return the backbone called ``name``; raises ScenarioError if unknown."""
        return _named(self.backbones, name, "backbone")

    def with_role(self, *roles: Role) -> Iterator[Part]:
        """Yield the parts of the given roles, in library order."""
        return (p for p in self.parts.values() if p.role in roles)


def _named(table: Mapping[str, _Row], name: str, noun: str) -> _Row:
    if name not in table:
        raise ScenarioError(
            f"unknown {noun}.{near_miss(name, table)}",
            where="parts library",
            field=noun,
            value=name,
            allowed=", ".join(table),
            remedy="list what exists with `vein2vein construct parts`",
        )
    return table[name]
