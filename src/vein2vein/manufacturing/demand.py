"""How long a programme is simulated: for so many referrals, so many infusions, or so many days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from vein2vein.manufacturing.checks import whole, within


class Demand(Protocol):
    """When to stop."""

    def patients(self, referrals_per_year: float) -> int:
        """Return how many referrals to draw at first."""
        ...

    @property
    def last_day(self) -> float:
        """Day at which the simulation ends at the latest."""
        ...

    @property
    def infusions(self) -> float:
        """Infusions after which the simulation ends."""
        ...


@dataclass(frozen=True)
class Referred:
    """Follow this many referrals to the end."""

    count: int

    def __post_init__(self) -> None:
        whole(self, "count", 1)

    def patients(self, referrals_per_year: float) -> int:
        """Return the count."""
        return self.count

    @property
    def last_day(self) -> float:
        """No end but the patients'."""
        return math.inf

    @property
    def infusions(self) -> float:
        """No end but the patients'."""
        return math.inf


@dataclass(frozen=True)
class Horizon:
    """Run for this many days; whoever is on the way then is still in progress."""

    days: float

    def __post_init__(self) -> None:
        within(self, "days", 0.0, 36525.0, open_low=True)

    def patients(self, referrals_per_year: float) -> int:
        """Return a number that is exceeded less than once in a billion runs."""
        mean = referrals_per_year * self.days / 365.25
        return math.ceil(mean + 7.0 * math.sqrt(mean) + 20.0)

    @property
    def last_day(self) -> float:
        """The horizon."""
        return self.days

    @property
    def infusions(self) -> float:
        """No limit."""
        return math.inf


@dataclass(frozen=True)
class Infused:
    """Run until this many patients have been infused."""

    count: int

    def __post_init__(self) -> None:
        whole(self, "count", 1)

    def patients(self, referrals_per_year: float) -> int:
        """Return twice the count; the simulation draws more if they don't suffice."""
        return 2 * self.count + 20

    @property
    def last_day(self) -> float:
        """No limit."""
        return math.inf

    @property
    def infusions(self) -> float:
        """The count."""
        return self.count
