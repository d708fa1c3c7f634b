"""A cohort made ready for valuation: what each patient's chances and counterfactual outcomes are.

Every patient keeps the same random numbers in every draw of the parameters and in every strategy, so that
strategies and parameter values are compared on the same people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vein2vein.economics.life_table import LifeTable, load_life_table
from vein2vein.economics.patients import PatientOutcomes
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Patients of one indication, arrays of shape (n,); times in years from infusion.

    Attributes
    ----------
    weight : array
        Share of the whole cohort that each patient stands for; the weights of all blocks add up to 1.
    cured : array of bool
        As simulated.
    cure_share : float
        Share of the infused that are cured.
    switch : array
        Where in the order of change a patient stands, 0 to 1: of the cured, those with the lowest chance
        change first if fewer are cured than was simulated; of the others, those with the highest if more are.
    follow_up : array
        Time after which the life table takes over.
    early_death : array
        Death without relapse within the follow-up if cured; infinite if none.
    relapse, death : array
        If not cured: time of relapse and of death; infinite where the follow-up ended first.
    exposure, late, salvage : array
        Unit exponentials: background death, events after the follow-up, survival with salvage.
    rescue, salvage_cure, lost : array
        Uniforms: rescued after relapse, cured by salvage, lost before infusion with central manufacture.
    """

    indication: str
    weight: Array
    age: Array
    female: NDArray[np.bool_]
    infused: NDArray[np.bool_]
    severity: NDArray[np.int64]
    tocilizumab_doses: Array
    steroid_courses: Array
    aplasia_years: Array
    cured: NDArray[np.bool_]
    cure_share: float
    switch: Array
    follow_up: Array
    early_death: Array
    relapse: Array
    death: Array
    exposure: Array
    late: Array
    salvage: Array
    rescue: Array
    salvage_cure: Array
    lost: Array
    men: LifeTable
    women: LifeTable

    def __len__(self) -> int:
        return len(self.age)

    def cured_at(self, shift: Array) -> NDArray[np.bool_]:
        """Return who is cured when the log odds of the cured share move by ``shift``, shape (draws, n).

        ``shift`` is a column; without a shift these are the patients whose cure was simulated.
        """
        share = self.cure_share
        target = 1.0 / (1.0 + (1.0 / share - 1.0) * np.exp(-shift))
        lost, gained = (share - target) / share, (target - share) / (1.0 - share)
        return np.where(self.cured, self.switch >= lost, self.switch < gained) & self.infused

    def background(self, start: Array, exposure: Array) -> Array:
        """Return the years from ``start`` to background death; ``exposure`` has shape (draws, n)."""
        years = np.empty_like(exposure)
        for table, chosen in ((self.women, self.female), (self.men, ~self.female)):
            years[:, chosen] = table.remaining_years((self.age + start)[chosen], exposure[:, chosen])
        return years


def cohort(
    patients: PatientOutcomes, scenario: EconomicScenario, rng: np.random.Generator
) -> tuple[tuple[Block, ...], dict[str, int]]:
    """Return the blocks of a cohort of at most ``scenario.psa_patients`` and the counts of what was assumed.

    Patients are taken without replacement, the same number of every indication present (so that a rare one is
    known as well as a common one), evenly over the range of outcomes, and weighted back to the programme's
    mix. The random numbers are stratified over the patients of a block; the errors stated later don't take
    credit for that and are upper bounds.

    Raises
    ------
    InputError
        No patient was infused: there is no programme to value.
    """
    if not patients.infused.any():
        raise InputError(
            "no patient was infused",
            where="patients table",
            field="infused",
            value=0,
            allowed="at least one infused patient",
            remedy="run the programme with more patients",
        )
    counts: dict[str, int] = {}
    share = max(1, scenario.psa_patients // len(patients.indications))
    blocks = []
    for key in patients.indications:
        here = np.flatnonzero(patients.indication == key)
        weight = len(here) / len(patients)
        chosen = _evenly(patients, here, min(share, len(here)), rng)
        blocks.append(_block(patients, chosen, weight, scenario, rng, counts))
    return tuple(blocks), counts


def _block(
    patients: PatientOutcomes,
    chosen: NDArray[np.int64],
    weight: float,
    scenario: EconomicScenario,
    rng: np.random.Generator,
    counts: dict[str, int],
) -> Block:
    n = len(chosen)
    cured, infused = patients.cured[chosen], patients.infused[chosen]
    share, treated = float(cured[infused].mean()) if infused.any() else 0.5, max(int(infused.sum()), 1)
    same = patients.indication == patients.indication[chosen[0]]
    as_cured = _donors(patients, chosen, cured, patients.cured & same, rng, counts, "cured")
    as_relapsed = _donors(
        patients, chosen, ~cured, ~patients.cured & patients.infused & same, rng, counts, "relapsed"
    )
    early = np.where(
        patients.death_seen[as_cured] & patients.cured[as_cured], patients.death_years[as_cured], np.inf
    )
    relapse, death = _relapsed(patients, as_relapsed)
    follow_up = np.where(cured, patients.death_years[as_cured], patients.death_years[as_relapsed])
    ended = patients.death_seen[chosen]
    longest = float(patients.death_years[~patients.death_seen].max(initial=patients.death_years.max()))
    return Block(
        indication=str(patients.indication[chosen[0]]),
        weight=np.full(n, weight / n),
        age=patients.age[chosen],
        female=patients.female[chosen],
        infused=infused,
        severity=patients.severity[chosen],
        tocilizumab_doses=patients.tocilizumab_doses[chosen],
        steroid_courses=patients.steroid_courses[chosen],
        aplasia_years=patients.aplasia_years[chosen],
        cured=cured,
        cure_share=float(np.clip(share, 0.5 / treated, 1 - 0.5 / treated)),
        switch=_order_of_change(patients.cure_probability[chosen], cured, infused, rng),
        follow_up=np.where(ended, longest, follow_up),
        early_death=early,
        relapse=relapse,
        death=death,
        exposure=_exposure(cured, rng),
        late=-np.log1p(-_strata(n, rng)),
        salvage=-np.log1p(-_strata(n, rng)),
        rescue=_strata(n, rng),
        salvage_cure=_strata(n, rng),
        lost=_strata(n, rng),
        men=load_life_table(scenario.life_table, "male"),
        women=load_life_table(scenario.life_table, "female"),
    )


def _evenly(
    patients: PatientOutcomes, here: NDArray[np.int64], n: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return ``n`` of the patients ``here``, at even steps through the order of their outcomes."""
    shuffled = rng.permutation(here)
    order = np.lexsort(
        (patients.death_years[shuffled], patients.cure_probability[shuffled], patients.cured[shuffled])
    )
    steps = (np.arange(n) + rng.random()) * len(here) / n
    return rng.permutation(shuffled[order[np.minimum(steps.astype(np.int64), len(here) - 1)]])


def _strata(n: int, rng: np.random.Generator) -> Array:
    """Return ``n`` uniforms, one in each n-th of the unit interval, in random order."""
    return (rng.permutation(n) + rng.random(n)) / max(n, 1)


def _order_of_change(
    probability: Array, cured: NDArray[np.bool_], infused: NDArray[np.bool_], rng: np.random.Generator
) -> Array:
    """Return the place of each patient in the order of change: even steps within cured and others."""
    place = np.ones(len(cured))
    for group, sign in ((cured & infused, 1.0), (~cured & infused, -1.0)):
        members = np.flatnonzero(group)
        order = np.lexsort((rng.random(len(members)), sign * probability[members]))
        place[members[order]] = (np.arange(len(members)) + 0.5) / max(len(members), 1)
    return place


def _exposure(cured: NDArray[np.bool_], rng: np.random.Generator) -> Array:
    """Return unit exponentials, stratified among the cured and among the others."""
    drawn = np.empty(len(cured))
    for group in (cured, ~cured):
        drawn[group] = -np.log1p(-_strata(int(group.sum()), rng))
    return drawn


def _relapsed(patients: PatientOutcomes, donor: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return times of relapse and death if not cured; infinite where the follow-up ended before."""
    died = patients.death_seen[donor]
    relapse = np.where(patients.progression_seen[donor], patients.progression_years[donor], np.inf)
    death = np.where(died, patients.death_years[donor], np.inf)
    return np.minimum(relapse, death), death


def _donors(
    patients: PatientOutcomes,
    chosen: NDArray[np.int64],
    own: NDArray[np.bool_],
    pool_mask: NDArray[np.bool_],
    rng: np.random.Generator,
    counts: dict[str, int],
    what: str,
) -> NDArray[np.int64]:
    """Return, for every patient, whose course he would have had: his own where it happened."""
    pool = np.flatnonzero(pool_mask)
    if len(pool) == 0:
        wanted = patients.cured if what == "cured" else ~patients.cured & patients.infused
        pool = np.flatnonzero(wanted)
        counts[
            f"no {what} patient of {patients.indication[chosen[0]]}: courses borrowed from other indications"
        ] = len(chosen)
    if len(pool) == 0:
        pool = chosen
    return np.where(own, chosen, rng.choice(pool, len(chosen)))
