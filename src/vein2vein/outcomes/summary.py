"""Everything that happened to each patient, in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vein2vein.errors import InputError
from vein2vein.outcomes.assessment import Codes, assess_tumour
from vein2vein.outcomes.b_cells import APLASIA_BELOW, find_aplasia
from vein2vein.outcomes.cure import cure_probability, is_extinct
from vein2vein.outcomes.kinetics import SAMPLING_DAYS, Assay, measure_kinetics
from vein2vein.outcomes.response import Relapse, Response, ResponseRule
from vein2vein.outcomes.survival import SurvivalRules, compose_survival, non_relapse_death
from vein2vein.outcomes.toxicity import CutOffs, Episode, Grades, read_episode
from vein2vein.outcomes.trajectories import Flags, Floats, Trajectories

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class OutcomeRules:
    """How the outcomes of one arm (one indication and product) are read.

    Parameters
    ----------
    assay : Assay
        How CAR-T cells are measured.
    response : ResponseRule
        The disease's rule of response and progression.
    survival : SurvivalRules
        Other deaths, and life after progression.
    crs, icans : CutOffs
        Grades of the two latent scores.
    mrd_below : float
        Cells below which residual disease is not measurable.
    visits : tuple of float
        Response assessments, days, the first on day 28 (see
        :func:`vein2vein.outcomes.response.monthly_visits`).
    sampling_days : tuple of float
        Days of the kinetic samples.
    aplasia_below : float
        B cells/µL.
    """

    assay: Assay
    response: ResponseRule
    survival: SurvivalRules
    crs: CutOffs
    icans: CutOffs
    mrd_below: float
    visits: tuple[float, ...]
    sampling_days: tuple[float, ...] = SAMPLING_DAYS
    aplasia_below: float = APLASIA_BELOW


@dataclass(frozen=True)
class OutcomeDraws:
    """The chance in the outcomes of n patients: independent draws, uniform in (0, 1) unless said otherwise.

    Parameters
    ----------
    sample_noise : (n, K) array
        Standard normal, one for each kinetic sample.
    extinct_positive, extinct_negative : (n,) arrays
        U_S and U_R, the same with which the patients were simulated.
    non_relapse_death : (n,) array
        When death without relapse comes.
    post_progression : (n,) array
        How long life after progression lasts.
    salvage : (n,) array
        Who survives progression in the long term.
    """

    sample_noise: Floats
    extinct_positive: Floats
    extinct_negative: Floats
    non_relapse_death: Floats
    post_progression: Floats
    salvage: Floats

    def only(self, chosen: Flags) -> OutcomeDraws:
        """Return the draws of the chosen patients, ``chosen`` being (n,) flags."""
        return OutcomeDraws(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


@dataclass(frozen=True)
class OutcomeTable:
    """One row a patient whose simulation succeeded; m rows.

    Days count from infusion. "None" is not a number for floats, infinite only where said.

    Attributes
    ----------
    patient : (m,) int array
        Row of the patient in the simulated ensemble.
    excluded : (f,) int array
        Rows of the ensemble left out because their integration failed.
    horizon : float
        End of observation, days.
    cmax, tmax, auc28, half_life, doubling_time, last_quantifiable : (m,) arrays
        See :class:`vein2vein.outcomes.kinetics.CellularKinetics`; ``cmax`` and ``auc28`` in the assay's unit.
    response_d28, best_response : (m,) int8 arrays
        Codes of :class:`vein2vein.outcomes.response.Response`.
    mrd_negative : (m,) bool array
        No measurable residual disease at an assessment before progression.
    crs_grade, icans_grade : (m,) int8 arrays
        Largest grade.
    crs_onset, crs_duration, icans_onset, icans_duration : (m,) arrays
        Days; none without an episode.
    crs_day_grade, icans_day_grade : (m, D) int8 arrays
        Largest grade of each day, for heat maps.
    aplasia_days : (m,) array
        Length of B-cell aplasia, to recovery or end of observation.
    aplasia_recovered : (m,) bool array
        Whether recovery was seen.
    cure_probability : (m,) array
        Probability that both clones are extinct by the horizon.
    cured : (m,) bool array
        Both clones are extinct at the horizon, by the patient's draws, whether or not the patient lives to
        see it or was called progressed before.
    alive_cured : (m,) bool array
        Cured, never called progressed, and alive at the horizon.
    pd_day : (m,) array
        Visit that called progression, before death; none otherwise.
    relapse_type : (m,) int8 array
        Codes of :class:`vein2vein.outcomes.response.Relapse`.
    nrm_day : (m,) array
        Day of death without relapse if it came first and by the horizon; none otherwise.
    pfs_days, os_days : (m,) arrays
        Progression-free (event-free, in leukaemia) and overall survival, or end of observation.
    pfs_event, os_event : (m,) bool arrays
        Whether the event was seen.
    """

    patient: NDArray[np.int64]
    excluded: NDArray[np.int64]
    horizon: float
    cmax: Floats
    tmax: Floats
    auc28: Floats
    half_life: Floats
    doubling_time: Floats
    last_quantifiable: Floats
    response_d28: Codes
    best_response: Codes
    mrd_negative: Flags
    crs_grade: Grades
    crs_onset: Floats
    crs_duration: Floats
    crs_day_grade: Grades
    icans_grade: Grades
    icans_onset: Floats
    icans_duration: Floats
    icans_day_grade: Grades
    aplasia_days: Floats
    aplasia_recovered: Flags
    cure_probability: Floats
    cured: Flags
    alive_cured: Flags
    pd_day: Floats
    relapse_type: Codes
    nrm_day: Floats
    pfs_days: Floats
    pfs_event: Flags
    os_days: Floats
    os_event: Flags

    @property
    def responded(self) -> Flags:
        """Whether the best response is partial or complete, (m,)."""
        return self.best_response >= Response.PARTIAL

    def to_frame(self) -> pd.DataFrame:
        """Return a data frame with one column an attribute of shape (m,), codes spelt out in lower case."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in COLUMNS}
        for name, codes in (
            ("response_d28", Response),
            ("best_response", Response),
            ("relapse_type", Relapse),
        ):
            words = {int(code): code.name.lower() for code in codes}
            columns[name] = pd.Categorical(
                [words[int(c)] for c in columns[name]], categories=list(words.values())
            )
        return pd.DataFrame(columns)


COLUMNS: tuple[str, ...] = tuple(
    field.name
    for field in fields(OutcomeTable)
    if field.name not in ("excluded", "horizon", "crs_day_grade", "icans_day_grade")
)
"""Columns of :meth:`OutcomeTable.to_frame`, in order."""


def evaluate_patients(curves: Trajectories, rules: OutcomeRules, draws: OutcomeDraws) -> OutcomeTable:
    """Read every outcome of every patient of one arm.

    Parameters
    ----------
    curves : Trajectories
        On a grid that reaches from day 0 to the horizon. Needs ``car_t_blood``, ``lymphocytes_blood`` (PCR
        only), ``b_cells_blood``, ``tumour``, ``tumour_negative``, ``crs_score``, ``icans_score``,
        ``lineages_positive`` and ``lineages_negative``. Patients who stopped had progressed; those who failed
        are left out and listed.
    rules : OutcomeRules
        How outcomes are read.
    draws : OutcomeDraws
        The patients' chance, one row each, failed patients included.

    Returns
    -------
    OutcomeTable
        Rows in the order of the patients. The same curves, rules and draws give the same table.

    Raises
    ------
    InputError
        A curve is missing, the draws have the wrong shape, or no patient is left.
    """
    _check_draws(draws, curves.patients, len(rules.sampling_days))
    good = ~curves.failed
    if not good.any():
        raise InputError(
            "no patient is left to evaluate: every integration failed",
            where="evaluate_patients",
            value=curves.patients,
            remedy="look at the failures of the simulation",
        )
    patient = np.arange(curves.patients)
    columns = _columns(curves.only(good), rules, draws.only(good))
    return OutcomeTable(
        patient=patient[good], excluded=patient[~good], horizon=float(curves.times[-1]), **columns
    )


def _columns(curves: Trajectories, rules: OutcomeRules, draws: OutcomeDraws) -> dict[str, Any]:
    horizon = float(curves.times[-1])
    death = non_relapse_death(draws.non_relapse_death, rules.survival)
    cells = measure_kinetics(
        curves, rules.assay, draws.sample_noise, sampling_days=rules.sampling_days, alive_until=death
    )
    tumour = assess_tumour(
        curves, rules.response, visits=rules.visits, mrd_below=rules.mrd_below, alive_until=death
    )
    crs = read_episode(curves.times, curves["crs_score"], rules.crs)
    icans = read_episode(curves.times, curves["icans_score"], rules.icans)
    aplasia = find_aplasia(curves, below=rules.aplasia_below, alive_until=death)
    life = compose_survival(
        tumour.pd_day,
        death,
        rules.survival,
        post_progression=draws.post_progression,
        salvage=draws.salvage,
        horizon=horizon,
    )
    cured = is_extinct(curves, draws.extinct_positive, draws.extinct_negative)
    same_names = ("cmax", "tmax", "auc28", "half_life", "doubling_time", "last_quantifiable")
    return {
        **{name: getattr(cells, name) for name in same_names},
        "response_d28": tumour.day28,
        "best_response": tumour.best,
        "mrd_negative": tumour.mrd_negative,
        **_episode_columns("crs", crs),
        **_episode_columns("icans", icans),
        "aplasia_days": aplasia.days,
        "aplasia_recovered": aplasia.recovered,
        "cure_probability": cure_probability(curves),
        "cured": cured,
        "alive_cured": cured & ~life.pfs_event,
        "pd_day": np.where(np.isfinite(tumour.pd_day), tumour.pd_day, np.nan),
        "relapse_type": tumour.relapse,
        "nrm_day": np.where((death <= horizon) & (death < tumour.pd_day), death, np.nan),
        **{field.name: getattr(life, field.name) for field in fields(life)},
    }


def _episode_columns(name: str, episode: Episode) -> dict[str, Any]:
    return {
        f"{name}_grade": episode.grade,
        f"{name}_onset": episode.onset,
        f"{name}_duration": episode.duration,
        f"{name}_day_grade": episode.day_grade,
    }


def concatenate(tables: Sequence[OutcomeTable], offsets: Sequence[int]) -> OutcomeTable:
    """Return the tables of several arms as one.

    Parameters
    ----------
    tables : sequence of OutcomeTable
        With one horizon.
    offsets : sequence of int
        What to add to the patient rows of each table, so that they stay distinct.

    Raises
    ------
    InputError
        There is no table, the horizons differ, or there are not as many offsets as tables.
    """
    if not tables or len(offsets) != len(tables) or len({table.horizon for table in tables}) != 1:
        raise InputError(
            "these outcome tables can't be joined",
            where="concatenate",
            value=[table.horizon for table in tables],
            allowed="one or more tables of one horizon, an offset each",
        )
    joined: dict[str, Any] = {}
    for field in fields(OutcomeTable):
        parts = [getattr(table, field.name) for table in tables]
        if field.name in ("patient", "excluded"):
            parts = [part + offset for part, offset in zip(parts, offsets, strict=True)]
        joined[field.name] = parts[0] if field.name == "horizon" else np.concatenate(parts)
    return OutcomeTable(**joined)


def _check_draws(draws: OutcomeDraws, patients: int, samples: int) -> None:
    for field in fields(draws):
        expected = (patients, samples) if field.name == "sample_noise" else (patients,)
        shape = np.shape(getattr(draws, field.name))
        if shape != expected:
            raise InputError(
                "draws have the wrong shape",
                where="OutcomeDraws",
                field=field.name,
                value=shape,
                allowed=str(expected),
            )
