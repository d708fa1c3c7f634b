"""Individuals or fits of a published model from a table: one row each, one column a parameter."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from vein2vein.dynamics.published.record import PublishedModel
from vein2vein.errors import ModelError, near_miss

__all__ = ["ParameterSets", "read_sets", "shipped_sets", "with_sets"]

IDENTIFIER, GROUP, COMMENT = "set_id", "group", "#"


@dataclass(frozen=True)
class ParameterSets:
    """Parameters of several individuals or fits.

    Parameters
    ----------
    values : mapping of str to mapping of str to float
        Parameters by set.
    groups : mapping of str to tuple of str
        Sets by group; empty where the table names none.
    """

    values: Mapping[str, Mapping[str, float]]
    groups: Mapping[str, tuple[str, ...]]


def shipped_sets(name: str) -> ParameterSets:
    """Return a table that stands beside the models of this folder; its head names the source.

    Raises
    ------
    ModelError
        A cell isn't a number, or a name stands twice.
    """
    text = files("vein2vein.dynamics.published").joinpath(name).read_text(encoding="utf-8")
    return _read(text.splitlines(), name)


def read_sets(path: str | Path) -> ParameterSets:
    """Return the sets of a CSV table with the column ``set_id`` and, if wanted, ``group``.

    Raises
    ------
    ModelError
        The file is absent, a name stands twice, or a cell isn't a number.
    """
    file = Path(path)
    if not file.is_file():
        raise ModelError("no such file", where=str(path), remedy="check the path given with --sets")
    return _read(file.read_text(encoding="utf-8-sig").splitlines(), str(path))


def with_sets(model: PublishedModel, path: str | Path) -> PublishedModel:
    """Return the model with the individuals of a CSV table.

    Parameters
    ----------
    model : PublishedModel
        Whose parameters the columns name.
    path : str or Path
        A table with the column ``set_id`` and, if wanted, ``group``; lines that start with ``#`` are passed over.

    Raises
    ------
    ModelError
        The file is absent, a column is no parameter, a name stands twice, or a cell isn't a number.
    """
    sets = read_sets(path)
    known = [v.name for v in model.values]
    for column in next(iter(sets.values.values()), {}):
        if column not in known:
            raise ModelError(
                f"a column is no parameter of the model.{near_miss(column, known)}",
                where=f"{path}: {model.name}",
                value=column,
                allowed=", ".join(known),
            )
    return model.with_subjects(sets.values, sets.groups)


def _read(lines: Iterable[str], source: str) -> ParameterSets:
    numbered = _Numbered(lines)
    table = csv.DictReader(numbered)
    names = list(table.fieldnames or ())
    if IDENTIFIER not in names:
        raise ModelError("the table names no sets", where=source, allowed=f"a column {IDENTIFIER!r}")
    columns = [c for c in names if c not in (IDENTIFIER, GROUP)]
    sets: dict[str, dict[str, float]] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for row in table:
        where, name = f"{source}, line {numbered.line}", row[IDENTIFIER]
        if name in sets:
            raise ModelError("a set stands twice", where=where, value=name)
        sets[name] = {c: _number(row[c], where, c) for c in columns}
        if row.get(GROUP):
            groups[row[GROUP]] = (*groups.get(row[GROUP], ()), name)
    return ParameterSets(sets, groups)


class _Numbered:
    """The lines that aren't comments, and the number of the last one handed out."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines, self.line = lines, 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self.lines, 1):
            self.line = number
            if not line.startswith(COMMENT):
                yield line


def _number(text: str | None, where: str, column: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ModelError("not a number", where=where, field=column, value=text)
    return value
