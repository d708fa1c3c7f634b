"""A research budget over fields: concentrated on the few that pay most, or spread over many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vein2vein.economics.cohort import Block
from vein2vein.economics.model import Evaluation
from vein2vein.economics.patients import INDICATIONS
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Draws
from vein2vein.economics.voi.ranking import block_of
from vein2vein.economics.voi.regression import Worth
from vein2vein.economics.voi.sample import Trial, affordable, decisions, evsi, field_trial, trial_cost

_SIZES = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500)


@dataclass(frozen=True)
class Spending:
    """One way to spend the budget: the trials it pays for."""

    name: str
    trials: tuple[Trial, ...]

    @property
    def cost(self) -> float:
        """Money spent."""
        return sum(trial.cost for trial in self.trials)

    @property
    def worth(self) -> Worth:
        """Worth of all results together (the fields' decisions are separate, so they add up)."""
        value = sum(trial.worth.value for trial in self.trials)
        return Worth(value, float(np.sqrt(sum(trial.worth.standard_error**2 for trial in self.trials))))

    @property
    def net(self) -> float:
        """Worth less cost."""
        return self.worth.value - self.cost


@dataclass(frozen=True)
class Portfolio:
    """Ways to spend one budget, compared.

    Attributes
    ----------
    budget : float
    trials : tuple of Trial
        Every field at every size considered.
    concentrated, spread : Spending
        The best allocation within the budget; equal shares for every field.
    by_number : tuple of Spending
        Equal shares for the best one, two, three, … fields.
    """

    budget: float
    trials: tuple[Trial, ...]
    concentrated: Spending
    spread: Spending
    by_number: tuple[Spending, ...]


Pricer = Callable[[int], Trial]


def portfolio(
    evaluation: Evaluation, blocks: Sequence[Block], draws: Draws, scenario: EconomicScenario, seed: int
) -> Portfolio:
    """Return what the research budget buys, concentrated and spread.

    Fields are the programme's indications (trials that follow treated patients until their cure is known)
    and the scenario's further fields (normal beliefs).
    """
    research, rate = scenario.research, scenario.discount_effects
    pricers: dict[str, Pricer] = {}
    for k, key in enumerate(evaluation.indications):
        pricers[INDICATIONS[key]] = _pricer(evaluation, blocks, draws, scenario, k, seed)
    for field in research.fields:
        pricers[field.name] = lambda n, field=field: field_trial(field, n, research, rate)  # type: ignore[misc]
    sizes = [n for n in _SIZES if n <= research.largest_trial]
    menu = {name: [price(n) for n in sizes] for name, price in pricers.items()}
    best = _best(menu, research.budget)
    order = sorted(
        pricers,
        key=lambda name: -max((t.net for t in menu[name] if t.cost <= research.budget), default=-1e300),
    )
    by_number = tuple(_equal(order[: m + 1], pricers, research.budget, scenario) for m in range(len(order)))
    return Portfolio(
        budget=research.budget,
        trials=tuple(trial for trials in menu.values() for trial in trials),
        concentrated=Spending("concentrated: the best allocation", best),
        spread=Spending("spread: equal shares for every field", by_number[-1].trials),
        by_number=by_number,
    )


def _pricer(
    evaluation: Evaluation,
    blocks: Sequence[Block],
    draws: Draws,
    scenario: EconomicScenario,
    k: int,
    seed: int,
) -> Pricer:
    key, research = evaluation.indications[k], scenario.research
    benefit, block = evaluation.net_benefit(scenario.willingness_to_pay, k), block_of(blocks, key)
    people = decisions(research.eligible_a_year.get(key, 0.0), research, scenario.discount_effects)
    done: dict[int, Trial] = {}

    def price(patients: int) -> Trial:
        if patients <= 0:
            return Trial(INDICATIONS[key], 0, Worth(0.0, 0.0), 0.0)
        if patients not in done:
            rng = np.random.default_rng((seed, k, patients))
            worth = evsi(benefit, block, draws, patients, rng).scaled(people)
            done[patients] = Trial(INDICATIONS[key], patients, worth, trial_cost(patients, research))
        return done[patients]

    return price


def _equal(
    names: Sequence[str], pricers: dict[str, Pricer], budget: float, scenario: EconomicScenario
) -> Spending:
    patients = affordable(budget / len(names), scenario.research)
    trials = tuple(pricers[name](patients) for name in names) if patients else ()
    label = f"equal shares for the best {len(names)}" if len(names) > 1 else "all for the best field"
    return Spending(label, trials)


def _best(menu: dict[str, list[Trial]], budget: float) -> tuple[Trial, ...]:
    """Return the trials, at most one a field, of the highest worth less cost within the budget."""
    states: list[tuple[float, float, tuple[Trial, ...]]] = [(0.0, 0.0, ())]
    for trials in menu.values():
        grown = list(states)
        for spent, net, chosen in states:
            grown += [
                (spent + t.cost, net + t.net, (*chosen, t))
                for t in trials
                if spent + t.cost <= budget and t.net > 0
            ]
        grown.sort(key=lambda s: (s[0], -s[1]))
        states, top = [], -np.inf
        for state in grown:
            if state[1] > top:
                states.append(state)
                top = state[1]
    return max(states, key=lambda s: s[1])[2]
