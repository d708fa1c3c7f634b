"""Direct stochastic simulation of a birth–death clone, cell by cell: the referee of the cure formula.

It knows nothing of Kendall's solution: every birth, death and immigration is drawn one by one (Gillespie's
method, with thinning because the rates change in time; D. T. Gillespie, J Comput Phys 1976;22:403; P. A. W.
Lewis, G. S. Shedler, Nav Res Logist Q 1979;26:403).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.outcomes.trajectories import Flags, Floats


@dataclass(frozen=True)
class BirthDeathSample:
    """Clones simulated to the end of the grid.

    Attributes
    ----------
    cells : (replicates,) int array
        Cells at the end; of a clone declared safe (below), the size it had then.
    extinct : (replicates,) bool array
        No cell left at the end.
    """

    cells: NDArray[np.int64]

    @property
    def extinct(self) -> Flags:
        """Whether each clone has no cell left at the end."""
        return self.cells == 0

    @property
    def extinct_share(self) -> float:
        """Share of extinct clones."""
        return float(self.extinct.mean())

    @property
    def standard_error(self) -> float:
        """Monte-Carlo standard error of that share."""
        share = self.extinct_share
        return float(np.sqrt(share * (1 - share) / len(self.cells)))


def simulate_birth_death(
    times: Floats,
    birth: Floats,
    death: Floats,
    rng: np.random.Generator,
    *,
    founders: float,
    replicates: int,
    immigration: Floats | None = None,
    negligible: float = 1e-12,
) -> BirthDeathSample:
    """Simulate clones with a Poisson number of founders; rates are linear between the times.

    Parameters
    ----------
    times : (T,) array
        Increasing times.
    birth, death : (T,) arrays
        Rates per cell.
    rng : numpy.random.Generator
        Source of chance; consumed.
    founders : float
        Mean of the Poisson number of cells at the first time.
    replicates : int
        Clones.
    immigration : (T,) array, optional
        New cells per time.
    negligible : float
        From the time on after which births always outpace deaths, a clone so large that its chance of
        extinction is below this is left alone: it will survive. This is what makes exact simulation
        affordable.

    Raises
    ------
    InputError
        Rates don't fit the grid or are negative, or there is nothing to simulate.
    """
    new = np.zeros_like(times) if immigration is None else np.asarray(immigration, dtype=float)
    for field, rate in (("birth", birth), ("death", death), ("immigration", new)):
        if np.shape(rate) != np.shape(times) or not np.all(np.asarray(rate) >= 0):
            raise InputError("a rate does not fit the grid", field=field, allowed=f"{len(times)} rates >= 0")
    if replicates < 1 or not founders >= 0:
        raise InputError(
            "nothing to simulate",
            field="founders, replicates",
            value=(founders, replicates),
            allowed="a mean >= 0 and at least one replicate",
        )
    safe_from, safe_size = _safe(times, np.asarray(birth), np.asarray(death), negligible)
    start = rng.poisson(founders, replicates).astype(np.int64)
    rates = np.ascontiguousarray(np.stack([birth, death, new]).astype(float))
    return BirthDeathSample(_run(np.asarray(times, dtype=float), rates, start, rng, safe_from, safe_size))


def _safe(times: Floats, birth: Floats, death: Floats, negligible: float) -> tuple[float, float]:
    """First time after which b > d always, and the size from which extinction is then negligible."""
    losing = np.flatnonzero(death >= birth)
    first = int(losing[-1]) + 1 if losing.size else 0
    if first >= len(times):
        return np.inf, np.inf
    ratio = float(np.max(death[first:] / birth[first:]))
    if ratio <= 0:
        return float(times[first]), 1.0
    return float(times[first]), float(np.log(negligible) / np.log(ratio))


@njit(nogil=True)
def _run(
    times: Floats,
    rates: Floats,
    start: NDArray[np.int64],
    rng: np.random.Generator,
    safe_from: float,
    safe_size: float,
) -> NDArray[np.int64]:  # pragma: no cover  compiled
    cells = start.copy()
    for k in range(len(start)):
        n, t = start[k], times[0]
        for i in range(len(times) - 1):
            width = times[i + 1] - times[i]
            most_b = max(rates[0, i], rates[0, i + 1])
            most_d = max(rates[1, i], rates[1, i + 1])
            most_m = max(rates[2, i], rates[2, i + 1])
            if t >= safe_from and n >= safe_size:
                break
            while True:
                bound = n * (most_b + most_d) + most_m
                if bound <= 0.0:
                    t = times[i + 1]
                    break
                t += rng.exponential() / bound
                if t >= times[i + 1]:
                    t = times[i + 1]
                    break
                w = (t - times[i]) / width
                u = rng.random() * bound
                b = n * ((1 - w) * rates[0, i] + w * rates[0, i + 1])
                d = n * ((1 - w) * rates[1, i] + w * rates[1, i + 1])
                m = (1 - w) * rates[2, i] + w * rates[2, i + 1]
                if u < b + m:
                    n += 1
                elif u < b + m + d:
                    n -= 1
                if t >= safe_from and n >= safe_size:
                    break
        cells[k] = n
    return cells
