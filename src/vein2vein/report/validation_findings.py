"""Gathers what the page on credibility tells: simulates curves, doses and burdens, reads patients where they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vein2vein.calibration.crs_patients import check_diary, check_score
from vein2vein.calibration.dose_burden import Response, responses
from vein2vein.calibration.identifiability import identifiability
from vein2vein.calibration.posterior import PosteriorSets, with_set
from vein2vein.calibration.posterior_curves import posterior_curves
from vein2vein.calibration.prediction import Depth
from vein2vein.calibration.sensitivity_file import load_sensitivities
from vein2vein.calibration.validation import Validation
from vein2vein.patients.settings import SETTINGS
from vein2vein.report.validation_page import Findings

Stage = Callable[[str, int, int], None]

OTHER_SETS, OTHER_PATIENTS = 32, 64
CD22, DIARY = "cd22_car_lichtenstein2021", "lbcl_crs_icans_diary"
"""Folders of patient-level data."""


def findings(
    command: str,
    posterior: PosteriorSets,
    validation: Validation,
    depth: Depth,
    *,
    patient_data: Path | None = None,
    progress: Stage | None = None,
) -> Findings:
    """Return everything that the page tells.

    Parameters
    ----------
    command : str
        What writes the page.
    posterior, validation : PosteriorSets, Validation
        The ensemble, and what it predicts of clinical facts.
    depth : Depth
        How much is simulated.
    patient_data : Path, optional
        Folder that may hold the patients' data; what isn't there is left out.
    progress : callable, optional
        Called with what is done, how much of it, and how much there is.
    """
    curves = []
    for done, setting in enumerate(SETTINGS, start=1):
        curves.append(posterior_curves(posterior, setting, depth))
        if progress:
            progress("curves", done, len(SETTINGS))
    others: list[Response] = []
    for done, setting in enumerate(SETTINGS, start=1):
        others += responses(posterior, setting, Depth(OTHER_SETS, OTHER_PATIENTS, depth.seed))
        if progress:
            progress("doses and burdens", done, len(SETTINGS))
    folder = patient_data or Path()
    here = [patient_data is not None and (folder / name).is_dir() for name in (CD22, DIARY)]
    lymphoma = next(c.arm for c in curves if c.setting.key == "LBCL")
    return Findings(
        command=command,
        posterior=posterior,
        validation=validation,
        curves=tuple(curves),
        responses=tuple(others),
        identifiability=identifiability(posterior),
        sensitivity=load_sensitivities(),
        score=check_score(folder / CD22, with_set(posterior.typical())) if here[0] else None,
        diary=check_diary(folder / DIARY, lymphoma) if here[1] else (),
    )
