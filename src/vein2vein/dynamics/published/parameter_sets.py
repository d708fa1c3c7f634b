"""Individuals or fits of a published model from a table of the user: one row each, one column a parameter."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from vein2vein.dynamics.published.record import PublishedModel
from vein2vein.errors import ModelError, near_miss

__all__ = ["with_sets"]

IDENTIFIER, IGNORED = "set_id", ("group",)


def with_sets(model: PublishedModel, path: str | Path) -> PublishedModel:
    """Return the model with the individuals of a CSV table.

    Parameters
    ----------
    model : PublishedModel
        Whose parameters the columns name.
    path : str or Path
        A table with the column ``set_id``; a column ``group`` is passed over.

    Raises
    ------
    ModelError
        The file is absent, a column is no parameter, a name stands twice, or a cell isn't a number.
    """
    file = Path(path)
    if not file.is_file():
        raise ModelError("no such file", where=str(path), remedy="check the path given with --sets")
    with file.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines)
        columns = [c for c in table.fieldnames or () if c != IDENTIFIER and c not in IGNORED]
        if IDENTIFIER not in (table.fieldnames or ()):
            raise ModelError("the table names no sets", where=str(path), allowed=f"a column {IDENTIFIER!r}")
        known = [v.name for v in model.values]
        for column in columns:
            if column not in known:
                raise ModelError(
                    f"a column is no parameter of the model.{near_miss(column, known)}",
                    where=f"{path}: {model.name}",
                    value=column,
                    allowed=", ".join(known),
                )
        sets: dict[str, dict[str, float]] = {}
        for row in table:
            where = f"{path}, line {table.line_num}"
            if row[IDENTIFIER] in sets:
                raise ModelError("a set stands twice", where=where, value=row[IDENTIFIER])
            sets[row[IDENTIFIER]] = {c: _number(row[c], where, c) for c in columns}
    return model.with_subjects(sets)


def _number(text: str | None, where: str, column: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ModelError("not a number", where=where, field=column, value=text)
    return value
