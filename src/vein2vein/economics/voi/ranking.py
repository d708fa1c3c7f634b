"""Where to research next: indication by parameter group, worth how much a year to this health system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vein2vein.economics.cohort import Block
from vein2vein.economics.model import Evaluation
from vein2vein.economics.patients import INDICATIONS
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Draws
from vein2vein.economics.voi.perfect import evpi, evppi
from vein2vein.economics.voi.regression import Worth

GROUPS: Mapping[str, tuple[str, ...]] = {
    "chance of cure": ("cure_shift",),
    "survival after relapse": ("post_progression_median", "post_progression_cure", "late_relapse_mean"),
    "late mortality of survivors": ("survivor_mortality_ratio",),
    "quality of life": ("utility_remission", "utility_progressed", "toxicity_weeks", "toxicity_loss_mild"),
    "outcome of standard salvage": ("salvage_median_survival", "salvage_cure", "efs_os_ratio"),
    "cost of the product": (
        "vector_per_dose",
        "materials_per_batch",
        "qc_per_batch",
        "staff_days_per_batch",
        "facility_running",
        "facility_investment",
        "batches_per_machine_year",
        "batch_failure",
    ),
    "cost of care": (
        "ward_day",
        "icu_day",
        "ivig_year",
        "ivig_share",
        "tocilizumab_dose",
        "lymphodepletion_administration",
        "outpatient_later_year",
        "progressed_year",
    ),
    "cost of standard salvage": ("salvage_price_level", "salvage_drugs", "salvage_administration"),
    "local price level": ("local_price_level",),
}
"""Groups of parameters that one study could inform together."""


@dataclass(frozen=True)
class Question:
    """One line of the ranking.

    Attributes
    ----------
    indication, group : str
        Printed name of the indication; group of :data:`GROUPS`, or ``"everything"`` (the EVPI).
    per_patient, per_year : Worth
        Money a treated decision; money a year over the patients eligible in this health system.
    """

    indication: str
    group: str
    per_patient: Worth
    per_year: Worth


def ranking(evaluation: Evaluation, draws: Draws, scenario: EconomicScenario) -> tuple[Question, ...]:
    """Return every question, most valuable first; the EVPI of each indication among them."""
    questions = []
    for k, key in enumerate(evaluation.indications):
        benefit = evaluation.net_benefit(scenario.willingness_to_pay, k)
        people = scenario.research.eligible_a_year.get(key, 0.0)
        asked = [("everything", evpi(benefit))]
        asked += [(group, evppi(benefit, draws, names_of(group, key, draws))) for group in GROUPS]
        for group, worth in asked:
            questions.append(Question(INDICATIONS[key], group, worth, worth.scaled(people)))
    return tuple(sorted(questions, key=lambda q: -q.per_year.value))


def names_of(group: str, indication: str, draws: Draws) -> tuple[str, ...]:
    """Return the inputs of a group that matter to an indication."""
    names = []
    for name in GROUPS[group]:
        own = f"{name}.{indication}"
        names += [own] if own in draws else [name] if name in draws else []
    return tuple(names)


def block_of(blocks: Sequence[Block], indication: str) -> Block:
    """Return the block of an indication."""
    return next(block for block in blocks if block.indication == indication)
