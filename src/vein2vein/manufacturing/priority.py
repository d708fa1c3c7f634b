"""Who gets the next free slot: rival rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Priority(Protocol):
    """A rule for the order of the waiting list."""

    def rank(self, *, foreign: bool, fit_until: float) -> float:
        """Return a rank; the lowest goes first, equal ranks in the order of their requests."""
        ...


@dataclass(frozen=True)
class FirstComeFirstServed:
    """No one goes first."""

    def rank(self, *, foreign: bool, fit_until: float) -> float:
        """Return the same rank for all."""
        return 0.0


@dataclass(frozen=True)
class CitizensFirst:
    """Patients of the country go before those from abroad."""

    def rank(self, *, foreign: bool, fit_until: float) -> float:
        """Return 1 for a patient from abroad, else 0."""
        return float(foreign)


@dataclass(frozen=True)
class MostUrgentFirst:
    """The patient who has least time left goes first: an upper bound, for no one knows that time."""

    def rank(self, *, foreign: bool, fit_until: float) -> float:
        """Return the last day on which the patient is fit."""
        return fit_until
