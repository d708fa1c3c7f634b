"""Kimmel, Locke & Altrock 2021: axi-cel, competition of CAR-T with recovering T cells, and chance at the end.

Normal T cells N return after lymphodepletion and outgrow the CAR-T cells C, which kill the tumour B. The tumour
never vanishes in equations; cure is the extinction of its last cells, a birth-death process along B.
"""

from __future__ import annotations

from vein2vein.dynamics.law import Derived, State, Symbols, exp, hill, log
from vein2vein.dynamics.published.golden import At, Golden, Highest, HighestTime
from vein2vein.dynamics.published.record import (
    LogNormal,
    LogUniform,
    Measured,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

TABLE = "table 1, divided by 5e8 uL and rounded to three digits"
RATE = "table 1"
START = "table 1, initial values; 5e8 uL conversion"
OWN = Status.ASSUMED

VALUES = (
    PaperValue("K_N", 500, "cell/uL", "carrying capacity of normal T cells", TABLE, Status.FIXED),
    PaperValue(
        "K_C",
        139,
        "cell/uL",
        "carrying capacity of CAR-T cells",
        TABLE + "; quartiles 6.15e10 to 9.65e10 cells",
        spread=LogNormal.from_quartiles(6.15, 9.65),
    ),
    PaperValue(
        "r_N", 0.17, "1/day", "growth of normal T cells", RATE, spread=LogNormal.from_quartiles(0.165, 0.17)
    ),
    PaperValue(
        "rho_C",
        0.0251,
        "1/day",
        "CAR-T growth at homeostasis",
        RATE,
        spread=LogNormal.from_quartiles(2.08, 3.54),
    ),
    PaperValue("a", 0.423, "1", "signalling inefficiency", RATE),
    PaperValue(
        "b",
        0.525,
        "1/day",
        "effect of reconstitution on growth",
        RATE,
        spread=LogNormal.from_quartiles(4.67, 5.22),
    ),
    PaperValue(
        "r_B",
        0.01,
        "1/day",
        "net growth of the tumour",
        "table 1 gives 0.01 to 0.50 across patients; the typical value is that of BIOMD0000001041",
        Status.FIXED,
        LogUniform(0.01, 0.5),
    ),
    PaperValue(
        "gamma_B", 1.15, "1/day", "largest killing rate", RATE, spread=LogNormal.from_quartiles(0.64, 1.35)
    ),
    PaperValue(
        "k_B",
        4.05,
        "cell/uL",
        "CAR-T at half-maximal killing",
        TABLE,
        spread=LogNormal.from_quartiles(1.4, 3.125),
    ),
    PaperValue("N0", 6, "cell/uL", "normal T cells at infusion", START, Status.FIXED),
    PaperValue(
        "B0", 9.486e10, "cell", "tumour at infusion (94.86 mL, 1e9 cells per mL)", START, Status.FIXED
    ),
    PaperValue("dose", 1.8e8, "cell", "CAR-T cells infused", "table 1, C(0)", Status.FIXED),
    PaperValue(
        "V",
        5e8,
        "uL",
        "conversion from cells to cells per uL (whole body)",
        "table 1 and figure 2",
        Status.FIXED,
    ),
    PaperValue(
        "turnover",
        0,
        "1/day",
        "tumour birth and death that cancel in the net growth",
        "assumed: all net growth is birth; plausible 0 to 0.5 per day",
        OWN,
    ),
)

_TOTAL = s.N + s.C
_kill = Derived(
    "mu", s.turnover + s.gamma_B * hill(s.C, s.k_B), "1/day", "death rate of one tumour cell", latex=r"\mu"
)

MODEL = PublishedModel(
    name="kimmel2021",
    title="competition with recovering T cells; cure as stochastic extinction",
    paper=Paper(
        "Kimmel GJ et al. Proc R Soc B 2021;288:20210229",
        "10.1098/rspb.2021.0229",
        pmc="PMC8059581",
        biomodels="BIOMD0000001041",
    ),
    disease="large B-cell lymphoma",
    antigen="CD19",
    species="human",
    fitted_to="group medians of 101 patients of ZUMA-1 (axicabtagene ciloleucel)",
    assay="CAR+ cells per uL blood; tumour volume from imaging",
    states=(
        State("N", "cell/uL", "normal T cells", initial=s.N0, scale=1.0),
        State("C", "cell/uL", "CAR-T cells", initial=s.dose / s.V, scale=1e-3),
        State("B", "cell", "tumour cells", initial=s.B0, scale=1.0),
        State("n", "1", "mean size of a founder's line, given that it survives", initial=1, scale=1.0),
        State(
            "lnL",
            "1",
            "logarithm of the expected number of surviving lines",
            initial=log(s.B0 / s.one_cell),
            scale=1.0,
            nonnegative=False,
            latex=r"\ln\Lambda",
        ),
    ),
    values=(*VALUES, PaperValue("one_cell", 1, "cell", "one cell", "unit of counting", Status.FIXED)),
    derived=(
        Derived("T", _TOTAL, "cell/uL", "all T cells"),
        Derived(
            "r_C",
            s.rho_C + s.b * (s.T - s.K_N) ** 2 / (s.a * s.T**2 + (s.T - s.K_N) ** 2),
            "1/day",
            "growth rate of CAR-T cells",
        ),
        _kill,
        Derived("P_cure", exp(-exp(s.lnL)), "1", "probability that the tumour is extinct"),
    ),
    rates={
        "N": -s.r_N * s.N * log(s.T / s.K_N),
        "C": -s.r_C * s.C * log(s.T / s.K_C),
        "B": (s.r_B + s.turnover - s.mu) * s.B,
        "n": (s.r_B + s.turnover - s.mu) * s.n + s.mu,
        "lnL": -s.mu / s.n,
    },
    observables=(
        Observable("C", Role.CAR_T, "CAR+ cells per uL blood", cells_per_uL=1.0),
        Observable("B", Role.TARGET, "tumour cells, whole body"),
        Observable("N", Role.MARKER, "absolute lymphocytes less CAR+ cells, per uL blood"),
        Observable("P_cure", Role.MARKER, "probability of extinction"),
    ),
    horizon=730.0,
    dose="dose",
    golden=(
        Golden("CAR-T peak", "30.11", Highest("C"), "cell/uL"),
        Golden("CAR-T peak day", "7.01", HighestTime("C"), "day"),
        Golden("CAR-T at day 1", "1.592", At("C", 1), "cell/uL"),
        Golden("CAR-T at day 3", "10.50", At("C", 3), "cell/uL"),
        Golden("normal T cells at day 7", "108.6", At("N", 7), "cell/uL"),
        Golden("probability of cure, 2 years", "0.996", At("P_cure", 730), settings={"r_B": 0.05}),
        Golden("probability of cure on the median day", "0.50", At("P_cure", 53.3), settings={"r_B": 0.05}),
    ),
    measured=(
        Measured("C", 7, 27.5, 16.5, 57.5, 19),
        Measured("C", 14, 9.1, 3.8, 31.1, 23),
        Measured("C", 28, 2.1, 0.6, 6.1, 22),
        Measured("C", 90, 0.1, 0.01, 0.4, 22),
    ),
    errata=(
        "r_N and rho_C differ between table 1 and the supplement; table 1 is used, as in the curated entry.",
        "The fitted a (0.423) lies outside its printed quartiles (0.100 to 0.302): it is kept without a spread.",
        "k_B isn't identifiable against r_B (correlation 0.94) or gamma_B (-0.96); 7 parameters from 11 points.",
        "Figure 2 labels its axes per mL; the numbers are per uL.",
    ),
    assumptions=(
        "The spreads are log-normal with the printed quartiles, and independent; r_B is log-uniform over its range.",
        "Extinction is Kendall's birth-death process along the trajectory; the paper simulates jumps below 100 cells.",
        "`turnover` splits net growth into birth and death; the paper's own split isn't used.",
        "One infusion; the paper argues that a second one needs renewed lymphodepletion.",
    ),
)

MODELS = (MODEL,)
