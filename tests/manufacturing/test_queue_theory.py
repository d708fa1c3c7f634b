"""Where theory applies, the simulated queue agrees with it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import poisson
from scipy.stats import t as student

from vein2vein.manufacturing.centre import Centre, Site
from vein2vein.manufacturing.demand import Referred
from vein2vein.manufacturing.durations import Duration, Exponential, Fixed, Weibull
from vein2vein.manufacturing.process import Process, Schedule, place_of_care
from vein2vein.manufacturing.queue import simulate_queue
from vein2vein.manufacturing.waiting import Waiting

SERVICE, REPLICATES, PATIENTS, WARM_UP = 10.0, 10, 2400, 400
IMMORTAL = Waiting(Weibull(math.inf, 1.0), 0.0, 0.0, 1.0, math.inf, 1.0, 0.0, 0.0)


def wait_mmc(arrivals: float, service: float, servers: int) -> float:
    """Return the mean wait before service by Erlang's C formula."""
    load = arrivals * service
    busy = load / servers
    top = load**servers / math.factorial(servers) / (1.0 - busy)
    chance = top / (sum(load**k / math.factorial(k) for k in range(servers)) + top)
    return chance * service / (servers * (1.0 - busy))


def wait_mdc(arrivals: float, service: float, servers: int, states: int = 400) -> float:
    """Return the mean wait with a fixed service time (Crommelin).

    Whoever is in service at t is gone at t + D and all arrivals since are there, so that the number in the
    system obeys a chain of step D; its stationary law gives the mean queue, and Little's law the wait.
    """
    chance = poisson.pmf(np.arange(states), arrivals * service)
    step = np.zeros((states, states))
    for i in range(states):
        left = max(i - servers, 0)
        step[i, left:] = chance[: states - left]
        step[i, -1] += 1.0 - step[i].sum()
    system = np.vstack([step.T - np.eye(states), np.ones(states)])
    share = np.linalg.lstsq(system, np.append(np.zeros(states), 1.0), rcond=None)[0]
    queue = float((np.maximum(np.arange(states) - servers, 0) * share).sum())
    return queue / arrivals


def queue_alone(slot: Duration) -> Process:
    """Return a process in which nothing takes time but the slot, and every patient takes one once."""
    base = place_of_care()
    schedule = Schedule(0.0, 0.0, 0.0, Fixed(0.0), 0.0, True, slot)
    return replace(
        base, schedule=schedule, collection=replace(base.collection, minimum_cd3=0.0), max_attempts=1
    )


def simulated_wait(slot: Duration, servers: int, busy: float, seed: int) -> tuple[float, float]:
    """Return the mean wait and half its 99.9 % interval over replicates."""
    per_year = busy * servers / SERVICE * 365.25
    centre = Centre("one", Site("one", servers, working_days=7), per_year)
    result = simulate_queue(
        [centre], queue_alone(slot), Referred(PATIENTS), seed, REPLICATES, waiting=IMMORTAL
    )
    steady = result.patients[result.patients["patient"] >= WARM_UP]
    means = (steady["collected"] - steady["requested"]).groupby(steady["replicate"]).mean().to_numpy()
    half = student.ppf(0.9995, REPLICATES - 1) * means.std(ddof=1) / np.sqrt(REPLICATES)
    return float(means.mean()), float(half)


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "busy"), [(1, 0.6), (3, 0.75)])
def test_exponential_slots_wait_as_in_mmc(servers: int, busy: float) -> None:
    theory = wait_mmc(busy * servers / SERVICE, SERVICE, servers)
    mean, half = simulated_wait(Exponential(SERVICE), servers, busy, seed=11)
    assert abs(mean - theory) < half
    assert half < 0.35 * theory


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "busy"), [(1, 0.6), (3, 0.75)])
def test_fixed_slots_wait_as_in_mdc(servers: int, busy: float) -> None:
    theory = wait_mdc(busy * servers / SERVICE, SERVICE, servers)
    mean, half = simulated_wait(Fixed(SERVICE), servers, busy, seed=12)
    assert abs(mean - theory) < half
    assert half < 0.35 * theory


def test_the_oracles_agree_with_closed_forms() -> None:
    # M/D/1 waits half as long as M/M/1 (Pollaczek-Khinchine); M/M/1 waits ρ s / (1 - ρ).
    assert wait_mmc(0.06, 10.0, 1) == pytest.approx(0.6 * 10.0 / 0.4)
    assert wait_mdc(0.06, 10.0, 1) == pytest.approx(0.5 * wait_mmc(0.06, 10.0, 1), rel=1e-6)


def test_everyone_is_served_and_slots_are_never_overbooked() -> None:
    centre = Centre("one", Site("one", 2, working_days=7), 60.0)
    result = simulate_queue([centre], queue_alone(Exponential(SERVICE)), Referred(300), 1, waiting=IMMORTAL)
    assert result.patients["collected"].notna().all()
    slots = result.slots
    edges = np.sort(np.concatenate([slots["from"], slots["to"]]))
    middles = 0.5 * (edges[1:] + edges[:-1])
    busy = ((slots["from"].to_numpy()[:, None] < middles) & (slots["to"].to_numpy()[:, None] > middles)).sum(
        axis=0
    )
    assert busy.max() == 2
