"""Run an imported model: the engine integrates between events; conditions are located on its dense output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from vein2vein.dynamics.exchange.imported import ImportedModel, Trigger
from vein2vein.dynamics.law import TIME, Derived
from vein2vein.dynamics.system import OdeSystem
from vein2vein.errors import ModelError
from vein2vein.parameter import Parameter
from vein2vein.simulation.records import Tolerances
from vein2vein.simulation.results import Failure
from vein2vein.simulation.run import simulate

__all__ = ["ImportedRun", "run_imported"]

Floats = NDArray[np.float64]
_Piece = tuple[Floats, dict[str, Floats], float, tuple[Failure, ...]]
"""Grid, curves on it, where the clock stands then, and failures."""
_START = "__start"
_MOST_EVENTS = 10_000
_LOOKS = 2000
"""Points a stretch between events at which conditions are looked at."""


@dataclass(frozen=True)
class ImportedRun:
    """Trajectories of an imported model.

    Parameters
    ----------
    times : array, shape (T,)
        In the model's own unit of time. At an event the value after it.
    outputs : dict of str to array, shape (T,)
        Quantities asked for; NaN after a failure.
    fired : tuple of (float, str)
        Events and when they happened.
    failures : tuple of Failure
        What went wrong, if anything.
    negative : tuple of str
        Species that fell below zero by more than their tolerance.
    """

    times: Floats
    outputs: dict[str, Floats]
    fired: tuple[tuple[float, str], ...]
    failures: tuple[Failure, ...]
    negative: tuple[str, ...]


def run_imported(
    model: ImportedModel,
    times: ArrayLike,
    outputs: Sequence[str] | None = None,
    tolerances: Tolerances | None = None,
) -> ImportedRun:
    """Integrate an imported model from time 0.

    Parameters
    ----------
    model : ImportedModel
        What to run.
    times : array, shape (T,)
        Increasing, from 0 on, in the model's unit of time.
    outputs : sequence of str, optional
        States or derived quantities; the species by default.
    tolerances : Tolerances, optional
        1e-8 relative by default.

    Returns
    -------
    ImportedRun

    Raises
    ------
    ModelError
        An output is unknown, or events don't come to an end.
    """
    return _Run(model, np.asarray(times, dtype=float), outputs, tolerances or Tolerances(rtol=1e-8)).go()


class _Run:
    """One run: the clock, the state, and which conditions hold."""

    def __init__(
        self, model: ImportedModel, times: Floats, outputs: Sequence[str] | None, tolerances: Tolerances
    ) -> None:
        self.model, self.times, self.tolerances = model, times, tolerances
        system = model.system
        known = [s.name for s in system.states] + [d.name for d in system.derived]
        wanted = list(model.species if outputs is None else outputs)
        self.fixed = {n: model.values[n] for n in wanted if n not in known and n in model.values}
        self.wanted = [name for name in wanted if name not in self.fixed]
        for name in self.wanted:
            system.expression(name)
        self.names = [s.name for s in system.states]
        self.numbers = {p.symbol: sympy.Float(model.values[p.name], 17) for p in system.parameters}
        self.watched = [k for k, t in enumerate(model.triggers) if not self._timed(t.condition)]
        self.flags = [f"holds_{k}__" for k in self.watched]
        self.system = _restartable(system, [model.triggers[k] for k in self.watched], self.flags)
        self.instants = self._instants()
        self.state = np.array([float(sympy.sympify(s.initial).xreplace(self.numbers)) for s in system.states])
        self.fired: list[tuple[float, str]] = []
        self.clock, self.hair = 0.0, 0.0

    def go(self) -> ImportedRun:
        """Integrate from event to event."""
        outputs = {name: np.full(len(self.times), np.nan) for name in self.wanted}
        holds = self._settle([trigger.initially for trigger in self.model.triggers])
        self._note(outputs)
        failures: tuple[Failure, ...] = ()
        while self.clock < self.times[-1] and not failures:
            (grid, curves, stop, failures), before = self._stretch(holds)
            inside = (self.times > self.clock) & (self.times < stop)
            where = np.searchsorted(grid, self.times[inside])
            for name in self.wanted:
                outputs[name][inside] = curves[name][where]
            self.clock, self.state = stop, np.array([curves[name][-1] for name in self.names])
            if not failures:
                for k, held in zip(self.watched, before, strict=True):
                    holds[k] = held
                holds = self._settle(holds)
                self._note(outputs)
        outputs |= {name: np.full(len(self.times), value) for name, value in self.fixed.items()}
        scale = {s.name: s.scale for s in self.model.system.states}
        negative = tuple(n for n, v in outputs.items() if np.nanmin(v, initial=0.0) < -scale.get(n, 1e-9))
        return ImportedRun(self.times, outputs, tuple(self.fired), failures, negative)

    def _note(self, outputs: dict[str, Floats]) -> None:
        """Write the values at this instant, after its events, into an output that falls on it."""
        for i in np.flatnonzero(self.times == self.clock):
            for name in self.wanted:
                outputs[name][i] = float(self._value(sympy.Symbol(name, real=True)))

    def _value(self, expression: sympy.Basic) -> sympy.Basic:
        """Return the number (or truth) of an expression at this instant."""
        known = {**self.numbers, TIME: sympy.Float(self.clock + self.hair, 17)}
        for s, v in zip(self.model.system.states, self.state, strict=True):
            known[s.symbol] = sympy.Float(v, 17)
        for d in self.model.system.derived:
            known[d.symbol] = sympy.sympify(d.value).xreplace(known)
        return sympy.sympify(expression).xreplace(known)

    # -- events -----------------------------------------------------------------------------------------

    def _settle(self, held: list[bool]) -> list[bool]:
        """Fire what turns true at this instant, then what does so a hair later (as `time > 8` does on day 8)."""
        held = self._fire(held)
        self.hair = 1e-14 * max(1.0, self.clock)
        held = self._fire(held)
        self.hair = 0.0
        return held

    def _fire(self, held: list[bool]) -> list[bool]:
        """Fire, by priority, every event whose condition has turned true; return which conditions hold then."""
        triggers = self.model.triggers
        holds = [bool(self._value(t.condition)) for t in triggers]
        waiting = [self._waiting(k) for k in range(len(triggers)) if holds[k] and not held[k]]
        while waiting:
            k, values = waiting.pop(int(np.argmax([self._priority(triggers[k]) for k, _ in waiting])))
            if not triggers[k].persistent and not holds[k]:
                continue
            self.state = self.state.copy()
            for name, value in (values or self._values(triggers[k])).items():
                self.state[self.names.index(name)] = value
            self.fired.append((self.clock, triggers[k].name))
            if len(self.fired) > _MOST_EVENTS:
                raise ModelError(
                    f"more than {_MOST_EVENTS} events",
                    where=f"{self.model.name}: {triggers[k].name}",
                    remedy="check the conditions: they may set each other off for ever",
                )
            before, holds = holds, [bool(self._value(t.condition)) for t in triggers]
            waiting += [self._waiting(j) for j in range(len(triggers)) if holds[j] and not before[j]]
        return holds

    def _waiting(self, k: int) -> tuple[int, dict[str, float] | None]:
        trigger = self.model.triggers[k]
        return k, self._values(trigger) if trigger.values_at_trigger else None

    def _values(self, trigger: Trigger) -> dict[str, float]:
        return {name: float(self._value(e)) for name, e in trigger.assignments.items()}

    def _priority(self, trigger: Trigger) -> float:
        return -np.inf if trigger.priority is None else float(self._value(trigger.priority))

    # -- between events ---------------------------------------------------------------------------------

    def _stretch(self, holds: list[bool]) -> tuple[_Piece, list[bool]]:
        """Integrate to the next switch of time, or to the instant at which a watched condition turns true.

        Also returns which watched conditions held just before that end.
        """
        stop = min([i for i in self.instants if i > self.clock], default=self.times[-1])
        stop = float(min(stop, self.times[-1]))
        inside = self.times[(self.times > self.clock) & (self.times < stop)]
        first, last = _after(self.clock), _before(stop)
        watched = [holds[k] for k in self.watched]
        if not last > first:
            return self._integrate(np.array([first, first + 1e-15 * max(1.0, first)]), stop), watched
        ends = np.array([first, last])
        if not self.flags:
            return self._integrate(np.unique(np.concatenate([ends, inside])), stop), watched
        grid = np.unique(np.concatenate([np.linspace(first, last, _LOOKS), inside]))
        while True:
            looked = self._integrate(grid, stop)
            rise = self._first_rise(looked[1], watched)
            if looked[3] or rise is None:
                return looked, [bool(looked[1][flag][-1] > 0.5) for flag in self.flags]
            low, high = grid[max(rise - 1, 0)], grid[rise]
            if high - low <= 4e-15 * max(1.0, high) or rise == 0:
                break
            grid = np.unique(np.concatenate([[first], np.linspace(low, high, 400)]))
        before = watched if rise == 0 else [bool(looked[1][flag][rise - 1] > 0.5) for flag in self.flags]
        at = max(float(high), first + 1e-15 * max(1.0, first))
        return self._integrate(np.unique(np.concatenate([[first], inside[inside < at], [at]])), at), before

    def _integrate(self, grid: Floats, stop: float) -> _Piece:
        ensemble = simulate(
            self.system,
            {**self.model.values, **{n + _START: v for n, v in zip(self.names, self.state, strict=True)}},
            patients=1,
            times=grid,
            outputs=[*dict.fromkeys([*self.wanted, *self.names]), *self.flags],
            tolerances=self.tolerances,
        )
        return grid, {name: values[0] for name, values in ensemble.outputs.items()}, stop, ensemble.failures

    def _first_rise(self, curves: Mapping[str, Floats], held: Sequence[bool]) -> int | None:
        first: int | None = None
        for flag, before in zip(self.flags, held, strict=True):
            now = curves[flag] > 0.5
            rises = np.flatnonzero(now & ~np.concatenate([[before], now[:-1]]))
            if len(rises) and (first is None or rises[0] < first):
                first = int(rises[0])
        return first

    def _timed(self, condition: sympy.Basic) -> bool:
        """Return whether a condition changes only at times that can be computed beforehand."""
        relations = self._expanded(condition).atoms(sympy.core.relational.Relational)
        return all(_linear_in_time(r) for r in relations)

    def _expanded(self, expression: sympy.Basic) -> sympy.Basic:
        """Return an expression of states and time only."""
        known = dict(self.numbers)
        for d in self.model.system.derived:
            known[d.symbol] = sympy.sympify(d.value).xreplace(known)
        return sympy.sympify(expression).xreplace(known)

    def _instants(self) -> list[float]:
        """Return the times at which a condition on time alone changes, in events or in rates."""
        model = self.model
        sources = [t.condition for t in model.triggers]
        sources += [*model.system.rates, *(d.value for d in model.system.derived)]
        found = set()
        for source in sources:
            for relation in self._expanded(source).atoms(sympy.core.relational.Relational):
                gap = relation.lhs - relation.rhs
                if _linear_in_time(relation) and gap.has(TIME):
                    found.add(float(-gap.subs(TIME, 0) / sympy.diff(gap, TIME)))
        return sorted(found)


def _linear_in_time(relation: sympy.core.relational.Relational) -> bool:
    gap = sympy.sympify(relation.lhs - relation.rhs)
    return gap.free_symbols <= {TIME} and sympy.diff(gap, TIME).is_number


def _after(time: float) -> float:
    """Return an instant a hair later, beyond a switch of time."""
    return time + 1e-14 * max(1.0, abs(time)) if time else 0.0


def _before(time: float) -> float:
    """Return an instant a hair earlier, before a switch of time."""
    return time - 1e-14 * max(1.0, abs(time))


def _restartable(system: OdeSystem, triggers: Sequence[Trigger], flags: Sequence[str]) -> OdeSystem:
    """Return the system with starts that are parameters, and a 0/1 quantity for every condition."""
    starts = [
        Parameter(s.unit, f"{s.name} at the start", name=s.name + _START, lower=-np.inf)
        for s in system.states
    ]
    return OdeSystem(
        system.name,
        tuple(replace(s, initial=p.symbol) for s, p in zip(system.states, starts, strict=True)),
        (*system.parameters, *starts),
        (
            *system.derived,
            *(
                Derived(
                    flag,
                    sympy.Piecewise((sympy.Integer(1), t.condition), (sympy.Integer(0), True)),
                    "1",
                    t.name,
                )
                for flag, t in zip(flags, triggers, strict=True)
            ),
        ),
        system.rates,
    )
