"""León-Triana 2021: CAR-T in solid tumours that suppress them, with one target or two.

Single target: CAR-T cells C expand on tumour cells T, which also inactivate them (alpha_1). Dual target: a second
binder lets CAR-T cells C_off expand on healthy B cells Bh away from the tumour and then move in at rate k.
"""

from __future__ import annotations

from dataclasses import replace

from vein2vein.dynamics.law import Derived, State, Symbols, hill
from vein2vein.dynamics.published.golden import At, Golden, Highest, HighestTime, Lowest
from vein2vein.dynamics.published.record import Observable, Paper, PaperValue, PublishedModel, Role, Status

s = Symbols()

ONE = "BIOMD0000001013"
TWO = "BIOMD0000001014"

VALUES = (
    PaperValue("rho_C", 0.9, "1/day", "largest expansion on the tumour", f"{ONE}, rho_C", Status.ASSUMED),
    PaperValue("g_T", 1e10, "cell", "tumour at half-maximal expansion", f"{ONE}, g_T", Status.ASSUMED),
    PaperValue(
        "alpha_1",
        0.04,
        "1/day",
        "inactivation by the tumour",
        f"{ONE}, alpha_1; 0.02 to 0.2 in the paper",
        Status.ASSUMED,
    ),
    PaperValue("g_C", 2e9, "cell", "CAR-T cells at half-maximal inactivation", f"{ONE}, g_C", Status.ASSUMED),
    PaperValue("tau_C", 7, "day", "lifetime of CAR-T cells", f"{ONE}, tao_C", Status.ASSUMED),
    PaperValue("rho_T", 0.02, "1/day", "growth of the tumour", f"{ONE}, rho_T", Status.ASSUMED),
    PaperValue(
        "alpha_2", 2.5e-10, "1/cell/day", "killing of tumour cells", f"{ONE}, alpha_2", Status.ASSUMED
    ),
    PaperValue("T0", 6.7e9, "cell", "tumour at infusion", f"{ONE}, Tumour_cells", Status.ASSUMED),
    PaperValue("dose", 4e8, "cell", "CAR-T cells at infusion", f"{ONE}, CAR_T_cells", Status.ASSUMED),
)

_on_tumour = s.rho_C * s.C * hill(s.T, s.g_T) - s.alpha_1 * s.T * hill(s.C, s.g_C) - s.C / s.tau_C

SINGLE = PublishedModel(
    name="leontriana2021_single",
    title="solid tumour that inactivates CAR-T cells, one target",
    paper=Paper("León-Triana O et al. Cancers 2021;13:703", "10.3390/cancers13040703", biomodels=ONE),
    disease="solid tumour",
    antigen="tumour antigen",
    species="human",
    fitted_to="none: values chosen from the literature",
    assay="cells in the tumour",
    states=(
        State("C", "cell", "CAR-T cells in the tumour", initial=s.dose, scale=1.0),
        State("T", "cell", "tumour cells", initial=s.T0, scale=1.0),
    ),
    values=VALUES,
    rates={"C": _on_tumour, "T": s.rho_T * s.T - s.alpha_2 * s.C * s.T},
    observables=(
        Observable("C", Role.CAR_T, "CAR-T cells in the tumour"),
        Observable("T", Role.TARGET, "tumour cells"),
    ),
    horizon=300.0,
    dose="dose",
    subjects={"fig5a": {"alpha_1": 0.04}, "fig5b": {"alpha_1": 0.183}},
    golden=(
        Golden("CAR-T at day 28, figure 5a", "1.39682e8", At("C", 28), "cell"),
        Golden("tumour at day 28, figure 5a", "5.31569e8", At("T", 28), "cell"),
        Golden("CAR-T maximum, figure 5a", "8.87371e8", Highest("C"), "cell"),
        Golden("CAR-T maximum day, figure 5a", "238.01", HighestTime("C"), "day"),
        Golden("tumour minimum, figure 5a", "3.18551e8", Lowest("T"), "cell"),
        Golden("tumour at day 28, figure 5b", "8.46666e9", At("T", 28), "cell", subjects=("fig5b",)),
        Golden("tumour minimum, figure 5b", "5.70678e9", Lowest("T"), "cell", subjects=("fig5b",)),
    ),
    errata=(
        "Figure 5a needs alpha_1 = 0.04 and figure 5b needs 0.183, not the printed values (0.2 for 5b).",
    ),
    assumptions=("The golden numbers come from libroadrunner on the curated entry.",),
)

DUAL = replace(
    SINGLE,
    name="leontriana2021_dual",
    title="the same with a second target on healthy B cells",
    paper=replace(SINGLE.paper, biomodels=TWO),
    antigen="tumour antigen and CD19",
    assay="cells in the tumour and in the rest of the body",
    states=(
        State("C", "cell", "CAR-T cells in the tumour", initial=0, scale=1.0),
        State("T", "cell", "tumour cells", initial=s.T0, scale=1.0),
        State("C_off", "cell", "CAR-T cells away from the tumour", initial=s.dose, scale=1.0),
        State("Bh", "cell", "healthy B cells", initial=s.Bh0, scale=1.0, latex="B_h"),
    ),
    values=(
        *(
            replace(
                v,
                value={"T0": 3.35e10, "dose": 2e8, "alpha_1": 0.02}.get(v.name, v.value),
                locator=v.locator.replace(ONE, TWO),
            )
            for v in VALUES
        ),
        PaperValue("k", 0.2, "1/day", "homing to the tumour", f"{TWO}, k", Status.ASSUMED),
        PaperValue(
            "rho_Cb",
            0.9,
            "1/day",
            "largest expansion on B cells",
            f"{TWO}, rho_C_bar",
            Status.ASSUMED,
            latex=r"\rho_{CB}",
        ),
        PaperValue("g_B", 1e10, "cell", "B cells at half-maximal expansion", f"{TWO}, g_B", Status.ASSUMED),
        PaperValue("alpha_B", 4.5e-11, "1/cell/day", "killing of B cells", f"{TWO}, alpha_B", Status.ASSUMED),
        PaperValue("tau_B", 60, "day", "lifetime of B cells", f"{TWO}, tao_B", Status.ASSUMED),
        PaperValue("Bh0", 2.5e10, "cell", "healthy B cells at infusion", f"{TWO}, B_cells", Status.ASSUMED),
    ),
    derived=(Derived("C_total", s.C + s.C_off, "cell", "all CAR-T cells"),),
    rates={
        "C": _on_tumour + s.k * s.C_off,
        "T": s.rho_T * s.T - s.alpha_2 * s.C * s.T,
        "C_off": s.rho_Cb * s.C_off * hill(s.Bh, s.g_B) - s.C_off / s.tau_C - s.k * s.C_off,
        "Bh": -s.alpha_B * s.Bh * s.C_off - s.Bh / s.tau_B,
    },
    observables=(
        Observable("C_total", Role.CAR_T, "CAR-T cells, all"),
        Observable("T", Role.TARGET, "tumour cells"),
        Observable("Bh", Role.TARGET, "healthy B cells, whole body"),
    ),
    subjects={},
    golden=(
        Golden("CAR-T maximum, all", "8.76476e9", Highest("C_total"), "cell"),
        Golden("CAR-T maximum day, all", "15.041", HighestTime("C_total"), "day"),
        Golden("CAR-T maximum in the tumour", "4.96851e9", Highest("C"), "cell"),
        Golden("tumour maximum", "3.40225e10", Highest("T"), "cell"),
        Golden("tumour at day 28", "6.91468", At("T", 28), "cell"),
        Golden("tumour minimum", "0.0921789", Lowest("T"), "cell"),
        Golden("healthy B cells at day 28", "1.42345e9", At("Bh", 28), "cell"),
    ),
    errata=(
        "The curated entry ships alpha_1 = 0.02, the lowest value of the paper's range; it is kept here.",
    ),
    assumptions=(
        "All CAR-T cells start away from the tumour, as in the curated entry.",
        "The paper prints no number for this run: the golden ones were integrated with SciPy (LSODA and Radau agree "
        "at 1e-9 and 1e-11).",
        "A tumour below one cell is gone: the deterministic curve falls to 0.09 cells and would grow back.",
    ),
)

MODELS = (SINGLE, DUAL)
