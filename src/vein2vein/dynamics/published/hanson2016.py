"""Hanson 2016: toxicity of CAR-T in B-cell acute lymphoblastic leukaemia.

Cytotoxic (C) and helper (H) CAR-T cells, each as memory (m) and effector (e), leukaemic cells B, other lymphocytes
L, inflammation I and a drug D that lowers it. The paper counts hours; rates here are per hour, times 24.
"""

from __future__ import annotations

from sympy import Float, Max

from vein2vein.dynamics.law import Derived, State, Symbols, hill
from vein2vein.dynamics.published.golden import Golden, Highest, HighestTime
from vein2vein.dynamics.published.record import (
    Deviation,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

ENTRY = "BIOMD0000000837"
HOURS = Float(24)  # per day
DENSITY = "cell/mL"


def _row(name: str, value: float, unit: str, meaning: str, entry: str = "") -> PaperValue:
    return PaperValue(name, value, unit, meaning, f"{ENTRY}, {entry or name}", Status.ASSUMED)


VALUES = (
    _row("n", 6, "1", "divisions on activation"),
    _row("r_1", 0.003, "1/hour", "growth of leukaemia"),
    _row("r_2", 0.1, "1/hour", "growth of cytotoxic memory"),
    _row("r_3", 0.1, "1/hour", "growth of helper memory"),
    _row("r_4", 0.1, "1/hour", "growth of other lymphocytes"),
    _row("d_1", 2e-4, "mL/cell/hour", "killing of leukaemia"),
    _row("d_2", 1.5, "1/hour", "decay of inflammation"),
    _row("d_3", 0.004, "1/hour", "death of cytotoxic effectors"),
    _row("d_4", 0.004, "1/hour", "death of helper effectors"),
    _row("d_5", 2e-4, "1/hour", "death of other lymphocytes"),
    _row("p_0", 200, "pg/mL/hour", "basal inflammation"),
    _row("p_1", 0.002, "pg*mL/cell**2/hour", "inflammation by effectors meeting leukaemia"),
    _row("p_2", 0.4, "cell/mL/hour", "production of lymphocytes"),
    _row("a_1", 4e-7, "mL/cell/hour", "activation of cytotoxic memory"),
    _row("a_2", 2, "mL/cell", "help by helper effectors"),
    _row("a_3", 8e-5, "mL/cell/hour", "activation of helper memory"),
    _row("b", 800, "pg/mL", "inflammation at half-maximal activation"),
    _row("l", 1600, DENSITY, "capacity of all lymphocytes"),
    _row("k", 4800, DENSITY, "capacity of leukaemia"),
    _row("C0", 10, DENSITY, "each kind of CAR-T cell at infusion", "C_m, C_e, H_m and H_e"),
    _row("L0", 1600, DENSITY, "other lymphocytes at infusion", "L"),
    _row("I0", 140, "pg/mL", "inflammation at infusion", "Inflam"),
    _row("B0", 300, DENSITY, "leukaemia at infusion", "B"),
    _row("D", 0, "pg/mL/hour", "effect of the drug on inflammation"),
)

_cytotoxic = s.a_1 * s.B * s.Cm * s.g * (1 + s.a_2 * s.He)
_helper = s.a_3 * s.B * s.Hm * s.g


MODEL = PublishedModel(
    name="hanson2016",
    title="cytotoxic and helper CAR-T cells and inflammation",
    paper=Paper("Hanson S et al. bioRxiv 2016;049908", "10.1101/049908", biomodels=ENTRY),
    disease="B-cell acute lymphoblastic leukaemia",
    antigen="CD19",
    species="human",
    fitted_to="none: values chosen for their behaviour",
    assay="cells per mL; inflammation in pg/mL",
    states=(
        State("B", DENSITY, "leukaemic cells", initial=s.B0, scale=1e-3),
        State("I", "pg/mL", "inflammation", initial=s.I0, scale=1e-3, nonnegative=False),
        State("Ce", DENSITY, "cytotoxic effectors", initial=s.C0, scale=1e-3, latex="C_e"),
        State("Cm", DENSITY, "cytotoxic memory", initial=s.C0, scale=1e-3, latex="C_m"),
        State("He", DENSITY, "helper effectors", initial=s.C0, scale=1e-3, latex="H_e"),
        State("Hm", DENSITY, "helper memory", initial=s.C0, scale=1e-3, latex="H_m"),
        State("L", DENSITY, "other lymphocytes", initial=s.L0, scale=1e-3),
    ),
    values=VALUES,
    derived=(
        Derived("LT", Max(0, 1 - (s.B + s.Ce + s.Cm + s.He + s.Hm + s.L) / s.l), "1", "room for lymphocytes"),
        Derived("g", hill(s.I, s.b, 2), "1", "activation by inflammation"),
        Derived("CAR", s.Ce + s.Cm + s.He + s.Hm, DENSITY, "all CAR-T cells"),
    ),
    rates={
        state: HOURS * rate
        for state, rate in {
            "B": s.r_1 * s.B * (1 - s.B / s.k) - s.d_1 * s.B * s.Ce,
            "I": s.p_0 + s.p_1 * s.B * (s.Ce + s.He) - s.d_2 * s.I - s.D,
            "Ce": 2**s.n * _cytotoxic - s.d_3 * s.Ce,
            "Cm": s.r_2 * s.Cm * s.LT - _cytotoxic,
            "He": 2**s.n * _helper - s.d_4 * s.He,
            "Hm": s.r_3 * s.Hm * s.LT - _helper,
            "L": s.p_2 + s.r_4 * s.L * s.LT - s.d_5 * s.L,
        }.items()
    },
    observables=(
        Observable("CAR", Role.CAR_T, "all CAR-T cells per mL", cells_per_uL=1e-3),
        Observable("Ce", Role.CAR_T, "cytotoxic effectors per mL", cells_per_uL=1e-3),
        Observable("B", Role.TARGET, "leukaemic cells per mL"),
        Observable("I", Role.CYTOKINE, "inflammation"),
    ),
    horizon=42.0,
    golden=(
        Golden("cytotoxic effector maximum", "45.45", Highest("Ce"), DENSITY),
        Golden(
            "cytotoxic effector maximum, hour 259.9",
            "10.829",
            HighestTime("Ce"),
            "day",
            within=1e-4,
            note="printed in hours, to one decimal",
        ),
        Golden("inflammation maximum", "167.9", Highest("I"), "pg/mL"),
        Golden(
            "inflammation maximum, hour 160.3",
            "6.679",
            HighestTime("I"),
            "day",
            within=4e-4,
            note="printed in hours, to one decimal",
        ),
    ),
    errata=("The curated entry's unit of time is the hour, of volume the millilitre.",),
    assumptions=(
        "Structure only: the shipped values give no cytokine spike.",
        "The dose isn't a number of cells: each kind of CAR-T cell starts at C0 per mL.",
        "The unit of inflammation isn't stated; pg/mL stands for it.",
    ),
    breaks=(
        Deviation(
            "positivity",
            "the drug subtracts a constant rate, so inflammation can fall below zero when D > p_0",
            "keep D below p_0, or multiply D by I / (I + small)",
        ),
    ),
)

MODELS = (MODEL,)
