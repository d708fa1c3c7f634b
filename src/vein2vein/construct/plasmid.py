"""The transfer plasmid, assembled from the parts of a backbone, and the genome that the virus carries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vein2vein.construct.car import Protein
from vein2vein.construct.parts import Part, PartsLibrary, Role
from vein2vein.construct.spec import ConstructSpec
from vein2vein.errors import ModelError

REFERENCE_LENGTH_BP = 5_752  # provirus of the tisagenlecleucel vector (US 9,499,629 B2 SEQ ID NO:1)
_SLOPE_PER_KB = (0.2, 0.1, 0.35)  # log10 units: value, low, high; assumed
TITRE_SOURCE = (
    "log10 titre falls linearly with length (Kumar 2001, Hum Gene Ther 12:1893, abstract: semi-logarithmic, "
    "no absolute limit); slope 0.2 per kb, range 0.1-0.35, assumed; reference: the 5,752-bp provirus of "
    "tisagenlecleucel"
)


@dataclass(frozen=True)
class Feature:
    """A named stretch of the plasmid.

    Parameters
    ----------
    name : str
        As shown on the map.
    type : str
        INSDC feature key.
    start, end : int
        0-based, half-open; a stretch across the origin has ``end`` > length.
    strand : int
        1 or −1.
    role : Role, optional
        What it does, where the package knows.
    part : Part, optional
        The library part it came from.
    """

    name: str
    type: str
    start: int
    end: int
    strand: int = 1
    role: Role | None = None
    part: Part | None = None

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Plasmid:
    """A circular DNA (upper case) with its features in order of their start."""

    name: str
    sequence: str
    features: tuple[Feature, ...]

    def text(self, feature: Feature) -> str:
        """Return the bases of a feature, read in its direction."""
        doubled = self.sequence * 2 if feature.end > len(self.sequence) else self.sequence
        forward = doubled[feature.start : feature.end]
        return forward if feature.strand > 0 else reverse_complement(forward)

    def first(self, role: Role) -> Feature | None:
        """Return the first feature of a role, or None."""
        return next((f for f in self.features if f.role is role), None)

    def all(self, role: Role) -> list[Feature]:
        """Return the features of a role."""
        return [f for f in self.features if f.role is role]


@dataclass(frozen=True)
class Genome:
    """From the 5' R to the 3' U5: ``start`` and ``end`` on the plasmid, and the length of the provirus."""

    start: int
    end: int
    provirus_bp: int

    def text(self, plasmid: Plasmid) -> str:
        """Return the bases from the 5' R to the end of the 3' U5."""
        return (plasmid.sequence * 2)[self.start : self.end]

    def offset(self, position: int, plasmid: Plasmid) -> int:
        """Return a position of the circle counted from the start of the genome."""
        return (position - self.start) % len(plasmid.sequence)

    def holds(self, feature: Feature, plasmid: Plasmid) -> bool:
        """Whether a feature begins inside the genome, wherever the circle begins."""
        return self.offset(feature.start, plasmid) < self.end - self.start


@dataclass(frozen=True)
class RelativeTitre:
    """Titre relative to a vector of the reference length, with the interval of the assumed slope."""

    value: float
    low: float
    high: float
    source: str = TITRE_SOURCE


_COMPLEMENT = str.maketrans("ACGTNRYSWKMBDHVacgtn", "TGCANYRSWMKVHDBtgcan")

_TYPES = {
    Role.PROMOTER: "promoter",
    Role.PROMOTER_5LTR: "promoter",
    Role.LTR5: "LTR",
    Role.LTR3: "LTR",
    Role.DELTA_U3: "LTR",
    Role.RESISTANCE: "CDS",
    Role.ORIGIN: "rep_origin",
    Role.KOZAK: "regulatory",
    Role.CDS: "CDS",
    Role.SIGNAL_PEPTIDE: "sig_peptide",
}


def reverse_complement(sequence: str) -> str:
    """Return the other strand, 5' to 3'."""
    return sequence.translate(_COMPLEMENT)[::-1]


def turned(plasmid: Plasmid) -> Plasmid:
    """Return the same circle read from the other strand."""
    n = len(plasmid.sequence)
    features = [
        replace(f, start=(n - f.end) % n, end=(n - f.end) % n + len(f), strand=-f.strand)
        for f in plasmid.features
    ]
    return Plasmid(
        plasmid.name, reverse_complement(plasmid.sequence), tuple(sorted(features, key=lambda f: f.start))
    )


def assemble_plasmid(spec: ConstructSpec, protein: Protein, coding: str, library: PartsLibrary) -> Plasmid:
    """Return the transfer plasmid: the backbone's parts in order, the coding DNA in its place.

    Raises
    ------
    ScenarioError
        Backbone, promoter or post-regulatory element are unknown.
    """
    sequence = ""
    features: list[Feature] = []
    for part in _filled(spec, library):
        if part is None:
            features += _coding_features(spec.name, protein, len(sequence), len(coding))
            sequence += coding
        else:
            features += _part_features(part, len(sequence))
            sequence += part.sequence
    return Plasmid(spec.name, sequence, tuple(features))


def insert_flanks(spec: ConstructSpec, library: PartsLibrary) -> tuple[str, str]:
    """Return the 30 bases before and after the coding sequence."""
    row = _filled(spec, library)
    place = row.index(None)
    before = "".join(p.sequence for p in row[:place] if p)
    after = "".join(p.sequence for p in row[place:] if p)
    return before[-30:], after[:30]


def _filled(spec: ConstructSpec, library: PartsLibrary) -> list[Part | None]:
    """Return the backbone's parts with every slot filled; None stands for the coding sequence."""
    backbone = library.backbone(spec.vector.backbone)
    pre = spec.vector.post_regulatory or backbone.post_regulatory
    slots: dict[str, list[Part | None]] = {
        "{promoter}": [library.part(spec.vector.promoter or backbone.promoter, Role.PROMOTER)],
        "{kozak}": [library.part("KOZAK")] if spec.vector.kozak else [],
        "{cassette}": [None],
        "{post_regulatory}": [] if pre == "none" else [library.part(pre, Role.PRE)],
    }
    row: list[Part | None] = []
    for item in backbone.layout:
        row += slots[item] if item in slots else [library.part(item)]
    return row


def _part_features(part: Part, at: int) -> list[Feature]:
    whole = Feature(
        part.name, _TYPES.get(part.role, "misc_feature"), at, at + len(part), role=part.role, part=part
    )
    inner = [Feature(f.name, f.type, at + f.start - 1, at + f.end) for f in part.features if f.type != "CDS"]
    return [whole, *inner]


def _coding_features(name: str, protein: Protein, at: int, length: int) -> list[Feature]:
    rows = [Feature(name, "CDS", at, at + length, role=Role.CDS)]
    rows += [
        Feature(
            s.name,
            _TYPES.get(s.role, "misc_feature"),
            at + 3 * s.start,
            at + 3 * s.end,
            role=s.role,
            part=s.part,
        )
        for s in protein.segments
    ]
    return rows


GENOME_ROLES = (
    Role.LTR5,
    Role.PSI,
    Role.GAG_FRAGMENT,
    Role.RRE,
    Role.CPPT,
    Role.PROMOTER,
    Role.CDS,
    Role.PRE,
    Role.DELTA_U3,
    Role.LTR3,
)
"""Features of the genome, from 5′ to 3′."""


def viral_genome(plasmid: Plasmid) -> Genome:
    """Return the genome between the LTRs.

    The provirus carries the 3' U3 at both ends, so its length is that of R … U5 plus the deleted U3.

    Raises
    ------
    ModelError
        A 5' or 3' LTR isn't there.
    """
    five, three, u3 = plasmid.first(Role.LTR5), plasmid.first(Role.LTR3), plasmid.first(Role.DELTA_U3)
    if five is None or three is None:
        raise ModelError(
            "the plasmid has no pair of LTRs",
            where=plasmid.name,
            allowed="a 5' R-U5 and a 3' R-U5",
            remedy="check the backbone",
        )
    end = three.end if three.end > five.start else three.end + len(plasmid.sequence)
    return Genome(five.start, end, end - five.start + (len(u3) if u3 else 0))


def relative_titre(provirus_bp: int) -> RelativeTitre:
    """Return the titre relative to the reference vector; longer genomes are packaged less well.

    Parameters
    ----------
    provirus_bp : int
        Length of the provirus with both LTRs, bp.
    """
    excess = (provirus_bp - REFERENCE_LENGTH_BP) / 1000
    value, *bounds = (10 ** (-slope * excess) for slope in _SLOPE_PER_KB)
    return RelativeTitre(value, min(bounds), max(bounds))
