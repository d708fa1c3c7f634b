"""Tables read from a simulated programme: funnel, times, waiting list, utilisation, with intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.manufacturing.queue_result import QueueResult

Array = NDArray[np.float64]

INTERVAL = 0.95
"""Probability inside every prediction interval of this module."""


@dataclass(frozen=True)
class Prediction:
    """A number of one programme of this size: its mean, and where 95 % of such programmes fall."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        shown = f"{self.mean:.3g}"
        return shown if np.isnan(self.low) else f"{shown} ({self.low:.3g} to {self.high:.3g})"


def predict(values: Array) -> Prediction:
    """Return the mean and the central 95 % of one value a replicate, shape (replicates,).

    NaN is left out; a single value has no interval (NaN).
    """
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if known.size == 0:
        return Prediction(float("nan"), float("nan"), float("nan"))
    if known.size == 1:
        return Prediction(float(known[0]), float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    return Prediction(float(known.mean()), float(low), float(high))


def by_replicate(result: QueueResult, statistic: Callable[[pd.DataFrame], float]) -> Array:
    """Return a statistic of the patients of each replicate, shape (replicates,)."""
    groups = dict(list(result.patients.groupby("replicate")))
    empty = result.patients.iloc[:0]
    return np.array([statistic(groups.get(r, empty)) for r in range(result.replicates)])


_Selector = Callable[[pd.DataFrame], pd.Series]


def _count(of: _Selector, patients: pd.DataFrame) -> float:
    return float(of(patients).sum())


def _median(of: _Selector, patients: pd.DataFrame) -> float:
    return float(of(patients).median())


FUNNEL: tuple[tuple[str, str, _Selector], ...] = (
    ("referred", "stage", lambda p: p["referred"].notna()),
    ("died before collection", "loss", lambda p: p["outcome"] == "died_before_collection"),
    ("too ill to be collected from", "loss", lambda p: p["outcome"] == "unfit_before_collection"),
    ("collected", "stage", lambda p: p["collected"].notna()),
    ("no product could be made", "loss", lambda p: p["outcome"] == "manufacturing_failure"),
    ("died after collection", "loss", lambda p: p["outcome"] == "died_after_collection"),
    ("too ill to be infused", "loss", lambda p: p["outcome"] == "unfit_after_collection"),
    ("infused", "stage", lambda p: p["outcome"] == "infused"),
    ("in progress at the end", "open", lambda p: p["outcome"] == "in_progress"),
)
"""Steps of the funnel, in order: name, whether a stage, a loss or still open, and who belongs to it."""


def funnel(result: QueueResult) -> pd.DataFrame:
    """Return the drop-out funnel with its reasons.

    Returns
    -------
    DataFrame
        Columns: step, kind (stage, loss or open), patients, low, high (mean and 95 % prediction interval
        over the replicates), share (of the referred).
    """
    rows = []
    referred = float(np.mean(by_replicate(result, len)))
    for name, kind, belongs in FUNNEL:
        counted = predict(by_replicate(result, partial(_count, belongs)))
        share = counted.mean / referred if referred else float("nan")
        rows.append((name, kind, counted.mean, counted.low, counted.high, share))
    return pd.DataFrame(rows, columns=["step", "kind", "patients", "low", "high", "share"])


def times(result: QueueResult) -> pd.DataFrame:
    """Return medians, with interval, of the waits of infused patients.

    Returns
    -------
    DataFrame
        Columns: wait, median, low, high (days).
    """
    waits: dict[str, _Selector] = {
        "vein to vein": lambda p: p["vein_to_vein"],
        "referral to infusion": lambda p: p["referral_to_infusion"],
        "request of a slot to collection": lambda p: (p["collected"] - p["requested"])[p["infused"].notna()],
        "arrival of the product to infusion": lambda p: p["infused"] - p["arrived"],
    }
    rows = []
    for name, wait in waits.items():
        median = predict(by_replicate(result, partial(_median, wait)))
        rows.append((name, median.mean, median.low, median.high))
    return pd.DataFrame(rows, columns=["wait", "median", "low", "high"])


def by_origin(result: QueueResult) -> pd.DataFrame:
    """Return what becomes of citizens and of patients from abroad.

    Returns
    -------
    DataFrame
        Columns: origin; infused, low, high (% of those whose referral has ended, mean and 95 % prediction
        interval); patients (infused, mean); wait (median days from referral to infusion).
    """
    rows = []
    for origin, foreign in (("citizens", False), ("from abroad", True)):
        share = predict(by_replicate(result, partial(_infused_share, foreign)))
        number = by_replicate(result, partial(_infused_number, foreign))
        mine = result.patients[result.patients["foreign"] == foreign]
        wait = float(mine["referral_to_infusion"].median())
        rows.append((origin, share.mean, share.low, share.high, float(number.mean()), wait))
    return pd.DataFrame(rows, columns=["origin", "infused", "low", "high", "patients", "wait"])


def _infused_share(foreign: bool, patients: pd.DataFrame) -> float:
    ended = patients[(patients["foreign"] == foreign) & (patients["outcome"] != "in_progress")]
    return float((ended["outcome"] == "infused").mean() * 100.0)


def _infused_number(foreign: bool, patients: pd.DataFrame) -> float:
    return float(((patients["foreign"] == foreign) & (patients["outcome"] == "infused")).sum())


def waiting_list(result: QueueResult, edges: Array) -> pd.DataFrame:
    """Return how many patients wait for a slot, averaged over periods.

    Parameters
    ----------
    result : QueueResult
        A programme.
    edges : ndarray, shape (p + 1,)
        Increasing days between which to average.

    Returns
    -------
    DataFrame
        Columns: day (middle of the period), mean, low, high; replicates that end within a period are left
        out of it, and so are periods that fewer than half of the replicates see to the end.
    """
    averages = np.full((result.replicates, edges.size - 1), np.nan)
    for r, patients in result.patients.groupby("replicate"):
        index = int(str(r))
        waits = patients[patients["requested"].notna()]
        begin = waits["requested"].to_numpy()
        end = waits["collected"].fillna(waits["left"]).fillna(result.ends[index]).to_numpy()
        waited = np.clip(edges[:, None] - begin, 0.0, np.maximum(end - begin, 0.0)).sum(axis=1)
        whole = edges[1:] <= result.ends[index]
        averages[index] = np.where(whole, np.diff(waited) / np.diff(edges), np.nan)
    seen = np.isfinite(averages).mean(axis=0) >= 0.5
    middle = 0.5 * (edges[1:] + edges[:-1])
    rows = [(float(day), *_spread(averages[:, p])) for p, day in enumerate(middle) if seen[p]]
    return pd.DataFrame(rows, columns=["day", "mean", "low", "high"])


def _spread(values: Array) -> tuple[float, float, float]:
    found = predict(values)
    return found.mean, found.low, found.high


def utilisation(result: QueueResult) -> pd.DataFrame:
    """Return what share of its slot-days each site spends on cultures, and on cleaning and other holding.

    Returns
    -------
    DataFrame
        Columns: site, slots, culture (share), culture_low, culture_high, held (share beyond the culture),
        batches (a year), batches_low, batches_high.
    """
    rows = []
    for site in {centre.site.name: centre.site for centre in result.centres}.values():
        mine = result.slots[result.slots["site"] == site.name]
        culture, held, number = (np.zeros(result.replicates) for _ in range(3))
        for r, used in mine.groupby("replicate"):
            index = int(str(r))
            available = site.slots * result.ends[index]
            in_culture = float((used["harvested"] - used["from"]).sum())
            culture[index] = in_culture / available
            held[index] = float((used["to"] - used["from"]).sum()) / available - culture[index]
            number[index] = float((used["harvested"] > used["from"]).sum()) / result.ends[index] * 365.25
        c, b = predict(culture), predict(number)
        rows.append((site.name, site.slots, c.mean, c.low, c.high, float(held.mean()), b.mean, b.low, b.high))
    columns = [
        "site",
        "slots",
        "culture",
        "culture_low",
        "culture_high",
        "held",
        "batches",
        "batches_low",
        "batches_high",
    ]
    return pd.DataFrame(rows, columns=columns)


def doses_per_year(result: QueueResult) -> Prediction:
    """Return infusions a year, with the interval of one programme."""
    infused = by_replicate(result, lambda p: float((p["outcome"] == "infused").sum()))
    return predict(infused / result.ends * 365.25)
