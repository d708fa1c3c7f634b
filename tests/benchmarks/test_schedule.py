"""Laws of the simulated schedule of larger clusters."""

import pytest
from benchmarks.clusters import schedule
from hypothesis import given, settings
from hypothesis import strategies as st

durations = st.lists(st.floats(min_value=0.01, max_value=10.0), min_size=1, max_size=60)
dispatches = st.floats(min_value=0.0, max_value=2.0)
workers = st.integers(min_value=1, max_value=40)


@given(durations, workers, dispatches)
@settings(max_examples=60, deadline=None)
def test_no_more_than_proportional_and_no_faster_than_the_dispatcher(seconds, n, dispatch):
    s = schedule(seconds, n, dispatch)
    assert sum(seconds) / s.seconds <= n * (1 + 1e-9)
    assert s.seconds >= dispatch * len(seconds) + min(seconds) - 1e-9
    assert s.seconds >= max(seconds)
    assert s.seconds <= sum(seconds) + dispatch * len(seconds) + 1e-9
    assert 0 < s.busy <= 1 + 1e-9


@given(durations, workers, dispatches)
@settings(max_examples=60, deadline=None)
def test_one_worker_more_is_never_slower(seconds, n, dispatch):
    assert schedule(seconds, n + 1, dispatch).seconds <= schedule(seconds, n, dispatch).seconds + 1e-9


@given(st.integers(min_value=1, max_value=12), st.integers(min_value=1, max_value=6))
def test_equal_chunks_without_dispatch_run_in_rounds(n, rounds):
    assert schedule([1.5] * (n * rounds), n, 0.0).seconds == pytest.approx(1.5 * rounds)
