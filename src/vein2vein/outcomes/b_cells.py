"""B-cell aplasia: the bystander effect by which CAR-T cells show that they are at work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vein2vein.errors import InputError
from vein2vein.outcomes.kaplan_meier import KaplanMeier, kaplan_meier
from vein2vein.outcomes.trajectories import Flags, Floats, Trajectories, first

APLASIA_BELOW = 10.0
"""B cells/µL of blood below which a patient counts as aplastic (core model, section 1.5)."""

RECOVERY_FROM = 28.0
"""First day on which a recovery counts."""


@dataclass(frozen=True)
class Aplasia:
    """B-cell aplasia of n patients.

    Attributes
    ----------
    onset : (n,) array
        First grid day below the threshold; not a number if never.
    recovery : (n,) array
        First grid day from day 28 on, after the onset, at or above the threshold; not a number if none was
        seen.
    days : (n,) array
        From onset to recovery, or to the end of observation; 0 if never aplastic.
    recovered : (n,) bool array
        Whether the recovery was seen.
    """

    onset: Floats
    recovery: Floats
    days: Floats
    recovered: Flags

    def remaining(self, among: Flags | None = None) -> KaplanMeier:
        """Return the Kaplan–Meier share still aplastic by days since onset, of those who became aplastic.

        Parameters
        ----------
        among : (n,) bool array, optional
            Restrict to these patients (such as responders).

        Raises
        ------
        InputError
            Nobody is left.
        """
        chosen = np.isfinite(self.onset) if among is None else np.isfinite(self.onset) & among
        if not chosen.any():
            raise InputError(
                "none of these patients was B-cell aplastic", where="Aplasia.remaining", field="among"
            )
        return kaplan_meier(self.days[chosen], self.recovered[chosen])


def find_aplasia(
    curves: Trajectories, *, below: float = APLASIA_BELOW, alive_until: Floats | None = None
) -> Aplasia:
    """Find onset, recovery and length of B-cell aplasia.

    Parameters
    ----------
    curves : Trajectories
        Needs ``b_cells_blood`` (cells/µL; plasma cells in the myeloma model).
    below : float
        Threshold, cells/µL.
    alive_until : (n,) array, optional
        Day of death, which ends the observation.
    """
    if not (np.isfinite(below) and below > 0):
        raise InputError("the threshold can't be used", field="below", value=below, allowed="cells/µL > 0")
    times, cells = curves.times, curves["b_cells_blood"]
    seen = np.isfinite(cells) & (times >= 0)
    if alive_until is not None:
        seen &= times <= alive_until[:, None]
    with np.errstate(invalid="ignore"):
        low = seen & (cells < below)
    start, ever = first(low)
    onset = np.where(ever, times[start], np.nan)
    with np.errstate(invalid="ignore"):
        back = seen & ~low & (times >= RECOVERY_FROM) & (times >= onset[:, None])
    stop, recovered = first(back)
    recovery = np.where(recovered, times[stop], np.nan)
    last_seen = times[cells.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)]
    days = np.where(ever, np.where(recovered, recovery, last_seen) - onset, 0.0)
    return Aplasia(onset=onset, recovery=recovery, days=days, recovered=recovered)
