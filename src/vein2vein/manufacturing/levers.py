"""What one more slot or two fewer days of testing buys, in patients alive and fit at infusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.stats import t as student

from vein2vein.errors import InputError, near_miss
from vein2vein.manufacturing.centre import Centre
from vein2vein.manufacturing.checks import whole, within
from vein2vein.manufacturing.demand import Demand
from vein2vein.manufacturing.priority import Priority
from vein2vein.manufacturing.process import Process
from vein2vein.manufacturing.queue import simulate_queue
from vein2vein.manufacturing.queue_summary import by_replicate, predict
from vein2vein.manufacturing.waiting import Waiting


class Lever(Protocol):
    """A change of the programme."""

    @property
    def label(self) -> str:
        """What is changed, in a few words."""
        ...

    def apply(self, centres: tuple[Centre, ...], process: Process) -> tuple[tuple[Centre, ...], Process]:
        """Return the changed programme."""
        ...


@dataclass(frozen=True)
class MoreSlots:
    """Slots added to a site."""

    site: str
    slots: int = 1

    def __post_init__(self) -> None:
        whole(self, "slots", 1)

    @property
    def label(self) -> str:
        """What is changed."""
        return f"{self.slots} more slot{'s' if self.slots > 1 else ''} at {self.site}"

    def apply(self, centres: tuple[Centre, ...], process: Process) -> tuple[tuple[Centre, ...], Process]:
        """Return the centres with more slots."""
        _known_site(self.site, centres)
        return tuple(
            replace(c, site=replace(c.site, slots=c.site.slots + self.slots))
            if c.site.name == self.site
            else c
            for c in centres
        ), process


@dataclass(frozen=True)
class MoreStarts:
    """Batches that the staff of a site can start beyond now, in one week."""

    site: str
    per_week: int = 1

    def __post_init__(self) -> None:
        whole(self, "per_week", 1)

    @property
    def label(self) -> str:
        """What is changed."""
        return f"staff for {self.per_week} more start{'s' if self.per_week > 1 else ''} a week at {self.site}"

    def apply(self, centres: tuple[Centre, ...], process: Process) -> tuple[tuple[Centre, ...], Process]:
        """Return the centres with more staff."""
        _known_site(self.site, centres)
        changed = []
        for c in centres:
            if c.site.name == self.site and c.site.starts_per_week is not None:
                c = replace(c, site=replace(c.site, starts_per_week=c.site.starts_per_week + self.per_week))
            changed.append(c)
        return tuple(changed), process


@dataclass(frozen=True)
class FewerQcDays:
    """A shorter time from harvest to release."""

    days: float = 2.0

    def __post_init__(self) -> None:
        within(self, "days", 0.0, open_low=True, open_high=True)

    @property
    def label(self) -> str:
        """What is changed."""
        return f"{self.days:g} fewer days of testing"

    def apply(self, centres: tuple[Centre, ...], process: Process) -> tuple[tuple[Centre, ...], Process]:
        """Return the process with faster tests.

        Raises
        ------
        InputError
            The tests take less time than is to be saved.
        """
        qc = process.schedule.qc
        if self.days > qc:
            raise InputError(
                "more days are to be saved than the tests take",
                where=f"process {process.name!r}",
                field="days",
                value=self.days,
                allowed=f"at most {qc:g}",
                remedy="save fewer days",
            )
        return centres, replace(process, schedule=replace(process.schedule, qc=qc - self.days))


def _known_site(name: str, centres: tuple[Centre, ...]) -> None:
    names = {centre.site.name for centre in centres}
    if name not in names:
        raise InputError(
            f"no centre makes its products at a site of this name.{near_miss(name, names)}",
            where="lever",
            field="site",
            value=name,
            allowed=", ".join(sorted(names)),
            remedy="name one of these",
        )


def value_of_levers(
    centres: Sequence[Centre],
    process: Process,
    demand: Demand,
    levers: Sequence[Lever],
    seed: int,
    replicates: int,
    *,
    waiting: Waiting | None = None,
    priority: Priority | None = None,
) -> pd.DataFrame:
    """Return how many more patients are alive and fit at infusion with each lever.

    Every replicate is simulated with and without the lever on the same patients and batches, so that the
    difference is free of the chance that both share.

    Returns
    -------
    DataFrame
        Columns: lever; infused (mean without, then with); gain (mean difference), gain_low, gain_high (95 %
        Monte-Carlo interval of that mean: it shrinks with replicates); programme_low, programme_high (where
        95 % of single programmes fall: it doesn't).
    """
    base_centres = tuple(centres)

    def infused(changed: tuple[Centre, ...], made: Process) -> np.ndarray:
        result = simulate_queue(changed, made, demand, seed, replicates, waiting=waiting, priority=priority)
        return by_replicate(result, lambda p: float((p["outcome"] == "infused").sum()))

    before, rows = infused(base_centres, process), []
    for lever in levers:
        after = infused(*lever.apply(base_centres, process))
        gain = after - before
        half = _half_width(gain)
        spread = predict(gain)
        mean = float(gain.mean())
        rows.append(
            (
                lever.label,
                float(before.mean()),
                float(after.mean()),
                mean,
                mean - half,
                mean + half,
                spread.low,
                spread.high,
            )
        )
    columns = [
        "lever",
        "infused_without",
        "infused_with",
        "gain",
        "gain_low",
        "gain_high",
        "programme_low",
        "programme_high",
    ]
    return pd.DataFrame(rows, columns=columns)


def _half_width(gain: np.ndarray) -> float:
    """Return half the 95 % interval of the mean; infinite for a single replicate."""
    if gain.size < 2:
        return float("inf")
    return float(student.ppf(0.975, gain.size - 1) * gain.std(ddof=1) / np.sqrt(gain.size))
