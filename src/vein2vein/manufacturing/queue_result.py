"""What a simulated programme did: one row a patient, and the tables read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.manufacturing.batches import Batches
from vein2vein.manufacturing.centre import Centre
from vein2vein.manufacturing.demand import Demand
from vein2vein.manufacturing.phenotype import PHENOTYPES
from vein2vein.manufacturing.process import Process
from vein2vein.manufacturing.product import ManufacturedProduct
from vein2vein.manufacturing.release import DISPOSITIONS
from vein2vein.manufacturing.waiting import Cohort, Waiting

Array = NDArray[np.float64]

OUTCOMES: tuple[str, ...] = (
    "infused",
    "died_before_collection",
    "unfit_before_collection",
    "manufacturing_failure",
    "died_after_collection",
    "unfit_after_collection",
    "in_progress",
)
"""How a referral ends. Unfit: alive, but too ill to be collected from or to be infused."""

_PRODUCT = ("dose", *PHENOTYPES, "vcn_per_car", "viability", "car_positive", "disposition")

PATIENT_COLUMNS: dict[str, tuple[str, str]] = {
    "replicate": ("1", "repetition of the programme"),
    "patient": ("1", "index in the order of referral"),
    "centre": ("category", "centre"),
    "foreign": ("bool", "patient from abroad"),
    "bridged": ("bool", "bridging therapy"),
    "referred": ("day", "referral; day 0 is a Monday"),
    "fit_until": ("day", "after this day it is too late"),
    "alive_until": ("day", "death without CAR-T"),
    "requested": ("day", "slot requested"),
    "collected": ("day", "first apheresis"),
    "harvested": ("day", "last harvest"),
    "released": ("day", "release of the product"),
    "arrived": ("day", "product at the bedside"),
    "infused": ("day", "infusion; NaN if not infused"),
    "left": ("day", "infused, lost or dead"),
    "attempts": ("1", "collections or batches"),
    "outcome": ("category", "how the referral ended"),
    "vein_to_vein": ("day", "first apheresis to infusion"),
    "referral_to_infusion": ("day", "referral to infusion"),
    "burden_ratio": ("1", "disease at infusion relative to referral"),
    "dose": ("cell", "viable CAR+ cells given"),
    **{name: ("1", f"{name.replace('_', ' ')} share of the T cells given") for name in PHENOTYPES},
    "vcn_per_car": ("copies/cell", "copies over CAR+ cells"),
    "viability": ("1", "viable share when given"),
    "car_positive": ("1", "CAR+ share"),
    "disposition": ("category", "released or released_exceptionally; empty if not infused"),
}
"""Unit and meaning of each column of :attr:`QueueResult.patients`; the last nine are of the infused only."""


@dataclass(frozen=True)
class Replicate:
    """One run of the programme, as the simulation leaves it."""

    TIMES: ClassVar[tuple[str, ...]] = (
        "requested",
        "collected",
        "harvested",
        "released",
        "arrived",
        "infused",
        "left",
    )

    cohort: Cohort
    count: int
    times: dict[str, Array]
    outcome: NDArray[np.int8]
    attempts: NDArray[np.int64]
    batches: tuple[Batches, ...]
    occupied: tuple[tuple[str, float, float, float], ...]
    end: float


@dataclass(frozen=True)
class QueueResult:
    """A simulated programme.

    Attributes
    ----------
    patients : DataFrame
        One row a referred patient and replicate, the columns of :data:`PATIENT_COLUMNS`.
    slots : DataFrame
        One row an occupation of a slot: replicate, site, from, harvested, to (days).
    ends : ndarray, shape (replicates,)
        Day at which each replicate ended.
    centres, process, demand, waiting, seed
        What was simulated.
    """

    patients: pd.DataFrame
    slots: pd.DataFrame
    ends: Array
    centres: tuple[Centre, ...]
    process: Process
    demand: Demand
    waiting: Waiting
    seed: int

    def product(self, position: int) -> ManufacturedProduct:
        """Return the product of the patient at a position of :attr:`patients`.

        Raises
        ------
        InputError
            The patient was not infused.
        """
        line = self.patients.iloc[position]
        if line["outcome"] != "infused":
            raise InputError(
                "this patient was not infused",
                where=f"patient {position}",
                field="outcome",
                value=str(line["outcome"]),
                allowed="infused",
                remedy="choose a patient whose outcome is 'infused'",
            )
        shares = {name: float(line[name]) for name in PHENOTYPES}
        return ManufacturedProduct(
            dose=float(line["dose"]),
            **shares,
            vcn_per_car_cell=float(line["vcn_per_car"]),
            viability=float(line["viability"]),
            day_ready=float(line["arrived"] - line["collected"]),
        )

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return len(self.ends)


def gather(
    runs: tuple[Replicate, ...],
    centres: tuple[Centre, ...],
    process: Process,
    demand: Demand,
    waiting: Waiting,
    seed: int,
) -> QueueResult:
    """Return the result of all replicates as tables."""
    names = [centre.name for centre in centres]
    patients = pd.concat([_patients(r, run, names, waiting) for r, run in enumerate(runs)], ignore_index=True)
    slots = pd.DataFrame(
        [(r, *occupation) for r, run in enumerate(runs) for occupation in run.occupied],
        columns=["replicate", "site", "from", "harvested", "to"],
    )
    return QueueResult(
        patients, slots, np.array([run.end for run in runs]), centres, process, demand, waiting, seed
    )


def _patients(replicate: int, run: Replicate, names: list[str], waiting: Waiting) -> pd.DataFrame:
    n, cohort = run.count, run.cohort
    took = run.times["infused"] - cohort.referred[:n]
    infused = run.outcome == OUTCOMES.index("infused")
    table = pd.DataFrame(
        {
            "replicate": replicate,
            "patient": np.arange(n),
            "centre": pd.Categorical.from_codes(cohort.centre[:n], pd.Index(names)),
            "foreign": cohort.foreign[:n],
            "bridged": cohort.bridged[:n],
            "referred": cohort.referred[:n],
            "fit_until": cohort.fit_until[:n],
            "alive_until": cohort.alive_until[:n],
            **run.times,
            "attempts": run.attempts,
            "outcome": pd.Categorical.from_codes(run.outcome, pd.Index(OUTCOMES), ordered=True),
            "vein_to_vein": run.times["infused"] - run.times["collected"],
            "referral_to_infusion": took,
            "burden_ratio": waiting.burden_ratio(took, cohort.bridged[:n]),
        }
    )
    for column in _PRODUCT:
        table[column] = _of_last_attempt(run, column, infused)
    return table


def _of_last_attempt(
    run: Replicate, column: str, infused: NDArray[np.bool_]
) -> pd.Series[float] | pd.Categorical[str]:
    n = run.count
    if column == "disposition":
        kinds = pd.Index(DISPOSITIONS)
        codes = np.full(n, -1)
        for a, batches in enumerate(run.batches, start=1):
            mine = infused & (run.attempts == a)
            codes[mine] = batches.table[column].cat.codes.to_numpy()[:n][mine]
        return pd.Categorical.from_codes(codes, kinds, ordered=True)
    values = np.full(n, np.nan)
    for a, batches in enumerate(run.batches, start=1):
        mine = infused & (run.attempts == a)
        values[mine] = batches.table[column].to_numpy()[:n][mine]
    return pd.Series(values)
