"""Model against published facts, fitted and predicted apart, each with its interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta, binom

from vein2vein.evidence import EvidenceValue
from vein2vein.manufacturing.batches import Batches, simulate_batches
from vein2vein.manufacturing.calibration import copies_mean, copy_classes, observed
from vein2vein.manufacturing.numbers import number, row
from vein2vein.manufacturing.process import central, place_of_care
from vein2vein.manufacturing.specification import release_specification
from vein2vein.manufacturing.streams import Streams

Array = NDArray[np.float64]

FITTED, PREDICTED = "fitted", "predicted"
TOLERANCE = 0.10
"""Relative difference called agreement where chance between patients is not what separates fact and model."""

_SEED, _BATCHES, _RESAMPLED = 20251122, 40_000, 400


@dataclass(frozen=True)
class Comparison:
    """One fact beside the model.

    Attributes
    ----------
    kind : str
        ``"fitted"`` or ``"predicted"``.
    quantity, unit, source : str
        What is compared, in which unit, and where the fact is from.
    n : int or None
        Sample size of the fact.
    observed, observed_low, observed_high : float
        The fact, and its exact 95 % interval, quartiles or range where there is one (else NaN).
    model, model_low, model_high : float
        The model, and where 95 % of studies of this size (or of single batches, where the fact is a range)
        fall.
    evidence : str
        Whether the fact was read in its source or recalled.
    """

    kind: str
    quantity: str
    unit: str
    source: str
    evidence: str
    n: int | None
    observed: float
    observed_low: float
    observed_high: float
    model: float
    model_low: float
    model_high: float

    @property
    def agrees(self) -> bool:
        """Whether the fact lies in the model's interval, or near the model where the model has none."""
        if np.isfinite(self.model_low):
            return self.model_low <= self.observed <= self.model_high
        return abs(self.difference) <= TOLERANCE

    @property
    def difference(self) -> float:
        """Model over fact, less 1."""
        return self.model / self.observed - 1.0


def validation_table() -> pd.DataFrame:
    """Return every comparison, fitted before predicted.

    Returns
    -------
    DataFrame
        The attributes of :class:`Comparison` as columns, ``difference`` (model over fact, less 1) and
        ``agrees``.
    """
    rows = sorted(comparisons(), key=lambda c: c.kind)
    table = pd.DataFrame([vars(c) for c in rows])
    table["difference"] = [c.difference for c in rows]
    table["agrees"] = [c.agrees for c in rows]
    return table


def comparisons() -> Iterator[Comparison]:
    """Yield every comparison, stage by stage."""
    near, far = (simulate_batches(p, _BATCHES, _SEED) for p in (place_of_care(), central()))
    yield from _collection(near)
    yield from _transduction(near)
    yield from _culture()
    yield from _release(near, far)
    yield from _times()
    yield from _infused(far)


def _fact(id: str) -> EvidenceValue:
    return row("manufacturing_observations", id)


def _compare(kind: str, id: str, model: float, low: float = np.nan, high: float = np.nan) -> Comparison:
    """Compare with the quartiles or range as published, if any."""
    fact = _fact(id)
    pair = fact.spread if isinstance(fact.spread, tuple) else fact.range
    return _comparison(kind, fact, (np.nan, np.nan) if pair is None else pair, model, low, high)


def _comparison(
    kind: str, fact: EvidenceValue, seen: tuple[float, float], model: float, low: float, high: float
) -> Comparison:
    return Comparison(
        kind=kind,
        quantity=fact.meaning or fact.id,
        unit=fact.unit,
        source=fact.source.citation,
        evidence=fact.evidence or "assumed",
        n=fact.n,
        observed=fact.value,
        observed_low=seen[0],
        observed_high=seen[1],
        model=model,
        model_low=low,
        model_high=high,
    )


def _share(kind: str, id: str, share: float) -> Comparison:
    """Compare a percentage, with its exact interval, with the interval of a study of the same size."""
    fact = _fact(id)
    n = fact.n
    if n is None:
        return _compare(kind, id, 100.0 * share)
    events = round(fact.value / 100.0 * n)
    exact_low = float(beta.ppf(0.025, events, n - events + 1)) if events > 0 else 0.0
    exact_high = float(beta.ppf(0.975, events + 1, n - events)) if events < n else 1.0
    low, high = (float(binom.ppf(q, n, share)) / n * 100.0 for q in (0.025, 0.975))
    return _comparison(kind, fact, (100.0 * exact_low, 100.0 * exact_high), 100.0 * share, low, high)


def _resampled(kind: str, id: str, values: Array, statistic: str, scale: float = 1.0) -> Comparison:
    """Compare a mean or median with its spread over resampled studies of the same size."""
    n = _fact(id).n or 1
    draw = Streams(_SEED).uniform(f"resample {id}", n * _RESAMPLED).reshape(_RESAMPLED, n)
    studies = values[(draw * len(values)).astype(int)]
    found = studies.mean(axis=1) if statistic == "mean" else np.median(studies, axis=1)
    center = float(values.mean() if statistic == "mean" else np.median(values))
    low, high = np.quantile(found, [0.025, 0.975])
    return _compare(kind, id, scale * center, scale * float(low), scale * float(high))


def _range(id: str, values: Array, scale: float = 1.0) -> Comparison:
    """Compare a published range with the central 95 % of single batches."""
    low, middle, high = np.quantile(values, [0.025, 0.5, 0.975]) * scale
    return _compare(PREDICTED, id, float(middle), float(low), float(high))


def _collection(batches: Batches) -> Iterator[Comparison]:
    cells, blood = (batches.table[name].to_numpy() for name in ("cd3_collected", "blood_cd3"))
    yield _share(FITTED, "cd3_minimum_reached", float((cells >= 6e8).mean()))
    yield _share(FITTED, "cd3_target_reached", float((cells >= 2e9).mean()))
    yield _compare(FITTED, "yield_correlation", float(np.corrcoef(np.log(blood), np.log(cells))[0, 1]))
    yield _resampled(PREDICTED, "blood_cd3_below_target", blood[cells < 2e9], "median", 1e-6)
    yield _resampled(PREDICTED, "blood_cd3_above_target", blood[cells >= 2e9], "median", 1e-6)
    yield _resampled(PREDICTED, "cd3_collected_children", cells, "median")


def _transduction(batches: Batches) -> Iterator[Comparison]:
    table = batches.table
    for k, share in enumerate(copy_classes(), start=1):
        yield _share(FITTED, f"copies_{k}", share)
    yield _resampled(FITTED, "car_positive_prodigy", table["car_positive"].to_numpy(), "mean", 100.0)
    yield _compare(PREDICTED, "copies_mean", copies_mean())
    yield _range("car_positive_released", table["car_positive"].to_numpy(), 100.0)
    yield _range("vcn_released", table["vcn_per_car"].to_numpy())
    per_cell = table["vcn_per_cell"].to_numpy()
    for i in (1, 2, 3):
        near = np.abs(table["car_positive"].to_numpy() - observed(f"ari_car_{i}") / 100.0) < 0.01
        error = np.exp(np.sqrt(np.log1p(batches.process.assays.vcn_cv**2)) * 1.96)
        middle = float(np.median(per_cell[near]))
        yield _compare(PREDICTED, f"ari_vcn_{i}", middle, middle / error, middle * error)


def _culture() -> Iterator[Comparison]:
    base = place_of_care()
    for kind, id, days in ((FITTED, "fold_prodigy", 13.0), (PREDICTED, "fold_routine", 11.0)):
        culture = replace(base.culture, days=days, vulnerable_share=0.0)
        fold = (
            simulate_batches(replace(base, culture=culture), _BATCHES, _SEED)
            .table["fold_expansion"]
            .to_numpy()
        )
        yield _resampled(kind, id, fold, "median") if kind == FITTED else _range(id, fold)


def first_failure(batches: Batches) -> float:
    """Return the share of started batches that gave nothing to infuse."""
    shares = batches.shares()
    return (shares["failed"] + shares["out_of_specification"]) / (1.0 - shares["repeat_apheresis"])


def _release(near: Batches, far: Batches) -> Iterator[Comparison]:
    failure = first_failure(far)
    yield _share(FITTED, "failure_uk_panel", failure)
    second = simulate_batches(central(), _BATCHES, _SEED, attempt=2).table["disposition"]
    again = far.table["disposition"].isin(["failed", "out_of_specification"]) & (second != "repeat_apheresis")
    yield _share(FITTED, "remanufacture_in_specification", float((second[again] == "released").mean()))
    for name in ("eliana", "zuma1", "transcend", "zuma2", "karmma", "zuma3", "cilta_soc", "uk_children"):
        yield _share(PREDICTED, f"failure_{name}", failure)
    yield _share(PREDICTED, "failure_automated", first_failure(near))
    strict = replace(central(), specification=release_specification("tisagenlecleucel_us"))
    shares = simulate_batches(strict, _BATCHES, _SEED).shares()
    outside = shares["released_exceptionally"] + shares["out_of_specification"]
    for name in ("cilta_soc", "transcend"):
        yield _share(PREDICTED, f"oos_{name}", outside / (1.0 - shares["repeat_apheresis"]))


def _times() -> Iterator[Comparison]:
    process = central()
    delay = process.schedule.arrangement.days(Streams(_SEED).uniform("arrangement", _BATCHES))
    delay = delay + process.schedule.lymphodepletion
    for kind, id, available in (
        (FITTED, "axi_real_world", "available_axi"),
        (PREDICTED, "axi_trial", "available_zuma1"),
        (PREDICTED, "liso", "available_liso"),
    ):
        yield _compare(kind, f"vein_to_vein_{id}", float(np.median(observed(available) + delay)))
    schedule = process.schedule
    made = process.culture.days + schedule.qc + 2.0 * schedule.shipping
    yield _compare(PREDICTED, "vein_to_vein_tisa", float(np.median(made + delay)))
    for kind, trial, available in (
        (FITTED, "karmma3", "available_karmma"),
        (PREDICTED, "cartitude4", "available_cartitude"),
    ):
        wait = observed(available) + delay
        yield _compare(PREDICTED, f"vein_to_vein_{trial}", float(np.median(wait)))
        yield _longest(kind, f"longest_{trial}", wait)


def _longest(kind: str, id: str, values: Array) -> Comparison:
    """Compare the longest of a study with the longest of resampled studies of the same size."""
    n = _fact(id).n or 1
    draw = Streams(_SEED).uniform(f"resample {id}", n * _RESAMPLED).reshape(_RESAMPLED, n)
    longest = values[(draw * len(values)).astype(int)].max(axis=1)
    low, middle, high = np.quantile(longest, [0.025, 0.5, 0.975])
    return _compare(kind, id, float(middle), float(low), float(high))


def _infused(far: Batches) -> Iterator[Comparison]:
    failure, life = first_failure(far), number("commercial_life_mean")
    for kind, name, wait in (
        (FITTED, "spain", "wait_spain"),
        (PREDICTED, "zuma1", "vein_to_vein_axi_trial"),
        (PREDICTED, "pinnix", "vein_to_vein_axi_us"),
        (PREDICTED, "karmma3", "vein_to_vein_karmma3"),
        (PREDICTED, "cartitude4", "vein_to_vein_cartitude4"),
        (PREDICTED, "eliana", "vein_to_vein_eliana"),
        (PREDICTED, "cilta_soc", "vein_to_vein_cartitude4"),
        (PREDICTED, "uk_brexu", "vein_to_vein_axi_eu"),
    ):
        yield _share(kind, f"infused_{name}", (1.0 - failure) * float(np.exp(-observed(wait) / life)))
