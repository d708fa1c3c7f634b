"""Central (weeks) against place-of-care (days) manufacture: intention to treat and as infused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from vein2vein.manufacturing.phenotype import PHENOTYPES, PhenotypeEffect
from vein2vein.manufacturing.queue_result import QueueResult
from vein2vein.manufacturing.queue_summary import by_replicate, predict

_Statistic = Callable[[pd.DataFrame], float]

INTENTION_TO_TREAT = "intention to treat (all referred)"
AS_INFUSED = "as infused"


def _share(condition: Callable[[pd.DataFrame], pd.Series]) -> _Statistic:
    return lambda p: float(condition(p)[p["outcome"] != "in_progress"].mean() * 100.0)


def _median(column: str) -> _Statistic:
    return lambda p: float(p.loc[p["outcome"] == "infused", column].median())


_REFERRED: tuple[tuple[str, str, _Statistic], ...] = (
    ("infused, alive and fit", "percent", _share(lambda p: p["outcome"] == "infused")),
    (
        "died before infusion",
        "percent",
        _share(lambda p: p["outcome"].isin(["died_before_collection", "died_after_collection"])),
    ),
    (
        "too ill by the time",
        "percent",
        _share(lambda p: p["outcome"].isin(["unfit_before_collection", "unfit_after_collection"])),
    ),
    ("no product could be made", "percent", _share(lambda p: p["outcome"] == "manufacturing_failure")),
)

_INFUSED: tuple[tuple[str, str, _Statistic], ...] = (
    ("vein to vein, median", "day", _median("vein_to_vein")),
    ("referral to infusion, median", "day", _median("referral_to_infusion")),
    ("disease at infusion over referral, median", "1", _median("burden_ratio")),
    ("dose, median", "cell", _median("dose")),
    ("viability, median", "1", _median("viability")),
    ("naive and stem-cell memory share, median", "1", _median("naive_scm")),
)


def compare_modes(
    results: Mapping[str, QueueResult], target_dose: float, effect: PhenotypeEffect
) -> pd.DataFrame:
    """Return both analysis sets for several ways to manufacture.

    Simulate every mode with the same seed and demand: the same patients are then compared.

    Parameters
    ----------
    results : mapping of str to QueueResult
        A simulated programme for each mode.
    target_dose : float
        Intended dose, viable CAR+ cells.
    effect : PhenotypeEffect
        Hypothesis on phenotype and expansion.

    Returns
    -------
    DataFrame
        Columns: mode, set, quantity, unit, mean, low, high (over replicates: 95 % prediction interval).
    """

    def below_target(p: pd.DataFrame) -> float:
        return float((p.loc[p["outcome"] == "infused", "dose"] < 0.999 * target_dose).mean() * 100.0)

    def outside(p: pd.DataFrame) -> float:
        return float(
            (p.loc[p["outcome"] == "infused", "disposition"] == "released_exceptionally").mean() * 100.0
        )

    def expansion(p: pd.DataFrame) -> float:
        shares = p.loc[p["outcome"] == "infused", list(PHENOTYPES)].to_numpy()
        return float(effect.expansion_multiplier(shares).mean()) if len(shares) else float("nan")

    infused = (
        *_INFUSED,
        ("dose below target", "percent", below_target),
        ("released exceptionally", "percent", outside),
        ("expansion multiplier, mean", "1", expansion),
    )
    rows = []
    for mode, result in results.items():
        for analysis, entries in ((INTENTION_TO_TREAT, _REFERRED), (AS_INFUSED, infused)):
            for quantity, unit, statistic in entries:
                found = predict(by_replicate(result, statistic))
                rows.append((mode, analysis, quantity, unit, found.mean, found.low, found.high))
    return pd.DataFrame(rows, columns=["mode", "set", "quantity", "unit", "mean", "low", "high"])
