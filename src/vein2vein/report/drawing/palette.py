"""Colours that stay apart for colour-blind readers (after Okabe and Ito) and on grey paper."""

from __future__ import annotations

from collections.abc import Sequence

INK = "#1d2529"
QUIET = "#5b676d"
HAIR = "#d5dbde"
GREY = "#b4bdc2"
ALARM = "#9d2235"

GROUPS = ("#0b6aa8", "#c2510a", "#0b7d5b", "#8d3f86", "#7a6200", "#3f4f9e")
"""One colour a group, in order; dark enough for text on white."""

_HEAT = ("#ffffff", "#fdebd3", "#f9c999", "#ec9a5f", "#d3643a", "#a63529", "#681a23")


def group_colour(label: str, labels: Sequence[str]) -> str:
    """Return the colour of a group, grey for one that is not in ``labels``."""
    return GROUPS[list(labels).index(label) % len(GROUPS)] if label in labels else QUIET


def heat(fraction: float) -> str:
    """Return the colour of a fraction between 0 and 1, from white to dark red."""
    place = min(max(fraction, 0.0), 1.0) * (len(_HEAT) - 1)
    below = min(int(place), len(_HEAT) - 2)
    share = place - below
    ends = (_HEAT[below], _HEAT[below + 1])
    mixed = (
        round((1 - share) * int(ends[0][k : k + 2], 16) + share * int(ends[1][k : k + 2], 16))
        for k in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
