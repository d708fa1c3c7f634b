"""Who was meant to be treated and who was: intention to treat beside as infused, for both modes of manufacture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vein2vein.programme.by_mode import ModeOutcome
from vein2vein.programme.claims import Prediction
from vein2vein.programme.supply import ProductPool
from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.estimate import Estimate

NAMES = {"place_of_care": "place-of-care", "central": "central"}


def chapter(outcomes: Sequence[ModeOutcome], pools: Mapping[str, ProductPool]) -> Chapter:
    """Return the chapter on intention to treat.

    Parameters
    ----------
    outcomes : sequence of ModeOutcome
        Every outcome of both modes.
    pools : mapping of str to ProductPool
        The infused products of both modes, with the shares infused.
    """
    infused = [(name, _share(Prediction.over(pools[mode].infused_share))) for mode, name in NAMES.items()]
    meanings = dict.fromkeys((row.outcome, row.meaning) for row in outcomes)
    by_key = {(row.mode, row.outcome): row for row in outcomes}
    rows = []
    for outcome, meaning in meanings:
        cells = []
        for mode, name in NAMES.items():
            row = by_key[mode, outcome]
            cells += [(f"{name}, infused", _share(row.as_infused))]
            cells += [(f"{name}, referred", _share(row.intention_to_treat))]
        rows.append((meaning, cells))
    return Chapter(
        "intention", "Meant to be treated, and treated", fill("intention.html", infused=infused, rows=rows)
    )


def _share(p: Prediction) -> Estimate:
    return Estimate.share(p.value, p.low, p.high)
