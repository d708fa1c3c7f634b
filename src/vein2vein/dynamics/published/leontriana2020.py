"""León-Triana 2020: CD19 CAR-T in B-cell acute lymphoblastic leukaemia, with and without B-cell progenitors.

CAR-T cells C expand on leukaemic cells L and healthy B cells B and kill both at the same rate; the extended form adds
the B-cell progenitors P of the marrow, whose maturation CAR-T cells slow down.
"""

from __future__ import annotations

from dataclasses import replace

from vein2vein.dynamics.law import Derived, State, Symbols
from vein2vein.dynamics.published.golden import At, Golden, Highest, HighestTime
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

CURATED = "BIOMD0000001011"

VALUES = (
    PaperValue("alpha", 4.5e-11, "1/cell/day", "killing of B cells", f"{CURATED}, alpha", Status.ASSUMED),
    PaperValue(
        "k", 0.25, "1", "expansion per killing (rho_C / alpha)", f"{CURATED}, rule for rho_C", Status.ASSUMED
    ),
    PaperValue("rho_L", 1 / 30, "1/day", "growth of leukaemia", f"{CURATED}, rho_L", Status.ASSUMED),
    PaperValue("tau_C", 14, "day", "lifetime of CAR-T cells", f"{CURATED}, tao_C", Status.ASSUMED),
    PaperValue("tau_B", 60, "day", "lifetime of healthy B cells", f"{CURATED}, tao_B", Status.ASSUMED),
    PaperValue(
        "L0", 5e10, "cell", "leukaemic cells at infusion", f"{CURATED}, Leukaemic_B_cells", Status.ASSUMED
    ),
    PaperValue(
        "B0", 2.5e10, "cell", "healthy B cells at infusion", f"{CURATED}, B_cells_healthy", Status.ASSUMED
    ),
    PaperValue("dose", 1e7, "cell", "CAR-T cells at infusion", f"{CURATED}, CAR_T_cells", Status.ASSUMED),
)

C = State("C", "cell", "CAR-T cells", initial=s.dose, scale=1.0)
L = State("L", "cell", "leukaemic cells", initial=s.L0, scale=1.0)
B = State("B", "cell", "healthy B cells", initial=s.B0, scale=1.0)

MODEL = PublishedModel(
    name="leontriana2020",
    title="leukaemia and healthy B cells as prey of CAR-T cells",
    paper=Paper(
        "León-Triana O et al. Commun Nonlinear Sci Numer Simul 2021;94:105570",
        "10.1016/j.cnsns.2020.105570",
        biomodels="BIOMD0000001011",
    ),
    disease="B-cell acute lymphoblastic leukaemia",
    antigen="CD19",
    species="human",
    fitted_to="none: values chosen from the literature",
    assay="cells in the whole body",
    states=(C, L, B),
    values=VALUES,
    derived=(Derived("rho_C", s.k * s.alpha, "1/cell/day", "antigen-driven expansion"),),
    rates={
        "C": s.rho_C * (s.L + s.B) * s.C - s.C / s.tau_C,
        "L": s.rho_L * s.L - s.alpha * s.L * s.C,
        "B": -s.alpha * s.B * s.C - s.B / s.tau_B,
    },
    observables=(
        Observable("C", Role.CAR_T, "CAR-T cells, whole body"),
        Observable("L", Role.TARGET, "leukaemic cells, whole body"),
        Observable("B", Role.TARGET, "healthy B cells, whole body"),
    ),
    horizon=360.0,
    dose="dose",
    golden=(
        Golden("CAR-T maximum", "1.64010e10", Highest("C"), "cell"),
        Golden("CAR-T maximum day", "12.19", HighestTime("C"), "day"),
        Golden("CAR-T at day 28", "5.89426e9", At("C", 28), "cell"),
        Golden("leukaemia at day 28", "4.01309e6", At("L", 28), "cell"),
        Golden("B cells at day 28", "4.9481e5", At("B", 28), "cell"),
    ),
    assumptions=(
        "The golden numbers come from libroadrunner on the curated entry.",
        "rho_L is 1/30 per day; the curated entry rounds it to 0.03333333333.",
        "One month of leukaemia growth and 60 days of B-cell life are plausible ranges' middles in the paper.",
    ),
)

EXTENDED = "BIOMD0000001012"
_maturing = s.I0 / (s.tau_I * (1 + s.C / s.C_50))

PROGENITORS = replace(
    MODEL,
    name="leontriana2020_progenitors",
    title="the same with B-cell progenitors in the marrow",
    paper=replace(MODEL.paper, biomodels="BIOMD0000001012"),
    states=(C, L, B, State("P", "cell", "B-cell progenitors", initial=s.I0, scale=1.0)),
    values=(
        *VALUES,
        PaperValue("I0", 1e7, "cell", "progenitor pool and influx", f"{EXTENDED}, I_0", Status.ASSUMED),
        PaperValue("tau_I", 6, "day", "maturation time of progenitors", f"{EXTENDED}, tao_I", Status.ASSUMED),
        PaperValue(
            "C_50", 1e9, "cell", "CAR-T cells that halve maturation", f"{EXTENDED}, C_50", Status.ASSUMED
        ),
        PaperValue(
            "beta",
            0.1,
            "1",
            "antigen of progenitors relative to B cells",
            f"{EXTENDED}, beta",
            Status.ASSUMED,
        ),
        PaperValue(
            "one_cell",
            1,
            "cell",
            "stands where the curated rate lacks a factor C",
            f"{EXTENDED}, rate law",
            Status.FIXED,
        ),
        PaperValue(
            "one_day",
            1,
            "day",
            "time in which I0 progenitors enter",
            f"{EXTENDED}, flux I_0 of proBcell_proliferation",
            Status.FIXED,
        ),
    ),
    rates={
        "C": s.rho_C * (s.L + s.B) * s.C
        + s.rho_C * s.beta * s.I0 / (1 + s.C / s.C_50) * s.one_cell
        - s.C / s.tau_C,
        "L": s.rho_L * s.L - s.alpha * s.L * s.C,
        "B": _maturing - s.alpha * s.B * s.C - s.B / s.tau_B,
        "P": s.I0 / s.one_day - _maturing,
    },
    golden=(
        Golden("CAR-T maximum", "1.64028e10", Highest("C"), "cell"),
        Golden("CAR-T maximum day", "12.18", HighestTime("C"), "day"),
        Golden("leukaemia at day 28", "4.00842e6", At("L", 28), "cell"),
        Golden("B cells at day 28", "1.10761e6", At("B", 28), "cell"),
        Golden("B cells at day 180", "8.42044e7", At("B", 180), "cell"),
    ),
    errata=(
        "In the curated entry the influx of progenitors isn't divided by tau_I as the efflux is, so their pool grows "
        "without bound; nothing depends on the pool, so CAR-T, leukaemia and B cells are unaffected.",
        "In the curated entry the expansion on progenitors lacks the factor C, so its dimension is wrong; its size is "
        "1e-5 cells per day, too little to show after a dose.",
    ),
    breaks=(
        Deviation(
            "null limit",
            "without a dose that term makes CAR-T cells out of nothing, and they expand",
            "set beta to 0, or multiply the term by C",
        ),
        Deviation(
            "dimension",
            "the antigen of progenitors drives expansion without a factor C",
            "multiply by C instead of one_cell",
        ),
        Deviation("bounded pool", "P grows without bound", "divide the influx I0 by tau_I: set one_day to 6"),
    ),
)

MODELS = (MODEL, PROGENITORS)
