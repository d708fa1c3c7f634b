from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.report.drawing.figure import Figure, legend
from vein2vein.report.drawing.palette import group_colour, heat
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.scale import Broken, Linear, Logarithmic, Scale, decades, time_ticks
from vein2vein.report.drawing.svg import coordinate, element, path, ribbon, stairs, text

SCALES: tuple[Scale, ...] = (
    Linear(0.0, 730.0, 10.0, 300.0),
    Logarithmic((-2, 6), 10.0, 300.0),
    Broken(60.0, 730.0, 10.0, 300.0),
)


@pytest.mark.parametrize("scale", SCALES, ids=lambda s: type(s).__name__)
@given(values=st.lists(st.floats(min_value=0, max_value=730), min_size=2, max_size=8))
@settings(max_examples=30, deadline=None)
def test_scales_keep_order_and_stay_inside(scale: Scale, values: list[float]) -> None:
    places = scale(np.sort(values))
    assert (np.diff(places) >= -1e-9).all()
    assert places.min() >= 10 - 1e-9
    assert places.max() <= 300 + 1e-9


def test_a_logarithmic_scale_has_zero_at_its_foot() -> None:
    scale = Logarithmic((0, 12), 100.0, 0.0)
    assert float(scale(0.0)) == pytest.approx(100)
    assert float(scale(0.5)) == pytest.approx(100)
    assert float(scale(1.0)) < 90
    assert float(scale(1e12)) == pytest.approx(0)
    assert np.isnan(float(scale(np.nan)))
    assert scale.ticks[0].label == "<\u202f1"
    assert "10¹²" in {tick.label for tick in scale.ticks}


def test_decades_hold_the_data() -> None:
    assert decades([3.0, 250.0], 0.1) == (0, 3)
    assert decades([np.nan, 0.0], 1.0) == (0, 2)
    assert decades([5.0], 1.0) == (0, 2)


def test_time_ticks_are_few_and_in_months() -> None:
    for last in (1.0, 28.0, 365.0, 1826.0, 7305.0):
        ticks = time_ticks(last)
        assert 1 <= len(ticks) <= 8
        assert ticks[0].value == 0
        assert ticks[-1].value <= last + 5


def test_a_path_is_lifted_at_nan_and_has_no_nan() -> None:
    d = path([0, 1, 2, 3, 4], [5, 6, np.nan, 7, 8])
    assert d == "M0 5L1 6M3 7L4 8"
    assert ribbon([0, 1, 2], [0, np.nan, 0], [1, 1, 1]).count("Z") == 2
    assert path([np.nan], [1.0]) == ""


def test_stairs_hold_each_value_until_the_next_change() -> None:
    x, y = stairs([0, 10, 20], [1.0, 0.5, 0.2])
    assert np.interp(9.999, x, y) == pytest.approx(1.0, abs=1e-3)
    assert x.tolist() == [0, 10, 10, 20, 20]
    assert y.tolist() == [1.0, 1.0, 0.5, 0.5, 0.2]


def test_marks_are_escaped() -> None:
    assert "<script" not in text(0, 0, "<script>alert(1)</script>")
    assert 'a="&#34;&gt;"' in element("g", a='">')
    assert coordinate(-0.01) == "0"


def test_lone_points_become_dots() -> None:
    panel = Panel(Linear(0, 10, 0, 100), Linear(0, 1, 100, 0), 0, 0, 100, 100)
    panel.line([5.0], [0.5], "#000")
    assert "<circle" in panel.svg
    panel.line([np.nan], [0.5], "#000")
    assert panel.svg.count("<circle") == 1


def test_the_legend_wraps() -> None:
    entries = [("", f"a rather long entry {k}") for k in range(4)]
    assert legend(entries, 0, 0, 1000)[1] == 17
    assert legend(entries, 0, 0, 300)[1] > 17


def test_heat_runs_from_white_to_dark() -> None:
    assert heat(0.0) == "#ffffff"
    assert heat(-1) == heat(0)
    luminance = [sum(int(heat(v)[k : k + 2], 16) for k in (1, 3, 5)) for v in np.linspace(0, 1, 20)]
    assert (np.diff(luminance) < 0).all()


def test_an_unknown_group_is_grey() -> None:
    assert group_colour("x", ["a"]) != group_colour("a", ["a"])


def test_two_figures_of_one_name_keep_their_ids_apart() -> None:
    figure = Figure("f", "t", "d", 10, 10, "")
    assert 'id="f-title"' in figure.inline()
    assert 'id="f-narrow-title"' in figure.inline("-narrow")
