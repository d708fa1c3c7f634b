"""Whittington 2018: tisagenlecleucel in paediatric B-ALL, United States (JAMA Pediatr 172:1161).

Reproduced from the printed inputs: the ratio; the split of life-years between states that the printed
life-years, QALYs and utilities imply; and that more than 40 % become long-term survivors.

Not reproducible: costs, life-years and QALYs themselves. They rest on flexible parametric fits to digitised
curves whose coefficients are not printed, and on hospital costs of the supplement. No number here is tuned
to reach them.

Assumed: age 12 at the start (the paper's patients are children and young adults; 17 is tried too), the United
Nations life table of the United States for 2015-2020, equal numbers of girls and boys, and that printed
life-years are discounted as the QALYs are.
"""

from __future__ import annotations

import numpy as np
import pytest

from vein2vein.economics.decisions import icer
from vein2vein.economics.life_table import load_life_table
from vein2vein.economics.survival.curves import Background, Exponential, MixtureCure
from vein2vein.economics.survival.partitioned import partition
from vein2vein.evidence import load_sheet

SHEET = load_sheet("economics_published")
RATE = 0.03


def printed(arm: str, id: str) -> float:
    return SHEET.value(id, f"whittington_{arm}").value


def utilities() -> tuple[float, float]:
    health = load_sheet("economics_health")
    return health.value("utility_remission", "b_all").value, health.value("utility_progressed", "b_all").value


def test_the_ratio_to_its_rounding() -> None:
    ratio = icer(
        printed("tisacel", "cost"),
        printed("tisacel", "qaly"),
        printed("clofarabine", "cost"),
        printed("clofarabine", "qaly"),
    )
    assert ratio == pytest.approx(45_891, abs=1)
    assert round(ratio, -3) == SHEET.value("icer_qaly", "whittington_tisacel__whittington_clofarabine").value


@pytest.mark.parametrize(("arm", "share"), [("tisacel", 0.92), ("clofarabine", 0.71)])
def test_utilities_and_totals_imply_a_possible_share_of_time_in_response(arm: str, share: float) -> None:
    """QALY = LY (0.91 s + 0.75 (1 - s)): totals and utilities fit together only if 0 <= s <= 1."""
    responding, not_responding = utilities()
    mean = printed(arm, "qaly") / printed(arm, "life_years")
    implied = (mean - not_responding) / (responding - not_responding)
    assert implied == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("age", [12.0, 17.0])
def test_more_than_forty_percent_become_long_term_survivors(age: float) -> None:
    """The printed life-years, turned round: the cured share at which a mixture-cure model gives 10.34.

    Background mortality of the United States times 9.05, 3 % discounting; the uncured with a median of one
    year (six months to two years moves the answer by less than five points).
    """
    target = printed("tisacel", "life_years")
    ratio = load_sheet("economics_health").value("survivor_mortality_ratio", "b_all").value
    found = []
    for median in (0.5, 1.0, 2.0):
        uncured = Exponential(np.log(2) / median)
        means = []
        for share in (0.0, 1.0):
            sexes = [
                MixtureCure(
                    share, uncured, Background(load_life_table("usa_2015_2020", sex), age, ratio)
                ).mean(100, rate=RATE)
                for sex in ("male", "female")
            ]
            means.append(np.mean(sexes))
        found.append((target - means[0]) / (means[1] - means[0]))
    assert found[1] > 0.40
    assert max(found) - min(found) < 0.10
    assert all(0.38 < share < 0.55 for share in found)


def test_ignoring_late_mortality_would_inflate_the_effect() -> None:
    """Without the mortality ratio of 9.05 a survivor would gain a third more discounted years."""
    table = load_life_table("usa_2015_2020", "male")
    assert table.expectancy(12, rate=RATE) / table.expectancy(12, ratio=9.05, rate=RATE) > 1.3


def test_the_partition_gives_the_printed_qalys_from_the_implied_states() -> None:
    """A partition with the printed life-years and the implied time in response has the printed QALYs."""
    responding, not_responding = utilities()
    overall = Exponential(1 / printed("tisacel", "life_years"))
    free = Exponential(1 / (0.9222 * printed("tisacel", "life_years")))
    states = partition(free, overall, horizon=1000.0)
    assert states.life_years == pytest.approx(printed("tisacel", "life_years"), rel=1e-6)
    assert states.qalys(responding, not_responding) == pytest.approx(printed("tisacel", "qaly"), abs=0.01)
