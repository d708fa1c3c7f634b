"""Figures of the library: curves leave through the floor, individuals and groups keep their marks."""

import numpy as np

from vein2vein.clinic.library import find_model
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.scale import Linear, Logarithmic
from vein2vein.report.library.compare import comparison_figure
from vein2vein.report.library.curves import _above, individuals_figure
from vein2vein.simulation.model_run import run_individuals, run_model

SCALE = Logarithmic((0, 4), 100.0, 0.0, foot=0.0)


def test_a_curve_leaves_through_the_floor_where_it_crosses_it():
    days, curve = np.array([0.0, 1.0, 2.0, 3.0]), np.array([100.0, 10.0, 0.1, 0.001])
    at, level = _above(SCALE, days, curve)
    assert at.tolist() == [0.0, 1.0, 1.5, 2.0, 3.0]
    assert level[2] == 1.0
    assert np.isnan(level[3:]).all()


def test_a_curve_that_starts_at_nothing_rises_from_the_floor():
    at, level = _above(SCALE, np.array([0.0, 1.0, 2.0]), np.array([0.0, 50.0, 60.0]))
    assert np.isnan(level[0])
    assert level[1] == 1.0
    assert 0.0 < at[1] <= 1.0


def test_a_straight_scale_changes_nothing():
    days, curve = np.array([0.0, 1.0]), np.array([0.0, -1.0])
    at, level = _above(Linear(0.0, 1.0, 0.0, 1.0), days, curve)
    assert at is days
    assert level is curve


def test_a_scale_without_a_foot_names_none():
    assert all("<" not in tick.label for tick in SCALE.ticks)
    assert SCALE(1.0) == 100.0


def test_groups_have_a_line_each():
    model = find_model("kirouac2023")
    names = tuple(model.subjects)
    figure = individuals_figure(run_individuals(model, names, days=30, points=31), names)
    assert all(f"{group} (12)" in figure.body for group in ("CR", "PR", "NR"))


def test_a_model_looks_the_same_in_both_panels_of_a_comparison():
    runs = [run_model(find_model(name), days=20, points=21) for name in ("stein2019", "kimmel2021")]
    body = comparison_figure(runs).body
    first, second = palette.GROUPS[:2]
    assert (
        body.count(f'stroke="{first}"') == 2
    )  # stein2019 has no bridge: the lower panel only, line and legend
    assert (
        body.count(f'stroke="{second}"') == 3
    )  # one line above (no legend for a single line), two marks below
