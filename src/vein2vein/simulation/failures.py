"""Why a patient's integration ended early, and what to try."""

from __future__ import annotations

from typing import NamedTuple


class FailureKind(NamedTuple):
    """What went wrong and the remedy."""

    kind: str
    remedy: str


KINDS: dict[int, FailureKind] = {
    1: FailureKind(
        "step limit",
        "raise Tolerances(max_steps=…), or look for a fast oscillation or a discontinuity in this state",
    ),
    2: FailureKind(
        "step underflow",
        "the rate of this state jumps or diverges here: smooth the law, or check the patient's parameters",
    ),
    3: FailureKind(
        "not a finite number",
        "the rate of this state overflows or is undefined here: check the patient's parameters",
    ),
    4: FailureKind(
        "negative beyond tolerance",
        "the law drives this state below zero: check its outflow at zero, or declare it nonnegative=False",
    ),
}
