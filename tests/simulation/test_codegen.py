"""The graph: values, derivatives and factorisation against SymPy and NumPy."""

import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.models import s, system
from vein2vein.dynamics.law import TIME, hill, relative_expm1, where
from vein2vein.errors import ModelError
from vein2vein.simulation import Events, Tolerances, simulate
from vein2vein.simulation.codegen.derivative import tangent
from vein2vein.simulation.codegen.graph import Graph
from vein2vein.simulation.codegen.lu import factor_nodes, factorisation, solution_nodes
from vein2vein.simulation.codegen.source import Store, kernel_source
from vein2vein.simulation.codegen.switches import switch_times

X, Y = sympy.symbols("x y", real=True)
FUNCTIONS = [
    X * Y - Y**2 / (X + 3),
    sympy.exp(-X) * sympy.log(Y),
    X**1.7 * Y**-2,
    sympy.sqrt(X + Y),
    sympy.Max(X, Y) * sympy.Min(X**2, Y),
    sympy.tanh(X - Y),
    sympy.sin(X) * sympy.cos(Y),
    sympy.Abs(X - Y),
    where(X < Y, X**2, Y),
    hill(X, Y, 2.5),
    relative_expm1(X * Y),
    X**Y,
    1 / (1 + X) ** 1.5,
]


def evaluate(graph, node, values):
    """Return the number of a node, in plain Python."""
    done = {}
    calls = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "inv": lambda a: 1 / a if a else math.inf,
        "neg": lambda a: -a,
        "exp": math.exp,
        "log": math.log,
        "sqrt": math.sqrt,
        "sin": math.sin,
        "cos": math.cos,
        "abs": abs,
        "floor": math.floor,
        "pow": pow,
        "max": max,
        "min": min,
        "lt": lambda a, b: a < b,
        "le": lambda a, b: a <= b,
        "gt": lambda a, b: a > b,
        "ge": lambda a, b: a >= b,
        "choose": lambda c, a, b: a if c else b,
        "and": lambda a, b: a and b,
        "or": lambda a, b: a or b,
        "not": lambda a: not a,
        "eq": lambda a, b: a == b,
        "ne": lambda a, b: a != b,
    }
    for n in graph.needed([node]):
        operation, *arguments = graph.nodes[n]
        if operation == "const":
            done[n] = arguments[0]
        elif operation == "leaf":
            done[n] = values[arguments[0]]
        else:
            done[n] = calls[operation](*(done[a] for a in arguments))
    return done[node]


@pytest.mark.parametrize("expression", FUNCTIONS, ids=str)
@given(x=st.floats(0.1, 3), y=st.floats(0.1, 3))
@settings(max_examples=15, deadline=None)
def test_values_and_derivatives(expression, x, y):
    if abs(x - y) < 1e-6 or abs(x * x - y) < 1e-6:
        return
    graph = Graph()
    leaves = {X: graph.leaf("x"), Y: graph.leaf("y")}
    node = graph.read(expression, leaves)
    values = {"x": x, "y": y}
    assert evaluate(graph, node, values) == pytest.approx(
        float(expression.subs({X: x, Y: y})), rel=1e-11, abs=1e-13
    )
    for symbol in (X, Y):
        (slope,) = tangent(graph, [node], {leaves[symbol]: graph.const(1.0)})
        exact = float(sympy.diff(expression, symbol).subs({X: x, Y: y}).evalf())
        assert evaluate(graph, slope, values) == pytest.approx(exact, rel=1e-8, abs=1e-9)


def test_an_inverse_exponential_is_a_division():
    graph = Graph()
    a, b = graph.leaf("a"), graph.leaf("b")
    pairs = [(a, graph.neg(a)), (graph.sub(a, b), graph.sub(b, a)), (graph.neg(b), b)]
    for one, other in pairs:
        nodes = [graph.function("exp", one), graph.function("exp", other)]
        text = kernel_source(
            graph, "k", "t", [Store(str(i), n, "") for i, n in enumerate(nodes)], {a: "0", b: "1"}, {}
        )
        assert text.count("exponential(") == 1
        assert text.count("1.0 / ") == 1
    alone = kernel_source(graph, "k", "t", [Store("0", graph.function("exp", a), "")], {a: "0"}, {})
    assert "1.0 / " not in alone


def test_the_branch_not_taken_never_leaks():
    """d/dx of (1 - e^-x)/x at 0 through the series: its other branch is 0/0."""
    model = system("leak", [("x", 0.0), ("y", 1.0)], [0, relative_expm1(s.x) * s.c - s.y], ["c"])
    from vein2vein.simulation import Method

    for method in Method:
        e = simulate(
            model,
            {"c": 2.0},
            patients=1,
            times=[0, 5],
            outputs=["y"],
            tolerances=Tolerances(1e-8),
            method=method,
        )
        assert e.outputs["y"][0, 1] == pytest.approx(2 - math.exp(-5), rel=1e-7)


@given(st.integers(2, 12), st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_factorisation_solves_the_system(n, seed):
    rng = np.random.default_rng(seed)
    pattern = rng.random((n, n)) < 0.3
    matrix = np.where(pattern, rng.normal(size=(n, n)), 0.0)
    shift, b = 10.0, rng.normal(size=n)
    g = Graph()
    entries = {(i, j): g.leaf(f"j{i}_{j}") for i, j in zip(*np.nonzero(pattern), strict=True)}
    entries = {(int(i), int(j)): node for (i, j), node in entries.items()}
    factors = factorisation(set(entries), n)
    assert sorted(factors.order) == list(range(n))
    nodes = factor_nodes(g, factors, entries, g.leaf("shift"))
    values = {f"j{i}_{j}": matrix[i, j] for i, j in entries} | {"shift": shift}
    stored = {e: g.leaf(f"f{e[0]}_{e[1]}") for e in factors.entries}
    values |= {f"f{i}_{j}": evaluate(g, nodes[i, j], values) for i, j in factors.entries}
    right = [g.leaf(f"b{i}") for i in range(n)]
    values |= {f"b{i}": b[i] for i in range(n)}
    x = [evaluate(g, node, values) for node in solution_nodes(g, factors, stored, right)]
    np.testing.assert_allclose(x, np.linalg.solve(shift * np.eye(n) - matrix, b), rtol=1e-8, atol=1e-10)


def test_order_avoids_fill_in():
    """An arrow: eliminated from its tip it stays an arrow; the wrong way round it fills completely."""
    n = 12
    arrow = {(0, j) for j in range(n)} | {(i, 0) for i in range(n)}
    factors = factorisation(arrow, n)
    assert len(factors.entries) == len(arrow | {(i, i) for i in range(n)})


def test_switches_are_found_and_landed_on():
    jump = sympy.Piecewise((s.a, (s.start < TIME) & (s.start + 0.5 >= TIME)), (0, True))
    model = system("pulse", [("x", 0.0)], [jump], ["a", "start"])
    assert set(switch_times(model)) == {s.start, s.start + 0.5}
    start = np.linspace(0.5, 30, 24)
    e = simulate(model, {"a": 3.0, "start": start}, times=np.linspace(0, 40, 5), outputs=["x"])
    np.testing.assert_allclose(e.outputs["x"][:, -1], 1.5, rtol=1e-10)
    assert e.steps.max() < 60


def test_switch_and_event_at_the_same_instant():
    model = system("both", [("x", 0.0)], [where(s.start > TIME, 1, 2)], ["start"])
    e = simulate(
        model,
        {"start": 2.0},
        patients=1,
        times=[0.0, 2.0, 3.0],
        outputs=["x"],
        events=Events.bolus("x", 2.0, 10.0, patients=1),
    )
    np.testing.assert_allclose(e.outputs["x"][0], [0, 12, 14], rtol=1e-10)


def test_unknown_function_is_named():
    with pytest.raises(ModelError, match="besselj"):
        simulate(system("bad", [("x", 0.0)], [sympy.besselj(0, s.x)], []), {}, patients=1, times=[0, 1])
