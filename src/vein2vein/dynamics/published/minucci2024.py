"""Minucci 2024: CD19 CAR-T in lymphoma, 13 patients one by one, fast-binding reduction.

Infused cells (Inf) of both lineages (CD8, CD4) activate on tumour antigen, burst into effectors (Eff), and leave a
few memory cells (Mem). Endogenous lymphocytes (Endo) recover on their own.
"""

from __future__ import annotations

from sympy import Float, log

from vein2vein.dynamics.law import Derived, State, Symbols
from vein2vein.dynamics.published.golden import At, Golden, Highest, HighestTime, Lowest, LowestTime
from vein2vein.dynamics.published.record import Observable, Paper, PaperValue, PublishedModel, Role, Status

s = Symbols()

TABLE = "Table S1"
PATIENT = "Table S1, patients of the case study"
PATIENTS = {
    "F0104": (73, 0.333, 1e7, 21.42, 2.51e-3),
    "F0106": (57, 0.446, 1e7, 22.21, 2.37e-3),
    "F0107": (48, 0.461, 1e7, 21.16, 1.34e-2),
    "F0109": (88, 0.833, 1e5, 27.70, 2.08e-3),
    "F0110": (67, 0.820, 1e5, 19.59, 0.1),
    "F0111": (76, 0.943, 1e5, 22.85, 0.1),
    "F0118": (80, 0.290, 1e7, 15.88, 2.27e-3),
    "F0119": (62, 0.633, 1e7, 21.48, 2.9e-10),
    "F0121": (62, 0.610, 3.83e6, 18.07, 1.18e-3),
    "F0122": (62, 0.546, 1.16e6, 19.63, 7.04e-3),
    "F0123": (63, 0.725, 1e5, 21.63, 0.1),
    "F0125": (71, 0.376, 1.61e6, 18.06, 1.5e-7),
    "F0126": (68, 0.372, 2.80e5, 22.42, 4.6e-7),
}
_FIRST = PATIENTS["F0104"]
_GOLDEN = {
    "F0104": ("475.6", "2.01", "24.66", "2.699", "1.090e6", "11.6"),
    "F0107": ("312.6", "2.16", "25.65", "8.641", "1.271e6", "11.8"),
    "F0118": ("34.88", "3.89", "4.691", "0.2626", "8.475e6", "11.3"),
}

VALUES = (
    PaperValue("WT", _FIRST[0], "kg", "body weight", PATIENT, Status.FIXED),
    PaperValue("fCD8", _FIRST[1], "1", "CD8 share of the product", PATIENT, Status.FIXED, latex="f_{CD8}"),
    PaperValue("Tu0", _FIRST[2], "cell", "tumour at infusion", PATIENT),
    PaperValue("ndiv", _FIRST[3], "1", "divisions of an activated cell", PATIENT),
    PaperValue("fmem", _FIRST[4], "1", "effectors that become memory", PATIENT, latex="f_{mem}"),
    PaperValue(
        "dose_per_kg",
        1e6,
        "cell/kg",
        "CAR-T cells per kg",
        "trial doses were 3e5, 1e6 and 3e6 per kg",
        Status.FIXED,
    ),
    PaperValue("V", 5, "L", "blood volume", TABLE, Status.FIXED),
    PaperValue("Kd", 1, "nanomolar", "affinity of the binder", TABLE, Status.FIXED, latex="K_d"),
    PaperValue(
        "CD19", 5000, "1/cell", "CD19 molecules per cell", TABLE + "; 15,877 in another place", Status.FIXED
    ),
    PaperValue("N_A", 6.022e14, "1/nmol", "Avogadro's number, per nanomole", TABLE, Status.FIXED),
    PaperValue("act_CD8", 24 / 18, "1/day", "activation of CD8 (one in 18 h)", TABLE, Status.FIXED),
    PaperValue("act_CD4", 24 / 36, "1/day", "activation of CD4 (one in 36 h)", TABLE, Status.FIXED),
    PaperValue("t_inf", 9.606881, "day", "lifetime of infused cells", TABLE, Status.FIXED),
    PaperValue("t_eff", 3.101849, "day", "lifetime of effectors", TABLE, Status.FIXED),
    PaperValue("t_mem_CD8", 180, "day", "lifetime of CD8 memory", TABLE, Status.FIXED),
    PaperValue("t_mem_CD4", 240, "day", "lifetime of CD4 memory", TABLE, Status.FIXED),
    PaperValue("t_double", 16, "day", "doubling time of the tumour", TABLE, Status.FIXED),
    PaperValue(
        "k_kill", 8.64e-5, "1/cell/day", "killing by CD8 effectors (1e-9 per second)", TABLE, Status.FIXED
    ),
    PaperValue(
        "endo_ss", 5e8, "cell/L", "endogenous lymphocytes at rest", TABLE + "; 1e9 in its text", Status.FIXED
    ),
    PaperValue("t_endo", 30, "day", "recovery time of endogenous lymphocytes", TABLE, Status.FIXED),
    PaperValue("endo_left", 0.1, "1", "share left after lymphodepletion", TABLE, Status.ASSUMED),
)
_DOSE = s.dose_per_kg * s.WT


def _lineage(p: str, share: object) -> tuple[State, ...]:
    return (
        State(f"Inf_{p}", "cell", f"infused {p} CAR-T cells", initial=_DOSE * share, scale=1.0),
        State(f"Eff_{p}", "cell", f"effector {p} CAR-T cells", scale=1.0),
        State(f"Mem_{p}", "cell", f"memory {p} CAR-T cells", scale=1.0),
    )


STATES = (
    *_lineage("CD8", s.fCD8),
    *_lineage("CD4", 1 - s.fCD8),
    State("Tu", "cell", "tumour cells in blood", initial=s.Tu0, scale=1.0),
    State("Endo", "cell", "endogenous lymphocytes", initial=s.endo_left * s.endo_ss * s.V, scale=1.0),
)
RATES = {
    "Inf_CD8": -(s.a_CD8 + 1 / s.t_inf) * s.Inf_CD8,
    "Eff_CD8": 2**s.ndiv * s.a_CD8 * s.Inf_CD8 - s.Eff_CD8 / s.t_eff,
    "Mem_CD8": s.fmem * s.Eff_CD8 / s.t_eff - s.Mem_CD8 / s.t_mem_CD8,
    "Inf_CD4": -(s.a_CD4 + 1 / s.t_inf) * s.Inf_CD4,
    "Eff_CD4": 2**s.ndiv * s.a_CD4 * s.Inf_CD4 - s.Eff_CD4 / s.t_eff,
    "Mem_CD4": s.fmem * s.Eff_CD4 / s.t_eff - s.Mem_CD4 / s.t_mem_CD4,
    "Tu": log(2) / s.t_double * s.Tu - s.k_kill * s.fb * s.Eff_CD8 * s.Tu,
    "Endo": (s.endo_ss * s.V - s.Endo) / s.t_endo,
}

MODEL = PublishedModel(
    name="minucci2024",
    title="activation, burst and memory on tumour antigen, patient by patient",
    paper=Paper(
        "Minucci S, Gruver S, Subramanian K, Renardy M. Front Syst Biol 2024;4:1380018",
        "10.3389/fsysb.2024.1380018",
    ),
    disease="B-cell non-Hodgkin lymphoma",
    antigen="CD19",
    species="human",
    fitted_to="13 patients one by one (data of Ying 2021, IM19)",
    assay="CAR-T cells per uL blood, flow cytometry",
    states=STATES,
    values=VALUES,
    derived=(
        Derived("c19", s.CD19 * s.Tu / (s.V * s.N_A), "nanomolar", "concentration of CD19"),
        Derived("fb", s.c19 / (s.Kd + s.c19), "1", "bound fraction"),
        Derived("a_CD8", s.act_CD8 * s.fb, "1/day", "activation of CD8"),
        Derived("a_CD4", s.act_CD4 * s.fb, "1/day", "activation of CD4"),
        Derived(
            "CAR",
            (s.Inf_CD8 + s.Eff_CD8 + s.Mem_CD8 + s.Inf_CD4 + s.Eff_CD4 + s.Mem_CD4) / (s.V * Float(1e6)),
            "cell/uL",
            "CAR-T cells per uL of blood",
        ),
        Derived("B_percent", 100 * s.Tu / (s.Tu + s.Endo), "1", "B cells among lymphocytes, per cent"),
    ),
    rates=RATES,
    observables=(
        Observable("CAR", Role.CAR_T, "flow cytometry, CAR-T cells per uL blood", cells_per_uL=1.0),
        Observable("Tu", Role.TARGET, "tumour cells in blood"),
        Observable("B_percent", Role.MARKER, "B cells among lymphocytes, per cent"),
    ),
    horizon=365.0,
    dose="dose_per_kg",
    subjects={
        name: dict(zip(("WT", "fCD8", "Tu0", "ndiv", "fmem"), numbers, strict=True))
        for name, numbers in PATIENTS.items()
    },
    golden=tuple(
        golden
        for who, (high, day, at28, at90, low, low_day) in _GOLDEN.items()
        for golden in (
            Golden(f"CAR-T maximum, {who}", high, Highest("CAR"), "cell/uL", subjects=(who,)),
            Golden(f"CAR-T maximum day, {who}", day, HighestTime("CAR"), "day", subjects=(who,)),
            Golden(f"CAR-T at day 28, {who}", at28, At("CAR", 28), "cell/uL", subjects=(who,)),
            Golden(f"CAR-T at day 90, {who}", at90, At("CAR", 90), "cell/uL", subjects=(who,)),
            Golden(
                f"tumour minimum, {who}",
                low,
                Lowest("Tu"),
                "cell",
                subjects=(who,),
                within=6e-4,
                note="the reference samples on a grid",
            ),
            Golden(f"tumour minimum day, {who}", low_day, LowestTime("Tu"), "day", subjects=(who,)),
        )
    ),
    errata=(
        "The text gives 1e9 endogenous lymphocytes per litre, the table 5e8 (used here).",
        "The density of CD19 stands twice: 5,000 (used here) and 15,877 per cell.",
    ),
    assumptions=(
        "ndiv near 20 is a lump that the fit needs, not biology.",
        "The typical patient is F0104 at 1e6 cells per kg; the dose is in cells per kg of body weight.",
        "A population is drawn from the 13 patients, with replacement.",
    ),
)

MODELS = (MODEL,)
