from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.report.soundness import sound

from vein2vein.economics.illustrative import illustrative_patients
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.value import ProgrammeValue, value_programme
from vein2vein.economics.voi.portfolio import Spending
from vein2vein.report.chapters.cost_figures import books, research, spending, waterfall
from vein2vein.report.chapters.decision_figures import acceptability, one_at_a_time, plane
from vein2vein.report.chapters.economics_chapter import chapter, sentences
from vein2vein.report.estimate import number


@pytest.fixture(scope="module")
def value() -> ProgrammeValue:
    scenario = EconomicScenario(psa_draws=200, psa_patients=120)
    return value_programme(illustrative_patients(85, 6, seed=4), scenario, seed=7)


def test_the_chapter_is_sound_and_small(value: ProgrammeValue) -> None:
    made = chapter(value)
    words = sound(made)
    assert made.id == "economics"
    assert len(made.html) < 400_000
    assert value.label in words
    for head in (
        "What a course costs",
        "What it is worth",
        "Free for citizens",
        "Where to research",
        "Limits",
    ):
        assert head in words


def test_it_opens_with_the_numbers_of_the_valuation(value: ProgrammeValue) -> None:
    course, worth, paid, _ = (s.replace("\u202f", " ") for s in sentences(value))
    for cost in value.reported:
        assert f"{number(cost.build_up.total)} USD" in course
        assert f"reported: {number(cost.reported)} USD" in course
    assert f"{number(value.willingness_to_pay)} USD" in worth
    for reading in value.books:
        assert f"{number(reading.break_even_price.mean)} USD" in paid


def test_the_waterfall_adds_up(value: ProgrammeValue) -> None:
    for cost in value.reported:
        drawn = waterfall(cost, 1, "USD 2025")
        *parts, total = drawn.rows
        assert parts[0].bars[0].start == 0
        for above, below in pairwise(parts):
            assert above.bars[0].end == below.bars[0].start
        assert parts[-1].bars[0].end == pytest.approx(total.bars[0].end)
        assert drawn.levels[0].value == pytest.approx(cost.reported / 1000)


def test_the_plane_tells_means_and_intervals(value: ProgrammeValue) -> None:
    drawn = plane(value)
    assert number(float(value.plane_qaly[0].mean())) in drawn.description
    assert drawn.x.high > np.quantile(value.plane_qaly, 0.99)
    assert "<path" in drawn.figure(340).body


def test_the_curves_tell_the_chances_at_the_assumed_willingness(value: ProgrammeValue) -> None:
    curves = value.acceptability
    at = int(np.argmin(np.abs(curves.willingness_to_pay - value.willingness_to_pay)))
    words = acceptability(value).description
    for name, share in zip(curves.strategies, curves.probability[:, at], strict=True):
        assert f"{name} {number(100 * float(share))} %" in words


def test_the_widest_swing_stands_first(value: ProgrammeValue) -> None:
    rows = one_at_a_time(value.tornado, "USD 2025").rows
    widths = [abs(row.bars[0].end - row.bars[1].end) for row in rows]
    assert widths == sorted(widths, reverse=True)
    assert all(row.bars[0].start == pytest.approx(value.tornado.central / 1000) for row in rows)


def test_books_show_both_readings(value: ProgrammeValue) -> None:
    rows = books(value.books, "USD 2025").rows
    assert len(rows) == 4
    assert [row.bars[0].end for row in rows[1::2]] == [pytest.approx(b.cost.mean / 1e6) for b in value.books]


def test_research_is_ranked_and_never_below_zero(value: ProgrammeValue) -> None:
    ends = [row.bars[0].end for row in research(value.questions, "USD 2025").rows]
    assert ends == sorted(ends, reverse=True)
    nothing = tuple(
        replace(q, per_year=replace(q.per_year, value=0.0, standard_error=0.0)) for q in value.questions
    )
    assert not research(nothing, "USD 2025").rows
    sound(chapter(replace(value, questions=nothing)))


def test_an_empty_budget_is_no_trouble(value: ProgrammeValue) -> None:
    nothing = Spending("nothing", ())
    portfolio = replace(value.portfolio, concentrated=nothing, by_number=())
    assert [row.words for row in spending(portfolio, "USD 2025").rows] == ["0"]
    assert "no field at all" in sound(chapter(replace(value, portfolio=portfolio)))


def test_a_report_out_of_reach_is_said(value: ProgrammeValue) -> None:
    far = tuple(replace(cost, quantile=math.nan, together=()) for cost in value.reported)
    words = sound(chapter(replace(value, reported=far)))
    assert "not even at their 99 % quantile" in words
    assert "What would have to hold together" not in words


def test_every_assumed_input_is_named_among_the_limits(value: ProgrammeValue) -> None:
    words = sound(chapter(value)).lower()
    assumed = [entry for entry in value.inputs.values() if entry.status == "assumed"]
    assert f"{len(assumed)} of {len(value.inputs)} inputs are assumed" in words
    for entry in assumed:
        assert entry.meaning.lower() in words
    weeks = value.inputs["toxicity_weeks"]
    assert f"{weeks.meaning}: {number(weeks.value)} year" in words
