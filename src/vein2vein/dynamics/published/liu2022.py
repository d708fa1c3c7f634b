"""Liu L 2022: B-cell acute lymphoblastic leukaemia with CD19-negative escape.

Antigen-positive (B) and negative (Bn) leukaemia share a niche M; normal-state CAR-T cells (TN) turn into activated
ones (TA), which kill B and, as bystanders, Bn. The authors' files state no units; cells stand for them here.
"""

from __future__ import annotations

from dataclasses import replace

from vein2vein.dynamics.law import Derived, State, Symbols, hill
from vein2vein.dynamics.published.golden import At, Golden, Highest, HighestTime, Lowest, LowestTime
from vein2vein.dynamics.published.record import (
    Conserved,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

FIT = "example parameter file of the authors, complete responder"
ESCAPE = "example parameter file of the authors, CD19-negative relapse"
UNIT = "cell"  # unit not stated by the authors

VALUES = (
    PaperValue("r_B", 0.069, "1/day", "growth of leukaemia", FIT),
    PaperValue("M", 2939, UNIT, "capacity of the niche", FIT),
    PaperValue("e", 22.72, "1/day", "largest killing per activated CAR-T cell", FIT),
    PaperValue("K_B", 5891, UNIT, "leukaemia at half-maximal killing", FIT),
    PaperValue("r_T", 1.62, "1/day", "largest expansion", FIT),
    PaperValue("K_r", 638, UNIT, "leukaemia at half-maximal expansion", FIT),
    PaperValue("k_a", 0.65, "1/day", "largest activation", FIT),
    PaperValue("K_N", 1808, UNIT, "leukaemia at half-maximal activation", FIT),
    PaperValue("l_A", 0.12, "1/day", "loss of activated cells", FIT),
    PaperValue("l_N", 3e-5, "1/day", "loss of normal-state cells", FIT),
    PaperValue("B0", 2200, UNIT, "leukaemia at infusion", FIT),
    PaperValue("TN0", 16.5, UNIT, "CAR-T cells at infusion", FIT),
    PaperValue(
        "blasts_max", 97.19, "1", "largest share of blasts, per cent", "the authors' marrow calibration"
    ),
    PaperValue("blasts_half", 1909, UNIT, "leukaemia at half of it", "the authors' marrow calibration"),
)

_activation = s.k_a * hill(s.B, s.K_N) * s.TN
_all = Derived("Bt", s.B, UNIT, "all leukaemia", latex="B_t")
_blasts = Derived("blasts", s.blasts_max * hill(s.Bt, s.blasts_half), "1", "blasts in marrow, per cent")
_cart = Derived("CAR", s.TA + s.TN, UNIT, "all CAR-T cells")
T_RATES = {
    "TA": s.r_T * hill(s.B, s.K_r) * s.TA + _activation - s.l_A * s.TA,
    "TN": -_activation - s.l_N * s.TN,
}
B = State("B", UNIT, "antigen-positive leukaemia", initial=s.B0, scale=1e-3)
T = (
    State("TA", UNIT, "activated CAR-T cells", initial=0, scale=1e-3, latex="T_A"),
    State("TN", UNIT, "CAR-T cells in the normal state", initial=s.TN0, scale=1e-3, latex="T_N"),
)

MODEL = PublishedModel(
    name="liu2022",
    title="activation, expansion and killing, complete responder",
    paper=Paper(
        "Liu L, Ma C, Zhang Z, Chen W. J Immunother Cancer 2022 (preprint medRxiv 2021.09.21.21263913)",
        "10.1101/2021.09.21.21263913",
    ),
    disease="B-cell acute lymphoblastic leukaemia",
    antigen="CD19",
    species="human",
    fitted_to="patients one at a time; one complete responder shown",
    assay="unit not stated; leukaemia as per cent of marrow blasts",
    states=(B, *T),
    values=VALUES,
    derived=(_all, _blasts, _cart),
    rates={
        "B": s.r_B * s.B * (1 - s.B / s.M) - s.e * hill(s.B, s.K_B) * s.TA,
        **T_RATES,
    },
    observables=(
        Observable("CAR", Role.CAR_T, "CAR-T cells, unit not stated"),
        Observable("Bt", Role.TARGET, "leukaemia, unit not stated"),
        Observable("blasts", Role.MARKER, "blasts in marrow, per cent"),
    ),
    horizon=180.0,
    golden=(
        Golden("activated CAR-T peak", "612.4", Highest("TA"), UNIT),
        Golden("activated CAR-T peak day", "5.65", HighestTime("TA"), "day"),
        Golden("marrow blasts at infusion", "52.0", At("blasts", 0), "per cent"),
    ),
    assumptions=(
        "Cells stand for the unit that the authors' files don't state; the dose is TN0 in that unit.",
        "Medians of the authors' two example files; no spread is published with them.",
    ),
    conserved=(Conserved(s.TA + s.TN, ("r_T", "l_A", "l_N")),),
)

_CHANGED = {
    "r_B": 0.086,
    "r_T": 1.7,
    "l_A": 0.04,
    "l_N": 0.073,
    "M": 19988,
    "e": 8.6,
    "K_B": 795,
    "K_r": 827,
    "K_N": 93067,
    "k_a": 0.19,
}

ESCAPED = replace(
    MODEL,
    name="liu2022_escape",
    title="the same with CD19-negative leukaemia and bystander killing",
    fitted_to="patients one at a time; one CD19-negative relapse shown",
    states=(B, State("Bn", UNIT, "antigen-negative leukaemia", initial=s.Bn0, scale=1e-3, latex="B_n"), *T),
    values=(
        *(replace(v, value=_CHANGED[v.name], locator=ESCAPE) if v.name in _CHANGED else v for v in VALUES),
        PaperValue("r_n", 0.1, "1/day", "growth of antigen-negative leukaemia", ESCAPE),
        PaperValue("k_m", 0, "1/day", "loss of antigen", ESCAPE, Status.FIXED),
        PaperValue("k_b", 7.9, "1", "how much weaker bystander killing is", ESCAPE),
        PaperValue("K_Bn", 5956, UNIT, "leukaemia at half-maximal bystander killing", ESCAPE),
        PaperValue("Bn0", 19.89, UNIT, "antigen-negative leukaemia at infusion", ESCAPE),
    ),
    derived=(replace(_all, value=s.B + s.Bn), _blasts, _cart),
    rates={
        "B": s.r_B * s.B * (1 - s.Bt / s.M) - s.e * hill(s.B, s.K_B) * s.TA,
        "Bn": s.r_n * s.Bn * (1 - s.Bt / s.M) + s.k_m * s.B - s.e / s.k_b * hill(s.Bn, s.K_Bn) * s.TA,
        **T_RATES,
    },
    observables=(*MODEL.observables, Observable("Bn", Role.TARGET, "antigen-negative leukaemia")),
    horizon=365.0,
    golden=(
        Golden("activated CAR-T peak", "666.108", Highest("TA"), UNIT),
        Golden("activated CAR-T peak day", "8.055", HighestTime("TA"), "day"),
        Golden("leukaemia minimum", "32.4875", Lowest("Bt"), UNIT),
        Golden("leukaemia minimum day", "13.023", LowestTime("Bt"), "day"),
        Golden("antigen-negative leukaemia at day 100", "9535.71", At("Bn", 100), UNIT),
        Golden("marrow blasts at day 180", "88.7102", At("blasts", 180), "per cent"),
    ),
    assumptions=(
        *MODEL.assumptions,
        "No number of this run is printed: the golden ones were integrated with SciPy (LSODA and Radau agree at 1e-9 "
        "and 1e-11).",
        "The niche M is shared by both kinds of leukaemia.",
        "B0 and TN0 of this patient aren't in the evidence: those of the complete responder stand in (assumed).",
    ),
)

MODELS = (MODEL, ESCAPED)
