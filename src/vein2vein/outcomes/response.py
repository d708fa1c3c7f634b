"""What counts as response and as progression, disease by disease.

All diseases share one definition of progression; they differ in what counts as a response.
:mod:`vein2vein.outcomes.assessment` applies the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Flags, Floats

FIRST_ASSESSMENT = 28.0
"""Day of the first response assessment."""


class Response(IntEnum):
    """Best or day-28 response. ``NOT_EVALUABLE``: dead before the assessment."""

    NOT_EVALUABLE = -1
    NONE = 0
    PARTIAL = 1
    COMPLETE = 2


class Relapse(IntEnum):
    """Why a patient counts as progressed; ``NO_RESPONSE`` is failure to remit at the first assessment."""

    NEVER = 0
    ANTIGEN_POSITIVE = 1
    ANTIGEN_NEGATIVE = 2
    NO_RESPONSE = 3


def monthly_visits(until: float) -> tuple[float, ...]:
    """Return the visits day 28, 60, 90, 120, …, every 30 days up to ``until``."""
    later = np.arange(60.0, until + 1e-9, 30.0)
    return (FIRST_ASSESSMENT, *(float(day) for day in later))


@dataclass(frozen=True)
class Progression:
    """Progression from day 28: size above nadir + ``increment`` and above ``factor`` × nadir.

    Parameters
    ----------
    increment : float
        V_rel, cells.
    factor : float
        f_PD, at least 1.
    """

    increment: float
    factor: float

    def __post_init__(self) -> None:
        require_positive("Progression", increment=self.increment)
        if not (np.isfinite(self.factor) and self.factor >= 1):
            raise InputError(
                "the factor of progression can't be used",
                where="Progression",
                field="factor",
                value=self.factor,
                allowed="a number >= 1",
            )

    def shown(self, size: Floats, nadir: Floats) -> Flags:
        """Return where a size shows progression over its nadir so far (any shape)."""
        return (size > self.increment + nadir) & (size > self.factor * nadir)


class ResponseRule(Protocol):
    """What counts as a response in one disease."""

    @property
    def complete_below(self) -> float:
        """V_CR, cells: a smaller tumour is a complete remission."""
        ...

    @property
    def progression(self) -> Progression:
        """When the tumour has progressed."""
        ...

    @property
    def partial_below(self) -> float:
        """Share of the baseline below which the nadir is a partial response; 0 where there is none."""
        ...

    @property
    def must_remit(self) -> bool:
        """Whether no remission at the first assessment is itself an event (event-free survival)."""
        ...


@dataclass(frozen=True)
class LeukaemiaRemission:
    """Acute leukaemia: remission on day 28 (size below V_CR) or an event that day; no partial response."""

    complete_below: float
    progression: Progression
    partial_below: float = 0.0
    must_remit: bool = True

    def __post_init__(self) -> None:
        require_positive("LeukaemiaRemission", complete_below=self.complete_below)


@dataclass(frozen=True)
class LymphomaResponse:
    """Large B-cell lymphoma: best response; partial if the nadir is below 0.35 of the baseline volume."""

    complete_below: float
    progression: Progression
    partial_below: float = 0.35
    must_remit: bool = False

    def __post_init__(self) -> None:
        require_positive("LymphomaResponse", complete_below=self.complete_below)
        require_positive("LymphomaResponse", partial_below=self.partial_below)


@dataclass(frozen=True)
class MyelomaResponse:
    """Myeloma: best response; partial if the nadir is below half of the baseline."""

    complete_below: float
    progression: Progression
    partial_below: float = 0.5
    must_remit: bool = False

    def __post_init__(self) -> None:
        require_positive("MyelomaResponse", complete_below=self.complete_below)
        require_positive("MyelomaResponse", partial_below=self.partial_below)


def require_positive(where: str, **fields: float) -> None:
    """Raise InputError unless every threshold is a finite number above 0."""
    for field, value in fields.items():
        if not (np.isfinite(value) and value > 0):
            raise InputError(
                "a threshold can't be used",
                where=where,
                field=field,
                value=value,
                allowed="a finite number > 0",
            )
