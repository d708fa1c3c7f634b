from importlib import resources

import numpy as np
import pytest

from vein2vein.calibration.core_sheet import generated_sheet, posterior_digest
from vein2vein.calibration.fit import SHEETS_READ
from vein2vein.calibration.free import FREE
from vein2vein.calibration.identifiability import identifiability
from vein2vein.calibration.parameters import Prior
from vein2vein.calibration.posterior import PosteriorSets, load_posterior, save, with_set
from vein2vein.clinic.cohort import Biology
from vein2vein.errors import InputError
from vein2vein.evidence import evidence_hash, load_sheet, sheet_text

PRIOR = Prior.of(FREE, load_sheet("core_model_start"))


def _ensemble(z):
    return PosteriorSets(tuple(PRIOR.natural(row) for row in z), {"command": "vein2vein calibrate"})


def test_an_ensemble_survives_its_file(tmp_path):
    ensemble = _ensemble(np.random.default_rng(1).standard_normal((5, len(FREE))))
    assert load_posterior(save(ensemble, tmp_path / "p.json")) == ensemble


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "p.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="posterior"):
        load_posterior(tmp_path / "p.json")
    with pytest.raises(InputError):
        load_posterior(tmp_path / "absent.json")


def test_the_generated_sheet_is_a_sound_sheet_with_the_medians(tmp_path):
    posterior = load_posterior()
    sheet = generated_sheet(posterior)
    path = tmp_path / "core_model.toml"
    path.write_text(sheet_text(sheet), encoding="utf-8")
    again = load_sheet(path)
    typical = posterior.typical()
    row = again.value("kill_max", "LBCL")
    assert row.value == pytest.approx(typical["kill_max [LBCL]"], rel=1e-3)
    assert (row.source.key, row.status) == ("posterior", "estimated")
    assert posterior_digest(posterior)[:12] in row.locator
    assert row.range[0] <= row.value <= row.range[1]
    assert row.spread == pytest.approx(typical["kill_max spread [LBCL]"], rel=1e-3)
    assert again.value("host_regrowth").value == load_sheet("core_model_start").value("host_regrowth").value


def test_the_shipped_sheet_is_generated_from_the_shipped_posterior_byte_for_byte():
    shipped = resources.files("vein2vein.evidence") / "sheets" / "core_model.toml"
    assert shipped.read_text(encoding="utf-8") == sheet_text(generated_sheet(load_posterior()))


def test_nothing_that_was_fitted_keeps_the_starting_calibration_as_its_source():
    sheet, start = load_sheet("core_model"), load_sheet("core_model_start")
    for parameter in FREE:
        for row in parameter.rows(sheet):
            assert row.source.key == "posterior", row.id
    fitted = {(row.id, row.setting) for p in FREE for row in p.rows(start)} | {("crs_cut_4", None)}
    for row in start.rows:
        if (row.id, row.setting) not in fitted:
            assert sheet.value(row.id, row.setting).value == row.value


def test_a_set_gives_the_same_patients_from_either_sheet():
    values = load_posterior().sets[0]
    one, other = (with_set(values, load_sheet(name)) for name in ("core_model", "core_model_start"))
    for row in one.rows:
        assert row.value == pytest.approx(other.value(row.id, row.setting).value, rel=1e-3)


def test_the_posterior_states_what_it_was_fitted_with():
    provenance = load_posterior().provenance
    assert provenance["evidence_hash"] == evidence_hash(SHEETS_READ)
    assert provenance["model_hash"] == Biology.starting().system.digest
    for check in ("coverage", "coverage_again"):
        assert 0.85 <= provenance[check]["share"][0] <= 0.95
        assert provenance[check]["truths"] >= 64
        assert np.sum(provenance[check]["ranks"], axis=0)[0] == pytest.approx(1, abs=1e-3)


def test_every_shipped_set_is_a_possible_patient_population():
    for values in load_posterior().sets:
        sheet = with_set(values)
        cuts = [sheet.value(f"crs_cut_{g}").value for g in (1, 2, 3, 4)]
        assert cuts == sorted(cuts)
        assert sheet.value("icans_cut_2").value < sheet.value("icans_cut_3").value
        assert 0 < sheet.value("salvage_fraction", "ALL").value < 1


def test_what_the_data_determine_is_told_from_what_they_do_not():
    chance = np.random.default_rng(2)
    z = chance.standard_normal((4000, len(FREE)))
    z[:, 0] *= 0.1
    z[:, 2] = z[:, 1] + 0.05 * chance.standard_normal(4000)
    found = identifiability(_ensemble(z))
    names = PRIOR.names
    assert found.contraction[names[0]] == pytest.approx(0.1, rel=0.05)
    assert names[0] not in found.unidentified
    assert names[5] in found.unidentified
    assert {found.pairs[0].first, found.pairs[0].second} == {names[1], names[2]}
    assert abs(found.determined[0].parts[0][1]) == pytest.approx(0.71, abs=0.02)
