"""Hardiansyah & Ng 2019: cytokine release after CD19 CAR-T in chronic lymphocytic leukaemia, two patients.

Effector and memory CAR-T cells in blood (E, M) and tissue (Et, Mt) meet B-cell antigen (B) and release IL-6, IL-10
and interferon gamma; IL-10 damps interferon. The corrected form of the equations.
"""

from __future__ import annotations

from sympy import Float

from vein2vein.dynamics.law import Derived, State, Symbols
from vein2vein.dynamics.published.golden import Golden, Highest, HighestTime, Origin
from vein2vein.dynamics.published.record import (
    Conserved,
    Dosing,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

CELLS = "gigacell"  # the paper counts in 1e9 cells
PER_CELLS = "1/day/gigacell"
FIXED = "supplement, Table S1"
FIT = "supplement, Table S2, UPN1 (UPN3 as a named individual)"
READ_OFF = "read off figure 1b, UPN1 (UPN3 as a named individual)"
_MEGA = Float(1e6)  # the paper's factor between 1e9 cells and pg/mL
_DOSE = s.dose * Float(1e-9)

VALUES = (
    PaperValue("r_B", 0.0093, "1/day", "growth of B cells", FIXED, Status.FIXED),
    PaperValue("d_B", 0.0076, "1/day", "death of B cells", FIXED, Status.FIXED),
    PaperValue("K_bc", 0.19, PER_CELLS, "killing of B cells by effectors", FIT),
    PaperValue("r_E", 16.16, PER_CELLS, "antigen-driven expansion of effectors", FIT),
    PaperValue("d_E", 23.04, "1/day", "death of effectors", FIT),
    PaperValue("a_E", 0.024, "1/day", "conversion of effectors to memory", FIT),
    PaperValue("a_M", 1, "1/day", "reactivation of memory", FIXED, Status.FIXED),
    PaperValue("h", 1e5, CELLS, "antigen at half-maximal reactivation", FIXED, Status.FIXED),
    PaperValue("r_M", 0.0509, "1/day", "growth of memory", FIXED, Status.FIXED),
    PaperValue("d_M", 0.408, "1/day", "death of memory", FIXED, Status.FIXED),
    PaperValue("k_in", 76.78, "1/day", "blood to tissue", FIXED, Status.FIXED),
    PaperValue("k_out", 1.84, "1/day", "tissue to blood", FIXED, Status.FIXED),
    PaperValue("d_6", 3.96, "1/day", "clearance of IL-6", FIXED, Status.FIXED),
    PaperValue("d_10", 4.68, "1/day", "clearance of IL-10", FIXED, Status.FIXED),
    PaperValue("d_G", 1.51, "1/day", "clearance of interferon gamma", FIXED, Status.FIXED),
    PaperValue("P_6", 1.8e-3, "pg/mL/day/gigacell**2", "release of IL-6, in millions", FIT),
    PaperValue("P_10", 0.7e-3, "pg/mL/day/gigacell**2", "release of IL-10, in millions", FIT),
    PaperValue("P_G", 0.3e-3, "pg/mL/day/gigacell**2", "release of interferon gamma, in millions", FIT),
    PaperValue("b_6", 1.7, "pg/mL", "baseline IL-6", READ_OFF, Status.FIXED),
    PaperValue("b_10", 4.5, "pg/mL", "baseline IL-10", READ_OFF, Status.FIXED),
    PaperValue("b_G0", 2.3, "pg/mL", "baseline interferon gamma", READ_OFF, Status.FIXED),
    PaperValue("a_G", 0.59, "1", "interferon release that IL-10 can't damp", FIXED, Status.FIXED),
    PaperValue("b_G", 650, "pg/mL", "IL-10 at half-maximal damping", FIXED, Status.FIXED),
    PaperValue("B0", 4.14, CELLS, "B-cell burden at infusion", "caption of figure 2, UPN1", Status.FIXED),
    PaperValue(
        "dose", 1.1e9, "cell", "CAR-T cells infused over three days", "supplement, Data, UPN1", Status.FIXED
    ),
)

_to_memory = s.a_E * s.E * (1 - s.f_B)
_to_effector = s.a_M * s.M * s.f_B

MODEL = PublishedModel(
    name="hardiansyah2019",
    title="CAR-T expansion and cytokine release, corrected form",
    paper=Paper("Hardiansyah D, Ng CM. Clin Transl Sci 2019;12:343", "10.1111/cts.12636", pmc="PMC6662387"),
    disease="chronic lymphocytic leukaemia",
    antigen="CD19",
    species="human",
    fitted_to="2 patients (UPN1, UPN3), one at a time",
    assay="CAR-T cells in blood (1e9 cells); cytokines in serum, pg/mL",
    states=(
        State("B", CELLS, "B-cell antigen burden", initial=s.B0, scale=1e-6),
        State("E", CELLS, "effector CAR-T cells, blood", initial=_DOSE / 10, scale=1e-9),
        State("Et", CELLS, "effector CAR-T cells, tissue", scale=1e-9, latex="E_t"),
        State("M", CELLS, "memory CAR-T cells, blood", scale=1e-9),
        State("Mt", CELLS, "memory CAR-T cells, tissue", scale=1e-9, latex="M_t"),
        State("IL6", "pg/mL", "interleukin 6", initial=s.b_6, scale=1.0),
        State("IL10", "pg/mL", "interleukin 10", initial=s.b_10, scale=1.0),
        State("IFNg", "pg/mL", "interferon gamma", initial=s.b_G0, scale=1.0),
    ),
    values=VALUES,
    derived=(
        Derived("f_B", s.B / (s.B + s.h), "1", "antigen saturation"),
        Derived("F_d", s.a_G + (1 - s.a_G) * s.b_G / (s.IL10 + s.b_G), "1", "damping of interferon by IL-10"),
        Derived("blood", s.E + s.M, CELLS, "CAR-T cells in blood"),
    ),
    rates={
        "B": (s.r_B - s.d_B) * s.B - s.K_bc * s.E * s.B,
        "E": s.r_E * s.E * s.B - s.d_E * s.E - s.k_in * s.E + s.k_out * s.Et - _to_memory + _to_effector,
        "Et": s.k_in * s.E - s.k_out * s.Et,
        "M": (s.r_M - s.d_M) * s.M - s.k_in * s.M + s.k_out * s.Mt + _to_memory - _to_effector,
        "Mt": s.k_in * s.M - s.k_out * s.Mt,
        "IL6": s.d_6 * (s.b_6 - s.IL6) + s.P_6 * _MEGA * s.B * s.E,
        "IL10": s.d_10 * (s.b_10 - s.IL10) + s.P_10 * _MEGA * s.B * s.E,
        "IFNg": s.d_G * (s.b_G0 - s.IFNg) + s.P_G * _MEGA * s.B * s.E * s.F_d,
    },
    observables=(
        Observable("blood", Role.CAR_T, "CAR-T cells in blood", cells_per_uL=1e9 / 5e6),
        Observable("B", Role.TARGET, "B-cell burden"),
        Observable("IL6", Role.CYTOKINE, "serum"),
        Observable("IL10", Role.CYTOKINE, "serum"),
        Observable("IFNg", Role.CYTOKINE, "serum"),
    ),
    horizon=60.0,
    dose="dose",
    dosing=(Dosing("E", _DOSE * 3 / 10, 1.0), Dosing("E", _DOSE * 6 / 10, 2.0)),
    subjects={
        "UPN1": {},
        "UPN3": {
            "P_6": 6e-3,
            "P_10": 1.7e-2,
            "P_G": 6e-3,
            "r_E": 14.40,
            "d_E": 1.44,
            "a_E": 0.12,
            "K_bc": 2.21,
            "B0": 0.93,
            "dose": 1.4e7,
            "b_6": 1,
            "b_10": 0.5,
            "b_G0": 1.7,
        },
    },
    golden=(
        Golden("CAR-T maximum, UPN1", "2.550", Highest("blood"), CELLS),
        Golden(
            "CAR-T maximum, UPN1, open implementation",
            "2.5495",
            Highest("blood"),
            CELLS,
            Origin.READ,
            within=2e-4,
            note="the open implementation samples on a grid",
        ),
        Golden("CAR-T maximum day, UPN1", "3.83", HighestTime("blood"), "day"),
        Golden("IL-6 maximum, UPN1", "2748", Highest("IL6"), "pg/mL"),
        Golden("IL-6 maximum day, UPN1", "3.25", HighestTime("IL6"), "day"),
        Golden(
            "IL-6 maximum, UPN1, open implementation",
            "2744.7",
            Highest("IL6"),
            "pg/mL",
            Origin.READ,
            within=2e-3,
            note="the open implementation samples on a grid",
        ),
        Golden("IL-10 maximum, UPN1", "915.3", Highest("IL10"), "pg/mL"),
        Golden("interferon maximum, UPN1", "828.4", Highest("IFNg"), "pg/mL"),
    ),
    errata=(
        "Equation 7 must gain a_E E: with a_E M, as printed, memory stays zero.",
        "The printed unit of h is wrong; 1e5 is in the model's unit (1e9 cells).",
        "BioModels MODEL2009230001 isn't curated and is unfit: wrong units, and an infusion that never ends.",
    ),
    assumptions=(
        "Dose into blood effectors: 10, 30 and 60 % on days 0, 1 and 2.",
        "No tocilizumab or steroid term, as in the paper.",
        "Cells per uL for comparison with other models assume 5 L of blood.",
    ),
    conserved=(Conserved(s.E + s.Et + s.M + s.Mt, ("r_E", "d_E", "r_M", "d_M")),),
)

MODELS = (MODEL,)
