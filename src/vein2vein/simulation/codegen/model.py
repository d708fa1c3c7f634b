"""A model and what is asked of it → the source of one Python module of kernels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sympy
from sympy import Symbol

from vein2vein.dynamics.law import TIME
from vein2vein.simulation.codegen.derivative import tangent
from vein2vein.simulation.codegen.graph import Graph
from vein2vein.simulation.codegen.lu import factor_nodes, factorisation, jacobian, solution_nodes
from vein2vein.simulation.codegen.source import Store, kernel_source, operations
from vein2vein.simulation.codegen.structure import Structure
from vein2vein.simulation.codegen.switches import switch_times

_HEADER = '''"""Kernels of {name}: generated, don't edit.

Each works on eight patients: `w` is the workspace, `load(w, row)` eight values of one quantity. `t_row`, `y_row`,
`k_row` say in which rows time, states and derivatives are found; results go to `out_row` and the rows after it.
"""

from vein2vein.simulation.lane_math import exponential, larger, logarithm, power, root, smaller
from vein2vein.simulation.lanes import absolute, cosine, load, round_down, select, sine, spread, store

INFINITY, NAN = float("inf"), float("nan")
CONSTANTS = {constants}
FACTORS = {factors}
SWITCHES = {switches}
OPERATIONS = {operations}
NEEDED = {needed}

'''


class KernelWriter:
    """Reads a structure into one graph and writes its kernels."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        system = structure.system
        g = self.graph = Graph()
        self.time = g.leaf("t")
        self.states = [g.leaf(s.name) for s in system.states]
        self.parameters = [g.leaf(p.name) for p in system.parameters]
        self.inputs = [g.leaf(f"input_{s.name}") for s in system.states]
        self.slopes = [g.leaf(f"rate_{s.name}") for s in system.states]
        self.running = [g.leaf(f"running_{name}") for name in structure.extreme_names]
        self.labels: dict[int, str] = {}
        names: dict[Symbol, int] = {TIME: self.time}
        names |= {s.symbol: node for s, node in zip(system.states, self.states, strict=True)}
        names |= {p.symbol: node for p, node in zip(system.parameters, self.parameters, strict=True)}
        for d in system.derived:
            names[d.symbol] = g.read(d.value, names)
            self.labels.setdefault(names[d.symbol], d.name)
        self.names: Mapping[Symbol, int] = names
        self._targets()
        self._stiff_targets()
        self._hoist()

    def _targets(self) -> None:
        s, g, names = self.structure, self.graph, self.names
        system = s.system
        rates = [g.read(e, names) for e in system.rates]
        self.rates = [g.add(rate, u) for rate, u in zip(rates, self.inputs, strict=True)]
        self.initial = [g.read(sympy.sympify(x.initial), names) for x in system.states]
        self.amounts = [g.read(a, names) for a in s.amounts]
        self.switches = [g.read(e, names) for e in switch_times(system)]
        self.outputs = [names[system.expression(name)] for name in s.outputs]
        self.watch = [names[system.expression(name)] for name in s.extremes]
        seeds = dict(zip(self.states, self.slopes, strict=True)) | {self.time: g.const(1.0)}
        self.watch_slopes = tangent(g, self.watch, seeds)
        self.integrands = [names[system.expression(name)] for name in s.integrands]
        self.conditions = [g.read(c, names) for c in s.conditions]
        if s.stop is None:
            self.stop = []
        else:
            known = dict(names)
            known |= {
                Symbol(n, real=True): leaf for n, leaf in zip(s.extreme_names, self.running, strict=True)
            }
            self.stop = [g.read(s.stop, known)]

    def _stiff_targets(self) -> None:
        """Find the entries of the factorised matrix and of the solution of a linear system with it."""
        g, n = self.graph, len(self.states)
        self.shift = g.leaf("shift")
        entries = jacobian(g, self.rates, self.states)
        self.rate_in_time = tangent(g, self.rates, {self.time: g.const(1.0)})
        self.factors = factorisation(set(entries), n)
        nodes = factor_nodes(g, self.factors, entries, self.shift)
        self.factor_nodes = [nodes[e] for e in self.factors.entries]
        states = [x.name for x in self.structure.system.states]
        self.factor_names = [f"{states[i]}, {states[j]}" for i, j in self.factors.entries]
        self.stored = {e: g.leaf(f"factor_{e[0]}_{e[1]}") for e in self.factors.entries}
        self.right_side = [g.leaf(f"right_{name}") for name in states]
        self.solution = solution_nodes(g, self.factors, self.stored, self.right_side)

    def _hoist(self) -> None:
        """Find what depends on parameters alone: computed once a patient, read from rows afterwards."""
        g = self.graph
        dynamic = [*self.rates, *self.outputs, *self.watch, *self.watch_slopes]
        dynamic += [*self.integrands, *self.conditions, *self.stop, *self.factor_nodes, *self.rate_in_time]
        still = set(self.parameters)  # nodes that don't change while a patient is integrated
        for n in g.needed(dynamic):
            arguments = g.arguments(n)
            fixed = all(a in still or g.value(a) is not None for a in arguments)
            if arguments and fixed and g.nodes[n][0] not in _BOOLEAN:
                still.add(n)
        moving = [n for n in g.needed(dynamic) if n not in still and g.value(n) is None]
        used = {a for n in moving for a in g.arguments(n)} | set(dynamic)
        self.constants = sorted(n for n in used if n in still and g.arguments(n))
        self.rows = self.structure.rows(
            len(self.constants), len(self.factors.entries), len(self.switches), True
        )

    def _read_from(self) -> dict[int, str]:
        r = self.rows
        table = {self.time: "t_row"}
        moving = [(self.states, "y_row"), (self.slopes, "k_row"), (self.right_side, "k_row")]
        for nodes, base in moving:
            table |= {n: f"{base} + {i}" for i, n in enumerate(nodes)}
        fixed: list[tuple[Iterable[int], int]] = [
            (self.parameters, r.parameters),
            (self.inputs, r.inputs),
            (self.running, r.extremes),
            ([self.shift], r.shift),
            (self.stored.values(), r.factors),
        ]
        for group, first in fixed:
            table |= {n: str(first + i) for i, n in enumerate(group)}
        return table

    def _states_of(self, stores: Sequence[Store], rows: Mapping[int, str]) -> tuple[int, ...]:
        """Return the states that a kernel reads."""
        met = set(self.graph.met([x.node for x in stores], rows))
        return tuple(i for i, node in enumerate(self.states) if node in met)

    def module(self) -> str:
        """Return the source of the module."""
        s, r = self.structure, self.rows
        leaves = self._read_from()
        everything = leaves | {n: str(r.constants + i) for i, n in enumerate(self.constants)}
        states = [x.name for x in s.system.states]
        pairs = [x for pair in zip(self.watch, self.watch_slopes, strict=True) for x in pair]
        meanings = [x for name in s.extremes for x in (name, f"{name}'")]
        prepared = _stores(self.constants, ["constant"] * len(self.constants), r.constants)
        prepared += _stores(self.initial, [f"{x} at day 0" for x in states], r.initial)
        prepared += _stores(self.amounts, ["amount of an action"] * len(self.amounts), r.amounts)
        prepared += _stores(self.switches, ["instant of a switch"] * len(self.switches), r.switches)
        factored = _stores(self.factor_nodes, self.factor_names, r.factors)
        factored += _stores(self.rate_in_time, [f"d {x}'/dt" for x in states], r.rate_in_time)
        fires, stops = ["fires when > 0"] * len(self.conditions), ["stops when > 0"] * len(self.stop)
        kernels: list[tuple[str, str, list[Store]]] = [
            ("derivatives", "The rates of all states.", _stores(self.rates, [f"{x}'" for x in states])),
            ("outputs", "The quantities that are sampled.", _stores(self.outputs, s.outputs)),
            (
                "watch",
                "Value and slope of the quantities whose extrema are wanted.",
                _stores(pairs, meanings),
            ),
            ("integrands", "The quantities that are integrated.", _stores(self.integrands, s.integrands)),
            ("conditions", "The conditions of the ward rules.", _stores(self.conditions, fires)),
            ("stop", "The stop condition.", _stores(self.stop, stops)),
            ("factor", "L and U of shift - J (reciprocals on the diagonal).", factored),
            (
                "solve",
                "The solution of a linear system whose right-hand side is at `k_row`.",
                _stores(self.solution, states),
            ),
        ]
        text = _HEADER.format(
            name=s.system.name,
            constants=len(self.constants),
            factors=len(self.factors.entries),
            switches=len(self.switches),
            needed={name: self._states_of(stores, everything) for name, _, stores in kernels},
            operations={
                name: operations(self.graph, [x.node for x in stores], everything)
                for name, _, stores in kernels
            },
        )
        first = kernel_source(
            self.graph, "prepare", "What depends on parameters alone.", prepared, leaves, self.labels
        )
        others = (kernel_source(self.graph, *kernel, everything, self.labels) for kernel in kernels)
        return text + "\n\n".join([first, *others])


def _stores(nodes: Sequence[int], meanings: Sequence[str], first: int | None = None) -> list[Store]:
    """Return one store a node, into fixed rows from ``first`` on or into those that the caller names."""
    base = "out_row + " if first is None else ""
    return [
        Store(f"{base}{i + (first or 0)}", n, m) for i, (n, m) in enumerate(zip(nodes, meanings, strict=True))
    ]


_BOOLEAN = {"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"}
