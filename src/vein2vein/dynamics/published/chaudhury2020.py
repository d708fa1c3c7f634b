"""Chaudhury 2020: templates of cell kinetics from a review, Lotka-Volterra and EC50.

E are expanding and P persistent CAR-T cells, U tumour cells, all per uL of blood. In the EC50 form expansion ends at
Tmax and the tumour's growth fades below a critical size (the cure gate F_cure).
"""

from __future__ import annotations

from dataclasses import replace

from vein2vein.dynamics.law import TIME, Derived, State, Symbols, log, where
from vein2vein.dynamics.published.golden import At, Golden, Highest, HighestTime
from vein2vein.dynamics.published.record import Observable, Paper, PaperValue, PublishedModel, Role, Status

s = Symbols()

LV = "BIOMD0000001024"
EC = "BIOMD0000001025"
PER_DENSITY = "uL/cell/day"

LOTKA_VOLTERRA = PublishedModel(
    name="chaudhury2020_lotka_volterra",
    title="predator and prey",
    paper=Paper(
        "Chaudhury A et al. J Clin Pharmacol 2020;60(S1):S147 (page recalled)",
        "10.1002/jcph.1691",
        pubmed="33205434",
        biomodels=LV,
    ),
    disease="B-cell malignancy (template)",
    antigen="CD19",
    species="human",
    fitted_to="none: teaching values",
    assay="cells per uL blood",
    states=(
        State("E", "cell/uL", "expanding CAR-T cells", initial=s.E0, scale=1e-3),
        State("U", "cell/uL", "tumour cells", initial=s.U0, scale=1e-6),
    ),
    values=(
        PaperValue("rho", 0.0018, PER_DENSITY, "expansion on the tumour", f"{LV}, rho", Status.ASSUMED),
        PaperValue("k_E", 0.16, "1/day", "death of CAR-T cells", f"{LV}, k_E", Status.ASSUMED),
        PaperValue("g", 0.15, "1/day", "growth of the tumour", f"{LV}, g", Status.ASSUMED),
        PaperValue("d", 0.00015, PER_DENSITY, "killing", f"{LV}, d", Status.ASSUMED),
        PaperValue(
            "E0", 10, "cell/uL", "CAR-T cells at infusion", f"{LV}, Expanding_CAR_T_cells", Status.ASSUMED
        ),
        PaperValue("U0", 900, "cell/uL", "tumour at infusion", f"{LV}, Tumor_cells", Status.ASSUMED),
    ),
    rates={"E": s.rho * s.E * s.U - s.k_E * s.E, "U": s.g * s.U - s.d * s.E * s.U},
    observables=(
        Observable("E", Role.CAR_T, "CAR-T cells per uL blood", cells_per_uL=1.0),
        Observable("U", Role.TARGET, "tumour cells per uL"),
    ),
    horizon=60.0,
    golden=(
        Golden("CAR-T maximum", "14557", Highest("E"), "cell/uL"),
        Golden("CAR-T maximum day", "5.0", HighestTime("E"), "day"),
        Golden("tumour at day 28", "0.00164030", At("U", 28), "cell/uL", within=1e-5, note="libroadrunner"),
    ),
    assumptions=("The dose isn't a number of cells: E0 is a density in blood.",),
)

_log10_left = log(s.U_max / s.U) / log(s.U_max / s.one)
_expanding = s.T_max >= TIME

EC50 = replace(
    LOTKA_VOLTERRA,
    name="chaudhury2020_ec50",
    title="saturating expansion to Tmax, killing, and a cure gate",
    paper=replace(LOTKA_VOLTERRA.paper, biomodels=EC),
    states=(
        State("E", "cell/uL", "expanding CAR-T cells", initial=s.E0, scale=1e-3),
        State("P", "cell/uL", "persistent CAR-T cells", initial=0, scale=1e-3),
        State("U", "cell/uL", "tumour cells", initial=s.U0, scale=1e-6),
    ),
    values=(
        PaperValue("rho", 8.8, "1/day", "largest expansion per tumour cell", f"{EC}, rho", Status.ASSUMED),
        PaperValue("EC50_rho", 1, "cell/uL", "saturation of expansion", f"{EC}, EC_50_rho", Status.ASSUMED),
        PaperValue("k_EP", 0.0012, "1/day", "conversion to persistent cells", f"{EC}, k_EP", Status.ASSUMED),
        PaperValue("k_E", 0.16, "1/day", "death of expanding cells", f"{EC}, k_E", Status.ASSUMED),
        PaperValue("beta", 0.0032, "1/day", "death of persistent cells", f"{EC}, beta", Status.ASSUMED),
        PaperValue("g", 0.2, "1/day", "growth of the tumour", f"{EC}, g", Status.ASSUMED),
        PaperValue("d", 0.35, "1/day", "largest killing", f"{EC}, d", Status.ASSUMED),
        PaperValue("EC50_d", 10, "cell/uL", "saturation of killing", f"{EC}, EC_50_d", Status.ASSUMED),
        PaperValue(
            "U_crit", 0.1, "cell/uL", "tumour below which growth fades", f"{EC}, U_crit", Status.ASSUMED
        ),
        PaperValue("U_max", 1000, "cell/uL", "largest tumour", f"{EC}, U_max", Status.ASSUMED),
        PaperValue("h", 3, "1", "steepness of the cure gate", f"{EC}, h", Status.ASSUMED),
        PaperValue("T_max", 9.3, "day", "end of expansion", f"{EC}, T_max", Status.FIXED),
        PaperValue("one", 1, "cell/uL", "unit of the logarithm of U_max", f"{EC}, rate law", Status.FIXED),
        PaperValue(
            "E0", 10, "cell/uL", "CAR-T cells at infusion", f"{EC}, Expanding_CAR_T_cells", Status.ASSUMED
        ),
        PaperValue("U0", 900, "cell/uL", "tumour at infusion", f"{EC}, Tumor_cells", Status.ASSUMED),
    ),
    derived=(
        Derived("F_cure", (s.U / s.U_crit) ** s.h / (1 + (s.U / s.U_crit) ** s.h), "1", "cure gate"),
        Derived("C", s.E + s.P, "cell/uL", "all CAR-T cells"),
    ),
    rates={
        "E": where(_expanding, s.rho * s.E * s.U / (s.EC50_rho + s.E + s.U), -(s.k_EP + s.k_E) * s.E),
        "P": where(_expanding, 0, s.k_EP * s.E - s.beta * s.P),
        "U": s.F_cure * s.g * s.U * _log10_left - s.d * s.E * s.U / (s.EC50_d + s.E + s.U),
    },
    observables=(
        Observable("C", Role.CAR_T, "CAR-T cells per uL blood", cells_per_uL=1.0),
        Observable("U", Role.TARGET, "tumour cells per uL"),
    ),
    golden=(
        Golden("CAR-T maximum", "22818", Highest("C"), "cell/uL"),
        Golden("CAR-T maximum day", "9.3", HighestTime("C"), "day"),
        Golden("CAR-T at day 28", "1274.5", At("C", 28), "cell/uL"),
        Golden("tumour at day 7", "129.2", At("U", 7), "cell/uL"),
        Golden("tumour at day 28", "1.367", At("U", 28), "cell/uL"),
    ),
    errata=(
        "The review's third form (first-order expansion, equations S1 to S3 of its supplement) isn't here. Its only "
        "deposit, BioModels MODEL2109110005, isn't curated and stops near day 8.5: a public run of that file (10 "
        "CAR-T and 900 tumour cells per uL) ends there with 6e-7 tumour cells per uL; presumably the tumour goes "
        "through zero, where its logarithm has no value. Neither the file nor the supplement could be read for this "
        "library, so no equation of it is given and no correction offered.",
    ),
    assumptions=(
        "The dose isn't a number of cells: E0 is a density in blood.",
        "The logarithm of U_max is taken of its number in cells/uL, as in the curated entry.",
    ),
)

MODELS = (LOTKA_VOLTERRA, EC50)
