"""A manufacturing process as one record: how it collects, transduces, grows, tests and takes its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vein2vein.manufacturing.assays import Assays, RareEvents
from vein2vein.manufacturing.checks import whole, within
from vein2vein.manufacturing.collection import Collection
from vein2vein.manufacturing.culture import Culture
from vein2vein.manufacturing.durations import Duration, Fixed, Lognormal
from vein2vein.manufacturing.finishing import Finishing, Viability
from vein2vein.manufacturing.numbers import deviation, number
from vein2vein.manufacturing.phenotype import Drift
from vein2vein.manufacturing.specification import ReleaseSpecification, release_specification
from vein2vein.manufacturing.transduction import Transduction


@dataclass(frozen=True)
class Schedule:
    """How long everything takes around the culture itself, in days.

    Parameters
    ----------
    shipping : float
        Transport of the apheresis to the site, and of the product back: each way.
    qc : float
        Harvest to release.
    turnaround : float
        Cleaning of a slot between two batches.
    arrangement : Duration
        Admission and arrangements after the product has arrived.
    lymphodepletion : float
        Start of lymphodepletion to infusion.
    lymphodepletion_during_release : bool
        Whether lymphodepletion runs while the product is tested (so that a fresh product finds a ready
        patient).
    slot : Duration or None
        Replaces the culture time as the occupation of a slot; for studies of the queue alone.
    """

    shipping: float
    qc: float
    turnaround: float
    arrangement: Duration
    lymphodepletion: float
    lymphodepletion_during_release: bool
    slot: Duration | None = None

    def __post_init__(self) -> None:
        for field in ("shipping", "qc", "turnaround", "lymphodepletion"):
            within(self, field, 0.0, open_high=True)


@dataclass(frozen=True)
class Process:
    """Everything that decides what a batch becomes and when.

    Parameters
    ----------
    name : str
        Shown in tables.
    collection, transduction, culture, finishing, assays, rare_events, schedule
        The steps.
    specification : ReleaseSpecification
        The limits of release.
    exceptional_acceptance : float
        Probability that a product outside its specification, but inside the exceptional limits, is accepted.
    max_attempts : int
        Collections or batches tried for one patient.
    """

    name: str
    collection: Collection
    transduction: Transduction
    culture: Culture
    finishing: Finishing
    assays: Assays
    rare_events: RareEvents
    schedule: Schedule
    specification: ReleaseSpecification
    exceptional_acceptance: float
    max_attempts: int

    def __post_init__(self) -> None:
        within(self, "exceptional_acceptance", 0.0, 1.0)
        whole(self, "max_attempts", 1)


REPORTED_DAY = date(2025, 11, 21)
"""Day of the report on the national programme; the release limits of that day are the default."""


def place_of_care(day: date = REPORTED_DAY) -> Process:
    """Return the process at the bedside: closed and automated, fresh product, rapid tests, days.

    Parameters
    ----------
    day : date
        Whose release limits apply.
    """
    arrangement = Fixed(number("arrangement_median", "place_of_care"))
    schedule = _schedule("place_of_care", arrangement, True)
    return _process("place_of_care", release_specification("mb_cart").on(day), "fresh_viability", schedule)


def central(day: date = REPORTED_DAY) -> Process:
    """Return the process at a distant site: shipped out, frozen, tested, shipped back, weeks.

    Parameters
    ----------
    day : date
        Whose release limits apply.
    """
    arrangement = Lognormal(number("arrangement_median", "central"), number("arrangement_log_sd"))
    schedule = _schedule("central", arrangement, False)
    return _process("central", release_specification("us_practice").on(day), "thawed_viability", schedule)


def _schedule(mode: str, arrangement: Duration, during_release: bool) -> Schedule:
    return Schedule(
        shipping=number("shipping_days", mode),
        qc=number("qc_days", mode),
        turnaround=number("turnaround_days"),
        arrangement=arrangement,
        lymphodepletion=number("lymphodepletion_days"),
        lymphodepletion_during_release=during_release,
    )


def _process(mode: str, specification: ReleaseSpecification, viability: str, schedule: Schedule) -> Process:
    return Process(
        name=mode,
        collection=_collection(),
        transduction=Transduction(
            multiplicity=number("nominal_moi"),
            titre=number("vector_titre"),
            efficiency=number("moi_efficiency"),
            log_sd=number("moi_log_sd"),
            permissive=number("permissive_fraction"),
            expression=number("expression_probability"),
            size=number("copies_size"),
        ),
        culture=_culture(mode),
        finishing=Finishing(
            recovery=number("harvest_recovery"),
            sampled=number("qc_sample"),
            viability=Viability(
                number(viability), number(f"{viability}_logit_sd"), number("viability_fitness_correlation")
            ),
            dose_target=number("dose_target"),
        ),
        assays=Assays(number("count_cv"), number("flow_cv"), number("viability_sd"), number("vcn_cv")),
        rare_events=RareEvents(
            equipment=number("equipment_failure"),
            contamination=number("contamination"),
            mycoplasma=number("mycoplasma"),
            rcl=number("rcl"),
            potency=number("potency_failure"),
            endotoxin_median=number("endotoxin_median"),
            endotoxin_log_sd=number("endotoxin_log_sd"),
        ),
        schedule=schedule,
        specification=specification,
        exceptional_acceptance=number("exceptional_acceptance"),
        max_attempts=int(number("max_attempts")),
    )


def _collection() -> Collection:
    return Collection(
        blood_cd3_median=number("blood_cd3_median"),
        blood_cd3_log_sd=number("blood_cd3_log_sd"),
        collection_log_sd=number("collection_log_sd"),
        litres=number("litres_processed"),
        efficiency=number("collection_efficiency"),
        minimum_cd3=number("minimum_cd3"),
        prior_line_cd3_factor=number("prior_line_cd3_factor"),
        prior_line_naive_factor=number("prior_line_naive_factor"),
        reference_prior_lines=number("reference_prior_lines"),
        enrichment_recovery=number("enrichment_recovery"),
        enrichment_recovery_sd=deviation("manufacturing", "enrichment_recovery"),
        purity=number("enriched_purity"),
        purity_sd=deviation("manufacturing", "enriched_purity"),
        start=(
            number("start_naive"),
            number("start_central"),
            number("start_effector_memory"),
            number("start_effector"),
        ),
        start_concentration=number("start_concentration"),
    )


def _culture(mode: str) -> Culture:
    return Culture(
        seeded=number("seeded_cells", mode),
        survival=number("activation_survival"),
        lag=number("lag"),
        doubling=number("doubling_time"),
        waning=number("growth_waning"),
        patient_log_sd=number("patient_growth_log_sd"),
        batch_log_sd=number("doubling_log_sd"),
        capacity=number("vessel_capacity", mode),
        vulnerable_share=number("vulnerable_share"),
        vulnerable_chance=number("vulnerable_chance"),
        poor_factor=number("poor_growth_factor"),
        minimum_fold=number("minimum_fold"),
        other_growth=number("other_cell_growth"),
        days=number("culture_days", mode),
        days_sd=number("culture_days_sd"),
        drift=Drift(
            number("division_naive_to_central"),
            number("division_central_to_effector_memory"),
            number("division_effector_memory_to_effector"),
            number("cytokine_drift_factor"),
        ),
    )
