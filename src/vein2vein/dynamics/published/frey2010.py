"""Frey 2010: tocilizumab in rheumatoid arthritis, two compartments with linear and saturable elimination."""

from __future__ import annotations

from vein2vein.dynamics.law import Derived, State, Symbols, hill, where
from vein2vein.dynamics.published.golden import Area, At, Golden, Highest
from vein2vein.dynamics.published.record import (
    Conserved,
    Dosing,
    LogNormal,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

TABLE = "Table II, final model"

MODEL = PublishedModel(
    name="frey2010",
    title="tocilizumab pharmacokinetics",
    paper=Paper("Frey N, Grange S, Woodworth T. J Clin Pharmacol 2010;50:754", "10.1177/0091270009350623"),
    disease="rheumatoid arthritis",
    antigen="IL-6 receptor (drug)",
    species="human",
    fitted_to="1793 patients, non-linear mixed effects",
    assay="tocilizumab in serum, ug/mL",
    states=(
        State("A1", "mg", "tocilizumab, central", initial=0, scale=1e-3, latex="A_1"),
        State("A2", "mg", "tocilizumab, peripheral", initial=0, scale=1e-3, latex="A_2"),
    ),
    values=(
        PaperValue("CL", 0.3, "L/day", "linear clearance", TABLE, spread=LogNormal.from_cv(39)),
        PaperValue("V1", 3.5, "L", "central volume", TABLE, spread=LogNormal.from_cv(37), latex="V_1"),
        PaperValue("Q", 0.2, "L/day", "clearance between compartments", TABLE),
        PaperValue("V2", 2.9, "L", "peripheral volume", TABLE, spread=LogNormal.from_cv(66), latex="V_2"),
        PaperValue(
            "Vmax", 7.5, "mg/day", "largest saturable elimination", TABLE, spread=LogNormal.from_cv(54)
        ),
        PaperValue("Km", 2.7, "mg/L", "concentration at half of it", TABLE),
        PaperValue("dose", 560, "mg", "tocilizumab infused over one hour", "8 mg/kg at 70 kg", Status.FIXED),
        PaperValue(
            "effective",
            10,
            "mg/L",
            "concentration counted as exposed",
            "assumed; plausible 1 to 10 ug/mL",
            Status.ASSUMED,
        ),
    ),
    derived=(
        Derived("C", s.A1 / s.V1, "mg/L", "tocilizumab in serum"),
        Derived("exposed", where(s.effective < s.C, 1, 0), "1", "1 while above the effective concentration"),
    ),
    rates={
        "A1": -s.CL * s.C - s.Vmax * hill(s.C, s.Km) - s.Q * (s.C - s.A2 / s.V2),
        "A2": s.Q * (s.C - s.A2 / s.V2),
    },
    observables=(Observable("C", Role.DRUG, "tocilizumab in serum (mg/L = ug/mL)"),),
    horizon=60.0,
    dose="dose",
    dosing=(Dosing("A1", s.dose, 0.0, 1 / 24),),
    correlations={
        ("CL", "V1"): 0.6,
        ("CL", "V2"): -0.1,
        ("CL", "Vmax"): -0.5,
        ("V1", "V2"): 0.5,
        ("V1", "Vmax"): 0.2,
        ("V2", "Vmax"): 0.2,
    },
    golden=(
        Golden("Cmax", "159.4", Highest("C"), "ug/mL"),
        Golden(
            "AUC0-28 (25,694 ug h/mL)",
            "1070.58",
            Area("C"),
            "ug*day/mL",
            within=2e-5,
            note="printed in hours",
        ),
        Golden("C at day 7", "56.5", At("C", 7), "ug/mL"),
        Golden("C at day 14", "21.4", At("C", 14), "ug/mL"),
        Golden("C at day 28", "2.69", At("C", 28), "ug/mL"),
        Golden("days above 10 ug/mL", "19.4", Area("exposed", 0, 60), "day"),
    ),
    assumptions=(
        "Covariates are at their reference values (body surface 1.8 m2, male, HDL 54, log rheumatoid factor 4.7, total "
        "protein 74, albumin 38, creatinine clearance 106, no smoker).",
        "The spreads are read as coefficients of variation; the residual error (22 % and 2.4 ug/mL) isn't added.",
        "Another population: in cytokine release IL-6 and its receptor are far higher, so saturable elimination is "
        "probably understated.",
    ),
    conserved=(Conserved(s.A1 + s.A2, ("CL", "Vmax", "dose")),),
)

MODELS = (MODEL,)
