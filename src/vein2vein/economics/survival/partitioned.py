"""Partitioned survival: time in each state is read off two curves, for those who only have curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.economics.discounting import force
from vein2vein.economics.survival.curves import SurvivalCurve
from vein2vein.errors import InputError

Array = NDArray[np.float64]
_CYCLE = 1.0 / 12.0


@dataclass(frozen=True)
class Partition:
    """Years in each state, undiscounted and discounted, and where the curves crossed.

    Attributes
    ----------
    progression_free, progressed : float
        Undiscounted years within the horizon.
    discounted_progression_free, discounted_progressed : float
    crossed_cycles : int
        Monthly cycles in which progression-free survival was above overall survival and was cut down to it.
    first_crossing : float or None
        Year of the first of them.
    """

    progression_free: float
    progressed: float
    discounted_progression_free: float
    discounted_progressed: float
    crossed_cycles: int
    first_crossing: float | None

    @property
    def life_years(self) -> float:
        """Undiscounted life-years."""
        return self.progression_free + self.progressed

    def qalys(self, utility_free: float, utility_progressed: float) -> float:
        """Return discounted QALYs.

        Raises
        ------
        InputError
            A utility is above 1 (or below -1, worse than any measured state).
        """
        for name, value in (("utility_free", utility_free), ("utility_progressed", utility_progressed)):
            if not -1.0 <= value <= 1.0:
                raise InputError(
                    "a utility can't be above 1",
                    where="partitioned survival",
                    field=name,
                    value=value,
                    allowed="-1 to 1; 1 is full health, 0 is death",
                    remedy="give utilities as fractions: 0.83, not 83",
                )
        return (
            utility_free * self.discounted_progression_free + utility_progressed * self.discounted_progressed
        )


def partition(
    progression_free: SurvivalCurve,
    overall: SurvivalCurve,
    *,
    horizon: float,
    rate: float = 0.0,
    observed_until: float = 0.0,
) -> Partition:
    """Return the years in each state from two survival curves.

    Progression-free survival is never above overall survival: where two extrapolated curves cross it is cut
    down and the monthly cycles are counted. Within ``observed_until`` years a crossing is an error, as data
    can't show it.

    Raises
    ------
    InputError
        The curves cross while both are observed, or the horizon isn't positive.
    """
    if not horizon > 0:
        raise InputError(
            "the horizon must be positive",
            field="horizon",
            value=horizon,
            allowed="years above 0",
            remedy="give years",
        )
    edges = np.append(np.arange(0.0, horizon, _CYCLE), horizon)
    crossing = progression_free.survival(edges) > overall.survival(edges) * (1 + 1e-9) + 1e-12
    if np.any(crossing & (edges <= observed_until)):
        year = float(edges[np.argmax(crossing)])
        raise InputError(
            "progression-free survival is above overall survival within the observed time",
            where="partitioned survival",
            field="progression_free",
            value=f"S_pfs({year:.2f} y) = {float(progression_free.survival(year)):.3f}",
            allowed=f"at most S_os({year:.2f} y) = {float(overall.survival(year)):.3f}",
            remedy="check that the two curves are of the same patients and in the right order",
        )
    nodes, weights = np.polynomial.legendre.leggauss(4)
    half = 0.5 * np.diff(edges)[:, None]
    time = edges[:-1, None] + half * (1 + nodes)
    alive = overall.survival(time)
    free = np.minimum(progression_free.survival(time), alive)
    discount = np.exp(-force(rate) * time)
    return Partition(
        progression_free=float(np.sum(half * weights * free)),
        progressed=float(np.sum(half * weights * (alive - free))),
        discounted_progression_free=float(np.sum(half * weights * free * discount)),
        discounted_progressed=float(np.sum(half * weights * (alive - free) * discount)),
        crossed_cycles=int(crossing.sum()),
        first_crossing=float(edges[np.argmax(crossing)]) if crossing.any() else None,
    )
