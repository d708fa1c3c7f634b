"""Where the width of a prediction comes from: the biology, the disease mix, and chance in a small cohort."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from vein2vein.clinic.metrics import EFFICACY, TOXICITY, Metric

SHOWN = ("cr", "pfs_12", "cured", "os_48", "crs_any", "crs_severe", "icans_severe")


@dataclass(frozen=True)
class Width:
    """The variance of one share over programmes, split; the three parts sum to one.

    Parameters
    ----------
    metric : Metric
        What is predicted.
    sd : float
        Standard deviation of the share over programmes of this size.
    parameters, mix, chance : float
        Parts of the variance that come from unknown parameters, from the unknown disease mix, and from which
        patients a cohort happens to hold. A part estimated below zero counts as none.
    """

    metric: Metric
    sd: float
    parameters: float
    mix: float
    chance: float


def widths(patients: pd.DataFrame) -> tuple[Width, ...]:
    """Return the split of every shown share; empty where no parameter set has two replicates.

    One-way analysis of variance: between parameter sets, and between the replicates of one set; of the latter
    the binomial variance ``p (1 - p) / n`` within each disease is chance, the rest the mix.
    """
    by_replicate = patients.groupby("replicate")["parameter_set"].first()
    size = by_replicate.value_counts()
    if len(size) < 2 or (size < 2).all():
        return ()
    metrics = {m.id: m for m in (*EFFICACY, *TOXICITY)}
    return tuple(_width(metrics[name], patients, by_replicate) for name in SHOWN)


def _width(metric: Metric, patients: pd.DataFrame, set_of: pd.Series) -> Width:
    flags = metric.of(patients).astype(float)
    share = flags.groupby(patients["replicate"]).mean()
    groups = share.groupby(set_of)
    within = float(groups.var().mean())
    count = float(groups.size().mean())
    between = max(float(groups.mean().var()) - within / count, 0.0)
    cell = flags.groupby([patients["parameter_set"], patients["setting"]], observed=True).transform("mean")
    n = patients.groupby("replicate").size().mean()
    chance = min(float((cell * (1 - cell)).mean() / n), within)
    total = between + within
    if total == 0:
        return Width(metric, 0.0, 0.0, 0.0, 0.0)
    return Width(metric, total**0.5, between / total, (within - chance) / total, chance / total)
