"""What a simulation answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.simulation.records import Tolerances


@dataclass(frozen=True)
class Failure:
    """One patient whose integration didn't come to its end.

    Parameters
    ----------
    patient : int
        Index of the patient.
    time : float
        Day that it reached.
    state : str
        State at fault.
    kind : str
        What went wrong.
    remedy : str
        What to try.
    """

    patient: int
    time: float
    state: str
    kind: str
    remedy: str


@dataclass(frozen=True)
class Interventions:
    """How often a ward rule acted: ``count`` (n,) and ``first_time`` (n,), days, NaN if never."""

    count: NDArray[np.int64]
    first_time: NDArray[np.float64]


@dataclass(frozen=True)
class Ensemble:
    """A simulated population of n patients.

    Parameters
    ----------
    times : array, shape (T,)
        Output grid, days. At the time of an event the value is the one after it.
    outputs : dict of str to array, shape (n, T)
        NaN after a stop or failure.
    summaries : dict of str to array, shape (n,)
        Extrema and integrals; NaN for a failed patient.
    summary_times : dict of str to array, shape (n,)
        When each extremum was reached, days.
    interventions : dict of str to Interventions
        By ward rule.
    stopped_at : array, shape (n,)
        Day on which the stop condition held; NaN if it didn't.
    steps : array of int, shape (n,)
        Steps tried.
    failures : tuple of Failure
        Patients without a result.
    tolerances : Tolerances
        With which it was computed.
    method : str
        Which integrator ran.
    """

    times: NDArray[np.float64]
    outputs: dict[str, NDArray[np.float64]]
    summaries: dict[str, NDArray[np.float64]]
    summary_times: dict[str, NDArray[np.float64]]
    interventions: dict[str, Interventions]
    stopped_at: NDArray[np.float64]
    steps: NDArray[np.int64]
    failures: tuple[Failure, ...]
    tolerances: Tolerances
    method: str

    @property
    def patients(self) -> int:
        """Number of patients."""
        return len(self.steps)
