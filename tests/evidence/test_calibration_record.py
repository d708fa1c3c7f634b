"""The core model's sheets equal the calibration record, number by number, where that record is at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vein2vein.evidence import load_sheet

RECORD = Path(__file__).parents[2].parent / "shared" / "science" / "core_model.md"
SETTINGS = ("ALL", "LBCL", "IDE", "CILTA")
pytestmark = pytest.mark.skipif(
    not RECORD.exists(), reason="the calibration record is not part of the repository"
)
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")


def table(after: str, before: str) -> list[list[str]]:
    text = RECORD.read_text(encoding="utf-8")
    part = text[text.index(after) : text.index(before)]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def numbers(text: str) -> list[float]:
    return [float(found) for found in NUMBER.findall(text)]


def test_section_2_values_and_spreads() -> None:
    sheet = load_sheet("core_model_start")
    by_symbol = {row.symbol: row.id for row in sheet.rows if row.symbol}
    compared = 0
    for symbol, _, _, value, omega, _ in table("## 2.", '"Shared" T-cell'):
        symbol = symbol.split(",")[0].replace("λ_NRM1", "λ_NRM1").strip()
        id = by_symbol[symbol] if symbol != "LLOQ" else "lloq"
        expected = numbers(value)
        for setting, number in zip(SETTINGS, expected * (4 if len(expected) == 1 else 1), strict=True):
            row = sheet.value(id, setting)
            assert row.value == pytest.approx(number, rel=1e-9), (id, setting)
            compared += 1
            if omega == "0":
                assert row.spread is None, id
        spreads = numbers(omega.split("clipped")[0].split("(")[0].replace("w_R", "").replace("w_S", ""))
        if spreads and omega != "0" and id != "host_control":
            for setting, number in zip(SETTINGS, spreads * (4 if len(spreads) == 1 else 1), strict=True):
                assert sheet.value(id, setting).spread == pytest.approx(number), (id, setting)
    assert compared == 4 * 52


def test_section_2b_cytokine_values() -> None:
    sheet = load_sheet("core_model_start")
    by_symbol = {row.symbol: row.id for row in sheet.rows if row.symbol}
    by_symbol["K_T"] = "toci_half_receptor"  # K_T is the tumour's carrying capacity in section 2
    for symbol, _, _, value, _ in table("### 2b.", "f_G for axi"):
        symbols = [part.strip() for part in symbol.split(" × ")[0].split(",")]
        if ".." in symbol:
            letter, last = symbol[0], int(symbol[-1])
            symbols = [f"{letter}{i}" for i in range(1, last + 1)]
        found = numbers(value)
        each = len(found) // len(symbols)
        for index, name in enumerate(symbols):
            own = found[index * each : (index + 1) * each]
            for setting, number in zip(SETTINGS, own * (4 if each == 1 else 1), strict=True):
                value = sheet.value(by_symbol[name], setting).value
                if name == "g_T":  # the record's grade is the one from which everybody was given the drug
                    value += 1 - sheet.value("toci_share", setting).value
                assert value == pytest.approx(number), (name, setting)


FIT = {
    "Tmax d": ("tmax",),
    "log-SD Cmax": ("cmax_log_sd",),
    "ORR (ALL CR/CRi) %": ("orr",),
    "PFS/EFS 6 mo": ("pfs_6",),
    "PFS/EFS 12 mo": ("pfs_12",),
    "OS 6 / 12": ("os_6", "os_12"),
    "CRS onset / duration d": ("crs_onset", "crs_duration"),
    "ICANS onset d": ("icans_onset",),
    "tocilizumab % (rule, not fitted)": ("tocilizumab",),
    "steroid % (rule, not fitted)": ("steroids",),
}


def test_section_3_prototype_and_misfits() -> None:
    sheet = load_sheet("fit_table")
    rows = {row[0]: row[1:] for row in table("## 3.", "ᵃ Penn")}
    for label, ids in FIT.items():
        for setting, cell in zip(SETTINGS, rows[label], strict=True):
            data, model = (side.replace("ᵃ", "").replace("ᵇ", "") for side in cell.split("→"))
            for id, datum, prototype in zip(ids, numbers(data), numbers(model.replace("*", "")), strict=True):
                assert sheet.value(id, setting).value == pytest.approx(datum), (id, setting)
                modelled = sheet.value(f"{id}_prototype", setting)
                assert modelled.value == pytest.approx(prototype), (id, setting)
                assert modelled.mark == ("misfit" if "*" in cell else "within"), (id, setting)
