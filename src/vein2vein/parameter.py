"""A parameter states its unit and meaning beside the equation; its value lives in a sheet with its source."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import sympy


class Parameter:
    """A named quantity of a law: symbol, unit and meaning, without a value.

    Declared as a class attribute of a mechanism. Read from an instance it is its SymPy symbol, so that a law
    reads like the paper; read from the class it is the declaration.

    Parameters
    ----------
    unit : str
        Unit, as :func:`vein2vein.units.parse_unit` reads it.
    meaning : str
        What it is, in one clause.
    latex : str, optional
        How it is typeset; the name by default.
    lower, upper : float, optional
        Bounds outside which a value is refused (not a prior).
    name : str, optional
        Only where it isn't declared as a class attribute.
    """

    __slots__ = ("latex", "lower", "meaning", "name", "unit", "upper")

    def __init__(
        self,
        unit: str,
        meaning: str,
        *,
        latex: str | None = None,
        lower: float = 0.0,
        upper: float = math.inf,
        name: str = "",
    ) -> None:
        self.unit, self.meaning, self.latex = unit, meaning, latex
        self.lower, self.upper, self.name = lower, upper, name

    def __set_name__(self, owner: type, name: str) -> None:
        if not self.name:
            self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Parameter: ...
    @overload
    def __get__(self, instance: object, owner: type) -> sympy.Symbol: ...
    def __get__(self, instance: object | None, owner: type) -> Any:
        return self if instance is None else self.symbol

    @property
    def symbol(self) -> sympy.Symbol:
        """The SymPy symbol of the parameter (real)."""
        import sympy

        return sympy.Symbol(self.name, real=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameter) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return (self.name, self.unit, self.meaning, self.latex, self.lower, self.upper)

    def __repr__(self) -> str:
        return f"Parameter({self.name!r}, unit={self.unit!r}, meaning={self.meaning!r})"
