"""The frozen tuples that the compiled driver reads: rows of the workspace, kernels, controls, tables, results."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Pointer = Any
"""To numba a ``CPointer``: the flat workspace, or a table."""

STAGES = 7
"""Derivative rows that the integrators may use."""


class Rows(NamedTuple):
    """Where each block of the workspace starts, in rows, and how many rows it has (``n_…``)."""

    time: int  # now
    step: int  # being tried
    time_new: int  # its end
    time_at: int  # an instant inside it
    error: int  # largest local error ÷ tolerance
    log_error: int  # its logarithm
    log_error_old: int  # of the last accepted step
    factor: int  # next step ÷ this one
    accept: int  # 1 where the step counts
    live: int  # 1 where a patient is seated
    tries: int  # steps tried; -1 before the initial state is set
    refused: int  # 1 where the last try failed
    suggestion: int  # step that the error control would take
    target: int  # instant on which the lane must land next
    next_output: int  # instant of the next sample; infinity after the last
    next_round: int  # instant of the next ward round; infinity after the last
    point: int  # 1 where the lane takes part in what is being done
    guess: int  # first step after a start
    state: int  # y at `time`
    state_new: int  # y at `time_new`
    state_at: int  # y at `time_at`
    rate_at: int  # y' at `time_at`
    stages: int  # STAGES blocks of derivatives; the first at `time`, the last at `time_new`
    right_side: int  # of a linear system
    rate_in_time: int  # partial derivative of y' with respect to time
    shift: int  # 1/(γh)
    factors: int  # entries of L and U
    ratio: int  # local error ÷ tolerance of each state
    inputs: int  # constant-rate inputs
    parameters: int
    constants: int  # of the patient: what depends on parameters alone
    initial: int  # y at day 0
    amounts: int  # of the actions of ward rules
    switches: int  # instants at which a law switches
    results: int  # where kernels put what they compute
    watched: int  # value and slope of each extremum's quantity at `time`
    extremes: int  # running extrema
    extreme_times: int  # when they were met; not-a-number where none was
    integrals: int  # running integrals
    scratch: int  # six rows for whoever needs them
    n_states: int
    n_parameters: int
    n_outputs: int
    n_extremes: int
    n_integrals: int
    n_rules: int
    n_switches: int
    has_stop: int
    stiff: int  # 1 where the Rosenbrock method runs
    total: int


class Kernels(NamedTuple):
    """Addresses of the generated kernels."""

    prepare: int
    derivatives: int
    outputs: int
    watch: int
    integrands: int
    conditions: int
    stop: int
    factor: int  # 0 where the method is explicit
    solve: int


class Controls(NamedTuple):
    """Numbers that steer a run."""

    start: float
    end: float
    rtol: float
    max_step: float
    max_steps: int
    stop_after: float
    n_patients: int
    n_grid: int
    n_boundaries: int


class Tables(NamedTuple):
    """What differs between patients of a chunk, and what a structure's arrays hold."""

    parameters: Floats  # (m, p)
    grid: Floats  # (T,)
    absolute: Floats  # (n,) absolute tolerance of each state
    nonnegative: Integers  # (n,)
    states_of_outputs: Integers  # how many, then which; the next three likewise
    states_of_conditions: Integers
    states_of_integrands: Integers
    states_of_watch: Integers
    event_first: Integers  # (m + 1,) rows of each patient's events
    event_time: Floats
    event_kind: Integers
    event_target: Integers
    event_amount: Floats
    boundaries: Floats  # instants at which every patient lands, increasing
    extreme_sign: Floats  # (e,) +1 for a maximum, -1 for a minimum
    extreme_from: Floats
    extreme_to: Floats
    integral_from: Floats
    integral_to: Floats
    rule_start: Floats
    rule_end: Floats
    rule_every: Floats
    rule_delay: Floats
    rule_gap: Floats
    rule_most: Integers
    action_first: Integers  # (rules + 1,)
    action_target: Integers
    action_after: Floats
    action_kind: Integers


class Results(NamedTuple):
    """Where the driver writes, patient by patient of the chunk."""

    outputs: Floats  # (outputs, m, T)
    extremes: Floats  # (e, m)
    extreme_times: Floats
    integrals: Floats  # (i, m)
    counts: Integers  # (rules, m)
    first_times: Floats
    stopped_at: Floats  # (m,)
    steps: Integers
    failure: Integers  # 0 or a FailureKind
    failure_time: Floats
    failure_state: Integers


class Lanes(NamedTuple):
    """Book-keeping of the eight patients that are being integrated; truth values are 0 or 1."""

    patient: Integers  # -1: the lane is idle
    grid: Integers  # next output
    event: Integers  # next row of the event table
    boundary: Integers  # next instant at which everybody lands
    fresh: Integers  # state or inputs changed: start anew
    culprit: Integers  # state at fault
    rounds: Integers  # (rules, W) ward rounds held
    given: Integers  # (rules, W) administrations
    last: Floats  # (rules, W) the last one
    first: Floats
    waiting: Integers  # actions in the queue
    queue_time: Floats  # (q, W)
    queue_kind: Integers
    queue_target: Integers
    queue_amount: Floats


class Buffer(NamedTuple):
    """The workspace of a thread."""

    work: Floats


ADD, RATE, PARAMETER, SET = 0, 1, 2, 3
"""Kinds of event: add to a state, add to an input rate, change a parameter, set a state."""
