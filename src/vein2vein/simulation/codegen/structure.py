"""What decides the kernels of a simulation, and where their quantities live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import sympy
from sympy import Expr

from vein2vein.dynamics.system import OdeSystem
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

    @cached_property
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

    def rows(self, constants: int, factors: int, switches: int, stiff: bool) -> Rows:
        """Return the layout of the workspace."""
        n, p = len(self.system.states), len(self.system.parameters)
        e, i, rules = len(self.extremes), len(self.integrands), len(self.conditions)
        results = max(len(self.outputs), 2 * e, i, rules, 1)
        single = ["time", "step", "time_new", "time_at", "error", "log_error", "log_error_old", "factor"]
        single += ["accept", "live"]
        single += ["tries", "refused", "suggestion", "target", "next_output", "next_round", "point", "guess"]
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
            "switches": switches,
            "results": results,
            "watched": 2 * e,
            "extremes": e,
            "extreme_times": e,
            "integrals": i,
            "scratch": 6,
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
            n_switches=switches,
            has_stop=int(self.stop is not None),
            stiff=int(stiff),
            total=at,
        )
