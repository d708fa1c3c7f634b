"""A simulation that has been checked: every name known, every array of the right length, every time in range."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vein2vein.dynamics.system import OdeSystem
from vein2vein.errors import InputError, near_miss
from vein2vein.simulation.codegen.structure import Structure
from vein2vein.simulation.plan import ADD, PARAMETER, RATE, Floats, Integers
from vein2vein.simulation.records import Events, Integral, StopWhen, Summary, Tolerances, WardRule


@dataclass(frozen=True)
class Agenda:
    """The event table as the driver reads it: sorted by patient and time, infusions split into start and end."""

    first: Integers  # (n + 1,)
    time: Floats
    kind: Integers
    target: Integers
    amount: Floats

    def part(self, start: int, end: int) -> Agenda:
        """Return the events of patients ``start`` to ``end - 1``, counted from 0."""
        a, b = self.first[start], self.first[end]
        rows = slice(a, b)
        return Agenda(
            self.first[start : end + 1] - a,
            self.time[rows],
            self.kind[rows],
            self.target[rows],
            self.amount[rows],
        )


@dataclass(frozen=True)
class Question:
    """What is simulated, of whom, and what is asked; see :func:`vein2vein.simulation.simulate`."""

    structure: Structure
    parameters: tuple[NDArray[np.float64], ...]
    patients: int
    times: Floats
    agenda: Agenda
    rules: tuple[WardRule, ...]
    summaries: tuple[Summary, ...]
    stop_after: float
    tolerances: Tolerances
    stiff: bool = False

    @classmethod
    def of(
        cls,
        system: OdeSystem,
        parameters: Mapping[str, ArrayLike],
        patients: int | None,
        times: ArrayLike,
        outputs: Sequence[str],
        events: Events | None,
        rules: Sequence[WardRule],
        summaries: Sequence[Summary],
        stop: StopWhen | None,
        tolerances: Tolerances,
    ) -> Question:
        """Return the checked question.

        Raises
        ------
        InputError
            Something in it can't be used.
        """
        grid = _grid(system, times)
        columns, n = _columns(system, parameters, patients)
        for name in (*outputs, *(s.of for s in summaries)):
            system.expression(name)
        _distinct([s.name for s in summaries], "summaries")
        _distinct([r.name for r in rules], "ward rules")
        _distinct(list(outputs), "outputs")
        for action in (a for r in rules for a in r.actions):
            system.index(action.target)
        return cls(
            structure=Structure.of(system, outputs, summaries, rules, stop),
            parameters=columns,
            patients=n,
            times=grid,
            agenda=_agenda(system, events or Events.none(), n, grid),
            rules=tuple(rules),
            summaries=tuple(summaries),
            stop_after=-math.inf if stop is None else stop.after,
            tolerances=tolerances,
        )

    @property
    def system(self) -> OdeSystem:
        """The equations."""
        return self.structure.system

    @property
    def extremes(self) -> list[Summary]:
        """The maxima and minima, in order."""
        return [s for s in self.summaries if not isinstance(s, Integral)]

    @property
    def integrals(self) -> list[Summary]:
        """The integrals, in order."""
        return [s for s in self.summaries if isinstance(s, Integral)]

    def parameter_rows(self, start: int, end: int) -> Floats:
        """Return the parameters of patients ``start`` to ``end - 1``, shape (end - start, p)."""
        rows = np.empty((end - start, len(self.parameters)))
        for j, column in enumerate(self.parameters):
            rows[:, j] = column if column.ndim == 0 else column[start:end]
        return rows

    def part(self, start: int, end: int) -> Question:
        """Return the question of patients ``start`` to ``end - 1`` alone."""
        columns = tuple(c if c.ndim == 0 else c[start:end] for c in self.parameters)
        return replace(self, parameters=columns, patients=end - start, agenda=self.agenda.part(start, end))

    @cached_property
    def boundaries(self) -> Floats:
        """Instants inside the run at which every patient lands: where summaries begin and end."""
        edges = {edge for s in self.summaries for edge in (s.start, s.end)}
        inside = [t for t in edges if self.times[0] < t < self.times[-1]]
        return np.array(sorted(inside), dtype=np.float64)


def _grid(system: OdeSystem, times: ArrayLike) -> Floats:
    grid = np.array(times, dtype=np.float64)
    if grid.ndim != 1 or len(grid) < 2 or not np.isfinite(grid).all() or not (np.diff(grid) > 0).all():
        raise InputError(
            "the output times can't be used",
            where=f"simulation of {system.name}",
            field="times",
            value=grid[:5].tolist() if grid.ndim == 1 else grid.shape,
            allowed="at least two finite days, increasing",
        )
    return grid


def _columns(
    system: OdeSystem, parameters: Mapping[str, ArrayLike], patients: int | None
) -> tuple[tuple[NDArray[np.float64], ...], int]:
    """Return one array a parameter (a scalar one where it is shared) and the number of patients."""
    where = f"simulation of {system.name}"
    names = [p.name for p in system.parameters]
    for name in parameters:
        if name not in names:
            raise InputError(
                f"the model has no such parameter.{near_miss(name, names)}",
                where=where,
                value=name,
                allowed=", ".join(names),
            )
    columns, n = [], patients
    for name in names:
        if name not in parameters:
            raise InputError("a parameter has no value", where=where, field=name, remedy="give it a value")
        column = np.asarray(parameters[name], dtype=np.float64)
        if column.ndim > 1:
            raise InputError(
                "a parameter has the wrong shape",
                where=where,
                field=name,
                value=column.shape,
                allowed="one value, or one a patient",
            )
        if column.ndim == 1 and n is None:
            n = len(column)
        if column.ndim == 1 and len(column) != n:
            raise InputError(
                "parameters differ in length",
                where=where,
                field=name,
                value=len(column),
                allowed=f"{n} patients",
            )
        if not np.isfinite(column).all():
            bad = int(np.flatnonzero(~np.isfinite(np.atleast_1d(column)))[0])
            raise InputError(
                "a parameter isn't a number",
                where=f"{where}, patient {bad}",
                field=name,
                value=float(np.atleast_1d(column)[bad]),
                allowed="a finite number",
            )
        columns.append(column)
    if n is None or n < 0:
        raise InputError(
            "the number of patients is unknown",
            where=where,
            field="patients",
            value=n,
            remedy="give patients=…, or one parameter as an array",
        )
    return tuple(columns), n


def _distinct(names: list[str], what: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two of the {what} have the same name", value=name, remedy="rename one")


def _agenda(system: OdeSystem, events: Events, n: int, grid: Floats) -> Agenda:
    where = f"events of {system.name}"
    outside = np.flatnonzero((events.time < grid[0]) | (events.time > grid[-1]))
    if len(outside):
        raise InputError(
            "an event lies outside the simulated time",
            where=f"{where}, row {outside[0]}",
            field="time",
            value=float(events.time[outside[0]]),
            allowed=f"{grid[0]:g} to {grid[-1]:g} days",
        )
    if len(events.patient) and events.patient.max() >= n:
        raise InputError(
            "an event belongs to nobody",
            where=where,
            field="patient",
            value=int(events.patient.max()),
            allowed=f"0 to {n - 1}",
        )
    parameters = [p.name for p in system.parameters]
    lookup = {(name, False): system.index(name) for name in set(np.array(events.target)[~events.switch])}
    for name in set(np.array(events.target)[events.switch]):
        if name not in parameters:
            raise InputError(
                f"a switch names no parameter.{near_miss(name, parameters)}",
                where=where,
                value=str(name),
                allowed=", ".join(parameters),
            )
        lookup[name, True] = parameters.index(name)
    target = np.array(
        [lookup[pair] for pair in zip(events.target, events.switch.tolist(), strict=True)], np.int64
    )
    long = events.duration > 0
    kind = np.where(events.switch, PARAMETER, np.where(long, RATE, ADD))
    rate = np.where(long, events.amount / np.where(long, events.duration, 1.0), events.amount)
    ends = events.time[long] + events.duration[long]
    columns = {
        "patient": np.concatenate([events.patient, events.patient[long]]),
        "time": np.concatenate([events.time, ends]),
        "kind": np.concatenate([kind, np.full(long.sum(), RATE)]).astype(np.int64),
        "target": np.concatenate([target, target[long]]),
        "amount": np.concatenate([rate, -rate[long]]),
    }
    order = np.lexsort((columns["time"], columns["patient"]))
    counts = np.bincount(columns["patient"], minlength=n) if n else np.zeros(0, np.int64)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Agenda(first, *(columns[name][order] for name in ("time", "kind", "target", "amount")))
