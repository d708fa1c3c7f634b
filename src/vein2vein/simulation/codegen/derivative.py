"""Derivatives on the graph, by the chain rule."""

from __future__ import annotations

from collections.abc import Mapping

from vein2vein.simulation.codegen.graph import Graph


def tangent(graph: Graph, targets: list[int], seeds: Mapping[int, int]) -> list[int]:
    """Return, for each target, the sum over seeds of (d target / d leaf) · (the leaf's seed node).

    Parameters
    ----------
    graph : Graph
        Receives the new nodes.
    targets : list of int
        Nodes to differentiate.
    seeds : mapping of int to int
        Leaf → the node of its own derivative (the rate of a state; the constant 1 for a partial derivative).
    """
    zero = graph.const(0.0)
    known: dict[int, int] = dict(seeds)
    for node in graph.needed(targets, stop=seeds):
        arguments = graph.arguments(node)
        if not any(known.get(a, zero) != zero for a in arguments):
            continue
        known[node] = _rule(graph, node, [known.get(a, zero) for a in arguments])
    return [known.get(t, zero) for t in targets]


def _rule(g: Graph, node: int, d: list[int]) -> int:
    """Return the derivative of a node whose arguments have the derivatives ``d``."""
    operation, *args = g.nodes[node]
    a = args[0]
    b = args[1] if len(args) > 1 else a
    zero = g.const(0.0)
    match operation:
        case "add":
            return g.add(d[0], d[1])
        case "sub":
            return g.sub(d[0], d[1])
        case "neg":
            return g.neg(d[0])
        case "mul":
            return g.add(g.mul(d[0], b), g.mul(a, d[1]))  # type: ignore[arg-type]
        case "inv":
            return g.neg(g.mul(node, g.mul(node, d[0])))
        case "exp":
            return g.mul(node, d[0])
        case "log":
            return g.div(d[0], a)  # type: ignore[arg-type]
        case "sqrt":
            slope = g.div(g.mul(g.const(0.5), d[0]), node)
            return g.choose(g.node("gt", a, zero), slope, zero)
        case "sin":
            return g.mul(g.function("cos", a), d[0])  # type: ignore[arg-type]
        case "cos":
            return g.neg(g.mul(g.function("sin", a), d[0]))  # type: ignore[arg-type]
        case "abs":
            return g.choose(g.node("ge", a, zero), d[0], g.neg(d[0]))
        case "max":
            return g.choose(g.node("lt", a, b), d[1], d[0])
        case "min":
            return g.choose(g.node("gt", a, b), d[1], d[0])
        case "choose":
            return g.choose(a, d[1], d[2])  # type: ignore[arg-type]
        case "pow":
            return _power_rule(g, node, a, b, d)  # type: ignore[arg-type]
        case _:  # floor and the comparisons: flat wherever they have a derivative
            return zero


def _power_rule(g: Graph, node: int, base: int, exponent: int, d: list[int]) -> int:
    zero = g.const(0.0)
    slope = zero
    if d[0] != zero:
        slope = g.mul(g.mul(exponent, g.div(node, base)), d[0])
    if d[1] != zero:
        slope = g.add(slope, g.mul(g.mul(node, g.function("log", base)), d[1]))
    return g.choose(g.node("gt", base, zero), slope, zero)
