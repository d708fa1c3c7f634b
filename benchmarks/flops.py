"""Floating-point operations of one step of one patient, counted in the source that runs.

The step function and everything it calls is read as syntax: a loop over states counts once a state, a call through the
kernel table counts the generated kernel. An addition or a multiplication is one operation (fused, they are two), so is
a division or a root; exponentials, logarithms and powers are what their polynomials are made of. Comparisons,
choices, loads and stores are none.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import Counter
from types import ModuleType
from typing import Any

from benchmarks.workload import SUMMARIES, core
from vein2vein.simulation import rosenbrock
from vein2vein.simulation.codegen.structure import Structure
from vein2vein.simulation.kernel_cache import compiled_kernels

_KINDS = {ast.Add: "additions", ast.Sub: "additions", ast.Mult: "multiplications", ast.Div: "divisions"}
_ON_INTEGERS = {"load", "range", "bits", "from_bits", "shift_left", "shift_right", "whole"}
_ROOTS = {"square_root"}


class _Counter:
    """Walks a function; ``modules`` are where the names it calls are looked up, ``kernels`` the generated module."""

    def __init__(self, kernels: ModuleType, states: int) -> None:
        self.kernels, self.states = kernels, states
        self.known: dict[Any, Counter] = {}

    def function(self, function: Any) -> Counter:
        plain = getattr(function, "py_func", function)
        if plain not in self.known:
            tree = ast.parse(textwrap.dedent(inspect.getsource(plain))).body[0]
            self.known[plain] = self.body(tree.body, plain.__globals__)
        return self.known[plain]

    def body(self, nodes: list, space: dict) -> Counter:
        total: Counter = Counter()
        for node in nodes:
            if isinstance(node, ast.For):
                total += _times(self.body(node.body, space), self._turns(node))
            elif isinstance(node, ast.If):
                total += self.body(node.body, space)
            else:
                total += self.expression(node, space)
        return total

    def _turns(self, node: ast.For) -> int:
        return self.states if ast.unparse(node.iter) in ("range(n)", "range(r.n_states)") else 1

    def expression(self, node: ast.AST, space: dict) -> Counter:
        total: Counter = Counter()
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name == "call":
                return self.function(getattr(self.kernels, node.args[0].attr))
            if name in _ROOTS:
                total["roots"] += 1
            elif hasattr(space.get(name), "py_func"):
                total += self.function(space[name])
            arguments = () if name in _ON_INTEGERS else node.args[2:] if name == "store" else node.args
            for a in arguments:
                total += self.expression(a, space)
            return total
        if isinstance(node, ast.BinOp) and type(node.op) in _KINDS and not _of_rows(node):
            total[_KINDS[type(node.op)]] += 1
        for child in ast.iter_child_nodes(node):
            total += self.expression(child, space)
        return total


def _of_rows(node: ast.BinOp) -> bool:
    """Return whether this is arithmetic of row numbers or of constants, which costs nothing at run time."""
    calls = any(isinstance(x, ast.Call) for x in ast.walk(node))
    names = {x.id for x in ast.walk(node) if isinstance(x, ast.Name)}
    if calls:
        return False
    attributes = [x for x in ast.walk(node) if isinstance(x, ast.Attribute)]
    return not names or bool(attributes) or names <= _ROW_NAMES


_ROW_NAMES = {"n", "i", "k", "f0", "u1", "u2", "u3", "u4", "u5", "u6", "y", "z", "b", "f", "r", "WIDTH"}


def _times(counts: Counter, factor: int) -> Counter:
    return Counter({kind: factor * count for kind, count in counts.items()})


def stiff_step() -> dict[str, int]:
    """Return additions, multiplications, divisions and roots of one stiff step of a core-model patient."""
    system = core(1).system
    structure = Structure.of(system, (), SUMMARIES, (), None)
    compiled_kernels(structure, True)
    from vein2vein.simulation.kernel_cache import _generated

    found = _Counter(_generated(structure), len(system.states)).function(rosenbrock.rosenbrock_step)
    return dict(found) | {"total": sum(found.values())}
