"""The page and its figures, on made-up results."""

from xml.etree.ElementTree import fromstring

import numpy as np
import pandas as pd
import pytest

from vein2vein.calibration.arms import match
from vein2vein.calibration.clinical_file import Observation
from vein2vein.calibration.dose_burden import OUTPUTS as DOSE_OUTPUTS
from vein2vein.calibration.dose_burden import Response
from vein2vein.calibration.identifiability import identifiability
from vein2vein.calibration.posterior import load_posterior
from vein2vein.calibration.posterior_curves import Band, SettingCurves, survival_band
from vein2vein.calibration.prediction import PredictedArm
from vein2vein.calibration.sensitivity import OUTPUTS, Influence, Sensitivity
from vein2vein.calibration.sensitivity_file import SensitivityResult
from vein2vein.calibration.validation import Row, Validation
from vein2vein.patients.settings import SETTINGS
from vein2vein.report.validation_page import Findings, write_page

POSTERIOR = load_posterior()
SETS = 4


def _patients(setting, n=120):
    chance = np.random.default_rng(1)
    level = np.exp(chance.standard_normal(n))
    return pd.DataFrame(
        {
            "setting": setting.key,
            "cmax": level,
            "tmax": chance.uniform(5, 15, n),
            "auc28": level,
            "half_life": level,
            "last_quantifiable": chance.uniform(20, 400, n),
            "car_t_day28": level,
            "car_t_day90": level,
            "followed_days": 400.0,
            "best_response": np.where(chance.uniform(size=n) < 0.7, "complete", "none"),
            "relapse_type": np.where(chance.uniform(size=n) < 0.5, "antigen_positive", "antigen_negative"),
            "pfs_days": chance.exponential(500, n),
            "os_days": chance.exponential(900, n),
            "aplasia_days": chance.exponential(300, n),
            "aplasia_recovered": True,
            "crs_grade": chance.integers(0, 5, n),
            "icans_grade": chance.integers(0, 4, n),
            "crs_onset": chance.uniform(1, 6, n),
            "crs_duration": chance.uniform(1, 9, n),
            "icans_onset": chance.uniform(1, 9, n),
            "tocilizumab_doses": chance.integers(0, 2, n),
            "steroid_courses": chance.integers(0, 2, n),
        }
    )


def _curves(setting):
    table = _patients(setting)
    arm = PredictedArm(table, np.arange(len(table)) % SETS, SETS)
    days = np.linspace(0, 90, 30)
    band = Band(days, 10 + 0 * days, 100 + days, 1000 + days)
    return SettingCurves(
        setting, survival_band(arm, "pfs_days"), survival_band(arm, "os_days"), band, band, "u", arm
    )


def _row(name, month, observed, predicted, ends, *, fitted=False):
    o = Observation(name, "A", "axi-cel", "LBCL", "PFS", month, observed, "", "%", 100, None)
    return Row(
        o,
        match("axi-cel", "LBCL"),
        observed,
        (observed - 9, observed + 9),
        predicted,
        ends,
        0.5,
        fitted,
        True,
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    names = POSTERIOR.names[:3]
    influences = tuple(Influence(n, 0.2, 0.05, 0.3, 0.05, 0.3, 0.5) for n in names)
    findings = Findings(
        command="vein2vein validate --page page.md",
        posterior=POSTERIOR,
        validation=Validation(
            (
                _row("A PFS 24", 24.0, 40.0, 45.0, (30.0, 60.0)),
                _row("A PFS 36", 36.0, 90.0, 45.0, (30.0, 60.0)),
                _row("A crs_any", None, 94.0, 93.0, (80.0, 99.0), fitted=True),
            ),
            (("B orr", "no reason but this"),),
        ),
        curves=tuple(_curves(s) for s in SETTINGS),
        responses=(Response("ALL", 1e8, 1.0, dict.fromkeys(DOSE_OUTPUTS, (0.1, 0.2, 0.3))),),
        identifiability=identifiability(POSTERIOR),
        sensitivity=SensitivityResult(
            tuple(Sensitivity(s.key, o, 0.4, 0.9, influences) for s in SETTINGS for o in OUTPUTS),
            {"command": "vein2vein calibrate", "sets": 16, "patients": 20, "failed": 0},
        ),
        score=None,
        diary=(),
    )
    path = tmp_path_factory.mktemp("page") / "page.md"
    return path, write_page(findings, path)


def test_every_figure_is_whole_and_named_in_the_page(page):
    path, files = page
    text = path.read_text(encoding="utf-8")
    drawings = [f for f in files if f.suffix == ".svg"]
    assert len(drawings) > 12
    for file in drawings:
        assert fromstring(file.read_text(encoding="utf-8")).tag.endswith("svg")
        assert f"(page/{file.name})" in text


def test_misfits_come_before_everything_that_fits(page):
    text = page[0].read_text(encoding="utf-8")
    misfits, rest = text.split("## What the model can't do")
    assert "A PFS 36" in misfits
    assert "A PFS 24" not in misfits
    assert "A PFS 24" in rest
    assert "**25.0 percentage points**, 1 of 2" in misfits


def test_what_was_refused_and_what_was_absent_is_said(page):
    text = page[0].read_text(encoding="utf-8")
    assert "no reason but this: B orr." in text
    assert "weren't at hand" in text
    assert "nan" not in text.lower().replace("nanog", "")
