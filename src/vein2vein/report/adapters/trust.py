"""Trust: the claims, what was fitted and what predicted, checks, failures, limits, and how to repeat the run."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from vein2vein.clinic.metrics import METRICS
from vein2vein.programme import claims as programme_claims
from vein2vein.programme.fit_table import FitRow, in_unit
from vein2vein.programme.run import ProgrammeResult
from vein2vein.programme.summary import provenance
from vein2vein.report.contents import Agreement, Claim, Group, Header
from vein2vein.report.estimate import Estimate
from vein2vein.report.trust_records import Check, Comparison, Credibility, Failure, Provenance
from vein2vein.version import __version__

AGREED_SHARE = 1e-3
"""Largest share of patients whose verdict may change when the tolerance is tightened a hundredfold."""

FILES = {
    "report.html": "this report",
    "summary.json": "every number of the report with interval and unit",
    "patients.parquet": "one row a simulated patient: who, what happened, when",
    "trajectories.nc": "the first cohort patient by patient, and quantiles by setting (NetCDF)",
    "provenance.json": "version, seed, hashes, tolerances",
}


def header(result: ProgrammeResult) -> Header:
    """Return what was simulated."""
    scenario = result.scenario
    groups = []
    for arm, patients in zip(scenario.arm, _apportioned(scenario.shares, scenario.patients), strict=True):
        setting = arm.setting
        meaning = (
            f"{setting.product} in {setting.indication_name} ({setting.antigen}, {setting.costimulation}); "
            "stands in for the programme's own construct"
        )
        groups.append(Group(setting.label, patients, meaning))
    return Header(
        scenario.name,
        " ".join(scenario.meaning.split()),
        groups,
        scenario.replicates,
        scenario.seed,
        __version__,
    )


def _apportioned(shares: Sequence[float], patients: int) -> list[int]:
    """Return whole numbers of patients in proportion to shares, summing to all (largest remainders)."""
    exact = np.array(shares) * patients
    whole = np.floor(exact).astype(int)
    for arm in np.argsort(whole - exact, kind="stable")[: patients - whole.sum()]:
        whole[arm] += 1
    return [int(n) for n in whole]


def claims(result: ProgrammeResult) -> tuple[Claim, ...]:
    """Return the appraised claims as the report shows them."""
    signs = {
        programme_claims.Agreement.AGREES: Agreement.AGREES,
        programme_claims.Agreement.IN_PART: Agreement.IN_PART,
        programme_claims.Agreement.DISAGREES: Agreement.DISAGREES,
        programme_claims.Agreement.CANNOT_TELL: Agreement.CANNOT_TELL,
    }
    return tuple(
        Claim(c.id, c.text, _reported(c), _predicted(c), c.verdict, signs[c.agreement], c.note)
        for c in result.claims
    )


def _reported(claim: programme_claims.Claim) -> Estimate | None:
    if claim.reported is None:
        return None
    low, high = claim.reported_interval or (np.nan, np.nan)
    if claim.unit == "1":
        return Estimate.share(claim.reported, low, high)
    return Estimate(claim.reported, low, high, _unit(claim.unit))


def _predicted(claim: programme_claims.Claim) -> Estimate | None:
    p = claim.predicted
    if np.isnan(p.value):
        return None
    if claim.unit == "1":
        return Estimate.share(p.value, p.low, p.high)
    return Estimate(p.value, p.low, p.high, _unit(claim.unit))


def _unit(unit: str) -> str:
    return {"cell": "cells", "month": "months"}.get(unit, unit)


def comparisons(rows: Sequence[FitRow]) -> tuple[Comparison, ...]:
    """Return published quantities beside simulated ones, misfits first."""
    meanings = {m.id: m.meaning for m in METRICS} | {
        "cmax_ratio_responders": "Cmax of responders over non-responders"
    }
    ordered = sorted(rows, key=lambda row: row.agrees)
    return tuple(_comparison(row, meanings[row.id]) for row in ordered)


def _comparison(row: FitRow, meaning: str) -> Comparison:
    error = 1.96 * row.standard_error
    shares = row.published.unit in ("percent", "%")
    make = Estimate.share if shares else Estimate
    unit = () if shares else (_unit(row.published.unit if row.published.unit != "1" else ""),)
    simulated = make(row.simulated, row.simulated - error, row.simulated + error, *unit)
    published = make(in_unit(row.published), np.nan, np.nan, *unit)
    mark = ", recalled" if row.published.recalled else ""
    return Comparison(
        meaning,
        row.setting.label,
        published,
        simulated,
        row.agrees,
        row.fitted,
        f"{row.published.source.citation}, {row.published.locator}{mark}",
        row.published.note or "",
    )


def credibility(result: ProgrammeResult, rows: Sequence[FitRow]) -> Credibility:
    """Return the credibility page of a run."""
    kinds = Counter((f.kind, f.remedy) for f in result.failures)
    return Credibility(
        question="How far do the figures that the programme reported agree with published evidence on CAR-T therapy, "
        "and what would a programme of this size be expected to see?",
        context_of_use="Appraisal of reported aggregate figures and planning of research. Not for the care of a patient, "
        "not for a regulatory decision; research use only.",
        influence="The simulation is one of several lines of evidence; the published trials that it was calibrated to "
        "weigh more.",
        consequence="A wrong answer misjudges a press report or misdirects a study; it reaches no patient.",
        fitted=(
            "cellular kinetics, response, 6- and 12-month survival, relapse phenotype, CRS and ICANS rates, onset and "
            "duration of tisagenlecleucel (B-ALL), axicabtagene (LBCL), idecabtagene and ciltacabtagene (myeloma)",
            "jointly, to a posterior around a starting calibration that had seen the same data; each stretch of replicates "
            "runs one of its parameter sets, and the comparisons are of its centre",
            "how many patients each trial gave tocilizumab at its trigger grade",
        ),
        predicted=(
            "everything beyond 12 months: lasting cure, late relapse, survival to five years",
            "use of steroids, which follows from a ward rule",
            "other doses than the products' own, and this mix of diseases",
        ),
        tolerance="shares within 5 percentage points, days within 1 (1.5 for Tmax and ICANS onset), levels within a factor "
        "1.25 (1.5 for half-life, late levels and ratios)",
        checks=_checks(result),
        comparisons=comparisons(rows),
        failures=tuple(Failure(kind, count, remedy) for (kind, remedy), count in kinds.items()),
        limits=_limits(),
        solves=result.solves,
    )


def _checks(result: ProgrammeResult) -> tuple[Check, ...]:
    t = result.tolerance
    found = ", ".join(f"{name} {count}" for name, count in t.changed.items())
    return (
        Check(
            f"Tolerance {t.rtol:g} against {t.tightened:g}, {t.patients} patients: verdicts that change",
            found,
            f"each in at most {AGREED_SHARE:.1%} of patients",
            t.worst_share <= AGREED_SHARE,
        ),
        Check(
            "The same: 99th percentile of the relative change of Cmax",
            f"{t.cmax_error:.1e}",
            "below 1e-2",
            t.cmax_error < 1e-2,
        ),
        Check(
            "Solves that failed",
            f"{len(result.failures)} of {result.solves:,}",
            "0, or each explained below",
            not result.failures,
        ),
        Check(
            "Dimension of every term, mass balance, positivity, null limits; extinction against direct stochastic "
            "simulation",
            "tested with every change of the code",
            "all pass",
            True,
        ),
    )


def _limits() -> tuple[str, ...]:
    return (
        "The programme's constructs, disease mix, grading scale and follow-up times were not reported; published products "
        "stand in for the constructs and the mix is assumed and varied.",
        "The posterior knows the uncertainty of the parameters, not of the equations: beyond 12 months the intervals are "
        "too narrow where a mechanism is missing.",
        "Late relapse in myeloma is the weakest prediction: 12-month data don't fix the tail, and a mechanism (loss of "
        "CAR-T function, anti-CAR immunity, marrow niche) is probably missing.",
        "Severe CRS under early tocilizumab rests partly on the assumed strength of the drug's effect.",
        "The antigen-negative share of lymphoma relapses is underestimated; the dose response in lymphoma is too steep.",
        "Claims speak of infused patients; who died or failed manufacturing before is counted by intention to treat, on "
        "assumed volumes, slots and remaining life.",
        "Copies per microgram are not comparable between assays; leukaemia CRS grades were converted from the Penn scale by "
        "assumption.",
    )


def provenance_page(result: ProgrammeResult, command: str) -> Provenance:
    """Return what it takes to repeat the run; nothing that changes from run to run."""
    facts = provenance(result)
    packages = ("numpy", "numba", "scipy", "sympy")
    return Provenance(
        command=command,
        versions={"vein2vein": __version__, "Python": platform.python_version()}
        | {name: version(name) for name in packages},
        hashes={k: facts[k] for k in ("scenario_hash", "evidence_hash", "model_hash")},
        settings={"seed": str(facts["seed"]), "relative tolerance": f"{facts['tolerances']['rtol']:g}"},
        files=FILES,
    )
