"""Reading the parts library: a part without source and verification, or altered, doesn't load."""

from __future__ import annotations

import hashlib
import tomllib
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any, TypeVar

from vein2vein.construct.parts import (
    DNA_LETTERS,
    PROTEIN_LETTERS,
    Affinity,
    Backbone,
    Binder,
    Kind,
    Part,
    PartsLibrary,
    Role,
    SubFeature,
    Verification,
)
from vein2vein.errors import EvidenceError, near_miss

_Enum = TypeVar("_Enum", bound=StrEnum)


def read_parts(text: str, *, where: str) -> list[Part]:
    """Return the parts declared in a TOML text.

    Raises
    ------
    EvidenceError
        Names the file, the part and the field: a missing source or verification, an unknown role, a sequence
        of other letters, length or checksum than declared.
    """
    try:
        rows = tomllib.loads(text).get("part", [])
    except tomllib.TOMLDecodeError as error:
        raise EvidenceError(f"not valid TOML ({error})", where=where, remedy="correct the file") from error
    return [_part(row, f"{where}: {row.get('id', 'part without id')}") for row in rows]


def _part(row: dict[str, Any], where: str) -> Part:
    for name in ("id", "name", "role", "kind", "sequence", "source", "verification", "checked", "species"):
        if not str(row.get(name, "")).strip():
            raise EvidenceError(
                "a part must state this field",
                where=where,
                field=name,
                remedy="add the field, with its source",
            )
    role = _member(Role, row["role"], where, "role")
    kind = _member(Kind, row["kind"], where, "kind")
    sequence = "".join(str(row["sequence"]).split()).upper()
    foreign = set(sequence) - (PROTEIN_LETTERS if kind is Kind.PROTEIN else DNA_LETTERS)
    if foreign:
        raise EvidenceError(
            f"letters that no {kind} has", where=where, field="sequence", value="".join(sorted(foreign))
        )
    if len(sequence) != row.get("length"):
        raise EvidenceError(
            f"the sequence has {len(sequence)} letters", where=where, field="length", value=row.get("length")
        )
    checksum = hashlib.sha256(sequence.encode()).hexdigest()[:12]
    if checksum != row.get("sha256_12"):
        raise EvidenceError(
            "the sequence isn't the one that was checked",
            where=where,
            field="sha256_12",
            value=row.get("sha256_12"),
            allowed=checksum,
            remedy="restore the sequence from its source",
        )
    return Part(
        id=row["id"],
        name=row["name"],
        role=role,
        kind=kind,
        sequence=sequence,
        source=row["source"],
        verification=_member(Verification, row["verification"], where, "verification"),
        checked=row["checked"],
        species=row["species"],
        patent=row.get("patent", ""),
        notes=row.get("notes", ""),
        features=tuple(SubFeature(**f) for f in row.get("features", ())),
    )


def _member(enum: type[_Enum], value: str, where: str, field: str) -> _Enum:
    try:
        return enum(value)
    except ValueError as error:
        names = [m.value for m in enum]
        raise EvidenceError(
            f"unknown {field}.{near_miss(value, names)}",
            where=where,
            field=field,
            value=value,
            allowed=", ".join(names),
        ) from error


@lru_cache(maxsize=1)
def parts_library() -> PartsLibrary:
    """Return the library shipped with the package (read once).

    Raises
    ------
    EvidenceError
        A part, binder or backbone of the library breaks a rule.
    """
    data = resources.files("vein2vein.construct") / "data"
    parts: dict[str, Part] = {}
    for file in sorted((data / "parts").iterdir(), key=lambda f: f.name):
        for part in read_parts(file.read_text(encoding="utf-8"), where=file.name):
            if part.id in parts:
                raise EvidenceError("a part is declared twice", where=file.name, field="id", value=part.id)
            parts[part.id] = part
    binders = {}
    for row in tomllib.loads((data / "binders.toml").read_text(encoding="utf-8"))["binder"]:
        affinity = Affinity(**row.pop("affinity")) if "affinity" in row else None
        binder = Binder(
            **{"published_linker": None} | row | {"domains": tuple(row["domains"])}, affinity=affinity
        )
        binders[binder.id] = binder
    backbones = {
        row["id"]: Backbone(**row | {"layout": tuple(row["layout"])})
        for row in tomllib.loads((data / "backbones.toml").read_text(encoding="utf-8"))["backbone"]
    }
    for name in [d for b in binders.values() for d in b.domains] + [
        slot for b in backbones.values() for slot in b.layout if not slot.startswith("{")
    ]:
        if name not in parts:
            raise EvidenceError(
                "a binder or backbone names a part that doesn't exist", field="id", value=name
            )
    return PartsLibrary(parts, binders, backbones)
