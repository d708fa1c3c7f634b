"""The core model as a model of the library: a setting's sheet for its typical patient, its own draws for a population.

The ward isn't part of it: nobody gives tocilizumab or steroids here (``vein2vein run`` does).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vein2vein.dynamics.core import core_system
from vein2vein.dynamics.published.record import (
    LogNormal,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)
from vein2vein.evidence import EvidenceValue, Sheet, load_sheet
from vein2vein.parameter import Parameter
from vein2vein.patients.population import draw_population
from vein2vein.patients.settings import SETTINGS, Setting

__all__ = ["core_model"]

DOSE = Parameter("cell", "CAR-T cells infused", name="dose")
MEDIAN_LUCK = math.log(math.log(2))
"""Logarithm of the median of a unit exponential: the typical patient is neither lucky nor unlucky."""

OBSERVABLES = (
    Observable("car_t_blood", Role.CAR_T, "CAR-T cells in blood", cells_per_uL=1.0),
    Observable("tumour", Role.TARGET, "tumour cells, whole body, given survival"),
    Observable("b_cells_blood", Role.TARGET, "normal B cells in blood"),
    Observable("il6", Role.CYTOKINE, "interleukin 6, serum"),
    Observable("ifn_gamma", Role.CYTOKINE, "interferon gamma, serum"),
    Observable("crp", Role.MARKER, "C-reactive protein"),
    Observable("ferritin", Role.MARKER, "ferritin"),
)
ASSUMPTIONS = (
    "The product's own model (docs/core_model.md), not a paper's; what it was fitted to is in docs/fit_table.md.",
    "Nobody treats the storm here: no tocilizumab, no steroids. `vein2vein run` has the ward.",
    "The typical patient has the median luck of each clone and no noise of grading.",
    "A population is drawn as the product draws its virtual patients; --set moves the typical value under the spread, "
    "and --dose the median dose.",
)


@lru_cache(maxsize=8)
def core_model(setting: Setting | None = None) -> PublishedModel:
    """Return the core model for the typical patient of a setting.

    Parameters
    ----------
    setting : Setting, optional
        Without one, the first of :data:`~vein2vein.patients.settings.SETTINGS`, with the typical patients of all
        settings as named individuals.
    """
    chosen, sheet, system = setting or SETTINGS[0], load_sheet("core_model"), core_system()
    values = _values(sheet, chosen)
    own = {v.name: v.value for v in values}
    typical = {s.key: {v.name: v.value for v in _values(sheet, s)} for s in SETTINGS}
    return PublishedModel(
        name="core" if setting is None else f"core:{setting.key}",
        title=f"the product's own model, from the infused bag to the last tumour cell: {chosen.label}",
        paper=Paper("vein2vein core model, docs/core_model.md", ""),
        disease=chosen.indication_name,
        antigen=chosen.antigen,
        species="human",
        fitted_to=f"published aggregate results of {chosen.product} (docs/fit_table.md)",
        assay="CAR-T cells per uL blood; cytokines in serum",
        states=tuple(replace(s, initial=DOSE.symbol) if s.name == "infused" else s for s in system.states),
        derived=system.derived,
        rates={s.name: rate for s, rate in zip(system.states, system.rates, strict=True)},
        values=values,
        observables=OBSERVABLES,
        horizon=365.0,
        dose=DOSE.name,
        subjects=(
            {k: {n: x for n, x in v.items() if x != own[n]} for k, v in typical.items()}
            if setting is None
            else {}
        ),
        drawn=_Patients(chosen, sheet),
        assumptions=ASSUMPTIONS,
    )


def _values(sheet: Sheet, setting: Setting) -> tuple[PaperValue, ...]:
    """Return every parameter of the core model for the typical patient, and the dose."""
    offset = sheet.value("icans_offset", setting.key)
    composed = {
        "log_luck_positive": (MEDIAN_LUCK, "median of the draw that decides the clone's fate"),
        "log_luck_negative": (MEDIAN_LUCK, "median of the draw that decides the clone's fate"),
        "one_cell": (1.0, "definition"),
        "myeloid_gain": (1.0, "typical patient; varies as il6_secretion does"),
        "crs_deviation": (0.0, "typical patient; normal with SD crs_score_noise"),
        "icans_deviation": (offset.value, f"typical patient: icans_offset, {_locator(offset)}"),
    }
    rows = []
    for p in (*core_system().parameters, DOSE):
        lower, upper = float(p.lower), float(p.upper)
        if p.name in composed:
            value, locator = composed[p.name]
            rows.append(
                PaperValue(
                    p.name,
                    value,
                    p.unit,
                    p.meaning,
                    locator,
                    Status.FIXED,
                    latex=p.latex,
                    lower=lower,
                    upper=upper,
                )
            )
            continue
        row = sheet.value(p.name, setting.key)
        rows.append(
            PaperValue(
                p.name,
                row.to(p.unit),
                p.unit,
                p.meaning,
                _locator(row),
                Status(row.status),
                _spread(row),
                p.latex,
                lower=lower,
                upper=upper,
            )
        )
    return tuple(rows)


def _locator(row: EvidenceValue) -> str:
    words = f"{row.source.citation}, {row.locator}"
    if row.range is not None:
        words += f"; plausible {row.range[0]:g} to {row.range[1]:g}"
    return words + ("; recalled, not read" if row.recalled else "")


def _spread(row: EvidenceValue) -> LogNormal | None:
    if not isinstance(row.spread, int | float):
        return None
    if row.spread_kind == "cv_pct":
        return LogNormal.from_cv(float(row.spread))
    return LogNormal.from_sd(float(row.spread))


class _Patients:
    """Draws virtual patients of one setting as the product does, around typical values that may have been changed."""

    def __init__(self, setting: Setting, sheet: Sheet) -> None:
        self.setting, self.sheet = setting, sheet
        self.typical = {v.name: v.value for v in _values(sheet, setting)}

    def __call__(
        self, typical: Mapping[str, float], patients: int, rng: np.random.Generator
    ) -> dict[str, NDArray[np.float64]]:
        """Return one value a patient for every parameter, shape (patients,)."""
        changed = {n: v for n, v in typical.items() if v != self.typical[n] and n != DOSE.name}
        key = self.setting.key
        kept = tuple(r for r in self.sheet.rows if not (r.id in changed and r.setting in (None, key)))
        moved = tuple(
            replace(
                row, value=row.value * changed[n] / row.to(unit) if row.to(unit) else changed[n], setting=None
            )
            for n, unit in ((p.name, p.unit) for p in core_system().parameters)
            if n in changed and n in self.sheet.ids
            for row in (self.sheet.value(n, key),)
        )
        population = draw_population(
            (self.setting,),
            np.zeros(patients, dtype=np.intp),
            core_system().parameters,
            replace(self.sheet, rows=kept + moved),
            load_sheet("indications"),
            seed=int(rng.integers(2**31)),
            dose={key: typical[DOSE.name]},
        )
        fixed = {n: np.full(patients, v) for n, v in changed.items() if n not in self.sheet.ids}
        return {**population.parameters, **fixed, DOSE.name: population.table["dose"].to_numpy(dtype=float)}
