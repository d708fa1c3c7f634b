from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.economics.decisions import Option, acceptability, compare, icer
from vein2vein.errors import InputError


def test_dominance_and_extended_dominance_in_a_worked_example() -> None:
    """A: reference; B: extendedly dominated by A and C; C, E: on the frontier; D: dominated by C."""
    options = [
        Option("A", 1_000, 1.0),
        Option("B", 11_000, 1.5),
        Option("C", 16_000, 3.0),
        Option("D", 20_000, 2.5),
        Option("E", 56_000, 4.0),
    ]
    rows = {row.option.name: row for row in compare(options)}
    assert {name: row.verdict for name, row in rows.items()} == {
        "A": "reference",
        "B": "extendedly dominated",
        "C": "on the frontier",
        "D": "dominated",
        "E": "on the frontier",
    }
    assert rows["C"].icer == pytest.approx(15_000 / 2)
    assert (rows["C"].compared_with, rows["E"].compared_with) == ("A", "C")
    assert rows["E"].icer == pytest.approx(40_000)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 20)), min_size=1, max_size=7), st.floats(100, 1e5))
def test_the_frontier_holds_the_best_at_every_willingness_to_pay(points: list, level: float) -> None:
    options = [Option(str(i), cost, qaly) for i, (cost, qaly) in enumerate(points)]
    rows = compare(options)
    frontier = [row for row in rows if row.verdict in ("reference", "on the frontier")]
    ratios = [row.icer for row in frontier[1:]]
    assert ratios == sorted(ratios)
    best = max(level * o.qaly - o.cost for o in options)
    assert max(level * r.option.qaly - r.option.cost for r in frontier) == pytest.approx(
        best, rel=1e-9, abs=1e-6
    )


def test_negative_costs_and_equal_effects_are_errors() -> None:
    with pytest.raises(InputError, match="negative") as caught:
        Option("A", -5.0, 1.0)
    assert "'A'" in str(caught.value)
    with pytest.raises(InputError, match="difference in effect"):
        icer(10.0, 2.0, 5.0, 2.0)
    with pytest.raises(InputError, match="undefined"):
        Option("A", 5.0, float("nan"))


def test_acceptability_by_hand() -> None:
    cost = np.array([[0.0, 0.0, 0.0, 0.0], [10.0, 10.0, 10.0, 10.0]])
    qaly = np.array([[0.0, 0.0, 0.0, 0.0], [0.5, 1.5, 2.5, 3.5]])
    result = acceptability(("none", "some"), cost, qaly, [0.0, 5.0, 20.0])
    np.testing.assert_allclose(result.probability[1], [0.0, 0.5, 0.75 + 0.0])
    np.testing.assert_array_equal(result.best, [0, 0, 1])
    np.testing.assert_allclose(result.frontier, [1.0, 0.5, 0.75])
    np.testing.assert_allclose(result.probability.sum(axis=0), 1.0)
    gain = 20.0 * qaly[1] - 10.0
    assert result.evpi[2] == pytest.approx(np.maximum(gain, 0).mean() - gain.mean())
