"""A made-up report of realistic shape: every number is drawn here, seeded, and stands for nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sympy

from vein2vein.report.chapter import Chapter
from vein2vein.report.contents import Agreement, Claim, Group, Header, ReportInput
from vein2vein.report.estimate import Estimate
from vein2vein.report.patient_records import (
    Composition,
    Condition,
    Course,
    Curve,
    Fan,
    Journey,
    Stretch,
    SurvivalPanel,
    Swimmer,
    Syndrome,
    Threshold,
    Tone,
)
from vein2vein.report.trust_records import (
    Check,
    Comparison,
    Credibility,
    Equation,
    Failure,
    ModelPage,
    ParameterRow,
    Provenance,
)

GROUPS = (
    Group(
        "B-ALL",
        28,
        "tisagenlecleucel-like product in children and young adults with relapsed or refractory B-ALL",
    ),
    Group("LBCL", 40, "axicabtagene-like product in large B-cell lymphoma"),
    Group("Myeloma", 17, "ciltacabtagene-like product in multiple myeloma"),
)
TIMES = np.r_[np.arange(0, 40.01, 0.25), 45, 50, 60, 75, np.arange(90, 1826, 30)]
_PEAK = {"B-ALL": (110.0, 10.0), "LBCL": (45.0, 8.0), "Myeloma": (300.0, 12.0)}
_PERCENT = ("0", "10")


def journey(group: str, patients: int, rng: np.random.Generator) -> Journey:
    """Return rise and fall of cells with invented constants."""
    z = rng.standard_normal((5, patients, 1))
    t = TIMES[None, :]
    height, day = _PEAK[group]
    rise = np.exp(-0.5 * ((np.minimum(t, day) - day) / (0.33 * day)) ** 2)
    fall = np.where(
        t > day, 0.97 * np.exp(-(t - day) / (6 * np.exp(0.3 * z[1]))) + 0.03 * np.exp(-(t - day) / 160), 1
    )
    cells = height * np.exp(1.1 * z[0]) * rise * fall
    tumour = 1e11 * np.exp(1.3 * z[2] - np.clip(t - 3, 0, 25) * (1.0 + 0.25 * z[3]))
    back = z[3] < -0.3
    tumour = np.where(back, tumour + 1e6 * np.exp(np.clip(t * 0.05, 0, 14)), np.where(tumour < 1, 0, tumour))
    b_cells = 30 * np.exp(0.5 * z[4] - np.clip(t, 0, 20) * 0.5) + np.where(
        z[1] < -0.5, 50 * (np.minimum(t, 400) / 400) ** 3, 0
    )
    il6 = 5 + 400 * np.exp(1.2 * z[2]) * np.exp(-0.5 * ((t - 6 - z[1]) / 2.2) ** 2)
    il6[:, TIMES > 40] = np.nan
    gone = TIMES[None, :] > rng.exponential(700, patients)[:, None] + 40
    for values in (cells, tumour, b_cells, il6):
        values[gone] = np.nan
    courses = (
        Course(
            "CAR-T cells in blood",
            "cells/µL",
            Fan.of(cells),
            0.01,
            (Threshold(0.1, "assay limit"),),
            cells[:8],
        ),
        Course("Tumour", "cells", Fan.of(tumour), 1.0, (Threshold(1e8, "remission below"),), tumour[:8]),
        Course("B cells in blood", "cells/µL", Fan.of(b_cells), 0.1, (Threshold(10, "aplasia below"),)),
        Course("Interleukin 6", "pg/mL", Fan.of(il6), 1.0),
    )
    return Journey(group, TIMES, courses, 1 - gone.mean(axis=0))


def syndrome(name: str, group: str, rng: np.random.Generator) -> Syndrome:
    """Return grades that rise and fall within four weeks."""
    days = np.arange(29)[None, :]
    peak = 5 if name == "CRS" else 8
    score = (
        rng.normal(1.2 if name == "CRS" else -0.4, 1.4, (600, 1))
        + 2.4 * np.exp(-0.5 * ((days - peak) / 2.6) ** 2)
        - 1
    )
    grade = np.clip(np.floor(score), 0, 4) * (days > 0) * (np.abs(days - peak) < 9)
    shares = np.array([(grade == g).mean(axis=0) for g in range(5)])
    worst = grade.max(axis=1)
    facts = {
        "any grade": Estimate.share((worst > 0).mean(), 0.6, 0.9),
        "grade ≥ 3": Estimate.share((worst > 2).mean(), 0.06, 0.34),
        "onset": Estimate(3.0, 1, 7, "d"),
        "duration": Estimate(7.0, 3, 14, "d"),
    }
    if name == "CRS":
        facts |= {
            "tocilizumab": Estimate.share(0.37, 0.22, 0.53),
            "steroids": Estimate.share(0.18, 0.06, 0.32),
        }
    return Syndrome(name, group, shares, facts)


def swimmer(k: int, group: str, rng: np.random.Generator) -> Swimmer:
    """Return one invented patient."""
    end = float(rng.uniform(400, 1100))
    grade = int(rng.choice(5, p=(0.15, 0.3, 0.33, 0.15, 0.07)))
    if rng.random() < 0.2:
        last = float(min(end, rng.exponential(120) + 20))
        return Swimmer(f"P{k:03d}", group, (Stretch(0, last, Condition.ACTIVE),), last < end, grade)
    relapse = float(rng.exponential(900) + 60)
    stretches = [Stretch(0, 28, Condition.ACTIVE), Stretch(28, min(relapse, end), Condition.REMISSION)]
    if relapse < end:
        kind = Condition.RELAPSED_NEGATIVE if rng.random() < 0.4 else Condition.RELAPSED_POSITIVE
        last = min(end, relapse + float(rng.exponential(200)))
        stretches.append(Stretch(relapse, last, kind))
        return Swimmer(f"P{k:03d}", group, tuple(stretches), last < end, grade)
    return Swimmer(f"P{k:03d}", group, tuple(stretches), bool(rng.random() < 0.05), grade)


def survival(group: Group, plateau: float, scale: float) -> SurvivalPanel:
    """Return curves with a plateau and a band of binomial width."""
    t = np.arange(0, 1096, 15.0)
    spots = np.arange(0, 1096, 182.625)

    def curve(label: str, level: float, days: float, median: Estimate, comparator: bool = False) -> Curve:
        s = level + (1 - level) * np.exp(-t / days)
        wide = 1.96 * np.sqrt(s * (1 - s) / group.patients)
        at_risk = np.round(group.patients * np.interp(spots, t, s))
        if comparator:
            return Curve(label, t, s, median=median, comparator=True)
        return Curve(label, t, s, np.clip(s - wide, 0, 1), np.clip(s + wide, 0, 1), at_risk, median)

    curves = (
        curve("Overall survival", plateau + 0.15, scale * 1.6, Estimate(31, 17, np.inf, "months")),
        curve("Progression-free survival", plateau, scale, Estimate(12, 6.1, 27, "months")),
        curve("Untreated", 0.0, 90.0, Estimate(2.0, unit="months"), comparator=True),
    )
    return SurvivalPanel(group.label, curves, spots)


def claims() -> tuple[Claim, ...]:
    """Return the claims with invented predictions."""
    return (
        Claim(
            "dose",
            "more than 100 million modified lymphocytes injected",
            Estimate(1e8, unit="cells"),
            Estimate(1.6e8, 6.1e7, 4.5e8, "cells"),
            "Within the labelled doses of three products.",
            Agreement.AGREES,
        ),
        Claim(
            "crs_any",
            "an immune response akin to the cytokine storm (any grade)",
            None,
            Estimate.share(0.86, 0.78, 0.93),
            "Reported without a number; the prediction can't be contradicted.",
            note="no n: 59 of 59 would be needed for a lower bound of 95 %",
        ),
        Claim(
            "crs_severe",
            "cytokine storm of grade 3 or more",
            None,
            Estimate.share(0.14, 0.07, 0.22),
            "Reported without a number.",
            Agreement.CANNOT_TELL,
        ),
        Claim(
            "cured",
            "totally cured and recovered",
            Estimate.share(0.60, 0.488, 0.705),
            Estimate.share(0.46, 0.35, 0.57),
            "Higher than expected, but the intervals overlap.",
            Agreement.IN_PART,
            "51 of 85; no follow-up time was given",
        ),
        Claim(
            "survival_gain",
            "the lives of the rest greatly extended",
            Estimate(2, unit="months"),
            Estimate(8.4, 5.2, 13, "months"),
            "Agrees in direction.",
            Agreement.AGREES,
            "untreated: about 2 months",
        ),
        Claim(
            "myeloma",
            "full recovery in myeloma",
            Estimate(100, 80.5, np.nan, "%"),
            Estimate.share(0.79, 0.56, 0.95),
            "100 % is outside what the simulation expects; the denominator is not known.",
            Agreement.DISAGREES,
            "n not reported; if 17 of 17, at least 81 %",
        ),
        Claim(
            "cost",
            "cost of a course",
            Estimate(55000, unit="USD"),
            None,
            "Not modelled here.",
            Agreement.CANNOT_TELL,
        ),
    )


def model() -> ModelPage:
    """Return a few equations and parameters."""
    names = "effector memory tumour k_max E_50 rho_E delta_E antigen r_M k_d Dose"
    E, M, S, k, E50, rho, delta, a, r, kd, dose = sympy.symbols(names, real=True)
    t = sympy.Symbol("t", real=True)
    equations = (
        Equation("antigen signal", a, S / (E50 + S)),
        Equation("infused product", sympy.Symbol("D"), dose * sympy.exp(-kd * t)),
        Equation("effector CAR-T cells", E, rho * a * E - delta * E + k * a * M, derivative=True),
        Equation("memory CAR-T cells", M, r * M - sympy.Max(0, 1 - a) * M / 10, derivative=True),
        Equation(
            "tumour", S, sympy.Piecewise((-k * E / (E50 + E) * S, S < 1.5e12), (0, True)), derivative=True
        ),
    )
    rows = tuple(
        ParameterRow(symbol, meaning, unit, values, vary, source, status)
        for symbol, meaning, unit, values, vary, source, status in (
            (
                rho,
                "largest proliferation rate of effectors",
                "1/day",
                {"B-ALL": 2.37, "LBCL": 2.92, "Myeloma": 2.86},
                "log SD 0.06",
                "calibrated to Cmax and Tmax",
                "estimated",
            ),
            (
                E50,
                "effectors at half-maximal killing",
                "cells",
                {"B-ALL": 4.83e8, "LBCL": 8.62e8, "Myeloma": 8.62e8},
                "",
                "calibrated",
                "estimated",
            ),
            (
                delta,
                "death of effectors",
                "1/day",
                {"B-ALL": 0.307, "LBCL": 0.222},
                "log SD 0.59",
                "Trial A, table 3",
                "recalled",
            ),
            (kd, "clearance of infused product", "1/day", {"": 0.7}, "", "range 0.3–1.5", "assumed"),
            (
                k,
                "largest killing rate",
                "1/day",
                {"": 1.08},
                "log SD 0.74",
                "calibrated to response",
                "estimated",
            ),
        )
    )
    return ModelPage(equations, rows, {E: "E", M: "M", S: "S", a: "a", E50: "E_{50}", k: r"k_{\mathrm{max}}"})


def credibility() -> Credibility:
    """Return an invented appraisal."""
    return Credibility(
        question="Are the reported outcomes of 85 patients compatible with the published evidence?",
        context_of_use="Appraisal of a public claim; not a basis for the care of any patient or for a price.",
        influence="Moderate: published trials weigh as much.",
        consequence="Money spent on a programme that does less, or more, than believed.",
        fitted=("kinetics and response of four products up to 12 months",),
        predicted=("survival beyond 12 months", "the mix of indications", "use of tocilizumab"),
        tolerance="A comparison agrees when the published number lies within 10 points or 25 %.",
        checks=(
            Check("halving the tolerances", "cured moves by 0.1 points", "≤ 0.5 points", True),
            Check(
                "extinction against stochastic simulation", "0.324 / 0.325", "within 3 standard errors", True
            ),
            Check("mass balance", "1.2e-9", "≤ 1e-8", True),
        ),
        comparisons=(
            Comparison(
                "response at day 28",
                "B-ALL",
                Estimate.share(0.82, 0.72, 0.9),
                Estimate.share(0.81),
                True,
                True,
                "Trial A, table 2",
            ),
            Comparison(
                "tocilizumab given",
                "LBCL",
                Estimate.share(0.43, 0.34, 0.53),
                Estimate.share(0.91),
                False,
                False,
                "Trial B, page 7",
                "the rule gives it at grade 2; the trial waited for grade 3",
            ),
            Comparison(
                "antigen-negative relapse",
                "LBCL",
                Estimate.share(0.30),
                Estimate.share(0.09),
                False,
                False,
                "Trial C, figure 1",
            ),
        ),
        failures=(Failure("step size too small", 2, "Look at these patients' parameters; loosen nothing."),),
        limits=(
            "Follow-up of the reported programme is not known.",
            "Parameters beyond 12 months are not identified.",
        ),
        solves=85_000,
    )


def provenance() -> Provenance:
    """Return an invented provenance."""
    return Provenance(
        "vein2vein run --patients 85 --replicates 1000 --seed 20251121",
        {"vein2vein": "0.1.0", "Python": "3.11.9", "NumPy": "2.1.0"},
        {"scenario": "3f9a" * 16, "evidence": "b71c" * 16},
        {"relative tolerance": "1e-4"},
        {
            "report.html": "this page",
            "summary.json": "every number with interval and unit",
            "patients.parquet": "one row a patient",
        },
    )


def build(seed: int = 1) -> ReportInput:
    """Return the whole made-up report."""
    rng = np.random.default_rng(seed)
    header = Header(
        "National CAR-T programme",
        "Three centres, 85 patients with refractory leukaemia, lymphoma or myeloma.",
        GROUPS,
        1000,
        20251121,
        "0.1.0",
    )
    response = {"complete response": Tone.BEST, "partial response": Tone.GOOD, "no response": Tone.NEUTRAL}
    fate = {
        "alive in remission": Tone.BEST,
        "alive after relapse": Tone.GOOD,
        "relapse, antigen kept": Tone.LOSS,
        "relapse, antigen lost": Tone.ESCAPE,
        "died without relapse": Tone.DEATH,
    }

    def shares(*values: float) -> tuple[Estimate, ...]:
        return tuple(Estimate.share(v, max(v - 0.12, 0), min(v + 0.12, 1)) for v in values)

    return ReportInput(
        header=header,
        claims=claims(),
        journeys=tuple(journey(g.label, 400, rng) for g in GROUPS),
        syndromes=tuple(syndrome(name, g.label, rng) for g in GROUPS for name in ("CRS", "ICANS")),
        swimmers=tuple(
            swimmer(100 * k + i, g.label, rng) for k, g in enumerate(GROUPS) for i in range(g.patients)
        ),
        survival=tuple(
            survival(g, p, s) for g, p, s in zip(GROUPS, (0.45, 0.36, 0.2), (200, 130, 500), strict=True)
        ),
        compositions=(
            Composition(
                "Best response",
                response,
                dict(
                    zip(
                        (g.label for g in GROUPS),
                        (shares(0.81, 0.02, 0.17), shares(0.58, 0.24, 0.18), shares(0.8, 0.17, 0.03)),
                        strict=True,
                    )
                ),
            ),
            Composition(
                "Where patients stand after two years",
                fate,
                dict(
                    zip(
                        (g.label for g in GROUPS),
                        (
                            shares(0.45, 0.12, 0.15, 0.22, 0.06),
                            shares(0.37, 0.08, 0.39, 0.08, 0.08),
                            shares(0.52, 0.2, 0.19, 0.01, 0.08),
                        ),
                        strict=True,
                    )
                ),
            ),
        ),
        model=model(),
        credibility=credibility(),
        provenance=provenance(),
        further=(Chapter("manufacturing", "Manufacturing", "<p>A chapter written elsewhere.</p>"),),
    )


@pytest.fixture(scope="session")
def example() -> ReportInput:
    """The made-up report."""
    return build()


@pytest.fixture(scope="session")
def rebuild() -> Callable[[], ReportInput]:
    """Makes the made-up report anew."""
    return build
