"""A number with its interval, and the one formatter through which every number of the report passes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

THIN = "\u202f"
"""Narrow no-break space between a number and its unit."""
ABSENT = "–"
"""What stands where there is no number."""
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
"""Turns digits into raised ones."""
_FULL = 99.0
"""Above it three digits are shown, so that 99.7 % does not read as 100 %."""
_LARGE = 1e7
_SMALL = 1e-3


@dataclass(frozen=True)
class Estimate:
    """A value with an interval.

    Parameters
    ----------
    value : float
        The point value; NaN where there is none, infinity where it was not reached.
    low, high : float
        Ends of the interval; NaN where an end is not known.
    unit : str
        Unit as it is shown; ``"%"`` means that the three numbers are in percent, ``""`` a pure number.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    unit: str = ""

    @classmethod
    def share(cls, value: float, low: float = math.nan, high: float = math.nan) -> Estimate:
        """Return an estimate in percent from fractions between 0 and 1."""
        return cls(100 * value, 100 * low, 100 * high, "%")

    @property
    def known(self) -> bool:
        """Whether there is a value to show."""
        return not math.isnan(self.value)

    def __str__(self) -> str:
        return estimate(self)


def number(value: float | None, digits: int | None = None) -> str:
    """Return ``value`` for reading: 2 significant digits up to 99, 3 above, powers of ten where it is long.

    Parameters
    ----------
    value : float or None
        NaN and None give a dash; infinity gives ``"not reached"``.
    digits : int, optional
        Most significant digits to show, instead of 2 or 3; trailing zeros are dropped.
    """
    if value is None or math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "not reached"
    if value == 0:
        return "0"
    size = abs(value)
    keep = digits if digits is not None else (3 if _FULL < size < _LARGE else 2)
    sign = "−" if value < 0 else ""
    exponent = math.floor(math.log10(float(f"{size:.{keep - 1}e}")))
    if size >= _LARGE or size < _SMALL:
        mantissa = f"{size / 10.0**exponent:.{keep - 1}f}".rstrip("0").rstrip(".")
        power = f"10{str(exponent).translate(SUPERSCRIPT)}"
        return sign + (power if mantissa == "1" else f"{mantissa}{THIN}×{THIN}{power}")
    decimals = max(0, keep - 1 - exponent)
    rounded = round(size, keep - 1 - exponent)
    text = f"{rounded:,.{decimals}f}"
    if digits is not None and "." in text:
        text = text.rstrip("0").rstrip(".")
    elif "." in text and rounded == round(rounded):
        text = text.split(".")[0]
    return sign + text


def count(value: float) -> str:
    """Return a whole number in full, with thousands separated."""
    return ABSENT if math.isnan(value) else f"{round(value):,}"


def with_unit(text: str, unit: str) -> str:
    """Return ``text`` and its unit, held together; no unit after a dash or words."""
    return f"{text}{THIN}{unit}" if unit and text[-1:].isalnum() and not text.endswith("reached") else text


def interval(low: float, high: float, unit: str = "", digits: int | None = None) -> str:
    """Return ``low–high unit``; one-sided with ≥ or ≤; empty where neither end is known."""
    if math.isnan(low) and math.isnan(high):
        return ""
    if math.isnan(high):
        return f"≥{THIN}{with_unit(number(low, digits), unit)}"
    if math.isnan(low):
        return f"≤{THIN}{with_unit(number(high, digits), unit)}"
    joint = " to " if low < 0 or math.isinf(high) or abs(high) >= _LARGE else "–"
    return with_unit(f"{number(low, digits)}{joint}{number(high, digits)}", unit)


def estimate(given: Estimate | None, missing: str = ABSENT, digits: int | None = None) -> str:
    """Return ``value unit (low–high)``, or ``missing`` where there is nothing to show."""
    if given is None:
        return missing
    ends = interval(given.low, given.high, digits=digits)
    if not given.known:
        return interval(given.low, given.high, given.unit, digits) or missing
    text = with_unit(number(given.value, digits), given.unit)
    return f"{text} ({ends})" if ends else text


def sentence_case(words: str) -> str:
    """Return the words with a capital at their head."""
    return words[:1].upper() + words[1:]


def listed(words: Iterable[str]) -> str:
    """Return ``a, b and c``."""
    items = list(words)
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
