"""What a course costs, bottom-up: one amount a component, for a patient who starts the course.

Made at the place of care, the product costs materials, vector, release tests, staff and its share of the
cleanroom, and failed batches are paid by released ones. Bought centrally, it costs its list price. Care is
the same in both, at the local price level or at the Western one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.economics.cohort import Block
from vein2vein.economics.patients import PatientOutcomes
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.economics.uncertain import Draws
from vein2vein.errors import InputError

Array = NDArray[np.float64]
Amount = Array | float

MANUFACTURE = ("vector", "materials", "release tests", "staff", "cleanroom", "failed batches")
"""Components of a product made at the place of care."""
CARE = (
    "collection",
    "lymphodepletion",
    "admission",
    "intensive care",
    "tocilizumab",
    "steroids",
    "immunoglobulin",
)
"""Components of care around the product."""


@dataclass(frozen=True)
class Use:
    """What patients who start a course use: averages, or each patient's own (arrays, shape (1, n))."""

    infused: Amount
    young: Amount
    grade3: Amount
    grade4: Amount
    tocilizumab_doses: Amount
    steroid_courses: Amount
    aplasia_years: Amount

    @classmethod
    def of(cls, patients: PatientOutcomes | Block) -> Use:
        """Return the average use of a cohort."""
        each = cls.each(patients)
        return cls(*(float(np.mean(getattr(each, field.name))) for field in fields(cls)))

    @classmethod
    def each(cls, patients: PatientOutcomes | Block) -> Use:
        """Return every patient's own use, arrays of shape (1, n)."""
        infused = patients.infused
        columns = (
            infused,
            infused & (patients.age < 25),
            infused & (patients.severity == 3),
            infused & (patients.severity == 4),
            patients.tocilizumab_doses,
            patients.steroid_courses,
            patients.aplasia_years,
        )
        return cls(*(np.asarray(column, float)[None, :] for column in columns))


@dataclass(frozen=True)
class ManufacturingUse:
    """What the manufacturing simulation says of the batches; None keeps the value of the sheet.

    Attributes
    ----------
    batches_started_per_release : float or None
        At least 1; includes failures and repeats.
    staff_days_per_batch : float or None
        Person-days of cleanroom and quality staff.
    capacity_a_year : float or None
        Batches a year that the queue lets through.
    """

    batches_started_per_release: float | None = None
    staff_days_per_batch: float | None = None
    capacity_a_year: float | None = None

    def __post_init__(self) -> None:
        for name, lowest in (
            ("batches_started_per_release", 1.0),
            ("staff_days_per_batch", 0.0),
            ("capacity_a_year", 0.0),
        ):
            value = getattr(self, name)
            if value is not None and not (np.isfinite(value) and value >= lowest):
                raise InputError(
                    "what the manufacturing simulation hands over can't be",
                    where="ManufacturingUse",
                    field=name,
                    value=value,
                    allowed=f"{lowest:g} or more",
                    remedy="check the batch and queue results",
                )

    @classmethod
    def of_queue(cls, patients: pd.DataFrame, occupations: pd.DataFrame, slots: int) -> ManufacturingUse:
        """Return what a simulated queue says of batches and capacity.

        Parameters
        ----------
        patients : DataFrame
            One row a referred patient: ``attempts`` (batches started) and ``released`` (day, NaN if never).
        occupations : DataFrame
            One row a slot occupied by a batch: ``from`` and ``to`` (days).
        slots : int
            Slots of all sites; a year's capacity is their number times a year over the mean occupation.

        Raises
        ------
        InputError
            No product was released, or no slot was ever occupied.
        """
        released = float(patients["released"].notna().sum())
        busy = float((occupations["to"] - occupations["from"]).mean())
        if released == 0 or not busy > 0 or slots < 1:
            raise InputError(
                "the queue made no product to cost",
                where="ManufacturingUse.of_queue",
                field="released",
                value=released,
                allowed="at least one released product and one occupied slot",
                remedy="check the manufacturing scenario",
            )
        started = float(patients["attempts"].sum())
        return cls(max(started / released, 1.0), None, slots * 365.25 / busy)


AS_IN_SHEETS = ManufacturingUse()
"""Nothing from the manufacturing simulation: the values of the sheets."""


def capacity(draws: Draws, scenario: EconomicScenario, made: ManufacturingUse) -> Array:
    """Return the batches a year that can be made: the queue's answer, else machines times their yield."""
    if made.capacity_a_year is not None:
        return np.full_like(draws["batches_per_machine_year"], made.capacity_a_year)
    return scenario.programme.machines * draws["batches_per_machine_year"]


def product_made(
    draws: Draws, scenario: EconomicScenario, made: ManufacturingUse, level: Array
) -> dict[str, Array]:
    """Return the components of one released product made at the place of care, shape (draws,) each.

    Materials, vector and release tests are bought at world prices; staff and buildings at ``level`` of the
    Western price; the equipment of the cleanroom at world prices, written off in equal yearly sums.
    """
    days = draws["staff_days_per_batch"] if made.staff_days_per_batch is None else made.staff_days_per_batch
    started = (
        1.0 / (1.0 - draws["batch_failure"])
        if made.batches_started_per_release is None
        else np.asarray(made.batches_started_per_release)
    )
    rooms = scenario.programme.cleanrooms
    yearly = rooms * (
        draws["facility_investment"] / draws["facility_life"] + level * draws["facility_running"]
    )
    batches = np.minimum(scenario.programme.patients_a_year * started, capacity(draws, scenario, made))
    parts = {
        "vector": draws["vector_per_dose"],
        "materials": draws["materials_per_batch"],
        "release tests": draws["qc_per_batch"],
        "staff": days * draws["staff_day"] * level,
        "cleanroom": yearly / batches,
    }
    parts["failed batches"] = (started - 1.0) * total(parts)
    return parts


def care(use: Use, draws: Draws, level: Array) -> dict[str, Array]:
    """Return the components of care a started patient, beds and staff at ``level``.

    Draws have the shape (draws,) with an average use, (draws, 1) with each patient's own; so the results.
    """
    days = (
        draws["admission_days_adult"] * (use.infused - use.young) + draws["admission_days_young"] * use.young
    )
    icu = use.grade3 * draws["icu_days_grade3"] + use.grade4 * draws["icu_days_grade4"]
    return {
        "collection": draws["apheresis_procedure"] * level,
        "lymphodepletion": use.infused
        * (draws["lymphodepletion_drugs"] + level * draws["lymphodepletion_administration"]),
        "admission": days * draws["ward_day"] * level,
        "intensive care": icu * draws["icu_day"] * level,
        "tocilizumab": use.tocilizumab_doses * draws["tocilizumab_dose"],
        "steroids": use.steroid_courses * draws["steroid_course"],
        "immunoglobulin": use.aplasia_years * draws["ivig_share"] * draws["ivig_year"],
    }


def place_of_care(
    use: Use, draws: Draws, scenario: EconomicScenario, made: ManufacturingUse
) -> dict[str, Array]:
    """Return the components of a course at the place of care, a started patient; all have a batch made."""
    level = draws["local_price_level"]
    return product_made(draws, scenario, made, level) | care(use, draws, level)


def bought(use: Use, draws: Draws, level: Array, lost: Array | float = 0.0) -> dict[str, Array]:
    """Return the components of a course with the commercial product, a started patient.

    ``lost`` is the share never infused of those who would be at the place of care. The price is paid for
    infused products only.
    """
    reached = 1.0 - np.asarray(lost)
    parts = care(use, draws, level)
    kept = {name: part * (1.0 if name == "collection" else reached) for name, part in parts.items()}
    return {"product (list price)": use.infused * reached * draws["list_price_central"]} | kept


def salvage_course(draws: Draws) -> Array:
    """Return the cost of a course of standard salvage, shape (draws,)."""
    return (
        draws["salvage_drugs"] * draws["salvage_price_level"]
        + draws["salvage_administration"] * draws["local_price_level"]
    )


def total(parts: Mapping[str, Array]) -> Array:
    """Return the sum of components, shape (draws,) or (draws, n)."""
    return reduce(np.add, parts.values())
