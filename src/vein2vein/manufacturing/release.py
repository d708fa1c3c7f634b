"""Release: every test result against its limits, and what becomes of the batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.manufacturing.specification import TESTS, ReleaseSpecification

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

DISPOSITIONS: tuple[str, ...] = (
    "released",
    "released_exceptionally",
    "out_of_specification",
    "failed",
    "repeat_apheresis",
)
"""What becomes of an attempt, from best to worst.

released: within specification. released_exceptionally: outside, inside the exceptional limits, accepted for
the patient. out_of_specification: the same, refused. failed: lost, contaminated or outside the exceptional
limits. repeat_apheresis: too few cells collected, no batch was started.
"""

NO_REASON = "none"
TOO_FEW_COLLECTED = "too_few_collected"
PROCESS_LOSSES = ("equipment", "poor_growth")
"""Findings that end a batch before its release tests."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of ``n`` attempts.

    Attributes
    ----------
    disposition : ndarray of int8, shape (n,)
        Index into :data:`DISPOSITIONS`.
    reason : ndarray of int8, shape (n,)
        Index into ``reasons``: the gravest finding, the first of the specification among equals.
    reasons : tuple of str
        Names of the findings; 0 is none.
    severity : dict of str to ndarray of int8, shape (n,)
        For every test: 0 within specification, 1 inside the exceptional limits, 2 beyond them.
    """

    disposition: NDArray[np.int8]
    reason: NDArray[np.int8]
    reasons: tuple[str, ...]
    severity: dict[str, NDArray[np.int8]]


def judge(
    specification: ReleaseSpecification,
    measured: dict[str, Array],
    found: dict[str, Flags],
    too_few: Flags,
    acceptance: Array,
    exceptional_acceptance: float,
) -> Verdict:
    """Judge measured batches.

    Parameters
    ----------
    specification : ReleaseSpecification
        The limits; a relative dose limit must have been made absolute.
    measured : dict
        Results by batch column (see :data:`~vein2vein.manufacturing.specification.TESTS`), shape (n,).
    found : dict
        Flags by event: ``equipment``, ``poor_growth``, ``sterility``, ``mycoplasma``, ``rcl``, ``potency``.
    too_few : ndarray of bool, shape (n,)
        Collections below the minimum.
    acceptance : ndarray, shape (n,)
        Uniform draws that decide on exceptional release.
    exceptional_acceptance : float
        Probability of acceptance.
    """
    severity: dict[str, NDArray[np.int8]] = {TOO_FEW_COLLECTED: _grade(too_few)}
    for name in (*PROCESS_LOSSES, *specification.absent):
        severity[name] = _grade(found[name])
    for limit in specification.limits:
        result = measured[TESTS[limit.test].column]
        low, high = limit.window()
        lowest, highest = limit.window(exceptional=True)
        grade = np.where(
            (result >= low) & (result <= high), 0, np.where((result >= lowest) & (result <= highest), 1, 2)
        )
        before = severity.get(limit.test, np.zeros(result.shape, np.int8))
        severity[limit.test] = np.maximum(before, grade).astype(np.int8)
    if specification.potency:
        severity["potency"] = found["potency"].astype(np.int8)
    grades = np.stack(list(severity.values()))
    worst = grades.max(axis=0)
    reason = np.where(worst == 0, 0, 1 + grades.argmax(axis=0)).astype(np.int8)
    accepted = acceptance < exceptional_acceptance
    disposition = np.select([worst == 0, (worst == 1) & accepted, worst == 1, ~too_few], [0, 1, 2, 3], 4)
    return Verdict(disposition.astype(np.int8), reason, (NO_REASON, *severity), severity)


def _grade(flags: Flags) -> NDArray[np.int8]:
    return (2 * flags).astype(np.int8)
