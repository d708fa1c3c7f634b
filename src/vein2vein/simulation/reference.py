"""A slow, independent solver: SciPy on the lambdified equations. It checks the engine and shares no code with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from vein2vein.dynamics.law import TIME
from vein2vein.dynamics.system import OdeSystem

__all__ = ["Input", "Solution", "solve"]


@dataclass(frozen=True)
class Input:
    """An amount that enters a state: a bolus, or a constant rate over ``duration`` days."""

    state: str
    amount: float
    time: float
    duration: float = 0.0


@dataclass(frozen=True)
class Solution:
    """A trajectory of one patient that can be asked at any time."""

    system: OdeSystem
    segments: tuple[tuple[float, float, Any], ...]
    _quantity: Any

    def __call__(self, name: str, times: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return a state or derived quantity, shape (T,); at a dose, the value after it."""
        at = np.atleast_1d(np.asarray(times, dtype=float))
        states = np.full((len(self.system.states), at.size), np.nan)
        for start, end, dense in self.segments:
            here = (at >= start) & (at <= end)
            if here.any():
                states[:, here] = dense(at[here])
        names = [s.name for s in self.system.states] + [d.name for d in self.system.derived]
        values = self._quantity(at, *states)
        return np.broadcast_to(np.asarray(values[names.index(name)], dtype=float), at.shape)


def solve(
    system: OdeSystem,
    parameters: Mapping[str, float],
    end: float,
    *,
    start: float = 0.0,
    inputs: Sequence[Input] = (),
    rtol: float = 1e-10,
    method: str = "LSODA",
) -> Solution:
    """Integrate one patient, restarting at every dose and at every switch of time.

    Parameters
    ----------
    system : OdeSystem
        The equations.
    parameters : mapping of str to float
        Every parameter.
    end : float
        Last day.
    start : float
        First day.
    inputs : sequence of Input
        Doses.
    rtol : float
        Relative tolerance; the absolute one is ``rtol`` times the scale of each state.
    method : str
        A method of :func:`scipy.integrate.solve_ivp`.

    Returns
    -------
    Solution

    Raises
    ------
    ArithmeticError
        SciPy gives up.
    """
    from scipy import integrate

    solve_ivp: Any = integrate.solve_ivp

    values = {p.symbol: float(parameters[p.name]) for p in system.parameters}
    symbols = [s.symbol for s in system.states]
    derivative = _function(system, values, system.rates)
    quantity = _function(system, values, [*symbols, *(d.symbol for d in system.derived)])
    y = np.array([float(sympy.sympify(s.initial).xreplace(values)) for s in system.states])
    breaks = {start, end, *_switches(system, values, start, end)}
    for dose in inputs:
        breaks |= {min(max(edge, start), end) for edge in (dose.time, dose.time + dose.duration)}
    atol = np.array([s.scale for s in system.states]) * rtol * 1e-3
    edges = sorted(breaks)
    segments = []
    with np.errstate(all="ignore"):
        for left, right in pairwise(edges):
            y = y.copy()
            constant = np.zeros(len(symbols))
            for dose in inputs:
                target = system.index(dose.state)
                if dose.duration == 0 and dose.time == left:
                    y[target] += dose.amount
                elif dose.time <= left < dose.time + dose.duration:
                    constant[target] += dose.amount / dose.duration
            hair = 1e-12 * max(1.0, abs(right))  # a switch at an end of the piece is never looked at

            def slope(
                t: float,
                y: Any,
                constant: Any = constant,
                first: float = left + hair,
                last: float = right - hair,
            ) -> Any:
                return np.array(derivative(min(max(t, first), last), *y), dtype=float) + constant

            found = solve_ivp(slope, (left, right), y, method=method, rtol=rtol, atol=atol, dense_output=True)
            if not found.success:
                raise ArithmeticError(f"{system.name}: {found.message}")
            segments.append((left, right, found.sol))
            y = found.y[:, -1]
    return Solution(system, tuple(segments), quantity)


def _function(
    system: OdeSystem, values: Mapping[sympy.Symbol, float], wanted: Sequence[sympy.Expr]
) -> Callable[..., list[Any]]:
    """Return a function of (time, *states) that computes the derived quantities in order, then ``wanted``."""
    parameters = list(values)

    def in_order(
        expressions: list[sympy.Expr],
    ) -> tuple[list[tuple[sympy.Symbol, sympy.Expr]], list[sympy.Expr]]:
        return [(d.symbol, sympy.sympify(d.value)) for d in system.derived], expressions

    arguments = [TIME, *(s.symbol for s in system.states), *parameters]
    function = sympy.lambdify(arguments, [sympy.sympify(w) for w in wanted], modules="numpy", cse=in_order)
    numbers = list(values.values())
    return lambda t, *y: function(t, *y, *numbers)


def _switches(
    system: OdeSystem, values: Mapping[sympy.Symbol, float], start: float, end: float
) -> set[float]:
    """Return the times at which a condition on time alone changes."""
    found = set()
    for expression in (*system.rates, *(d.value for d in system.derived)):
        for relation in sympy.sympify(expression).atoms(sympy.core.relational.Relational):
            gap = (relation.lhs - relation.rhs).xreplace(values)
            if gap.free_symbols == {TIME} and sympy.diff(gap, TIME).is_number:
                root = float(-gap.subs(TIME, 0) / sympy.diff(gap, TIME))
                if start < root < end:
                    found.add(root)
    return found
