from __future__ import annotations

import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.report.drawing.plot import Axis, Plot, dots, upright
from vein2vein.report.drawing.rows import Bar, Level, Row, Rows
from vein2vein.report.drawing.scale import linear_ticks

_NUMBER = st.floats(-1e6, 1e6)


@settings(max_examples=60, deadline=None)
@given(shift=st.floats(-100, 100), span=st.floats(1e-4, 1e7), most=st.integers(3, 9))
def test_ticks_lie_within_the_axis_and_are_few_and_even(shift: float, span: float, most: int) -> None:
    low = shift * span
    ticks = linear_ticks(low, low + span, most)
    values = [tick.value for tick in ticks]
    assert 1 <= len(values) <= most
    assert all(low - 1e-6 * span <= v <= low + span * (1 + 1e-6) for v in values)
    steps = [b - a for a, b in pairwise(values)]
    assert all(step == pytest.approx(steps[0], rel=1e-5) for step in steps)


def test_ticks_are_round_and_an_empty_axis_has_none() -> None:
    assert [t.label for t in linear_ticks(0, 125, 6)] == ["0", "25", "50", "75", "100", "125"]
    assert [t.label for t in linear_ticks(-0.3, 0.3, 4)] == ["−0.2", "0", "0.2"]
    assert linear_ticks(1, 1) == ()


@settings(max_examples=30, deadline=None)
@given(values=st.lists(st.tuples(_NUMBER, _NUMBER), min_size=0, max_size=5))
def test_every_mark_of_a_chart_of_rows_stays_inside(values: list[tuple[float, float]]) -> None:
    rows = [
        Row(f"<row {k}>", [Bar(0, a, "#000")], (min(a, b), max(a, b)), b) for k, (a, b) in enumerate(values)
    ]
    chart = Rows(
        "rows", "A title", "What it says, in words.", rows, -5e5, 5e5, "unit", levels=[Level(0, "none")]
    )
    for figure in (chart.plate().narrow, chart.plate().wide):
        root = ElementTree.fromstring(figure.standalone())
        assert float(root.get("height") or 0) > 0
        for box in root.iter("{http://www.w3.org/2000/svg}rect"):
            left, width = float(box.get("x") or 0), float(box.get("width") or 0)
            assert -0.1 <= left <= left + width <= figure.width + 0.1
        for dot in root.iter("{http://www.w3.org/2000/svg}circle"):
            assert 0 <= float(dot.get("cx") or -1) <= figure.width


def test_a_row_without_an_interval_has_no_whisker() -> None:
    with_one = Rows("a", "t", "d", [Row("x", interval=(1.0, 2.0))], 0, 3).figure(720)
    without = Rows("a", "t", "d", [Row("x", interval=(math.nan, 2.0))], 0, 3).figure(720)
    assert "<path" in with_one.body
    assert "<path" not in without.body


def test_points_beyond_the_axes_are_left_out() -> None:
    drawn: list[str] = []

    def draw(panel) -> None:  # type: ignore[no-untyped-def]
        dots(panel, [0.5, 5.0, 0.2], [0.5, 0.5, -3.0], "#123456", 1.5, 0.4)
        upright(panel, 0.5, "here")
        drawn.append(panel.svg)

    figure = Plot("p", "Title", "What it says.", Axis(0, 1, "x"), Axis(0, 1, "y"), draw).figure(340)
    assert drawn[0].count("h0") == 1
    assert "here" in figure.body
    ElementTree.fromstring(figure.standalone())
