from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from vein2vein.economics.books import books, yearly_capacity
from vein2vein.economics.model import STRATEGIES
from vein2vein.economics.patients import PatientOutcomes
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.tables import book_lines, compact_table, research_table, strategy_table
from vein2vein.economics.value import ProgrammeValue, value_programme
from vein2vein.report.economics_figures import all_figures, figures_page


def test_same_seed_same_numbers(
    patients: PatientOutcomes, scenario: EconomicScenario, valued: ProgrammeValue
) -> None:
    again = value_programme(patients, scenario, seed=7)
    other = value_programme(patients, scenario, seed=8)
    assert json.dumps(again.to_summary()) == json.dumps(valued.to_summary())
    assert json.dumps(other.to_summary()) != json.dumps(valued.to_summary())


def test_the_summary_is_plain_and_complete(valued: ProgrammeValue) -> None:
    summary = json.loads(json.dumps(valued.to_summary(), allow_nan=False))
    assert {"strategies", "comparisons", "acceptability", "reported_costs", "books", "capacity"} <= set(
        summary
    )
    assert {"tornado", "what_ifs", "research", "inputs", "currency", "price_year", "seed"} <= set(summary)
    assert {row["name"] for row in summary["strategies"]} == set(STRATEGIES)
    assert set(summary["comparisons"]) == {"programme", "b_all", "lbcl", "myeloma"}
    assert summary["patients"]["label"].startswith("ILLUSTRATIVE")


def test_errors_shrink_with_patients_and_draws(patients: PatientOutcomes, scenario: EconomicScenario) -> None:
    larger = scenario.model_copy(update={"psa_patients": 800})
    few, many = (value_programme(patients, s, seed=3).strategies[1] for s in (scenario, larger))
    assert 0 < many.qaly_error < 0.75 * few.qaly_error
    assert many.qaly.mean == pytest.approx(few.qaly.mean, abs=4 * np.hypot(few.qaly_error, many.qaly_error))


def test_chance_falls_with_the_root_of_the_cohort(
    patients: PatientOutcomes, scenario: EconomicScenario
) -> None:
    size = scenario.programme.model_copy(update={"treated": 4 * 85})
    once, four = (
        value_programme(patients, s, seed=2).strategies[1].qaly_chance
        for s in (scenario, scenario.model_copy(update={"programme": size}))
    )
    assert once == pytest.approx(2 * four)


def test_the_tornado_is_sorted_and_the_central_case_is_inside(valued: ProgrammeValue) -> None:
    swings = [bar.swing for bar in valued.tornado.bars]
    assert swings == sorted(swings, reverse=True)
    for bar in valued.tornado.bars[:10]:
        low, high = sorted((bar.net_benefit_low, bar.net_benefit_high))
        assert low - 1e-6 <= valued.tornado.central <= high + 1e-6, bar.name


def test_more_cure_is_better_value_and_a_cheaper_course_too(valued: ProgrammeValue) -> None:
    rows = {row.name: row for row in valued.what_ifs}
    cures = [
        rows[f"cure of {share}% of those infused{tail}"]
        for share, tail in ((20, ""), (40, ""), (60, " (as reported)"))
    ]
    assert cures[0].icer > cures[1].icer > cures[2].icer
    assert rows["a course costs what was reported"].icer < rows["as given"].icer
    assert rows["horizon 5 years"].icer > rows["horizon 10 years"].icer > rows["as given"].icer


def test_the_books_balance_at_the_break_even_price(scenario: EconomicScenario) -> None:
    cost = np.array([40_000.0])
    first, second = books(cost, scenario)
    assert (first.citizens, second.citizens) == (33, 85)
    assert first.revenue == pytest.approx(52 * 55_000)
    assert first.margin.mean == pytest.approx(52 * 55_000 - 85 * 40_000)
    assert first.break_even_price.mean * 52 == pytest.approx(85 * 40_000)
    assert first.citizens_per_foreigner.mean == pytest.approx(15 / 40)
    assert second.margin.mean < first.margin.mean
    slots = yearly_capacity(cost, np.array([60.0]), scenario)
    payers = 60 - slots.citizens_at_break_even
    assert payers * 55_000 == pytest.approx(60 * 40_000)
    dear = yearly_capacity(np.array([70_000.0]), np.array([20.0]), scenario)
    assert (dear.citizens_at_break_even, dear.displaced) == (0.0, 10.0)


def test_the_ladder_carries_more_citizens_at_a_higher_price(valued: ProgrammeValue) -> None:
    ladder = valued.price_ladder
    assert len(ladder) == 5
    carried = [rung.citizens_per_foreigner.mean for rung in ladder]
    assert carried == sorted(carried)
    for rung in ladder:
        assert (rung.citizens_a_year > 0) == (rung.price > valued.reported[0].build_up.total)
    assert ladder[-1].citizens_a_year < valued.capacity.courses_a_year.mean


def test_the_report_is_also_held_against_the_product_alone(valued: ProgrammeValue) -> None:
    for row in valued.reported:
        mean, low, high = row.product_alone
        assert low < mean < high
        assert mean < row.build_up.total
    assert "without care" in valued.reported[0].verdict


def test_tables_hold_what_the_records_hold(valued: ProgrammeValue) -> None:
    table = strategy_table(valued)
    assert len(table) == len(valued.strategies) == 12
    assert table["cost"].tolist() == [row.cost.mean for row in valued.strategies]
    assert len(compact_table(valued)) == 12
    assert len(research_table(valued)) == len(valued.questions)
    assert "break-even price" in book_lines(valued)[0]


def test_every_figure_is_drawn_from_the_records_and_needs_no_network(valued: ProgrammeValue) -> None:
    figures = all_figures(valued)
    assert len(figures) == 9
    bars = figures["cost-waterfall"].data[0]
    assert sum(bars.y[:-1]) == pytest.approx(bars.y[-1])
    assert figures["books"].data[0].y[0] == valued.books[0].revenue
    page = figures_page(replace(valued, label="<b>x</b>"))
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<script src" not in page
    assert page.count("plotly-graph-div") >= 9
