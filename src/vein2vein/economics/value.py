"""One call: patients and a scenario in, the whole valuation out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vein2vein.economics.books import Books, Capacity, Rung, Spread, books, price_ladder, yearly_capacity
from vein2vein.economics.cohort import cohort
from vein2vein.economics.course import AS_IN_SHEETS, ManufacturingUse, Use, capacity, place_of_care, total
from vein2vein.economics.decisions import Acceptability, Comparison, Option, acceptability, compare
from vein2vein.economics.model import STRATEGIES, Evaluation, evaluate
from vein2vein.economics.patients import INDICATIONS, PatientOutcomes
from vein2vein.economics.reported import ReportedCost, reported_costs
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.sensitivity import Tornado, WhatIf, tornado, what_ifs
from vein2vein.economics.uncertain import Uncertain, draw_inputs, uncertain_inputs
from vein2vein.economics.voi.portfolio import Portfolio, portfolio
from vein2vein.economics.voi.ranking import Question, ranking
from vein2vein.files import json_data

Array = NDArray[np.float64]
_PROGRAMME = STRATEGIES.index("CAR-T, place of care")


@dataclass(frozen=True)
class StrategyValue:
    """Expected cost and effects of a strategy, with three widths: what is not known, chance, and simulation.

    Attributes
    ----------
    name, indication : str
        ``indication`` is ``"programme"`` for the programme's mix.
    cost, qaly, life_years : Spread
        Means and central 95 % intervals over the uncertain inputs; life-years undiscounted, the others
        discounted.
    cost_error, qaly_error : float
        Monte-Carlo standard error of the means: finite patients and finite draws together.
    net_benefit_gained, net_benefit_error : Spread, float
        Against standard salvage at the scenario's willingness to pay, on the same patients.
    cost_chance, qaly_chance : float
        Standard deviation of the mean of a cohort of the programme's reported size by chance alone: what
        remains if every input were known.
    """

    name: str
    indication: str
    cost: Spread
    qaly: Spread
    life_years: Spread
    cost_error: float
    qaly_error: float
    net_benefit_gained: Spread
    net_benefit_error: float
    cost_chance: float
    qaly_chance: float


@dataclass(frozen=True)
class ProgrammeValue:
    """The valuation of a programme.

    Attributes
    ----------
    label : str
        Where the patients come from.
    currency, price_year : str, int
        Of every amount.
    strategies : tuple of StrategyValue
        The mix first, then each indication.
    comparisons : mapping of str to tuple of Comparison
        Full incremental analysis: ``"programme"`` and each indication.
    acceptability : Acceptability
        Of the programme's mix.
    plane : arrays, shape (strategies - 1, draws)
        Costs and QALYs gained against salvage, by draw.
    """

    label: str
    currency: str
    price_year: int
    willingness_to_pay: float
    seed: int
    patients: int
    draws: int
    notes: Mapping[str, int]
    use: Use
    strategies: tuple[StrategyValue, ...]
    comparisons: Mapping[str, tuple[Comparison, ...]]
    acceptability: Acceptability
    plane_cost: Array
    plane_qaly: Array
    reported: tuple[ReportedCost, ReportedCost]
    books: tuple[Books, Books]
    capacity: Capacity
    price_ladder: tuple[Rung, ...]
    tornado: Tornado
    what_ifs: tuple[WhatIf, ...]
    questions: tuple[Question, ...]
    portfolio: Portfolio
    inputs: Mapping[str, Uncertain]

    def to_summary(self) -> dict[str, Any]:
        """Return every number as plain data: what ``--json`` prints and ``value.json`` holds."""
        at = int(np.argmin(np.abs(self.acceptability.willingness_to_pay - self.willingness_to_pay)))
        return {
            "patients": {
                "label": self.label,
                "n": self.patients,
                "notes": dict(self.notes),
                "use": asdict(self.use),
            },
            "currency": self.currency,
            "price_year": self.price_year,
            "willingness_to_pay": self.willingness_to_pay,
            "seed": self.seed,
            "draws": self.draws,
            "strategies": [asdict(row) for row in self.strategies],
            "comparisons": {
                key: [_comparison(row) for row in rows] for key, rows in self.comparisons.items()
            },
            "acceptability": {
                "strategies": list(self.acceptability.strategies),
                "willingness_to_pay": self.acceptability.willingness_to_pay.tolist(),
                "probability": self.acceptability.probability.tolist(),
                "best": [self.acceptability.strategies[b] for b in self.acceptability.best],
                "expected_loss": self.acceptability.expected_loss.tolist(),
                "at_willingness_to_pay": dict(
                    zip(
                        self.acceptability.strategies,
                        self.acceptability.probability[:, at].tolist(),
                        strict=True,
                    )
                ),
            },
            "reported_costs": [json_data(asdict(row)) for row in self.reported],
            "books": [asdict(row) for row in self.books],
            "capacity": asdict(self.capacity),
            "price_ladder": [asdict(rung) for rung in self.price_ladder],
            "tornado": [json_data(asdict(bar)) for bar in self.tornado.bars[:20]],
            "what_ifs": [asdict(row) for row in self.what_ifs],
            "research": {
                "questions": [asdict(question) for question in self.questions],
                "trials": [asdict(trial) | {"net": trial.net} for trial in self.portfolio.trials],
                "budget": self.portfolio.budget,
                "concentrated": _spending(self.portfolio.concentrated),
                "spread": _spending(self.portfolio.spread),
                "by_number_of_fields": [_spending(row) for row in self.portfolio.by_number],
            },
            "inputs": {
                name: json_data(
                    {"value": e.value, "low": e.low, "high": e.high, "status": e.status, "meaning": e.meaning}
                )
                for name, e in self.inputs.items()
            },
        }


def value_programme(
    patients: PatientOutcomes,
    scenario: EconomicScenario,
    seed: int = 1,
    manufacturing: ManufacturingUse = AS_IN_SHEETS,
) -> ProgrammeValue:
    """Return what a programme costs, what it is worth, and where to research next.

    Parameters
    ----------
    patients : PatientOutcomes
        The programme's patients (:meth:`PatientOutcomes.from_table`).
    scenario : EconomicScenario
        Money, prices, the health system and its research budget.
    seed : int
        Same seed, same numbers.
    manufacturing : ManufacturingUse
        What the batch and queue simulations say; the sheets' values where it says nothing.
    """
    inputs = uncertain_inputs(scenario)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2)]
    blocks, notes = cohort(patients, scenario, streams[0])
    draws = draw_inputs(inputs, scenario.psa_draws, streams[1])
    result = evaluate(blocks, draws, scenario, manufacturing)
    use = Use.of(patients)
    course = total(place_of_care(use, draws, scenario, manufacturing)) / use.infused
    slots = capacity(draws, scenario, manufacturing)
    names = ("programme", *result.indications)
    levels = np.linspace(0.0, 4.0 * scenario.willingness_to_pay, 81)
    gained_cost = result.programme_cost[1:] - result.programme_cost[0]
    gained_qaly = result.programme_qaly[1:] - result.programme_qaly[0]
    return ProgrammeValue(
        label=patients.label,
        currency=scenario.currency,
        price_year=scenario.price_year,
        willingness_to_pay=scenario.willingness_to_pay,
        seed=seed,
        patients=sum(len(block) for block in blocks),
        draws=scenario.psa_draws,
        notes=dict(patients.odd) | notes,
        use=use,
        strategies=tuple(row for name in names for row in _strategies(result, name, scenario)),
        comparisons={name: compare(_options(result, name)) for name in names},
        acceptability=acceptability(STRATEGIES, result.programme_cost, result.programme_qaly, levels),
        plane_cost=gained_cost,
        plane_qaly=gained_qaly,
        reported=reported_costs(use, inputs, draws, scenario, manufacturing),
        books=books(course, scenario),
        capacity=yearly_capacity(course, slots, scenario),
        price_ladder=price_ladder(course, slots, scenario),
        tornado=tornado(blocks, inputs, scenario, manufacturing),
        what_ifs=what_ifs(blocks, inputs, scenario, manufacturing),
        questions=ranking(result, draws, scenario),
        portfolio=portfolio(result, blocks, draws, scenario, seed),
        inputs=inputs,
    )


def _sample(result: Evaluation, name: str) -> tuple[Array, Array, Array]:
    """Return cost, QALY and life-years of shape (strategies, draws) of the mix or of one indication."""
    if name == "programme":
        return result.programme_cost, result.programme_qaly, result.programme_life_years
    k = result.indications.index(name)
    return result.cost[:, k], result.qaly[:, k], result.life_years[:, k]


def _strategies(result: Evaluation, name: str, scenario: EconomicScenario) -> list[StrategyValue]:
    worth, treated = scenario.willingness_to_pay, scenario.programme.treated
    cost, qaly, years = _sample(result, name)
    benefit, people = worth * qaly - cost, worth * result.patient_qaly - result.patient_cost
    sampled = (
        (cost, result.patient_cost),
        (qaly, result.patient_qaly),
        (benefit - benefit[0], people - people[0]),
    )
    rows = []
    for s, strategy in enumerate(STRATEGIES):
        errors = [
            float(np.hypot(d[s].std(ddof=1) / np.sqrt(d.shape[1]), _patient_error(result, p[s], name)))
            for d, p in sampled
        ]
        rows.append(
            StrategyValue(
                strategy,
                name,
                Spread.of(cost[s]),
                Spread.of(qaly[s]),
                Spread.of(years[s]),
                errors[0],
                errors[1],
                Spread.of(sampled[2][0][s]),
                errors[2],
                _chance(result, result.patient_cost[s], name, treated),
                _chance(result, result.patient_qaly[s], name, treated),
            )
        )
    return rows


def _patient_error(result: Evaluation, people: Array, name: str) -> float:
    """Return the standard error of a weighted mean over patients, stratified by indication."""
    variance = 0.0
    for k, key in enumerate(result.indications):
        if name in ("programme", key):
            here = people[result.patient_indication == k]
            share = result.weights[k] if name == "programme" else 1.0
            variance += share**2 * here.var(ddof=1) / len(here) if len(here) > 1 else 0.0
    return float(np.sqrt(variance))


def _chance(result: Evaluation, people: Array, name: str, treated: int) -> float:
    """Return the standard deviation of the mean of ``treated`` patients drawn from the population."""
    keys = [k for k, key in enumerate(result.indications) if name in ("programme", key)]
    here = np.isin(result.patient_indication, keys)
    weight = result.patient_weight[here] / result.patient_weight[here].sum()
    spread = np.sum(weight * (people[here] - np.sum(weight * people[here])) ** 2)
    patients = treated * sum(result.weights[k] for k in keys)
    return float(np.sqrt(spread / max(patients, 1.0)))


def _options(result: Evaluation, name: str) -> list[Option]:
    cost, qaly, years = _sample(result, name)
    means = zip(STRATEGIES, cost.mean(axis=1), qaly.mean(axis=1), years.mean(axis=1), strict=True)
    return [Option(strategy, float(c), float(q), float(y)) for strategy, c, q, y in means]


def _comparison(row: Comparison) -> dict[str, Any]:
    plain = asdict(row)
    option = plain.pop("option")
    return json_data({"strategy": option.pop("name"), **option, **plain})


def _spending(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "cost": row.cost,
        "worth": asdict(row.worth),
        "net": row.net,
        "trials": [asdict(trial) | {"net": trial.net} for trial in row.trials],
    }


def indication_name(name: str) -> str:
    """Return the printed name of an indication, or of the programme's mix."""
    return INDICATIONS.get(name, "whole programme")
