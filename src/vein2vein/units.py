"""Units: text at the boundary, checked and converted by pint; plain floats inside."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from vein2vein.errors import UnitError

if TYPE_CHECKING:
    import pint

_DEFINITIONS = (
    "cell = [biological_cell] = cells",
    "patient = [patient] = patients",
    "USD = [money_usd] = _ = dollar",
    "EUR = [money_eur] = _ = euro",
    "GBP = [money_gbp]",
    "CNY = [money_cny]",
    "INR = [money_inr]",
    "copies = [gene_copy] = _ = copy = vector_copy",
    "IU = [biological_activity]",
    "EU = [endotoxin]",
    "TU = [transducing_unit]",
    "QALY = year",
)


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry:
    """Return the package's unit registry (built on first use).

    Cells, gene copies, money by currency, transducing units and activities are dimensions of their own, so
    that a count of cells is never mistaken for a count of copies, nor a dollar for a euro.
    """
    import pint

    units = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    for definition in _DEFINITIONS:
        units.define(definition)
    return units


def parse_unit(text: str, *, where: str | None = None) -> pint.Unit:
    """Return the unit written in ``text``; ``""`` and ``"1"`` are dimensionless.

    Raises
    ------
    UnitError
        The text is no unit that the package knows.
    """
    if text in ("", "1", "-"):
        return registry().dimensionless
    try:
        return registry().parse_units(text)
    except Exception as error:
        raise UnitError(
            "unknown unit",
            where=where,
            field="unit",
            value=text,
            allowed="a unit such as '1/day', 'cell', 'cell/uL', 'pg/mL', 'USD', or '1' for a pure number",
            remedy="write the unit with ASCII letters, '/', '*' and '**'",
        ) from error


def convert(value: float, unit: str, to: str) -> float:
    """Return ``value`` given in ``unit``, expressed in unit ``to``.

    Raises
    ------
    UnitError
        One of the units is unknown, or their dimensions differ.
    """
    source, target = parse_unit(unit), parse_unit(to)
    if source.dimensionality != target.dimensionality:
        raise UnitError(
            f"a value in {unit!r} can't be expressed in {to!r}",
            value=unit,
            allowed=f"a unit of dimension {dict(target.dimensionality) or 'none'}",
            remedy="give the value in a unit of the same dimension",
        )
    return float(registry().Quantity(value, source).to(target).magnitude)
