"""The core model's sheet: whole in all four settings, equal to the calibration record if at hand."""

from __future__ import annotations

import pytest

from vein2vein.evidence import load_sheet

SETTINGS = ("ALL", "LBCL", "IDE", "CILTA")


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_parameter_has_a_value_in_every_setting(setting: str) -> None:
    sheet = load_sheet("core_model")
    absent = set(sheet.ids) - set(sheet.for_setting(setting))
    assert absent == ({"response_fraction"} if setting == "ALL" else set())


def test_values_and_spreads_as_calibrated() -> None:
    sheet = load_sheet("core_model_start")
    growth = sheet.value("growth", "ALL")
    assert (growth.value, growth.unit, growth.spread, growth.spread_kind) == (0.0904, "1/day", 0.4, "log_sd")
    assert sheet.value("tumour_0", "CILTA").clip == (1e10, 3e12)
    assert sheet.value("memory_fraction", "IDE") == sheet.value("memory_fraction")
    assert sheet.value("toci_clearance").source.doi == "10.1177/0091270009350623"


def test_children_are_scaled_by_body_size() -> None:
    sheet = load_sheet("core_model")
    size = sheet.value("body_size", "ALL").value
    for scaled in (
        "load_half_cytokine",
        "host_set_point",
        "lymphocytes_0",
        "b_source",
        "b_set_point",
        "antigen_half_expansion",
        "kill_half_effectors",
        "blood_volume",
    ):
        child, adult = sheet.value(scaled, "ALL").value, sheet.value(scaled, "LBCL").value
        assert child == pytest.approx(size * adult, rel=0.005), scaled
