"""A run in numbers: the dictionary behind ``summary.json``, documented in docs/summary.md."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from vein2vein.clinic.metrics import METRICS, Metric
from vein2vein.evidence import evidence_hash
from vein2vein.files import json_data
from vein2vein.manufacturing.study import summary as manufacturing_summary
from vein2vein.programme.claims import Claim, Prediction
from vein2vein.programme.run import ProgrammeResult
from vein2vein.version import __version__

DISCLAIMER = "Research use only: never a medical device."


def summarise(result: ProgrammeResult) -> dict[str, Any]:
    """Return every number of the run with interval and unit, ready for JSON (no NaN: null instead)."""
    scenario = result.scenario
    return json_data(
        {
            "disclaimer": DISCLAIMER,
            "scenario": {
                "name": scenario.name,
                "patients": scenario.patients,
                "replicates": scenario.replicates,
                "seed": scenario.seed,
                "horizon_years": scenario.horizon_years,
                "arms": [
                    {"indication": a.indication, "product": a.setting.product, "share": s, "dose": a.dose}
                    for a, s in zip(scenario.arm, scenario.shares, strict=True)
                ],
            },
            "interval": _interval(result),
            "widths": [
                {
                    "metric": w.metric.id,
                    "meaning": w.metric.meaning,
                    "sd": w.sd,
                    "parameters": w.parameters,
                    "mix": w.mix,
                    "chance": w.chance,
                    "unit": "1",
                }
                for w in result.widths
            ],
            "claims": [claim_row(claim) for claim in result.claims],
            "settings": setting_rows(result),
            "intention_to_treat": [
                {
                    "mode": row.mode,
                    "outcome": row.outcome,
                    "meaning": row.meaning,
                    "as_infused": row.as_infused.value,
                    "as_infused_interval": [row.as_infused.low, row.as_infused.high],
                    "intention_to_treat": row.intention_to_treat.value,
                    "intention_to_treat_interval": [row.intention_to_treat.low, row.intention_to_treat.high],
                    "unit": "1",
                }
                for row in result.by_mode
            ],
            "construct": {
                name: {
                    "protein_length": len(design.protein.sequence),
                    "genome_length_bp": design.drivers.genome_length_bp,
                    "relative_titre": design.drivers.relative_titre.value,
                    "relative_titre_interval": [
                        design.drivers.relative_titre.low,
                        design.drivers.relative_titre.high,
                    ],
                    "verdict": design.verdict.name.lower(),
                }
                for name, design in result.supply.designs.items()
            },
            "manufacturing": manufacturing_summary(result.supply.study),
            "value": result.value.to_summary(),
            "failures": {
                "solves": result.solves,
                "failed": len(result.failures),
                "records": [
                    {
                        "patient": f.patient,
                        "day": f.time,
                        "state": f.state,
                        "kind": f.kind,
                        "remedy": f.remedy,
                    }
                    for f in result.failures[:100]
                ],
            },
            "tolerance": {
                "rtol": result.tolerance.rtol,
                "checked_at": result.tolerance.tightened,
                "patients": result.tolerance.patients,
                "changed_verdicts": result.tolerance.changed,
                "cmax_relative_error_p99": result.tolerance.cmax_error,
            },
            "provenance": provenance(result),
        }
    )


def _interval(result: ProgrammeResult) -> str:
    if result.scenario.parameter_uncertainty:
        return "95 % prediction interval: parameters (posterior), patient variability, cohort size and disease mix"
    return "95 % prediction interval: patient variability, cohort size and disease mix; parameters held fixed"


def provenance(result: ProgrammeResult) -> dict[str, Any]:
    """Return what identifies the run: version, seed, hashes of scenario, evidence and equations, tolerances."""
    return {
        "version": __version__,
        "seed": result.scenario.seed,
        "scenario_hash": result.scenario.hash,
        "evidence_hash": evidence_hash(),
        "model": result.biology.system.name,
        "model_hash": result.biology.system.digest,
        "tolerances": {"rtol": result.tolerance.rtol},
        "solves": result.solves,
        "failures": len(result.failures),
    }


def claim_row(claim: Claim) -> dict[str, Any]:
    """Return a claim as a row of ``summary.json``."""
    return {
        "id": claim.id,
        "text": claim.text,
        "reported": claim.reported,
        "reported_interval": list(claim.reported_interval) if claim.reported_interval else None,
        "predicted": claim.predicted.value,
        "predicted_interval": [claim.predicted.low, claim.predicted.high],
        "unit": claim.unit,
        "verdict": claim.verdict,
        "agreement": claim.agreement.value,
        "note": claim.note,
        "readings": [
            {
                "meaning": r.meaning,
                "predicted": r.predicted.value,
                "predicted_interval": [r.predicted.low, r.predicted.high],
            }
            for r in claim.readings
        ],
    }


def setting_rows(result: ProgrammeResult) -> list[dict[str, Any]]:
    """Return every metric of every setting, pooled and with its prediction interval over replicates."""
    rows: list[dict[str, Any]] = []
    for arm in result.scenario.arm:
        setting = arm.setting
        table = result.patients[result.patients["setting"] == setting.key]
        for metric in METRICS:
            prediction = predict(metric, table)
            rows.append(
                {
                    "setting": setting.key,
                    "indication": setting.indication,
                    "product": setting.product,
                    "metric": metric.id,
                    "meaning": metric.meaning,
                    "value": prediction.value,
                    "interval": [prediction.low, prediction.high],
                    "unit": unit_of(metric, setting.key, result),
                    "patients": len(table),
                }
            )
    return rows


def predict(metric: Metric, table: pd.DataFrame) -> Prediction:
    """Return the pooled value of a metric and its central 95 % over replicates."""
    if table.empty:
        return Prediction(np.nan, np.nan, np.nan)
    spread = Prediction.over(metric.by(table, table["replicate"]).to_numpy(dtype=float))
    return Prediction(metric.over(table), spread.low, spread.high)


def unit_of(metric: Metric, setting: str, result: ProgrammeResult) -> str:
    """Return the unit of a metric, the assay's where it is one."""
    by_flow = result.biology.parameters.value("assay_factor", setting).value < 0
    return metric.unit.replace("assay", "cell/uL" if by_flow else "copies/ug")
