"""Many batches at once, from apheresis to disposition: row k is the same however many rows are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.manufacturing.assays import measure_amount, measure_share
from vein2vein.manufacturing.collection import Collected, collect
from vein2vein.manufacturing.phenotype import PHENOTYPES
from vein2vein.manufacturing.process import Process
from vein2vein.manufacturing.product import ManufacturedProduct
from vein2vein.manufacturing.release import DISPOSITIONS, Verdict, judge
from vein2vein.manufacturing.streams import Streams
from vein2vein.manufacturing.transduction import ReferenceVector, VectorDrivers

Array = NDArray[np.float64]

COLUMNS: dict[str, tuple[str, str]] = {
    "batch": (
        "1",
        "index of the patient's first batch, from 0; the same index is the same batch in every run",
    ),
    "attempt": ("1", "1 for the first collection or batch of the patient"),
    "prior_lines": ("1", "prior lines of therapy"),
    "fitness": ("1", "growth rate relative to the median batch"),
    "blood_cd3": ("cell/L", "CD3+ count in blood before apheresis"),
    "cd3_collected": ("cell", "CD3+ cells in the bag"),
    "cells_seeded": ("cell", "T cells put into culture"),
    "vector_added": ("TU", "transducing units added"),
    "vectors_integrated": ("copies", "copies integrated in the seeded cells"),
    "copies_permissive": ("copies/cell", "mean copies of a permissive cell"),
    "culture_days": ("day", "start to harvest"),
    "cells_lost_activation": ("cell", "T cells lost during activation and transduction"),
    "cells_born": ("cell", "T cells gained by net growth"),
    "fold_expansion": ("1", "T cells at harvest over T cells seeded"),
    "divisions": ("1", "mean divisions of a surviving cell"),
    "cells_harvested": ("cell", "T cells at harvest"),
    "cells_lost_finishing": ("cell", "T cells lost in harvest, wash and formulation"),
    "cells_sampled": ("cell", "T cells used by tests and retention"),
    "cells_product": ("cell", "T cells in the product, viable or not"),
    "viability": ("1", "viable share when given"),
    "cd3": ("1", "T-cell share of the cells"),
    "car_positive": ("1", "CAR+ share of the T cells"),
    "transduced": ("1", "share of T cells with a copy"),
    "vcn_per_cell": ("copies/cell", "copies over all T cells"),
    "vcn_per_transduced": ("copies/cell", "copies over transduced cells"),
    "vcn_per_car": ("copies/cell", "copies over CAR+ cells"),
    "copies_product": ("copies", "integrated copies in the T cells of the product"),
    "viable_car_cells": ("cell", "viable CAR+ cells in the product"),
    "dose": ("cell", "viable CAR+ cells to be given: the target, or all there is"),
    **{name: ("1", f"{name.replace('_', ' ')} share of the T cells") for name in PHENOTYPES},
    "measured_viability": ("1", "test result"),
    "measured_cd3": ("1", "test result"),
    "measured_car_positive": ("1", "test result"),
    "measured_vcn_per_cell": ("copies/cell", "test result"),
    "measured_vcn_per_transduced": ("copies/cell", "test result"),
    "measured_vcn_per_car": ("copies/cell", "test result"),
    "measured_dose": ("cell", "test result: viable CAR+ cells"),
    "measured_endotoxin": ("EU/mL", "test result"),
    "disposition": ("category", "what became of the attempt"),
    "reason": ("category", "gravest finding; 'none' if within specification"),
}
"""Unit and meaning of every column of :attr:`Batches.table`, in order."""


@dataclass(frozen=True)
class Batches:
    """The batch records.

    Attributes
    ----------
    process : Process
        How they were made.
    seed, first, attempt : int
        Random seed, index of the first row, attempt.
    table : DataFrame
        One row an attempt, the columns of :data:`COLUMNS`.
    severity : dict of str to ndarray of int8, shape (n,)
        For every test: 0 within specification, 1 inside the exceptional limits, 2 beyond.
    """

    process: Process
    seed: int
    first: int
    attempt: int
    table: pd.DataFrame
    severity: dict[str, NDArray[np.int8]]

    def __len__(self) -> int:
        return len(self.table)

    @property
    def infusible(self) -> NDArray[np.bool_]:
        """Whether each attempt gave a product that may be infused, shape (n,)."""
        return np.asarray(self.table["disposition"].isin(["released", "released_exceptionally"]))

    def product(self, index: int) -> ManufacturedProduct:
        """Return the product of the row at a position.

        Raises
        ------
        InputError
            The batch was not released.
        """
        if not self.infusible[index]:
            raise InputError(
                "this batch gave no product",
                where=f"batch {index}",
                field="disposition",
                value=str(self.table["disposition"].iloc[index]),
                allowed="released or released_exceptionally",
                remedy="choose a batch where `infusible` is true",
            )
        line, schedule = self.table.iloc[index], self.process.schedule
        return ManufacturedProduct(
            dose=float(line["dose"]),
            naive_scm=float(line["naive_scm"]),
            central_memory=float(line["central_memory"]),
            effector_memory=float(line["effector_memory"]),
            effector=float(line["effector"]),
            vcn_per_car_cell=float(line["vcn_per_car"]),
            viability=float(line["viability"]),
            day_ready=float(line["culture_days"]) + schedule.qc + 2.0 * schedule.shipping,
        )

    def shares(self) -> dict[str, float]:
        """Return the share of attempts with each disposition."""
        counts = self.table["disposition"].value_counts()
        return {name: float(counts.get(name, 0)) / max(len(self), 1) for name in DISPOSITIONS}


def simulate_batches(
    process: Process,
    n: int,
    seed: int,
    construct_drivers: VectorDrivers | None = None,
    *,
    prior_lines: Array | None = None,
    first: int = 0,
    attempt: int = 1,
    scope: str = "",
) -> Batches:
    """Simulate batches from apheresis to disposition.

    Row k depends on ``seed``, ``scope``, ``attempt`` and ``first + k`` only: asking for more rows, or
    changing the process, leaves the chance of every batch as it is. A patient's blood count, phenotype and
    fitness are shared by all attempts.

    Parameters
    ----------
    process : Process
        How batches are made.
    n : int
        Number of batches, at least 1.
    seed : int
        Seed, at least 0.
    construct_drivers : VectorDrivers, optional
        The construct's titre relative to the reference vector; the reference vector by default.
    prior_lines : ndarray, shape (n,), optional
        Prior lines of therapy; the reference number for all by default.
    first : int
        Index of the first batch.
    attempt : int
        1 for first batches, 2 for the repeats.
    scope : str
        Name of an independent family of draws, such as a replicate.

    Returns
    -------
    Batches

    Raises
    ------
    InputError
        ``n`` is below 1, the seed negative, or ``prior_lines`` of another length, negative or NaN.
    """
    _check_count(n, "n", 1)
    _check_count(seed, "seed", 0)
    lines = _prior_lines(process, n, prior_lines)
    drivers = ReferenceVector() if construct_drivers is None else construct_drivers
    family = Streams(seed, scope)
    patient, batch = family.within("patient"), family.within(f"attempt {attempt}")
    collected = collect(process.collection, lines, patient, batch, first)
    truth, divisions = _made(process, collected, drivers.relative_titre.value, patient, batch, first)
    truth |= _differentiated(process, collected, divisions)
    measured = _measured(process, truth, batch, first)
    verdict = _judged(process, collected, truth, measured, batch, first)
    table = _table(lines, collected, truth | measured, verdict, first, attempt)
    return Batches(process, seed, first, attempt, table, verdict.severity)


def _made(
    process: Process,
    collected: Collected,
    relative_titre: float,
    patient: Streams,
    batch: Streams,
    first: int,
) -> tuple[dict[str, Array], Array]:
    """Return the true cell and vector numbers, and the divisions."""
    n = collected.enriched.shape[0]
    culture, transduction, finishing = process.culture, process.transduction, process.finishing
    own = patient.normal("fitness", n, first)
    fitness = np.exp(culture.patient_log_sd * own + culture.batch_log_sd * batch.normal("growth", n, first))
    vulnerable = patient.uniform("vulnerable", n, first) < culture.vulnerable_share
    poor = vulnerable & (batch.uniform("poor growth", n, first) < culture.vulnerable_chance)
    fitness = np.where(poor, culture.poor_factor * fitness, fitness)
    days = culture.harvest_days(batch.normal("culture days", n, first))
    seeded = np.minimum(collected.enriched, culture.seeded)
    varied = np.exp(transduction.log_sd * batch.normal("multiplicity", n, first))
    added = transduction.multiplicity * relative_titre * seeded
    # A vector acts at most once, and only on a permissive cell: the efficiency can't exceed 1.
    copies = transduction.multiplicity * relative_titre * np.minimum(transduction.efficiency * varied, 1.0)
    per_cell = transduction.copies_per_cell(copies)
    car, transduced = transduction.car_positive(copies), transduction.transduced(copies)
    survivors = seeded * culture.survival
    harvested = culture.harvest(survivors, culture.log_growth(days, fitness))
    formulated = harvested * finishing.recovery
    product = formulated * (1.0 - finishing.sampled)
    viability = finishing.viability.share(own, batch.normal("viability", n, first))
    others = seeded * (1.0 / collected.purity - 1.0) * (harvested / seeded) * culture.other_growth
    viable_car = product * car * viability
    truth = {
        "fitness": fitness,
        "cells_seeded": seeded,
        "vector_added": added,
        "vectors_integrated": per_cell * seeded,
        "copies_permissive": copies,
        "culture_days": days,
        "cells_lost_activation": seeded - survivors,
        "cells_born": harvested - survivors,
        "fold_expansion": harvested / seeded,
        "divisions": np.log2(harvested / survivors),
        "cells_harvested": harvested,
        "cells_lost_finishing": harvested - formulated,
        "cells_sampled": formulated - product,
        "cells_product": product,
        "viability": viability,
        "cd3": harvested / (harvested + others),
        "car_positive": car,
        "transduced": transduced,
        "vcn_per_cell": per_cell,
        "vcn_per_transduced": _ratio(per_cell, transduced),
        "vcn_per_car": _ratio(per_cell, car),
        "copies_product": per_cell * product,
        "viable_car_cells": viable_car,
        "dose": np.minimum(viable_car, finishing.dose_target),
    }
    return truth, truth["divisions"]


def _differentiated(process: Process, collected: Collected, divisions: Array) -> dict[str, Array]:
    shares = process.culture.drift.after(collected.start, divisions)
    return {name: shares[:, i] for i, name in enumerate(PHENOTYPES)}


def _measured(process: Process, truth: dict[str, Array], batch: Streams, first: int) -> dict[str, Array]:
    """Return the results of the laboratory."""
    n, assays, rare = truth["viability"].shape[0], process.assays, process.rare_events
    error = assays.viability_sd * batch.normal("measured viability", n, first)
    viability = np.clip(truth["viability"] + error, 0.0, 1.0)
    car = measure_share(truth["car_positive"], assays.flow_cv, "measured CAR", batch, first)
    per_cell = measure_amount(truth["vcn_per_cell"], assays.vcn_cv, "measured VCN", batch, first)
    transduced = measure_share(truth["transduced"], assays.flow_cv, "measured CAR", batch, first)
    cells = measure_amount(truth["cells_product"], assays.count_cv, "measured count", batch, first)
    spread = rare.endotoxin_log_sd * batch.normal("endotoxin", n, first)
    return {
        "measured_viability": viability,
        "measured_cd3": measure_share(truth["cd3"], assays.flow_cv, "measured CD3", batch, first),
        "measured_car_positive": car,
        "measured_vcn_per_cell": per_cell,
        "measured_vcn_per_transduced": _ratio(per_cell, transduced),
        "measured_vcn_per_car": _ratio(per_cell, car),
        "measured_dose": cells * car * viability,
        "measured_endotoxin": rare.endotoxin_median * np.exp(spread),
    }


def _judged(
    process: Process,
    collected: Collected,
    truth: dict[str, Array],
    measured: dict[str, Array],
    batch: Streams,
    first: int,
) -> Verdict:
    n, rare = collected.cd3_yield.shape[0], process.rare_events
    chances = {
        "equipment": rare.equipment,
        "sterility": rare.contamination,
        "mycoplasma": rare.mycoplasma,
        "rcl": rare.rcl,
        "potency": rare.potency,
    }
    found = {name: batch.uniform(name, n, first) < chance for name, chance in chances.items()}
    found["poor_growth"] = truth["fold_expansion"] < process.culture.minimum_fold
    return judge(
        process.specification.aiming_at(process.finishing.dose_target),
        measured,
        found,
        collected.cd3_yield < process.collection.minimum_cd3,
        batch.uniform("exceptional release", n, first),
        process.exceptional_acceptance,
    )


def _table(
    lines: Array, collected: Collected, values: dict[str, Array], verdict: Verdict, first: int, attempt: int
) -> pd.DataFrame:
    n = lines.shape[0]
    columns: dict[str, object] = {
        "batch": np.arange(first, first + n),
        "attempt": np.full(n, attempt),
        "prior_lines": lines,
        "blood_cd3": collected.blood_cd3,
        "cd3_collected": collected.cd3_yield,
        **values,
        "disposition": pd.Categorical.from_codes(verdict.disposition, pd.Index(DISPOSITIONS), ordered=True),
        "reason": pd.Categorical.from_codes(verdict.reason, pd.Index(verdict.reasons)),
    }
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, copy=False)


def _prior_lines(process: Process, n: int, prior_lines: Array | None) -> Array:
    if prior_lines is None:
        return np.full(n, process.collection.reference_prior_lines)
    lines = np.asarray(prior_lines, dtype=float)
    if lines.shape != (n,) or not np.all(np.isfinite(lines)) or np.any(lines < 0):
        raise InputError(
            "prior lines of therapy can't be used",
            where="simulate_batches",
            field="prior_lines",
            value=lines if lines.size < 6 else f"array of shape {lines.shape}",
            allowed=f"{n} finite numbers of at least 0",
            remedy="give one number a batch",
        )
    return lines


def _check_count(value: int, field: str, low: int) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
        raise InputError(
            "a count can't be used",
            where="simulate_batches",
            field=field,
            value=value,
            allowed=f"a whole number of at least {low}",
            remedy=f"correct {field}",
        )


def _ratio(top: Array, bottom: Array) -> Array:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
