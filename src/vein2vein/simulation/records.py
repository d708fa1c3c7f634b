"""What a simulation is asked: events, ward rules, summaries, when to stop, how accurately."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray
from sympy import Expr

from vein2vein.errors import InputError


@dataclass(frozen=True)
class Events:
    """Doses and switches, patient by patient.

    Parameters
    ----------
    patient : array of int, shape (m,)
        Index of the patient, from 0.
    time : array of float, shape (m,)
        Days; at or after the first output time.
    target : sequence of str, length m
        State that receives it; for a switch, the parameter that changes.
    amount : array of float, shape (m,)
        In the unit of the state; for a switch, the new value of the parameter.
    duration : array of float, shape (m,)
        Days; 0 for a bolus, else ``amount`` is spread evenly over them.
    switch : array of bool, shape (m,), optional
        True where the event gives a parameter a new value.

    Raises
    ------
    InputError
        Lengths differ, or a value isn't finite, or a duration is negative.
    """

    patient: NDArray[np.int64]
    time: NDArray[np.float64]
    target: tuple[str, ...]
    amount: NDArray[np.float64]
    duration: NDArray[np.float64]
    switch: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "patient", np.atleast_1d(np.asarray(self.patient, np.int64)))
        for name in ("time", "amount", "duration"):
            set_(self, name, np.atleast_1d(np.asarray(getattr(self, name), np.float64)))
        set_(self, "target", tuple(self.target))
        m = len(self.patient)
        set_(self, "switch", np.asarray(self.switch if len(self.switch) else np.zeros(m, bool), bool))
        for name in ("time", "target", "amount", "duration", "switch"):
            if len(getattr(self, name)) != m:
                raise InputError(
                    "the columns of an event table differ in length",
                    where="Events",
                    field=name,
                    value=len(getattr(self, name)),
                    allowed=f"{m}, as in `patient`",
                )
        for name in ("time", "amount", "duration"):
            bad = np.flatnonzero(~np.isfinite(getattr(self, name)))
            if len(bad):
                raise InputError(
                    "an event isn't finite", where=f"Events, row {bad[0]}", field=name, allowed="a number"
                )
        if (self.duration < 0).any() or (self.patient < 0).any():
            raise InputError(
                "an event has a negative duration or patient", where="Events", allowed="0 or more"
            )

    @classmethod
    def none(cls) -> Events:
        """Return an empty table."""
        return cls(np.zeros(0, np.int64), np.zeros(0), (), np.zeros(0), np.zeros(0))

    @classmethod
    def bolus(cls, state: str, time: float, amount: ArrayLike, patients: int | None = None) -> Events:
        """Return one bolus a patient; a scalar ``amount`` needs ``patients``, the number of them."""
        return cls.infusion(state, time, amount, 0.0, patients)

    @classmethod
    def infusion(
        cls, state: str, time: ArrayLike, amount: ArrayLike, duration: ArrayLike, patients: int | None = None
    ) -> Events:
        """Return one constant-rate infusion a patient; scalars are shared by all ``patients``."""
        sizes = [np.size(x) for x in (time, amount, duration) if np.ndim(x)]
        n = patients if patients is not None else max(sizes, default=1)
        columns = [np.broadcast_to(np.asarray(x, float), (n,)).copy() for x in (time, amount, duration)]
        return cls(np.arange(n), columns[0], (state,) * n, columns[1], columns[2])

    @classmethod
    def parameter_switch(
        cls, parameter: str, time: ArrayLike, value: ArrayLike, patients: int | None = None
    ) -> Events:
        """Return one new value of a parameter for each patient, from ``time`` on."""
        table = cls.infusion(parameter, time, value, 0.0, patients)
        return cls(
            table.patient,
            table.time,
            table.target,
            table.amount,
            table.duration,
            np.ones(len(table.time), bool),
        )

    @classmethod
    def concat(cls, *tables: Events) -> Events:
        """Return all rows of the tables; events of one patient at one time happen in this order."""
        if not tables:
            return cls.none()
        join = np.concatenate
        return cls(
            join([e.patient for e in tables]),
            join([e.time for e in tables]),
            tuple(name for e in tables for name in e.target),
            join([e.amount for e in tables]),
            join([e.duration for e in tables]),
            join([e.switch for e in tables]),
        )


@dataclass(frozen=True)
class Action:
    """What a ward rule does: add ``amount`` to the state ``target``, ``after`` days after administration.

    ``amount`` may use parameters. With ``set`` the state becomes ``amount`` instead.
    """

    target: str
    amount: Expr | float
    after: float = 0.0
    set: bool = False


@dataclass(frozen=True)
class WardRule:
    """A drug given when a condition holds at a ward round.

    Parameters
    ----------
    name : str
        Key of the result.
    condition : Expr
        Of states, derived quantities, parameters and time; fires when > 0 (or true).
    start, end, every : float
        Rounds at start, start + every, … not after end; days.
    actions : tuple of Action
        What is done.
    delay : float
        Days from the round to the administration.
    min_interval : float
        Least time between two administrations, days.
    max_times : int
        Administrations at most.
    """

    name: str
    condition: Expr
    start: float
    end: float
    every: float
    actions: tuple[Action, ...]
    delay: float = 0.0
    min_interval: float = 0.0
    max_times: int = 1

    def __post_init__(self) -> None:
        numbers = {k: getattr(self, k) for k in ("start", "end", "every", "delay", "min_interval")}
        for name, value in numbers.items():
            if not math.isfinite(value) or (name in ("delay", "min_interval") and value < 0):
                raise InputError(
                    "not a usable time",
                    where=f"ward rule {self.name!r}",
                    field=name,
                    value=value,
                    allowed="days ≥ 0",
                )
        if self.every <= 0 or not 1 <= self.max_times <= 10_000:
            raise InputError(
                "rounds or administrations can't be counted",
                where=f"ward rule {self.name!r}",
                field="every, max_times",
                value=(self.every, self.max_times),
                allowed="every > 0, max_times from 1 to 10,000",
            )


@dataclass(frozen=True)
class Maximum:
    """The largest value of a state or derived quantity from ``start`` to ``end``, and when."""

    name: str
    of: str
    start: float = -math.inf
    end: float = math.inf


@dataclass(frozen=True)
class Minimum:
    """The smallest value of a state or derived quantity from ``start`` to ``end``, and when."""

    name: str
    of: str
    start: float = -math.inf
    end: float = math.inf


@dataclass(frozen=True)
class Integral:
    """The integral over time (days) of a state or derived quantity from ``start`` to ``end``."""

    name: str
    of: str
    start: float = -math.inf
    end: float = math.inf


Summary = Maximum | Minimum | Integral


@dataclass(frozen=True)
class StopWhen:
    """A patient ends at the first accepted step at or after ``after`` (days) where ``condition`` > 0 (or true).

    The condition may use the names of :class:`Maximum` and :class:`Minimum` summaries: their running value.
    """

    condition: Expr
    after: float = -math.inf


@dataclass(frozen=True)
class Tolerances:
    """How accurately a patient is integrated.

    Parameters
    ----------
    rtol : float
        Local error of each state relative to its size; absolute below the state's ``scale``.
    max_step : float
        Longest step, days.
    max_steps : int
        Steps (tried) after which a patient is given up.
    """

    rtol: float = 1e-4
    max_step: float = math.inf
    max_steps: int = 100_000

    def __post_init__(self) -> None:
        if not 1e-13 <= self.rtol <= 0.1:
            raise InputError(
                "the tolerance is unusable",
                where="Tolerances",
                field="rtol",
                value=self.rtol,
                allowed="1e-13 to 0.1",
            )
        if not self.max_step > 0 or self.max_steps < 1:
            raise InputError(
                "the step limit is unusable",
                where="Tolerances",
                field="max_step, max_steps",
                value=(self.max_step, self.max_steps),
                allowed="more than 0",
            )


def as_number(condition: Expr) -> Expr:
    """Return a condition as an expression that is positive where it holds."""
    if isinstance(condition, sympy.logic.boolalg.Boolean) and not isinstance(condition, Expr):
        return sympy.Piecewise((sympy.Integer(1), condition), (sympy.Integer(-1), True))
    return sympy.sympify(condition)


def names_of(summaries: Sequence[Summary]) -> tuple[str, ...]:
    """Return the names of the summaries, in order."""
    return tuple(s.name for s in summaries)
