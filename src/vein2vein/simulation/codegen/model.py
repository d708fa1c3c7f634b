"""A model and what is asked of it → the source of one Python module of kernels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import sympy
from sympy import Expr, Symbol

from vein2vein.dynamics.law import TIME
from vein2vein.dynamics.system import OdeSystem
from vein2vein.simulation.codegen.derivative import tangent
from vein2vein.simulation.codegen.graph import Graph
from vein2vein.simulation.codegen.lu import factor_nodes, factorisation, jacobian, solution_nodes
from vein2vein.simulation.codegen.source import Store, kernel_source, operations
from vein2vein.simulation.plan import STAGES, Rows
from vein2vein.simulation.records import Integral, StopWhen, Summary, WardRule, as_number


@dataclass(frozen=True)
class Structure:
    """What decides the kernels: one compilation serves every population, dose and tolerance.

    Parameters
    ----------
    system : OdeSystem
        The equations.
    outputs : tuple of str
        Quantities sampled on the grid.
    extremes, integrands : tuple of str
        Quantities whose extrema or integrals are wanted.
    conditions : tuple of Expr
        Of the ward rules.
    amounts : tuple of Expr
        Of their actions.
    stop : Expr or None
        Stop condition.
    extreme_names : tuple of str
        Names by which the stop condition may call the running extrema.
    """

    system: OdeSystem
    outputs: tuple[str, ...]
    extremes: tuple[str, ...] = ()
    integrands: tuple[str, ...] = ()
    conditions: tuple[Expr, ...] = ()
    amounts: tuple[Expr, ...] = ()
    stop: Expr | None = None
    extreme_names: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        system: OdeSystem,
        outputs: Sequence[str],
        summaries: Sequence[Summary],
        rules: Sequence[WardRule],
        stop: StopWhen | None,
    ) -> Structure:
        """Return the structure of a simulation."""
        extremes = [s for s in summaries if not isinstance(s, Integral)]
        return cls(
            system=system,
            outputs=tuple(outputs),
            extremes=tuple(s.of for s in extremes),
            integrands=tuple(s.of for s in summaries if isinstance(s, Integral)),
            conditions=tuple(as_number(r.condition) for r in rules),
            amounts=tuple(sympy.sympify(a.amount) for r in rules for a in r.actions),
            stop=None if stop is None else as_number(stop.condition),
            extreme_names=tuple(s.name for s in extremes),
        )

    @property
    def digest(self) -> str:
        """Content hash."""
        parts: list[object] = [
            self.system.digest,
            self.outputs,
            self.extremes,
            self.integrands,
            self.extreme_names,
        ]
        parts += [sympy.srepr(e) for e in (*self.conditions, *self.amounts)]
        parts.append(None if self.stop is None else sympy.srepr(self.stop))
        return sha256("\n".join(map(repr, parts)).encode()).hexdigest()

    def rows(self, constants: int, factors: int, stiff: bool) -> Rows:
        """Return the layout of the workspace."""
        n, p = len(self.system.states), len(self.system.parameters)
        e, i, rules = len(self.extremes), len(self.integrands), len(self.conditions)
        results = max(len(self.outputs), 2 * e, i, rules, 1)
        single = ["time", "step", "time_new", "time_at", "error", "error_old", "factor", "accept", "guess"]
        sizes = dict.fromkeys(single, 1) | {
            "state": n,
            "state_new": n,
            "state_at": n,
            "rate_at": n,
            "stages": STAGES * n,
            "right_side": n,
            "rate_in_time": n,
            "shift": 1,
            "factors": factors,
            "ratio": n,
            "inputs": n,
            "parameters": p,
            "constants": constants,
            "initial": n,
            "amounts": len(self.amounts),
            "results": results,
            "watched": 2 * e,
            "extremes": e,
            "scratch": 4,
        }
        offsets, at = {}, 0
        for block, size in sizes.items():
            offsets[block] = at
            at += size
        return Rows(
            **offsets,
            n_states=n,
            n_parameters=p,
            n_outputs=len(self.outputs),
            n_extremes=e,
            n_integrals=i,
            n_rules=rules,
            has_stop=int(self.stop is not None),
            stiff=int(stiff),
            total=at,
        )


_HEADER = '''"""Kernels of {name}: generated, don't edit.

Each works on eight patients: `w` is the workspace, `load(w, row)` eight values of one quantity. `t_row`, `y_row`,
`k_row` say in which rows time, states and derivatives are found; results go to `out_row` and the rows after it.
"""

from vein2vein.simulation.lane_math import exponential, larger, logarithm, power, root, smaller
from vein2vein.simulation.lanes import absolute, cosine, load, round_down, select, sine, spread, store

INFINITY, NAN = float("inf"), float("nan")
CONSTANTS = {constants}
FACTORS = {factors}
OPERATIONS = {operations}

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
        self.rows = self.structure.rows(len(self.constants), len(self.factors.entries), True)

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
