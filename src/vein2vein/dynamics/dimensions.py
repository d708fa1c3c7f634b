"""The dimension check: every term of every equation, by pint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sympy
from sympy import Expr, Symbol

from vein2vein.dynamics.law import TIME
from vein2vein.dynamics.system import OdeSystem
from vein2vein.errors import UnitError
from vein2vein.units import parse_unit, registry

if TYPE_CHECKING:
    import pint


def check_dimensions(system: OdeSystem) -> None:
    """Raise unless every term of the system has the dimension of what it is added to or assigned to.

    Raises
    ------
    UnitError
        Names the equation, the term and the two dimensions.
    """
    units = {
        symbol: parse_unit(unit, where=f"{system.name}: {symbol}") for symbol, unit in system.units.items()
    }
    day = parse_unit("day")
    units[TIME] = day
    for d in system.derived:
        _expect(d.value, units[d.symbol], units, f"{system.name}: {d.name}")
    for state, rate in zip(system.states, system.rates, strict=True):
        _expect(rate, units[state.symbol] / day, units, f"{system.name}: d{state.name}/dt")
        _expect(
            sympy.sympify(state.initial), units[state.symbol], units, f"{system.name}: {state.name} at day 0"
        )


def _expect(value: Expr, unit: pint.Unit, units: Mapping[Symbol, pint.Unit], where: str) -> None:
    found = _unit_of(value, units, where)
    if found is not None and found.dimensionality != unit.dimensionality:
        raise UnitError(
            f"the expression {value} has dimension {found.dimensionality}, not {unit.dimensionality}",
            where=where,
        )


def _unit_of(e: Expr, units: Mapping[Symbol, pint.Unit], where: str) -> pint.Unit | None:
    """Return the unit of an expression; None for a zero, which fits every unit."""
    one = registry().dimensionless
    if e.is_number:
        return None if e.is_zero or e.is_infinite else one
    if isinstance(e, Symbol):
        return units[e]
    if isinstance(e, sympy.Mul):
        product = one
        for factor in e.args:
            unit = _unit_of(factor, units, where)
            if unit is None:
                return None
            product = product * unit
        return product
    if isinstance(e, sympy.Pow):
        base = _unit_of(e.base, units, where)
        _expect(e.exp, one, units, where)
        if base is None or base.dimensionless:
            return base
        if e.exp.is_number:
            return base ** float(e.exp)
        raise UnitError(
            f"{e.base} carries a unit but is raised to a power that varies", where=where, value=str(e)
        )
    if isinstance(e, sympy.Add | sympy.Max | sympy.Min):
        return _same([_unit_of(a, units, where) for a in e.args], e, where)
    if isinstance(e, sympy.Piecewise):
        for _, condition in e.args:
            for relation in condition.atoms(sympy.core.relational.Relational):
                _same(
                    [_unit_of(relation.lhs, units, where), _unit_of(relation.rhs, units, where)],
                    relation,
                    where,
                )
        return _same([_unit_of(a, units, where) for a, _ in e.args], e, where)
    for argument in e.args:  # exp, log and the like take and give pure numbers
        _expect(argument, one, units, where)
    return one


def _same(found: list[pint.Unit | None], e: object, where: str) -> pint.Unit | None:
    known = [unit for unit in found if unit is not None]
    for unit in known[1:]:
        if unit.dimensionality != known[0].dimensionality:
            raise UnitError(
                f"terms of different dimension are added or compared: {known[0]} and {unit}",
                where=where,
                value=str(e),
            )
    return known[0] if known else None
