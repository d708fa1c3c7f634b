"""Why a patient's integration ended early, and what to try."""

from __future__ import annotations

from typing import NamedTuple


class FailureKind(NamedTuple):
    """What went wrong and the remedy."""

    kind: str
    remedy: str


STEP_LIMIT, UNDERFLOW, NOT_FINITE, NEGATIVE = 1, 2, 3, 4

KINDS: dict[int, FailureKind] = {
    STEP_LIMIT: FailureKind(
        "step limit",
        "raise Tolerances(max_steps=…), or look for a fast oscillation or a discontinuity in this state",
    ),
    UNDERFLOW: FailureKind(
        "step underflow",
        "the rate of this state jumps or diverges here: smooth the law, or check the patient's parameters",
    ),
    NOT_FINITE: FailureKind(
        "not a finite number",
        "the rate of this state overflows or is undefined here: check the patient's parameters",
    ),
    NEGATIVE: FailureKind(
        "negative beyond tolerance",
        "the law drives this state below zero: check its outflow at zero; or it fell far below its scale and grew again:"
        " lower the scale or carry its logarithm",
    ),
}
