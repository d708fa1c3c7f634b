"""The programme as a queue: referrals, slots, batches, release, transport, infusion (discrete events)."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.manufacturing.batches import Batches, simulate_batches
from vein2vein.manufacturing.centre import Calendar, Centre, Site, check_centres
from vein2vein.manufacturing.demand import Demand
from vein2vein.manufacturing.priority import FirstComeFirstServed, Priority
from vein2vein.manufacturing.process import Process
from vein2vein.manufacturing.queue_result import OUTCOMES, QueueResult, Replicate, gather
from vein2vein.manufacturing.release import PROCESS_LOSSES
from vein2vein.manufacturing.streams import Streams
from vein2vein.manufacturing.transduction import VectorDrivers
from vein2vein.manufacturing.waiting import Cohort, Waiting, refer, reported_waiting

Array = NDArray[np.float64]
_Steps = Generator[Any, Any, Any]
_MOST_REFERRED = 32  # times the referrals expected, before a programme is called impossible


def simulate_queue(
    centres: Sequence[Centre],
    process: Process,
    demand: Demand,
    seed: int,
    replicates: int = 1,
    *,
    waiting: Waiting | None = None,
    priority: Priority | None = None,
    construct_drivers: VectorDrivers | None = None,
) -> QueueResult:
    """Send a programme's patients through its centres.

    Patient k of replicate r, and the batches made for that patient, depend on the seed, r and k only: two
    programmes with the same seed treat the same patients with the same chances (common random numbers).

    Parameters
    ----------
    centres : sequence of Centre
        Where patients are referred and cells are made.
    process : Process
        How cells are made, and how long the steps take.
    demand : Demand
        :class:`~vein2vein.manufacturing.demand.Referred`, ``Infused`` or ``Horizon``.
    seed : int
        Seed, at least 0.
    replicates : int
        Independent repetitions of the whole programme, at least 1.
    waiting : Waiting, optional
        The disease while waiting; that of the reported programme by default.
    priority : Priority, optional
        Order of the waiting list; first come, first served by default.
    construct_drivers : VectorDrivers, optional
        The construct's titre.

    Returns
    -------
    QueueResult

    Raises
    ------
    InputError
        No replicate; two centres of one name; so few patients survive that the wanted infusions can't be
        reached.
    """
    check_centres(tuple(centres))
    if isinstance(replicates, bool) or not isinstance(replicates, int) or replicates < 1:
        raise InputError(
            "a programme is simulated at least once",
            where="simulate_queue",
            field="replicates",
            value=replicates,
            allowed="a whole number of at least 1",
            remedy="correct replicates",
        )
    patients = reported_waiting() if waiting is None else waiting
    rule: Priority = FirstComeFirstServed() if priority is None else priority
    programme = _Programme(tuple(centres), process, demand, patients, rule, construct_drivers)
    return gather(
        tuple(programme.replicate(seed, r) for r in range(replicates)),
        tuple(centres),
        process,
        demand,
        patients,
        seed,
    )


@dataclass(frozen=True)
class _Programme:
    centres: tuple[Centre, ...]
    process: Process
    demand: Demand
    waiting: Waiting
    priority: Priority
    drivers: VectorDrivers | None

    def replicate(self, seed: int, index: int) -> Replicate:
        rates = np.array([centre.referrals_per_year for centre in self.centres])
        foreign = np.array([centre.foreign_share for centre in self.centres])
        n = self.demand.patients(float(rates.sum()))
        most = _MOST_REFERRED * n
        while True:
            scope = f"replicate {index}"
            cohort = refer(n, self.waiting, rates, foreign, Streams(seed, scope))
            made = [
                simulate_batches(self.process, n, seed, self.drivers, attempt=a, scope=scope)
                for a in range(1, self.process.max_attempts + 1)
            ]
            run = _Run(self, cohort, made, Streams(seed, scope))
            run.go()
            if run.infused >= self.demand.infusions or math.isinf(self.demand.infusions):
                return run.record()
            if n >= most:
                raise InputError(
                    f"only {run.infused} of {n} referred patients could be infused",
                    where="simulate_queue",
                    field="demand",
                    value=self.demand.infusions,
                    allowed="a programme in which patients live to be infused",
                    remedy="add slots, shorten the process, or ask for fewer infusions",
                )
            n = min(4 * n, most)


class _Run:
    """One replicate in simpy: the environment, its sites, and what happened to every patient."""

    def __init__(self, programme: _Programme, cohort: Cohort, made: list[Batches], streams: Streams) -> None:
        self.programme, self.cohort = programme, cohort
        self.schedule, n = programme.process.schedule, cohort.referred.shape[0]
        self.environment = simpy.Environment()
        self.slots: dict[str, simpy.PriorityResource] = {}
        self.calendars: dict[str, Calendar] = {}
        for site in {centre.site.name: centre.site for centre in programme.centres}.values():
            self.slots[site.name] = simpy.PriorityResource(self.environment, capacity=site.slots)
            self.calendars[site.name] = Calendar(site)
        self.made = made
        self.code = [b.table["disposition"].cat.codes.to_numpy() for b in made]
        self.lost_early = [np.asarray(b.table["reason"].isin(PROCESS_LOSSES)) for b in made]
        self.culture = [self._occupation(b, streams, a) for a, b in enumerate(made)]
        self.arrangement = self.schedule.arrangement.days(streams.uniform("arrangement", n))
        blank = np.full(n, np.nan)
        self.times = {name: blank.copy() for name in Replicate.TIMES}
        self.outcome = np.full(n, OUTCOMES.index("in_progress"), np.int8)
        self.attempts, self.infused = np.zeros(n, np.int64), 0
        self.occupied: list[tuple[str, float, float, float]] = []
        self.finished = self.environment.event()
        self.open = n

    def _occupation(self, batches: Batches, streams: Streams, attempt: int) -> Array:
        if self.schedule.slot is None:
            return batches.table["culture_days"].to_numpy()
        return self.schedule.slot.days(streams.uniform(f"slot {attempt}", len(batches)))

    def go(self) -> None:
        """Run to the end of the demand."""
        self.environment.process(self._referrals())
        last = self.programme.demand.last_day
        if math.isinf(last):
            self.environment.run(until=self.finished)
        else:
            self.environment.run(until=last)
        self.end = self.environment.now

    def record(self) -> Replicate:
        """Return what happened, for the patients referred before the end."""
        n = int(np.searchsorted(self.cohort.referred, self.end, side="right"))
        return Replicate(
            cohort=self.cohort,
            count=n,
            times={name: value[:n] for name, value in self.times.items()},
            outcome=self.outcome[:n],
            attempts=self.attempts[:n],
            batches=tuple(self.made),
            occupied=tuple(self.occupied),
            end=self.end,
        )

    def _referrals(self) -> _Steps:
        for i, day in enumerate(self.cohort.referred):
            yield self.environment.timeout(max(float(day) - self.environment.now, 0.0))
            self.environment.process(self._patient(i))

    def _patient(self, i: int) -> _Steps:
        """One patient: preparation, then attempts until infused or lost."""
        cohort, waiting = self.cohort, self.programme.waiting
        site = self.programme.centres[cohort.centre[i]].site
        yield self.environment.timeout(waiting.workup + waiting.foreign_travel * bool(cohort.foreign[i]))
        if self.environment.now >= cohort.alive_until[i]:
            self._close(i, "died_before_collection")
            return
        self.times["requested"][i] = self.environment.now
        outcome = "manufacturing_failure"
        for attempt in range(len(self.made)):
            outcome = yield from self._attempt(i, attempt, site)
            if outcome != "manufacturing_failure":
                break
        self._close(i, outcome)

    def _attempt(self, i: int, attempt: int, site: Site) -> _Steps:
        """One slot, one collection, one batch; the outcome it leads to."""
        now, cohort, slots = self.environment, self.cohort, self.slots[site.name]
        stage = "collection" if attempt == 0 else "infusion"
        if now.now >= cohort.alive_until[i]:
            return self._too_late(i, now.now, stage)
        rank = self.programme.priority.rank(
            foreign=bool(cohort.foreign[i]), fit_until=float(cohort.fit_until[i])
        )
        request = slots.request(priority=rank)
        left = cohort.alive_until[i] - now.now
        if math.isinf(left):
            yield request
        else:
            yield request | now.timeout(left)
        if not request.triggered:
            request.cancel()
            return self._too_late(i, now.now, stage)
        taken = now.now
        start = self.calendars[site.name].book(now.now)
        yield now.timeout(start - now.now)
        if start >= cohort.fit_until[i]:
            self._free(site, slots, request, taken, taken)
            return self._too_late(i, start, stage)
        self.attempts[i] = attempt + 1
        if attempt == 0:
            self.times["collected"][i] = start
        if self.code[attempt][i] == 4:  # too few cells: the slot is free again, the collection repeated
            self._free(site, slots, request, taken, taken)
            return "manufacturing_failure"
        yield now.timeout(self.schedule.shipping + float(self.culture[attempt][i]))
        now.process(self._clean(site, slots, request, taken, now.now))
        if self.lost_early[attempt][i]:
            return "manufacturing_failure"
        self.times["harvested"][i] = now.now
        yield now.timeout(self.schedule.qc)
        if self.code[attempt][i] > 1:
            return "manufacturing_failure"
        self.times["released"][i] = now.now
        outcome = yield from self._infuse(i)
        return outcome

    def _infuse(self, i: int) -> _Steps:
        """Transport, arrangements, lymphodepletion; infusion if it is not too late."""
        schedule, environment = self.schedule, self.environment
        ready = environment.now + schedule.shipping
        wait = schedule.shipping + float(self.arrangement[i])
        if not schedule.lymphodepletion_during_release:
            wait += schedule.lymphodepletion
        yield environment.timeout(wait)
        self.times["arrived"][i] = ready
        if environment.now >= self.cohort.fit_until[i]:
            return self._too_late(i, environment.now, "infusion")
        self.times["infused"][i] = environment.now
        return "infused"

    def _too_late(self, i: int, day: float, stage: str) -> str:
        cause = "died" if day >= self.cohort.alive_until[i] else "unfit"
        return f"{cause}_{'before' if stage == 'collection' else 'after'}_collection"

    def _clean(self, site: Site, slots: Any, request: Any, taken: float, harvested: float) -> _Steps:
        yield self.environment.timeout(self.schedule.turnaround)
        self._free(site, slots, request, taken, harvested)

    def _free(self, site: Site, slots: Any, request: Any, taken: float, harvested: float) -> None:
        slots.release(request)
        self.occupied.append((site.name, taken, harvested, self.environment.now))

    def _close(self, i: int, outcome: str) -> None:
        self.times["left"][i] = min(self.environment.now, self.cohort.alive_until[i])
        self.outcome[i] = OUTCOMES.index(outcome)
        self.infused += outcome == "infused"
        self.open -= 1
        if (
            self.infused >= self.programme.demand.infusions or self.open == 0
        ) and not self.finished.triggered:
            self.finished.succeed()
