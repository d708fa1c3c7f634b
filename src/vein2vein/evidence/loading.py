"""Reads sheets: the shipped ones by name, a user's own by path; every broken rule is named."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from vein2vein.errors import EvidenceError, near_miss
from vein2vein.evidence.checking import checked
from vein2vein.evidence.records import EvidenceValue, Sheet, Source, Statement
from vein2vein.evidence.schema import SheetFile, StatementRow, ValueRow


def _folder() -> Traversable:
    return resources.files("vein2vein.evidence") / "sheets"


@lru_cache(maxsize=1)
def sheets() -> tuple[str, ...]:
    """Return the names of the shipped sheets, in alphabetical order."""
    return tuple(
        sorted(f.name.removesuffix(".toml") for f in _folder().iterdir() if f.name.endswith(".toml"))
    )


def load_sheet(name_or_path: str | Path) -> Sheet:
    """Return a sheet: shipped, by its name, or a file, by its path (anything ending in ``.toml``).

    Raises
    ------
    EvidenceError
        No such sheet; or the file breaks a rule (the first is described, the others counted).
    """
    if isinstance(name_or_path, str) and not name_or_path.endswith(".toml"):
        return _shipped(name_or_path)
    path = Path(name_or_path)
    return _sheet(path.name, _bytes(path))


def problems(name_or_path: str | Path) -> tuple[EvidenceError, ...]:
    """Return every broken rule of a sheet, none if it is sound (arguments as :func:`load_sheet`)."""
    try:
        if isinstance(name_or_path, str) and not name_or_path.endswith(".toml"):
            file, content = f"{name_or_path}.toml", _shipped_bytes(name_or_path)
        else:
            file, content = Path(name_or_path).name, _bytes(Path(name_or_path))
        return checked(file, content)[1]
    except EvidenceError as error:
        return (error,)


@lru_cache(maxsize=8)
def evidence_hash(names: tuple[str, ...] | None = None) -> str:
    """Return the SHA-256 over the names and bytes of shipped sheets (hexadecimal).

    Parameters
    ----------
    names : tuple of str, optional
        The sheets; all of them by default.
    """
    digest = hashlib.sha256()
    for name in sheets() if names is None else names:
        digest.update(name.encode() + b"\0" + _shipped_bytes(name) + b"\0")
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _shipped(name: str) -> Sheet:
    return _sheet(f"{name}.toml", _shipped_bytes(name))


def _shipped_bytes(name: str) -> bytes:
    if name not in sheets():
        raise EvidenceError(
            f"there is no shipped sheet of this name.{near_miss(name, sheets())}",
            field="sheet",
            value=name,
            allowed=", ".join(sheets()),
            remedy="name one of these, or give the path of a .toml file",
        )
    return (_folder() / f"{name}.toml").read_bytes()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(
            f"can't read the sheet ({error.strerror or error})",
            where=str(path),
            allowed="a TOML file that this user may read",
            remedy=f"check the path; the shipped sheets are: {', '.join(sheets())}",
        ) from error


def _sheet(file: str, content: bytes) -> Sheet:
    sheet, broken = checked(file, content)
    if sheet is not None and not broken:
        return _records(sheet)
    first = broken[0]
    others = f" (and {len(broken) - 1} more broken rules in this file)" if len(broken) > 1 else ""
    raise EvidenceError(
        first.what + others,
        where=first.where,
        field=first.field,
        value=first.value,
        allowed=first.allowed,
        remedy=first.remedy,
    )


def _records(sheet: SheetFile) -> Sheet:
    sources = {row.key: Source(**row.model_dump()) for row in sheet.source}

    def filled(row: ValueRow | StatementRow) -> dict[str, Any]:
        return {**row.model_dump(), "source": sources[row.source], "sheet": sheet.name}

    return Sheet(
        name=sheet.name,
        title=sheet.title,
        note=sheet.note,
        settings=sheet.settings,
        rows=tuple(EvidenceValue(**filled(row)) for row in sheet.value),
        statements=tuple(Statement(**filled(row)) for row in sheet.statement),
        sources=tuple(sources.values()),
    )
