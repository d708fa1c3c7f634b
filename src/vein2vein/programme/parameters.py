"""What isn't known of the biology: each stretch of replicates is simulated with a parameter set of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vein2vein.calibration.posterior import load_posterior, with_set
from vein2vein.clinic.cohort import Biology
from vein2vein.programme.scenario import Scenario


@dataclass(frozen=True)
class Stretch:
    """Consecutive replicates that share one parameter set.

    Parameters
    ----------
    set : int
        Index of the set in the posterior; -1 for its centre, the core model's sheet.
    first, last : int
        First replicate, and the one after the last.
    biology : Biology
        Equations and sheets with the set in it.
    """

    set: int
    first: int
    last: int
    biology: Biology


def stretches(scenario: Scenario, biology: Biology) -> Iterator[Stretch]:
    """Yield the replicates of a scenario in stretches, each with its parameter set.

    The sets are equally likely draws of the posterior, spread evenly over the replicates, at least two
    replicates each where there are two; without parameter uncertainty one stretch holds the centre of the
    posterior, which is the core model's sheet.
    """
    replicates = scenario.replicates
    if not scenario.parameter_uncertainty:
        yield Stretch(-1, 0, replicates, biology)
        return
    posterior = load_posterior()
    count = min(len(posterior.sets), max(replicates // 2, 1))
    for k in range(count):
        index = k * len(posterior.sets) // count
        sheet = with_set(posterior.sets[index], biology.parameters)
        first, last = k * replicates // count, (k + 1) * replicates // count
        yield Stretch(index, first, last, replace(biology, parameters=sheet))
