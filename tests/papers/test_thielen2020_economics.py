"""Thielen 2020: tisagenlecleucel in paediatric ALL, the Netherlands (Eur J Haematol 105:203).

Reproduced: the printed ratios from the printed totals; that the comparison with clofarabine monotherapy
lies between the lowest and the highest ratio, as the abstract says; the one-off costs of table 1; the
spread of its uncertainty analysis (standard errors of 25 %, gamma for costs).

Not reproducible: totals and QALYs. The lognormal and Gompertz curves are named without coefficients; 66,809
EUR of the healthcare cost (follow-up, transplantation, adverse events, end of life) have no inputs in table
1.
"""

from __future__ import annotations

import numpy as np
import pytest

from vein2vein.economics.decisions import icer
from vein2vein.economics.uncertain import Uncertain
from vein2vein.evidence import load_sheet

SHEET = load_sheet("economics_published")
TABLE_1 = {
    "product": 320_000,
    "lymphodepletion": 521,
    "administration": 15_932,
    "lymphodepletion administration": 6_301,
}
"""One-off costs of tisagenlecleucel in EUR, table 1 (PMC7497258)."""


def societal(comparator: str) -> float:
    arms = ("thielen_tisacel", f"thielen_{comparator}")
    return icer(*(SHEET.value(id, arm).value for arm in arms for id in ("cost", "qaly")))


def test_the_lowest_ratio_to_its_rounding() -> None:
    printed = SHEET.value("icer_qaly", "thielen_tisacel__thielen_blinatumomab").value
    assert societal("blinatumomab") == pytest.approx(printed, rel=2e-4)


def test_clofarabine_monotherapy_lies_between_the_printed_extremes() -> None:
    lowest = SHEET.value("icer_qaly", "thielen_tisacel__thielen_blinatumomab").value
    highest = SHEET.value("icer_qaly", "thielen_tisacel__thielen_clofarabine_combination").value
    assert lowest < societal("clofarabine") < highest
    assert societal("clofarabine") == pytest.approx(37_251, abs=1)


def test_the_cost_that_the_abstract_leaves_out_follows_from_its_ratio() -> None:
    """Clofarabine combination, not printed: 37,531 over 9.56 QALYs puts it between the others."""
    ratio = SHEET.value("icer_qaly", "thielen_tisacel__thielen_clofarabine_combination").value
    gained = (
        SHEET.value("qaly", "thielen_tisacel").value
        - SHEET.value("qaly", "thielen_clofarabine_combination").value
    )
    implied = SHEET.value("cost", "thielen_tisacel").value - ratio * gained
    assert implied == pytest.approx(193_883, abs=1)
    assert (
        SHEET.value("cost", "thielen_clofarabine").value
        < implied
        < SHEET.value("cost", "thielen_blinatumomab").value
    )


def test_the_gap_that_table_1_leaves_is_what_is_stated() -> None:
    costs = load_sheet("economics_costs")
    assert costs.value("lymphodepletion_drugs").value == TABLE_1["lymphodepletion"]
    assert costs.value("lymphodepletion_administration").value == TABLE_1["lymphodepletion administration"]
    printed = SHEET.value("healthcare_cost", "thielen_tisacel").value
    assert printed - sum(TABLE_1.values()) == pytest.approx(66_809)


def test_standard_errors_of_a_quarter_with_a_gamma_law() -> None:
    entry = Uncertain("x", 15_932, 0.25 * 15_932, "gamma", "administration", "EUR", "estimated", 0, 1)
    drawn = entry.draw(np.random.default_rng(1), 200_000)
    assert drawn.mean() == pytest.approx(15_932, rel=0.003)
    assert drawn.std() == pytest.approx(0.25 * 15_932, rel=0.01)
    assert np.quantile(drawn, 0.025) == pytest.approx(9_113, rel=0.02)  # gamma with shape 16
