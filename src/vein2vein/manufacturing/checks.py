"""Checks of given numbers; every refusal names the object, the field, the value and what is allowed."""

from __future__ import annotations

import math
from typing import Any

from vein2vein.errors import InputError


def within(
    owner: object,
    field: str,
    low: float,
    high: float = math.inf,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> None:
    """Refuse a field of ``owner`` that is not a finite number inside the interval.

    An infinite value is accepted only where ``high`` is infinite and the interval is closed there by the
    meaning of the field (such as a remaining life without end).

    Raises
    ------
    InputError
        The value is no number, NaN or outside the interval.
    """
    value: Any = getattr(owner, field)
    left, right = "(" if open_low else "[", ")" if open_high else "]"
    fine = isinstance(value, (int, float)) and not isinstance(value, bool) and not math.isnan(value)
    if fine:
        fine = (value > low if open_low else value >= low) and (value < high if open_high else value <= high)
    if not fine:
        raise InputError(
            "a number is outside what it can be",
            where=type(owner).__name__,
            field=field,
            value=value,
            allowed=f"a number in {left}{low:g}, {high:g}{right}",
            remedy=f"correct {field}",
        )


def whole(owner: object, field: str, low: int) -> None:
    """Refuse a field that is not a whole number of at least ``low``.

    Raises
    ------
    InputError
        The value is not an integer, or is too small.
    """
    value: Any = getattr(owner, field)
    if not isinstance(value, int) or isinstance(value, bool) or value < low:
        raise InputError(
            "a count is outside what it can be",
            where=type(owner).__name__,
            field=field,
            value=value,
            allowed=f"a whole number of at least {low}",
            remedy=f"correct {field}",
        )
