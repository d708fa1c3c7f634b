"""For whom the numbers of a clinical file hold, and at which dose: what its fields say beside the numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

WHOLE = frozenset(
    {
        "",
        "all",
        "all patients",
        "all infused",
        "infused",
        "treated",
        "all treated",
        "as treated",
        "infused patients",
    }
    | {"mitt", "modified intention to treat", "treated patients", "safety", "everybody"}
)
"""Words for the patients that the model predicts: those infused."""
SCOPES = (
    "subset",
    "subgroup",
    "scope",
    "population",
    "among",
    "denominator",
    "stratum",
    "analysis_set",
    "group",
    "arm",
)
"""Fields that say for whom a number holds."""


def restricted(*levels: Any) -> str:
    """Return whom numbers hold for, where a field of any level (fact, block) says other patients than those infused."""
    for level in levels:
        if not isinstance(level, Mapping):
            continue
        for key in SCOPES:
            words = str(level.get(key) or "").strip()
            if words.lower() not in WHOLE:
                return f"holds for {words!r} ({key}) only, and the model predicts all who were infused"
    return ""


BLOCK = re.compile(r"^(efficacy|toxicity|safety|response|survival|feasibility|all_doses)(_\d+(\.\d+)?e\d+)?$")
"""Groups of facts that hold for a whole trial, or for those given the dose in the name."""


def unknown_block(name: str) -> str:
    """Return why the facts of a group can't be compared; empty where they can."""
    if BLOCK.match(name):
        return ""
    return f"stands under {name!r}, which may name patients or conditions that the model isn't told of"


def cells(fact: Any, what: str, weight: float | None = None) -> tuple[float | None, str]:
    """Return a number of cells that a field states (None where it states none), and what is wrong with it.

    Parameters
    ----------
    fact : object
        A number, a text such as ``1.5e8 cells``, or a table with ``value`` and ``unit``.
    what : str
        ``dose`` or ``burden``, for the message.
    weight : float, optional
        Body weight (kg) by which a number per kilogram is multiplied; without, such a number is refused.
    """
    if fact is None:
        return None, ""
    unit = ""
    if isinstance(fact, Mapping):
        unit, fact = str(fact.get("unit", "")), fact.get("value")
    found = re.match(r"^\s*[~≈]?\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(.*)$", str(fact))
    if found is None or isinstance(fact, bool):
        return None, f"its {what} {fact!r} isn't one number of cells"
    unit = f"{unit} {found.group(2)}".strip().lower()
    whole = re.sub(r"\s*(/|per)\s*kg$", "", unit)
    if not re.fullmatch(r"((viable )?(car[- ]?(positive )?)?(t[- ]?)?(tumou?r )?(cells?))?", whole):
        return None, f"its {what} is in {unit!r}, and the model takes cells"
    if whole == unit:
        return float(found.group(1)), ""
    if weight is None:
        return None, f"its {what} is in {unit!r}, and these patients have no one weight: state cells in all"
    return float(found.group(1)) * weight, ""
