"""The matrix 1/(γh) - J of a stiff step: analytic, sparse, factorised in an order that keeps it sparse, unrolled.

Pivots stay on the diagonal: for small h the matrix is diagonally dominant, and where a pivot fails the step is
refused and tried shorter. The order is Markowitz's: the pivot that fills in least comes first.
"""

from __future__ import annotations

from dataclasses import dataclass

from vein2vein.simulation.codegen.derivative import tangent
from vein2vein.simulation.codegen.graph import Graph


@dataclass(frozen=True)
class Factors:
    """A symbolic LU factorisation.

    Parameters
    ----------
    order : list of int
        Pivots (states), first to last.
    entries : list of (int, int)
        Row and column of each stored factor: multipliers below, U above, reciprocal pivots on the diagonal.
    pattern : set of (int, int)
        Non-zeros of the matrix before fill-in.
    """

    order: list[int]
    entries: list[tuple[int, int]]
    pattern: frozenset[tuple[int, int]]


def jacobian(graph: Graph, rates: list[int], states: list[int]) -> dict[tuple[int, int], int]:
    """Return the non-zero entries (row, column) → node of the Jacobian."""
    zero, one = graph.const(0.0), graph.const(1.0)
    entries = {}
    for j, state in enumerate(states):
        for i, node in enumerate(tangent(graph, rates, {state: one})):
            if node != zero:
                entries[i, j] = node
    return entries


def factorisation(pattern: set[tuple[int, int]], n: int) -> Factors:
    """Return the order of elimination and the places that it fills."""
    filled = pattern | {(i, i) for i in range(n)}
    left, order = set(range(n)), []
    while left:
        pivot = min((_fill(p, left, filled), p) for p in left)[1]
        left.remove(pivot)
        order.append(pivot)
        below = [i for i in left if (i, pivot) in filled]
        right = [j for j in left if (pivot, j) in filled]
        filled |= {(i, j) for i in below for j in right}
    return Factors(order, sorted(filled), frozenset(pattern))


def _fill(pivot: int, left: set[int], filled: set[tuple[int, int]]) -> int:
    """Return Markowitz's bound on the fill-in of a pivot."""
    rows = sum(1 for i in left if i != pivot and (i, pivot) in filled)
    columns = sum(1 for j in left if j != pivot and (pivot, j) in filled)
    return rows * columns


def factor_nodes(
    graph: Graph, factors: Factors, entries: dict[tuple[int, int], int], shift: int
) -> dict[tuple[int, int], int]:
    """Return the node of each stored factor of ``shift - J``."""
    zero = graph.const(0.0)
    place = {p: k for k, p in enumerate(factors.order)}
    matrix = {(i, j): graph.neg(entries[i, j]) if (i, j) in entries else zero for i, j in factors.entries}
    for p in factors.order:
        matrix[p, p] = graph.add(shift, matrix[p, p])
    for p in factors.order:
        matrix[p, p] = graph.node("inv", matrix[p, p])
        later = [q for q in factors.order if place[q] > place[p]]
        for i in later:
            if (i, p) not in matrix:
                continue
            matrix[i, p] = graph.mul(matrix[i, p], matrix[p, p])
            for j in later:
                if (p, j) in matrix:
                    matrix[i, j] = graph.sub(matrix[i, j], graph.mul(matrix[i, p], matrix[p, j]))
    return matrix


def solution_nodes(
    graph: Graph, factors: Factors, stored: dict[tuple[int, int], int], right_side: list[int]
) -> list[int]:
    """Return the nodes of the solution, given the leaves of the stored factors and of the right-hand side."""
    x = dict(enumerate(right_side))
    order, place = factors.order, {p: k for k, p in enumerate(factors.order)}
    for p in order:
        for i in order[place[p] + 1 :]:
            if (i, p) in stored:
                x[i] = graph.sub(x[i], graph.mul(stored[i, p], x[p]))
    for p in reversed(order):
        for j in order[place[p] + 1 :]:
            if (p, j) in stored:
                x[p] = graph.sub(x[p], graph.mul(stored[p, j], x[j]))
        x[p] = graph.mul(x[p], stored[p, p])
    return [x[i] for i in range(len(right_side))]
