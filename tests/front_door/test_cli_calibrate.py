import json

import pytest
from typer.testing import CliRunner

from vein2vein.calibration.posterior import load_posterior, with_set
from vein2vein.calibration.targets import shipped_targets
from vein2vein.cli.app import app
from vein2vein.evidence import load_sheet

FIT = """
trials:
  A:
    product: tisa-cel
    disease: ped/AYA B-ALL
    n: 79
    toxicity: {crs_any: {value: 79}, grading_scale: ASTCT}
    efficacy: {orr: {value: 82}, landmarks: [{endpoint: EFS, month: 12, value: 50}, {endpoint: OS, month: 36, value: 63}]}
"""


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibrate")
    (folder / "fit.yaml").write_text(FIT, encoding="utf-8")
    arguments = ["calibrate", "--fit-set", str(folder / "fit.yaml"), "--checkpoint", str(folder / "kept")]
    arguments += ["--design", "32", "--refinement", "8", "--patients", "20", "--truths", "2"]
    first = CliRunner().invoke(app, [*arguments, "--out", str(folder / "a.json"), "--json"])
    assert first.exit_code == 0, first.output
    return folder, arguments, json.loads(first.stdout)


def test_provenance_says_what_was_done(calibrated):
    folder, _, provenance = calibrated
    assert provenance["command"].startswith("vein2vein calibrate --fit-set fit.yaml")
    assert {t["observable"] for t in provenance["targets"]} == {
        "crs_any",
        "orr",
        "pfs_12",
    }  # no late landmark
    assert load_posterior(folder / "a.json").provenance["fingerprint"] == provenance["fingerprint"]


def test_it_resumes_and_gives_the_same_posterior(calibrated):
    folder, arguments, _ = calibrated
    again = CliRunner().invoke(app, [*arguments, "--out", str(folder / "b.json")])
    assert again.exit_code == 0, again.output
    assert "parameter sets" in again.output
    assert (folder / "a.json").read_text() == (folder / "b.json").read_text()


def test_validate_prints_the_contract(calibrated):
    folder, _, _ = calibrated
    arguments = ["validate", str(folder / "fit.yaml"), "--posterior", str(folder / "a.json")]
    arguments += ["--sets", "3", "--patients", "30"]
    done = CliRunner().invoke(app, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    content = json.loads(done.stdout)
    assert {"rows", "coverage", "mae_pp", "refused"} <= set(content)
    assert {"id", "observed", "observed_interval", "predicted", "predicted_interval", "covered"} <= set(
        content["rows"][0]
    )
    assert "covered by 95 % intervals" in CliRunner().invoke(app, arguments).output.replace("\n", " ")


def test_the_shipped_posterior_belongs_to_the_shipped_evidence():
    posterior = load_posterior()
    provenance = posterior.provenance
    targets = shipped_targets(load_sheet("fit_table"), ("ALL", "LBCL", "IDE", "CILTA"))
    stated = [(t["setting"], t["observable"], t["value"]) for t in provenance["targets"]]
    assert stated == [(t.setting, t.observable, t.value) for t in targets]
    assert len(posterior.sets) >= 100
    assert 0.85 <= provenance["coverage"]["share"][0] <= 0.95
    sheet = with_set(posterior.sets[0])
    assert sheet.value("growth", "ALL").value == posterior.sets[0]["growth [ALL]"]
