"""Writes a sheet back as TOML, such that loading the text gives the same sheet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields

from vein2vein.evidence.records import EvidenceValue, Sheet, Source, Statement


def sheet_text(sheet: Sheet) -> str:
    """Return the TOML text of a sheet; ``load_sheet`` of it (in a file named as the sheet) is equal to it."""
    head = [f"name = {_toml(sheet.name)}", f"title = {_toml(sheet.title)}"]
    if sheet.note is not None:
        head.append(f"note = {_toml(sheet.note)}")
    if sheet.settings:
        head.append(f"settings = {_toml(list(sheet.settings))}")
    tables = (("source", sheet.sources), ("value", sheet.rows), ("statement", sheet.statements))
    blocks = ["\n".join(head)]
    blocks += [
        "\n".join([f"[[{table}]]", *_fields(record)]) for table, records in tables for record in records
    ]
    return "\n\n".join(blocks) + "\n"


def as_record(row: EvidenceValue | Statement) -> dict[str, object]:
    """Return a row as plain data for JSON: every field that is set, its source with citation and address."""
    record: dict[str, object] = {}
    for field in fields(row):
        value = getattr(row, field.name)
        if isinstance(value, Source):
            value = {"key": value.key, "citation": value.citation, "address": value.address or None}
        if value is not None:
            record[field.name] = value
    return record


def _fields(record: Source | EvidenceValue | Statement) -> Iterator[str]:
    for field in fields(record):
        value = getattr(record, field.name)
        if value is None or field.name == "sheet" or (field.name == "relation" and value == "equal"):
            continue
        yield f"{field.name} = {_toml(value.key if isinstance(value, Source) else value)}"


def _toml(value: str | float | list[str] | tuple[float, float]) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
