"""Stein 2019: tisagenlecleucel kinetics in children and young adults with leukaemia.

The paper fits a closed form; the equations below are its derivative. The original has a kink at Tmax. The smooth
variant passes from growth to decline over a day or so, and keeps Tmax and Cmax as the day and height of the peak.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr

from vein2vein.dynamics.law import TIME, Derived, State, Symbols, exp, log, where
from vein2vein.dynamics.published.golden import Area, At, Golden, Highest, HighestTime, Origin
from vein2vein.dynamics.published.record import (
    LogNormal,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

PAPER = Paper(
    "Stein AM et al. CPT Pharmacometrics Syst Pharmacol 2019;8:285",
    doi="10.1002/psp4.12388",
    pubmed="30848084",
    pmc="PMC6539725",
)
TABLE = "Table 1; random effects read as variances of the logarithm"

VALUES = (
    PaperValue("foldx", 3900, "1", "fold expansion from day 0 to Tmax", TABLE, spread=LogNormal(2.4)),
    PaperValue("Tmax", 9.3, "day", "day of the maximum", TABLE, spread=LogNormal(0.38), latex="T_{max}"),
    PaperValue(
        "Cmax", 24_000, "copies/ug", "maximum transgene level", TABLE, spread=LogNormal(0.65), latex="C_{max}"
    ),
    PaperValue("alpha", 0.16, "1/day", "initial decline of the transgene", TABLE, spread=LogNormal(0.91)),
    PaperValue("FB", 0.0079, "1", "fraction of Cmax in the persistent phase", TABLE, spread=LogNormal(0.80)),
    PaperValue("beta", 0.0032, "1/day", "terminal decline of the transgene", TABLE, spread=LogNormal(0.86)),
    PaperValue("F_toci", 1.2, "1", "growth-rate multiplier while on tocilizumab", TABLE),
    PaperValue("F_ster", 1.0, "1", "growth-rate multiplier while on corticosteroids", TABLE),
    PaperValue(
        "toci", 0, "1", "1 if tocilizumab is given before Tmax", "typical patient: none", Status.FIXED
    ),
    PaperValue(
        "ster", 0, "1", "1 if corticosteroids are given before Tmax", "typical patient: none", Status.FIXED
    ),
)

SHARED = (
    Derived("rho", log(s.foldx) / s.Tmax * s.F_toci**s.toci * s.F_ster**s.ster, "1/day", "growth rate"),
    Derived("doubling_time", log(2) / s.rho, "day", "doubling time before Tmax", latex="t_{double}"),
    Derived(
        "initial_half_life", log(2) / s.alpha, "day", "half-life of the initial decline", latex="t_{initial}"
    ),
    Derived(
        "terminal_half_life",
        log(2) / s.beta,
        "day",
        "half-life of the terminal decline",
        latex="t_{terminal}",
    ),
    Derived("k", s.FB * (s.alpha - s.beta), "1/day", "conversion of effector to memory transgene"),
    Derived("C", s.E + s.M, "copies/ug", "transgene in peripheral blood"),
)
MODEL = PublishedModel(
    name="stein2019",
    title="exponential growth to Tmax, then bi-exponential decline",
    paper=PAPER,
    disease="B-cell acute lymphoblastic leukaemia, 3 to 25 years of age",
    antigen="CD19",
    species="human",
    fitted_to="90 patients (ELIANA and ENSIGN), non-linear mixed effects",
    assay="qPCR, copies/ug DNA, peripheral blood",
    observables=(Observable("C", Role.CAR_T, "qPCR of the transgene, copies per ug of genomic DNA, blood"),),
    horizon=365.0,
    states=(
        State("E", "copies/ug", "effector transgene", initial=s.Cmax / s.foldx, scale=1.0),
        State("M", "copies/ug", "memory transgene", initial=0, scale=1.0),
    ),
    values=VALUES,
    derived=SHARED,
    rates={
        "E": where(s.Tmax > TIME, s.rho, -s.alpha) * s.E,
        "M": where(s.Tmax > TIME, 0, s.k * s.E - s.beta * s.M),
    },
    golden=(
        Golden(
            "growth rate",
            "0.8890",
            At("rho", 0),
            "1/day",
            within=2e-4,
            note="ln(3900)/9.3 is 0.88911: the reference value lost its last digit",
        ),
        Golden("doubling time, abstract", "0.78", At("doubling_time", 0), "day", Origin.READ),
        Golden("initial half-life, abstract", "4.3", At("initial_half_life", 0), "day", Origin.READ),
        Golden(
            "terminal half-life, abstract (220)", "2.2e2", At("terminal_half_life", 0), "day", Origin.READ
        ),
        Golden("doubling time", "0.780", At("doubling_time", 0), "day"),
        Golden("initial half-life", "4.33", At("initial_half_life", 0), "day"),
        Golden("terminal half-life", "217", At("terminal_half_life", 0), "day"),
        Golden("AUC0-28", "171774", Area("C", 0, 28), "copies*day/ug"),
        Golden("AUC0-28, open implementation", "172e3", Area("C", 0, 28), "copies*day/ug", Origin.READ),
        Golden("C at day 7", "3105", At("C", 7), "copies/ug"),
        Golden("C at day 14", "11412", At("C", 14), "copies/ug"),
        Golden("Tmax", "9.3", HighestTime("C"), "day", Origin.READ),
        Golden("Cmax", "24000", Highest("C"), "copies/ug", Origin.READ),
    ),
    errata=(
        "Whether the random effects are variances or standard deviations isn't stated; see the assumptions.",
    ),
    assumptions=(
        "The random effects are read as variances: the sampled Cmax then has a geometric CV of 149 %, closer to the "
        "163 % of the label than the 110 % of the other reading.",
        "Dose doesn't enter: no covariate, dose included, was significant on Cmax.",
        "Comedication multiplies the growth rate of the whole phase before Tmax; the paper switches it on at the "
        "day of the first administration. Off in the typical patient.",
        "The residual error (0.56 on the logarithmic scale) isn't added to trajectories.",
        "The derivative jumps at Tmax; `stein2019_smooth` stands beside it for work that needs a smooth curve.",
    ),
)

_GATE = Derived(
    "gate",
    1 / (1 + exp(-(TIME - s.Tmax + s.width * log(s.rho / s.alpha)) / s.width)),
    "1",
    "fraction of the passage from growth to decline; at Tmax growth and decline balance",
)
_PEAK_LOSS = log(1 + s.rho / s.alpha)  # what the passage costs by Tmax, in units of (rho + alpha) * width
_START_LOSS = log(1 + exp(-(s.Tmax - s.width * log(s.rho / s.alpha)) / s.width))
_GROWTH = log(s.foldx) / s.Tmax * s.F_toci**s.toci * s.F_ster**s.ster


def _initial_effector() -> Expr:
    """Return the level at day 0 that puts the peak of E at Cmax on day Tmax."""
    whole = s.rho * s.Tmax - (s.rho + s.alpha) * s.width * (_PEAK_LOSS - _START_LOSS)
    level = s.Cmax * exp(-whole)
    return level.subs(s.rho, _GROWTH)


SMOOTH = replace(
    MODEL,
    name="stein2019_smooth",
    title="the same with a smooth passage at Tmax",
    states=(
        State("E", "copies/ug", "effector transgene", initial=_initial_effector(), scale=1.0),
        State("M", "copies/ug", "memory transgene", initial=0, scale=1.0),
    ),
    values=(
        *VALUES,
        PaperValue(
            "width",
            0.25,
            "day",
            "time scale of the passage",
            "assumed: short against Tmax and both half-lives; plausible 0.1 to 1 day",
            Status.ASSUMED,
        ),
    ),
    derived=(*SHARED, _GATE),
    rates={
        "E": ((1 - s.gate) * s.rho - s.gate * s.alpha) * s.E,
        "M": s.gate * (s.k * s.E - s.beta * s.M),
    },
    golden=(
        Golden("Tmax", "9.3", HighestTime("E"), "day", Origin.READ),
        Golden("Cmax", "24000", Highest("E"), "copies/ug", Origin.READ),
    ),
    assumptions=(
        "Growth and decline are weighed by a logistic gate, placed so that E peaks at Cmax on day Tmax exactly; the "
        "level at day 0 follows and is above Cmax/foldx.",
        *MODEL.assumptions[:4],
    ),
    errata=(),
)

MODELS = (MODEL, SMOOTH)
