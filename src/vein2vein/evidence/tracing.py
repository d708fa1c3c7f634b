"""From each parameter of a model to the row, or the statement, that its number comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vein2vein.evidence.records import EvidenceValue, Sheet, Statement
from vein2vein.parameter import Parameter
from vein2vein.units import parse_unit


@dataclass(frozen=True, slots=True)
class Traced:
    """Where one parameter of a model gets its number.

    Attributes
    ----------
    name, unit, meaning : str
        As the equations declare it.
    values : tuple of EvidenceValue
        One row, or one for each setting.
    statement : Statement or None
        How it comes about where no single number gives it.
    problem : str or None
        Why the trace fails: no row, or a row of another dimension.
    """

    name: str
    unit: str
    meaning: str
    values: tuple[EvidenceValue, ...] = ()
    statement: Statement | None = None
    problem: str | None = None


def trace(parameters: Iterable[Parameter], sheet: Sheet) -> tuple[Traced, ...]:
    """Trace every parameter of a model to a sheet, in the order of the parameters.

    Parameters
    ----------
    parameters : iterable of Parameter
        The declarations of a model.
    sheet : Sheet
        Where the numbers should be.
    """
    statements = {statement.id: statement for statement in sheet.statements}
    return tuple(_traced(parameter, sheet, statements.get(parameter.name)) for parameter in parameters)


def _traced(parameter: Parameter, sheet: Sheet, statement: Statement | None) -> Traced:
    values = tuple(row for row in sheet.rows if row.id == parameter.name)
    problem = None
    if not values and statement is None:
        problem = f"sheet {sheet.name!r} has no row of this name"
    dimension = parse_unit(parameter.unit).dimensionality
    for row in values:
        if parse_unit(row.unit).dimensionality != dimension:
            problem = f"declared in {parameter.unit!r}, given in {row.unit!r}"
    return Traced(parameter.name, parameter.unit, parameter.meaning, values, statement, problem)
