"""Checks the text of a sheet against its rules and says in words what is wrong with which row."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vein2vein.errors import EvidenceError, near_miss
from vein2vein.evidence.schema import SheetFile, SourceRow, StatementRow, ValueRow

_TABLES: dict[str, Any] = {"value": ValueRow, "source": SourceRow, "statement": StatementRow}
_ALLOWED = {
    "value": "a finite number",
    "spread": "one number, or [low, high] for iqr, range and ci95",
    "bounds": "[low, high], inf for an open side",
    "clip": "[low, high], inf for an open side",
    "range": "[low, high]",
    "id": "letters, digits and '_', the first a letter",
    "key": "letters, digits and '_', the first a letter",
    "doi": "a DOI such as 10.1000/182, without https://doi.org/",
    "url": "an address that begins with http:// or https://",
    "locator": "text: table, page or section of the source",
    "n": "a whole number above 0",
}
_REMEDY = "correct the row; `vein2vein evidence check FILE` lists every broken rule"


def checked(file: str, content: bytes) -> tuple[SheetFile | None, tuple[EvidenceError, ...]]:
    """Return the checked file, or None with everything that is wrong with it."""
    try:
        raw = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        broken = EvidenceError(
            f"the sheet is not valid TOML ({error})",
            where=file,
            allowed="TOML 1.0 in UTF-8",
            remedy="correct the line that the message names",
        )
        return None, (broken,)
    orphans = tuple(_inherit(file, raw))
    try:
        sheet = SheetFile.model_validate(raw)
    except ValidationError as error:
        found = (_explained(file, raw, detail) for detail in error.errors())
        by_place = {(e.where, e.field): e for e in reversed(tuple(found))}  # one finding a field: the first
        return None, orphans + tuple(reversed(by_place.values()))
    return sheet, orphans + tuple(_crossed(file, sheet))


def _inherit(file: str, raw: dict[str, Any]) -> Iterator[EvidenceError]:
    """Give every row the fields that its ``[quantity.ID]`` table states once for all settings."""
    quantities, rows = raw.pop("quantity", {}), raw.get("value", [])
    if not isinstance(quantities, dict) or not isinstance(rows, list):
        return
    for index, row in enumerate(rows):
        named = row.get("id") if isinstance(row, dict) else None
        if isinstance(named, str) and isinstance(quantities.get(named), dict):
            rows[index] = {**quantities[named], **row}
    known = [str(row.get("id")) for row in rows if isinstance(row, dict)]
    for name in quantities:
        if name not in known:
            yield EvidenceError(
                f"a quantity has no value.{near_miss(name, known)}",
                where=f"{file}, [quantity.{name}]",
                field="id",
                value=name,
                allowed="a quantity that at least one [[value]] row names",
                remedy=_REMEDY,
            )


def _label(file: str, table: str, index: int, raw: dict[str, Any]) -> str:
    row = raw.get(table)
    entry = row[index] if isinstance(row, list | tuple) and index < len(row) else {}
    named = [
        f"{k} {entry[k]!r}" for k in ("id", "key", "setting") if isinstance(entry, dict) and entry.get(k)
    ]
    return f"{file}, [[{table}]] row {index + 1}" + (f" ({', '.join(named)})" if named else "")


def _explained(file: str, raw: dict[str, Any], detail: ErrorDetails) -> EvidenceError:
    """Turn one finding of pydantic into our error: file, row, field, value, allowed, next step."""
    place, context = detail["loc"], detail.get("ctx", {})
    where, field = file, ".".join(str(part) for part in place if not isinstance(part, int)) or "sheet"
    table = str(place[0]) if place else ""
    if table in _TABLES and len(place) > 1 and isinstance(place[1], int):
        where = _label(file, table, place[1], raw)
        field = str(place[2]) if len(place) > 2 else "row"
    if detail["type"] == "evidence_rule":
        return EvidenceError(
            context["what"],
            where=where,
            field=context["field"],
            value=context["value"],
            allowed=context["allowed"],
            remedy=context["remedy"],
        )
    known = tuple((_TABLES[table] if table in _TABLES and field != table else SheetFile).model_fields)
    if detail["type"] == "missing":
        what, value, allowed = f"{field!r} is missing", "(absent)", f"{field} = …"
    elif detail["type"] == "extra_forbidden":
        what = f"there is no field of this name.{near_miss(field, known)}"
        value, allowed = detail["input"], ", ".join(known)
    else:
        what, value = f"{field!r} can't be used", detail["input"]
        allowed = _ALLOWED.get(field) or str(detail["msg"]).removeprefix("Input should be ")
    return EvidenceError(what, where=where, field=field, value=value, allowed=allowed, remedy=_REMEDY)


def _crossed(file: str, sheet: SheetFile) -> Iterator[EvidenceError]:
    """Yield what is wrong between rows: a source or setting that isn't declared, a row given twice."""
    raw = sheet.model_dump()
    if f"{sheet.name}.toml" != file:
        yield _rule(file, "a sheet is named as its file", "name", sheet.name, file.removesuffix(".toml"))
    keys = [source.key for source in sheet.source]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield _rule(
                _label(file, "source", index, raw), "a source is given twice", "key", key, "each key once"
            )
    seen: set[tuple[str, str | None]] = set()
    rows: list[tuple[str, int, ValueRow | StatementRow]] = []
    rows += [("value", index, row) for index, row in enumerate(sheet.value)]
    rows += [("statement", index, row) for index, row in enumerate(sheet.statement)]
    for table, index, row in rows:
        where, setting = _label(file, table, index, raw), getattr(row, "setting", None)
        if row.source not in keys:
            what = f"the row names a source that the sheet does not declare.{near_miss(row.source, keys)}"
            yield _rule(where, what, "source", row.source, ", ".join(keys))
        if setting is not None and setting not in sheet.settings:
            hint = near_miss(setting, sheet.settings)
            what = f"the row names a setting that the sheet does not declare.{hint}"
            allowed = ", ".join(sheet.settings) or "none: the sheet declares no settings"
            yield _rule(where, what, "setting", setting, allowed)
        if (row.id, setting) in seen:
            yield _rule(where, "a row is given twice", "id", row.id, "each id once for each setting")
        seen.add((row.id, setting))
    used = {row.source for _, _, row in rows}
    for index, key in enumerate(keys):
        if key not in used:
            yield _rule(
                _label(file, "source", index, raw),
                "no row uses this source",
                "key",
                key,
                "a key that is used",
            )


def _rule(where: str, what: str, field: str, value: object, allowed: str) -> EvidenceError:
    return EvidenceError(what, where=where, field=field, value=value, allowed=allowed, remedy=_REMEDY)
