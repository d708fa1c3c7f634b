"""The shipped sheets of trials and real-world cohorts as observations, as a file of clinical facts would be read."""

from __future__ import annotations

import re

from vein2vein.calibration.clinical_file import ClinicalFile, Observation
from vein2vein.evidence import EvidenceValue, Sheet, load_sheet

COHORTS: dict[str, tuple[str, str]] = {
    "ELIANA": ("tisa-cel", "ped/AYA B-ALL"),
    "JULIET": ("tisa-cel", "DLBCL 3L+"),
    "ELARA": ("tisa-cel", "FL 3L+"),
    "ZUMA_1": ("axi-cel", "LBCL refractory"),
    "ZUMA_7": ("axi-cel", "LBCL 2L"),
    "ZUMA_5": ("axi-cel", "FL 3L+"),
    "ZUMA_2": ("brexu-cel", "MCL post-BTKi"),
    "ZUMA_3": ("brexu-cel", "adult B-ALL"),
    "TRANSCEND_NHL_001": ("liso-cel", "LBCL 3L+"),
    "TRANSFORM": ("liso-cel", "LBCL 2L"),
    "TRANSCEND_FL": ("liso-cel", "FL 3L+"),
    "TRANSCEND_MCL": ("liso-cel", "MCL"),
    "TRANSCEND_CLL_004": ("liso-cel", "CLL/SLL"),
    "KarMMa": ("ide-cel", "RRMM 4L+"),
    "KarMMa_lower": ("ide-cel", "RRMM 4L+"),
    "KarMMa_3": ("ide-cel", "RRMM 2-4 prior"),
    "CARTITUDE_1": ("cilta-cel", "RRMM >=3 prior"),
    "CARTITUDE_4": ("cilta-cel", "len-refractory MM 1-3 prior"),
    "FELIX": ("obe-cel", "adult B-ALL"),
    "RELIANCE": ("relma-cel", "LBCL 3L+"),
    "FUMANBA_1": ("eque-cel", "RRMM >=3 prior"),
    "LUMMICAR_1": ("zevor-cel", "RRMM >=3 prior"),
    "CIBMTR_TISA_ALL": ("tisa-cel", "ped/AYA B-ALL"),
    "CIBMTR_TISA_ALL_471": ("tisa-cel", "ped/AYA B-ALL"),
    "CIBMTR_TISA_NHL": ("tisa-cel", "DLBCL"),
    "CIBMTR_AXI": ("axi-cel", "LBCL"),
    "SPAIN_AXI": ("axi-cel", "LBCL"),
    "SPAIN_TISA": ("tisa-cel", "DLBCL"),
    "ITALY_AXI": ("axi-cel", "LBCL"),
    "ITALY_TISA": ("tisa-cel", "DLBCL"),
    "CILTA_US": ("cilta-cel", "RRMM"),
}
"""Product and disease of the settings of the sheets, as their headings say."""
DOSES = {"KarMMa_lower": 3e8}
"""Doses (CAR-T cells) of settings that were not given the product's own; 70 of the 74 were given 300 million (recalled)."""
TRIAL_SHEETS = ("trials", "real_world")


def shipped_facts() -> ClinicalFile:
    """Return every quantity of the shipped sheets of trials and real-world cohorts."""
    observations = []
    for name in TRIAL_SHEETS:
        sheet = load_sheet(name)
        for row in sheet.rows:
            if row.setting in COHORTS:
                observations.append(_observation(sheet, row))
    return ClinicalFile(tuple(observations), ())


def _observation(sheet: Sheet, row: EvidenceValue) -> Observation:
    setting = str(row.setting)
    product, disease = COHORTS[setting]
    quantity, month = row.id, None
    landmark = re.fullmatch(r"(pfs|efs|os|dor)_(\d+|median)", row.id)
    if landmark and landmark.group(2) == "median":
        quantity = f"{landmark.group(1).upper()} median"
    elif landmark:
        quantity, month = landmark.group(1).upper(), float(landmark.group(2))
    infused = [
        r.value for r in sheet.rows if r.setting == row.setting and r.id == "infused" and r.unit != "percent"
    ]
    n = row.n or (int(infused[0]) if infused else None)
    interval = row.spread if row.spread_kind == "ci95" and isinstance(row.spread, tuple) else None
    return Observation(
        id=f"{setting} {row.id}",
        trial=setting,
        product=product,
        disease=disease,
        quantity=quantity,
        month=month,
        value=row.value,
        text=str(row.value),
        unit=f"% ({row.locator.partition(': ')[2]})" if row.unit == "percent" else row.unit,
        n=n,
        interval=interval,
        dose=DOSES.get(setting),
        scale=row.grading_scale or "",
    )
