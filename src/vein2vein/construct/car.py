"""From specification to protein: the chains of the construct as an ordered row of named segments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vein2vein.construct.parts import VARIABLE_DOMAINS, Binder, Part, PartsLibrary, Role
from vein2vein.construct.spec import BinderUse, CarSpec, ConstructSpec, Order
from vein2vein.errors import ScenarioError

EXTRACELLULAR = VARIABLE_DOMAINS | {Role.LINKER, Role.HINGE, Role.JUNCTION}


@dataclass(frozen=True)
class Segment:
    """A stretch of the protein; ``start`` and ``end`` are 0-based and half-open, ``chain`` counts from 0."""

    name: str
    role: Role
    start: int
    end: int
    chain: int
    part: Part | None = None

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Protein:
    """The translated construct: one polyprotein, cut into segments that cover it without gap or overlap."""

    sequence: str
    segments: tuple[Segment, ...]

    def text(self, segment: Segment) -> str:
        """Return the residues of a segment."""
        return self.sequence[segment.start : segment.end]

    def chains(self) -> list[tuple[Segment, ...]]:
        """Return the segments chain by chain (a chain ends with its 2A peptide)."""
        count = 1 + max((s.chain for s in self.segments), default=-1)
        return [tuple(s for s in self.segments if s.chain == i) for i in range(count)]

    def signals_masked(self, chain: tuple[Segment, ...]) -> str:
        """Return the residues of a chain with its signal peptide replaced by X."""
        return "".join("X" * len(s) if s.role is Role.SIGNAL_PEPTIDE else self.text(s) for s in chain)


def build_protein(spec: ConstructSpec, library: PartsLibrary) -> Protein:
    """Return the protein that the specification describes.

    Raises
    ------
    ScenarioError
        A part is unknown or of another role than its place asks for.
    """
    rows = [list(_car(car, library)) for car in spec.car]
    if spec.marker is not None:
        marker = library.part(spec.marker.part, Role.MARKER)
        rows.append([_of(library.part(spec.marker.signal, Role.SIGNAL_PEPTIDE)), _of(marker)])
    sequence = ""
    segments: list[Segment] = []
    for chain, row in enumerate(rows):
        if chain < len(rows) - 1:
            row += _loose(spec.separator.before)
            row.append(_of(library.part(spec.separator.part, Role.CLEAVAGE_2A)))
        if chain > 0:
            row = [*_loose(spec.separator.after), *row]
        for name, role, text, part in row:
            segments.append(Segment(name, role, len(sequence), len(sequence) + len(text), chain, part))
            sequence += text
    return Protein(sequence, tuple(segments))


_Row = tuple[str, Role, str, Part | None]


def _of(part: Part) -> _Row:
    return (part.name, part.role, part.sequence, part)


def _loose(residues: str) -> list[_Row]:
    return [(f"junction {residues}", Role.JUNCTION, residues, None)] if residues else []


def _car(car: CarSpec, library: PartsLibrary) -> Iterator[_Row]:
    yield _of(library.part(car.signal, Role.SIGNAL_PEPTIDE))
    for i, use in enumerate(car.binder):
        if i:
            yield _of(library.part(car.binder_linker, Role.LINKER))
        yield from _binder(use, library)
    yield from _loose(car.junction)
    yield _of(library.part(car.hinge, Role.HINGE))
    yield _of(library.part(car.transmembrane, Role.TRANSMEMBRANE))
    for name in car.costimulation:
        yield _of(library.part(name, Role.COSTIMULATION))
    yield _of(library.part(car.signalling, Role.SIGNALLING))


def _binder(use: BinderUse, library: PartsLibrary) -> Iterator[_Row]:
    binder = library.binder(use.name)
    if len(binder.domains) == 1:
        if use.order is not None or use.linker is not None:
            raise ScenarioError(
                "a single-domain binder has neither order nor linker",
                field="car.binder",
                value=use.name,
                remedy="remove `order` and `linker` of this binder",
            )
        yield _of(library.part(binder.domains[0], *VARIABLE_DOMAINS))
        return
    first, second = _ordered(binder, use.order, library)
    yield _of(first)
    yield _of(library.part(use.linker or binder.published_linker or "LINK_G4S3", Role.LINKER))
    yield _of(second)


def _ordered(binder: Binder, order: Order | None, library: PartsLibrary) -> tuple[Part, Part]:
    light, heavy = sorted(
        (library.part(d, *VARIABLE_DOMAINS) for d in binder.domains), key=lambda p: p.role is Role.BINDER_VH
    )
    return (light, heavy) if (order or Order(binder.published_order)) is Order.VL_VH else (heavy, light)
