"""Virtual patients: demographics, baseline and biology, the same for the same seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.evidence import Sheet
from vein2vein.parameter import Parameter
from vein2vein.patients.demographics import draw_demographics
from vein2vein.patients.settings import Setting
from vein2vein.patients.streams import exponentials, uniforms
from vein2vein.patients.variability import Variability

Vector = NDArray[np.float64]

COMPOSED = frozenset(
    {"log_luck_positive", "log_luck_negative", "crs_deviation", "icans_deviation", "myeloid_gain", "one_cell"}
)
"""Model parameters that are made from other rows of the sheet and draws of their own."""


@dataclass(frozen=True)
class VirtualPopulation:
    """Patients as the simulation and the outcomes read them.

    Parameters
    ----------
    table : DataFrame
        One row a patient: ``patient``, ``setting``, ``indication``, ``product``, ``age`` (years), ``sex``,
        ``weight`` (kg), ``dose`` (CAR-T cells), ``tumour_0`` (cells).
    parameters : mapping of str to ndarray, shape (n,)
        Every parameter of the core model by name, in the unit that the model declares.
    settings : tuple of Setting
        The settings of the population.
    setting_of : ndarray of int, shape (n,)
        Index into ``settings``.
    seed, first : int
        What the patients were drawn with: seed, and number of the first patient.
    """

    table: pd.DataFrame
    parameters: Mapping[str, Vector]
    settings: tuple[Setting, ...]
    setting_of: NDArray[np.intp]
    seed: int
    first: int

    def __len__(self) -> int:
        return len(self.table)

    def uniforms(self, effect: str) -> Vector:
        """Return uniform draws of the patients for an effect beyond the model (deaths, salvage, noise)."""
        return uniforms(self.seed, effect, self.first, len(self))


def draw_population(
    settings: Sequence[Setting],
    setting_of: NDArray[np.intp],
    parameters: Sequence[Parameter],
    sheet: Sheet,
    indications: Sheet,
    *,
    seed: int,
    first: int = 0,
    dose: Mapping[str, float] | None = None,
) -> VirtualPopulation:
    """Draw virtual patients.

    Parameters
    ----------
    settings : sequence of Setting
        The settings of the programme.
    setting_of : ndarray of int, shape (n,)
        Index into ``settings`` of each patient.
    parameters : sequence of Parameter
        The parameters of the model to be simulated; draws are cut at their bounds.
    sheet, indications : Sheet
        Parameters of the core model, and facts of the indications.
    seed : int
        Seed of the run.
    first : int
        Number of the first patient; patient k is the same whatever the cohort around.
    dose : mapping of str to float, optional
        Median dose (CAR-T cells) by setting key, instead of the sheet's; clipping then scales with it.

    Returns
    -------
    VirtualPopulation
    """
    setting_of = np.asarray(setting_of, dtype=np.intp)
    draws = Variability(sheet, settings, setting_of, seed, first)
    values = {
        p.name: np.clip(draws.draw(p.name), float(p.lower), float(p.upper))
        for p in parameters
        if p.name not in COMPOSED
    }
    values |= _composed(draws, seed, first)
    doses = _doses(draws, dose or {})
    table = draw_demographics(indications, settings, setting_of, seed, first)
    table["dose"] = doses
    table["tumour_0"] = values["tumour_0"]
    return VirtualPopulation(table, values, tuple(settings), setting_of, seed, first)


def _composed(draws: Variability, seed: int, first: int) -> dict[str, Vector]:
    """Return the parameters that are made of several rows."""
    n = draws.count
    return {
        "log_luck_positive": np.log(exponentials(seed, "fate of the positive clone", first, n)),
        "log_luck_negative": np.log(exponentials(seed, "fate of the negative clone", first, n)),
        "crs_deviation": draws.typical("crs_score_noise") * draws.normals("crs_deviation"),
        "icans_deviation": draws.typical("icans_offset")
        + draws.typical("icans_noise") * draws.normals("icans_deviation"),
        "one_cell": np.ones(n),
        "myeloid_gain": draws.multiplier("il6_secretion"),
    }


def _doses(draws: Variability, medians: Mapping[str, float]) -> Vector:
    """Return the dose of each patient, with the sheet's spread around the sheet's or the given median."""
    typical = [row.value for row in draws.rows("dose")]
    scale = [medians.get(s.key, t) / t for s, t in zip(draws.settings, typical, strict=True)]
    return draws.draw("dose") * np.array(scale)[draws.setting_of]
