"""Running extrema: the largest or smallest value of a quantity and when it was met, read from the dense output.

All eight lanes are looked at together; a turning point inside a step is searched for only where the step could hold a
new extremum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

from vein2vein.simulation.agenda import at_once
from vein2vein.simulation.lane_math import larger, root
from vein2vein.simulation.lanes import WIDTH, absolute, any_lane, call, load, select, spread, store
from vein2vein.simulation.observe import dense, dense_slopes, within

if TYPE_CHECKING:
    from vein2vein.simulation.plan import Kernels, Lanes, Pointer, Rows, Tables

_MOST_TRIALS = 40


@njit(error_model="numpy", forceinline=True)
def note_extreme(w: Pointer, rows: Rows, e: int, sign: float, where: Any, t: Any, value: Any) -> None:
    """Keep ``value`` at ``t`` in the lanes ``where`` it is further out than what was seen before."""
    best = load(w, rows.extremes + e)
    better = where & (value * sign > best * sign)
    store(w, rows.extremes + e, select(better, value, best))
    store(w, rows.extreme_times + e, select(better, t, load(w, rows.extreme_times + e)))


@njit(error_model="numpy", forceinline=True)
def highest(before: Any, rising: Any, after: Any, falling: Any, h: Any) -> Any:
    """Return what a hump between two points hardly exceeds: twice as far above them as where the tangents meet."""
    x = (after - before - falling * h) / (rising - falling)
    foot = larger(before, after)
    return foot + larger(before + rising * x - foot, spread(0.0)) * 2.0


@njit(error_model="numpy", forceinline=True)
def watch_ends(w: Pointer, rows: Rows, kernels: Kernels, tables: Tables, rtol: float) -> None:
    """Note the extrema at the ends of the accepted steps, and those inside them.

    Afterwards `watched` holds value and slope at the end of each accepted step.
    """
    k_new = rows.stages + 6 * rows.n_states
    t, end, h = load(w, rows.time), load(w, rows.time_new), load(w, rows.step)
    accepted = load(w, rows.accept) > 0.0
    call(kernels.watch, w, rows.time_new, rows.state_new, k_new, rows.results)
    for e in range(rows.n_extremes):
        sign = tables.extreme_sign[e]
        inside = accepted & within(t, end, tables.extreme_from[e], tables.extreme_to[e])
        starts = accepted & (
            absolute(end - tables.extreme_from[e]) <= absolute(end) * 1e-12
        )  # the window opens here
        value = load(w, rows.results + 2 * e)
        note_extreme(w, rows, e, sign, inside | starts, end, value)
        rising = load(w, rows.watched + 2 * e + 1) * sign
        falling = load(w, rows.results + 2 * e + 1) * sign
        before = load(w, rows.watched + 2 * e) * sign
        turning = inside & (rising > 0.0) & (falling < 0.0)
        summit = highest(before, rising, value * sign, falling, h)
        turning = turning & ~(summit <= load(w, rows.extremes + e) * sign)
        if any_lane(turning):
            turn(w, rows, kernels, tables, e, sign, select(turning, spread(1.0), spread(0.0)), rtol)
            call(kernels.watch, w, rows.time_new, rows.state_new, k_new, rows.results)
    for row in range(2 * rows.n_extremes):
        kept = load(w, rows.watched + row)
        store(w, rows.watched + row, select(accepted, load(w, rows.results + row), kept))


@njit(error_model="numpy", forceinline=True)
def first_trial(before: Any, rising: Any, after: Any, falling: Any, h: Any) -> Any:
    """Return where in a step (0 to 1) the cubic through both ends, with their slopes, has its summit."""
    d0, d1, gain = rising * h, falling * h, after - before
    b = (gain * 3.0 - d0 * 2.0 - d1) * 2.0
    a = (d0 + d1 - gain * 2.0) * 3.0
    return d0 * 2.0 / (root(b * b - a * d0 * 4.0) - b)


@njit(error_model="numpy")
def turn(
    w: Pointer, rows: Rows, kernels: Kernels, tables: Tables, e: int, sign: float, turning: Any, rtol: float
) -> None:
    """Find the instant at which the slope of extremum ``e`` changes sign, in the lanes where ``turning`` is 1.

    A cubic gives the first trial, regula falsi (Illinois) the next ones. Near a summit the value errs by the square of
    the instant's error, so that an instant good to √rtol of the step is as good as the dense output.
    """
    left, right, slope_left, slope_right = rows.scratch, rows.scratch + 1, rows.scratch + 2, rows.scratch + 3
    searching, trial = rows.scratch + 4, rows.scratch + 5
    t, end, h = load(w, rows.time), load(w, rows.time_new), load(w, rows.step)
    rising, falling = load(w, rows.watched + 2 * e + 1) * sign, load(w, rows.results + 2 * e + 1) * sign
    before, after = load(w, rows.watched + 2 * e) * sign, load(w, rows.results + 2 * e) * sign
    store(w, left, t)
    store(w, right, end)
    store(w, slope_left, rising)
    store(w, slope_right, falling)
    store(w, searching, turning)
    store(w, trial, t + h * first_trial(before, rising, after, falling, h))
    finest = h * (0.01 * rtol**0.5)
    for _ in range(_MOST_TRIALS):
        active = load(w, searching) > 0.0
        if not any_lane(active):
            return
        a, b, at = load(w, left), load(w, right), load(w, trial)
        at = select((at > a) & (at < b), at, (a + b) * 0.5)
        at = select(active, at, end)
        store(w, rows.time_at, at)
        dense(w, rows, tables.states_of_watch)
        dense_slopes(w, rows, tables.states_of_watch)
        call(kernels.watch, w, rows.time_at, rows.state_at, rows.rate_at, rows.results)
        note_extreme(w, rows, e, sign, active, at, load(w, rows.results + 2 * e))
        slope = load(w, rows.results + 2 * e + 1) * sign
        rises = slope > 0.0
        fa, fb = load(w, slope_left), load(w, slope_right)
        a, fa = select(rises, at, a), select(rises, slope, fa * 0.5)
        b, fb = select(rises, b, at), select(rises, fb * 0.5, slope)
        following = a + (b - a) * (fa / (fa - fb))
        found = (absolute(following - at) < finest) | ~(absolute(slope) > 0.0) | (b - a < finest)
        store(w, left, a)
        store(w, right, b)
        store(w, slope_left, fa)
        store(w, slope_right, fb)
        store(w, trial, following)
        store(w, searching, select(active & ~found, spread(1.0), spread(0.0)))


@njit(error_model="numpy")
def watch_starts(w: Pointer, rows: Rows, kernels: Kernels, lanes: Lanes, tables: Tables) -> None:
    """Note value and slope of watched quantities where a lane starts anew; `rate_at` holds its derivatives."""
    call(kernels.watch, w, rows.time, rows.state, rows.rate_at, rows.results)
    for e in range(rows.n_extremes):
        for lane in range(WIDTH):
            if not lanes.fresh[lane]:
                continue
            t = w[rows.time * WIDTH + lane]
            value = w[(rows.results + 2 * e) * WIDTH + lane]
            w[(rows.watched + 2 * e) * WIDTH + lane] = value
            w[(rows.watched + 2 * e + 1) * WIDTH + lane] = w[(rows.results + 2 * e + 1) * WIDTH + lane]
            place = (rows.extremes + e) * WIDTH + lane
            sign = tables.extreme_sign[e]
            inside = tables.extreme_from[e] <= at_once(t) and t <= at_once(tables.extreme_to[e])
            if inside and sign * value > sign * w[place]:
                w[place] = value
                w[(rows.extreme_times + e) * WIDTH + lane] = t
