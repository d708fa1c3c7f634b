"""Graph nodes → lines of Python that numba compiles."""

from __future__ import annotations

import keyword
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vein2vein.simulation.codegen.graph import Graph

_INFIX = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "eq": "==",
    "ne": "!=",
    "and": "&",
    "or": "|",
}
_CALLS = {
    "exp": "exponential",
    "log": "logarithm",
    "sqrt": "root",
    "sin": "sine",
    "cos": "cosine",
    "abs": "absolute",
    "floor": "round_down",
    "pow": "power",
    "max": "larger",
    "min": "smaller",
}
_TAKEN = {"w", "t_row", "y_row", "k_row", "out_row", "load", "store", "select", "spread", *_CALLS.values()}


@dataclass(frozen=True)
class Store:
    """One result of a kernel: which node goes to which row, and what it is."""

    row: str
    node: int
    meaning: str


def kernel_source(
    graph: Graph,
    name: str,
    title: str,
    stores: Sequence[Store],
    rows: Mapping[int, str],
    labels: Mapping[int, str],
) -> str:
    """Return the source of one kernel.

    Parameters
    ----------
    graph : Graph
        Where the nodes live.
    name, title : str
        Name of the function; first line of its docstring.
    stores : sequence of Store
        What it computes.
    rows : mapping of int to str
        Nodes that are read from the workspace (leaves and constants of the patient) → row expression.
    labels : mapping of int to str
        Names for nodes that mean something.
    """
    needed = graph.needed([s.node for s in stores])
    inputs = [n for n in graph.met([s.node for s in stores], rows) if n in rows]
    body = [n for n in graph.needed([s.node for s in stores], stop=rows) if n in set(needed)]
    names = _names(graph, [*inputs, *body], labels)
    lines = [f"def {name}(w, t_row, y_row, k_row, out_row):", f'    """{title}"""']
    lines += [f"    {names[n]} = load(w, {rows[n]})" for n in inputs]
    inverse = _inverses(graph, body)
    for n in body:
        if n in inverse:
            lines.append(f"    {names[n]} = 1.0 / {names[inverse[n]]}")
        elif graph.nodes[n][0] != "const":
            lines.append(f"    {names[n]} = {_line(graph, n, names)}")
    lines += [f"    store(w, {s.row}, {_name(graph, s.node, names)})  # {s.meaning}" for s in stores]
    if len(lines) == 2:
        lines.append("    pass")
    return "\n".join(lines) + "\n"


def operations(graph: Graph, targets: Sequence[int], rows: Mapping[int, str]) -> float:
    """Return how many additions' worth of work the targets are, given what is read from rows."""
    body = graph.needed(targets, stop=rows)
    inverse = _inverses(graph, body)
    return float(sum(_WORK.get("inv" if n in inverse else str(graph.nodes[n][0]), 1.0) for n in body))


def _inverses(graph: Graph, body: Sequence[int]) -> dict[int, int]:
    """Return exponentials e^-a that stand after e^a, each with that one: a division is cheaper."""
    opposite: dict[tuple[object, ...], int] = {}  # the exponent that would be the inverse → the exponential
    found = {}
    for n in body:
        if graph.nodes[n][0] != "exp":
            continue
        (exponent,) = graph.arguments(n)
        operation, *parts = graph.nodes[exponent]
        if (operation, *parts) in opposite:
            found[n] = opposite[operation, *parts]
        elif operation == "sub":
            opposite["sub", parts[1], parts[0]] = n
        elif operation == "neg":
            (inner,) = graph.arguments(exponent)
            opposite[graph.nodes[inner]] = n
        else:
            opposite["neg", exponent] = n
    return found


_WORK = {"const": 0.0, "leaf": 0.0, "inv": 4.0, "sqrt": 5.0, "exp": 18.0, "log": 24.0, "pow": 48.0}
_WORK |= {"sin": 100.0, "cos": 100.0}


def _names(graph: Graph, nodes: Sequence[int], labels: Mapping[int, str]) -> dict[int, str]:
    names: dict[int, str] = {}
    used = set(_TAKEN)
    for n in nodes:
        key = graph.nodes[n]
        wish = labels.get(n) or (str(key[1]) if key[0] == "leaf" else f"x{n}")
        if not wish.isidentifier() or keyword.iskeyword(wish):
            wish = f"x{n}"
        while wish in used:
            wish += "_"
        used.add(wish)
        names[n] = wish
    return names


def _literal(value: float) -> str:
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "(-INFINITY)"
    return repr(value) if value >= 0 else f"({value!r})"


def _name(graph: Graph, node: int, names: Mapping[int, str]) -> str:
    value = graph.value(node)
    return names[node] if value is None else _literal(value)


def _line(graph: Graph, node: int, names: Mapping[int, str]) -> str:
    operation, *arguments = graph.nodes[node]
    texts = [_name(graph, a, names) for a in arguments]  # type: ignore[arg-type]
    plain = [graph.value(a) is not None for a in arguments]  # type: ignore[arg-type]
    if operation in _INFIX:
        if all(plain):
            texts[0] = f"spread({texts[0]})"
        return f"{texts[0]} {_INFIX[operation]} {texts[1]}"
    if operation == "inv":
        return f"1.0 / {texts[0]}"
    if operation == "neg":
        return f"-{texts[0]}"
    if operation == "not":
        return f"~{texts[0]}"
    if operation == "choose":
        return f"select({', '.join(texts)})"
    texts = [f"spread({x})" if p else x for x, p in zip(texts, plain, strict=True)]
    return f"{_CALLS[operation]}({', '.join(texts)})"  # type: ignore[index]
