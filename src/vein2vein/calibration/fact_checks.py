"""Whether a reported number may be compared at all: whom it holds for, in which unit, whether it is possible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vein2vein.calibration.clinical_file import Observation
from vein2vein.calibration.observables import DAYS
from vein2vein.calibration.readouts import Readout

SHARES = {"": 1.0, "%": 1.0, "percent": 1.0, "pct": 1.0, "fraction": 100.0, "proportion": 100.0, "1": 100.0}
"""Percent in one of each unit of a share."""
IN_DAYS: Mapping[str, float] = {
    "": 1.0,
    **dict.fromkeys(("d", "day", "days"), 1.0),
    **dict.fromkeys(("h", "hour", "hours"), 1 / 24),
    **dict.fromkeys(("wk", "week", "weeks"), 7.0),
}
IN_MONTHS: Mapping[str, float] = {
    "": 1.0,
    **dict.fromkeys(("mo", "month", "months"), 1.0),
    **dict.fromkeys(("y", "yr", "year", "years"), 12.0),
    **dict.fromkeys(("wk", "week", "weeks"), 12 * 7 / 365.25),
    **dict.fromkeys(("d", "day", "days"), 12 / 365.25),
}
SUBSET = re.compile(
    r"\b(?:of|among|in|for)\b(?!\s+(?:all|infused|treated|evaluable|the infused|patients|pts|crs\b$|cohorts?))|"
    r"\b(?:with|who|having|responders?|enrolled|randomi[sz]ed|apheresed|leukapheresed|itt|intention|relapsed|subset|subgroup)\b",
    re.IGNORECASE,
)
"""Words about a unit that name other patients than those infused."""


def comparable(o: Observation, readout: Readout) -> Observation | str:
    """Return an observation in the unit of its readout, or why it can't be compared.

    Parameters
    ----------
    o : Observation
        As the file has it.
    readout : Readout
        What it would be compared with.
    """
    if o.doubt:
        return o.doubt
    words = re.sub(r"\([^)]*\)", "", o.unit).strip()
    if SUBSET.search(words):
        return f"holds for other patients than those infused: {words!r}"
    if o.value is None:  # a count in words
        return o
    if readout.percent:
        return _share(o, words)
    if o.value < 0:
        return f"{o.value:g} can't be: the quantity is positive"
    if readout.measure is DAYS or o.quantity.endswith(" median") or o.quantity in ("t_half", "persistence"):
        return _time(o, words, IN_MONTHS if o.quantity.endswith(" median") else IN_DAYS)
    return _ordered(o)


def _share(o: Observation, words: str) -> Observation | str:
    head = re.match(r"[%\w]*", words)
    unit = (head.group(0) if head else "").lower()
    if unit not in SHARES:
        return f"a share of patients can't be in {o.unit!r}: state % or fraction"
    value = float(o.value or 0.0)
    if unit == "" and 0 < value <= 1:
        return f"{value:g} without a unit is either a fraction or a percentage: state which"
    factor = SHARES[unit]
    scaled = _scaled(o, factor)
    value = float(scaled.value or 0.0)
    if not 0 <= value <= 100:
        return f"{o.value:g} {o.unit} can't be a share of patients"
    if factor == 1 and 0 < value < 1 and not _countable(value, o.n):
        return (
            f"{value:g} % is no whole number of {o.n or 'so many'} patients: a fraction, marked as percent?"
        )
    return _ordered(scaled)


def _countable(percent: float, n: int | None) -> bool:
    """Return whether some number of patients, one or more, is this percentage of n to the printed digit."""
    return n is not None and abs(100 * max(round(percent / 100 * n), 1) / n - percent) <= 0.06


def _time(o: Observation, words: str, units: Mapping[str, float]) -> Observation | str:
    head = re.match(r"[A-Za-z]*", words)
    unit = (head.group(0) if head else "").lower()
    if unit not in units:
        return f"a time can't be in {o.unit!r}: state one of {', '.join(u for u in units if u)}"
    return _ordered(_scaled(o, units[unit]))


def _scaled(o: Observation, factor: float) -> Observation:
    if factor == 1 or o.value is None:
        return o
    ends = None if o.interval is None else (factor * o.interval[0], factor * o.interval[1])
    return replace(o, value=factor * o.value, interval=ends, unit="%" if factor == 100 else "")


def _ordered(o: Observation) -> Observation | str:
    """Refuse an interval that doesn't hold its value: one of the three numbers is wrong, or in another unit."""
    if o.interval is None or o.value is None:
        return o
    low, high = o.interval
    if not (np.isfinite([low, high]).all() and low <= o.value <= high):
        return f"the reported interval {low:g} to {high:g} doesn't contain {o.value:g}"
    return o
