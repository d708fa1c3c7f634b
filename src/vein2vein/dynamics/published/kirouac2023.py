"""Kirouac 2023: T-cell states with antigen feedback in chronic lymphocytic leukaemia, fitted to groups of patients.

Infused cells wait (D), distribute (X) and become memory (Tm), early and late effectors (Te1, Te2) or exhausted (Tx)
cells; tumour B shows as antigen Ba with a lag, and antigen pushes cells down the line.
"""

from __future__ import annotations

from sympy import Expr, Symbol

from vein2vein.dynamics.law import Derived, State, Symbols
from vein2vein.dynamics.published.golden import Golden, Highest, HighestTime, Lowest
from vein2vein.dynamics.published.record import (
    LogUniform,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

SETS = "fitted parameter sets of the paper, CR01"

_MEANING = {
    "B50": ("cell", "antigen at half of every switch"),
    "uB": ("1/day", "growth of the tumour"),
    "k_kill": ("1/day", "largest killing rate"),
    "f_loss": ("1/day", "loss of infused cells that don't engraft"),
    "TK50": ("cell", "late effectors at half-maximal killing"),
    "kt": ("1", "steepness of killing"),
    "kb1": ("1/day", "antigen shown per tumour cell"),
    "kb2": ("1/day", "loss of antigen"),
    "um": ("1/day", "division of memory cells"),
    "km": ("1", "steepness of memory self-renewal"),
    "f_max": ("1", "largest share of self-renewal"),
    "ke": ("1", "steepness of effector differentiation"),
    "ue": ("1/day", "effector differentiation"),
    "N": ("1", "divisions on the way to late effectors"),
    "kex": ("1/day", "exhaustion"),
    "dm": ("1/day", "death of memory cells"),
    "de1": ("1/day", "death of early effectors"),
    "de2": ("1/day", "death of late effectors"),
    "dx": ("1/day", "death of exhausted cells"),
    "Bmax": ("cell", "capacity of the tumour"),
    "kx": ("1", "steepness of exhaustion"),
    "rm": ("1/day", "return of late effectors to memory"),
    "kr": ("1", "steepness of the return"),
    "fTm": ("1/day", "distribution to memory"),
    "fTe1": ("1/day", "distribution to early effectors"),
    "fTe2": ("1/day", "distribution to late effectors"),
    "fTx": ("1/day", "distribution to exhausted cells"),
}


CR01 = {
    "B50": 3236080324.0,
    "uB": 0.050040188,
    "k_kill": 0.958461702,
    "f_loss": 314.5563332,
    "TK50": 1000000000.0,
    "kt": 0.254191859,
    "kb1": 0.996687975,
    "kb2": 0.257136936,
    "um": 0.253162895,
    "km": 0.720743327,
    "f_max": 0.579686926,
    "ke": 2.708089263,
    "ue": 0.937843482,
    "N": 5.132798082,
    "kex": 0.15978662,
    "dm": 0.07484827,
    "de1": 0.290634336,
    "de2": 0.007565547,
    "dx": 0.001000004,
    "Bmax": 227144056.1,
    "kx": 2.998879893,
    "rm": 0.394596635,
    "kr": 2.795422828,
    "fTm": 1.0,
    "fTe1": 1.126392921,
    "fTe2": 45.01114367,
    "fTx": 14.91950294,
}
"""The first of the twelve sets fitted to complete responders."""


def _antigen(steepness: Symbol) -> Expr:
    """Return the antigen switch H(n) = Ba^n / (B50^n + Ba^n)."""
    relative = (s.Ba / s.B50) ** steepness
    return relative / (1 + relative)


_renew = s.share * s.um * s.Tm
_commit = s.um * (1 - s.share) * s.Tm
_mature = s.ue * _antigen(s.ke) * s.Te1
_exhaust = s.kex * _antigen(s.kx) * s.Te2
_return = s.rm * (1 - _antigen(s.kr)) * s.Te2
_hit = (s.Te2 / s.TK50) ** s.kt

MODEL = PublishedModel(
    name="kirouac2023",
    title="memory, effector and exhausted cells with antigen feedback",
    paper=Paper(
        "Kirouac DC et al. Nat Biotechnol 2023;41:1606", "10.1038/s41587-023-01687-x", pmc="PMC10635825"
    ),
    disease="chronic lymphocytic leukaemia",
    antigen="CD19",
    species="human",
    fitted_to="group mean curves (8 CR, 5 PR, 25 NR), 12 sets each",
    assay="CAR-T and tumour cells in the whole body",
    states=(
        State("Tm", "cell", "memory CAR-T cells", scale=1.0, latex="T_m"),
        State("Te1", "cell", "early effector CAR-T cells", scale=1.0, latex="T_{e1}"),
        State("Te2", "cell", "late effector CAR-T cells", scale=1.0, latex="T_{e2}"),
        State("Tx", "cell", "exhausted CAR-T cells", scale=1.0, latex="T_x"),
        State("B", "cell", "tumour cells", initial=s.B0, scale=1.0),
        State("Ba", "cell", "antigen as seen by CAR-T cells", initial=s.B0, scale=1.0, latex="B_a"),
        State("D", "cell", "infused cells", initial=s.dose, scale=1.0),
        State("X", "cell", "infused cells that distribute", scale=1.0),
    ),
    values=(
        *(PaperValue(name, CR01[name], unit, meaning, SETS) for name, (unit, meaning) in _MEANING.items()),
        PaperValue("engraft", 1, "1/day", "passage of infused cells", "equation of D", Status.FIXED),
        PaperValue(
            "B0",
            1e10,
            "cell",
            "tumour at infusion",
            "virtual patients 8.5e8 to 2.7e10",
            Status.ASSUMED,
            LogUniform(8.5e8, 2.7e10),
        ),
        PaperValue(
            "dose",
            1e8,
            "cell",
            "CAR-T cells infused",
            "virtual patients 1e7 to 1e9",
            Status.ASSUMED,
            LogUniform(1e7, 1e9),
        ),
    ),
    derived=(
        Derived("share", s.f_max * (1 - _antigen(s.km)), "1", "share of self-renewal"),
        Derived("CAR", s.Tm + s.Te1 + s.Te2 + s.Tx, "cell", "all CAR-T cells"),
    ),
    rates={
        "Tm": _renew - _commit - s.dm * s.Tm + _return + s.fTm * s.X,
        "Te1": 2 * _commit - _mature - s.de1 * s.Te1 + s.fTe1 * s.X,
        "Te2": _mature * 2**s.N - _exhaust - s.de2 * s.Te2 - _return + s.fTe2 * s.X,
        "Tx": _exhaust - s.dx * s.Tx + s.fTx * s.X,
        "B": s.uB * s.B * (1 - s.B / s.Bmax) - s.k_kill * s.B * _hit / (1 + _hit),
        "Ba": s.kb1 * s.B - s.kb2 * s.Ba,
        "D": -(s.f_loss + s.engraft) * s.D,
        "X": s.engraft * s.D - (s.fTm + s.fTe1 + s.fTe2 + s.fTx) * s.X,
    },
    observables=(
        Observable("CAR", Role.CAR_T, "all CAR-T cells, whole body", search_from=1.0),
        Observable("B", Role.TARGET, "tumour cells, whole body"),
    ),
    horizon=365.0,
    dose="dose",
    golden=(
        Golden("Cmax, CR01", "1.143e8", Highest("CAR", 0, 60), "cell"),
        Golden("Tmax, CR01", "22.8", HighestTime("CAR", 0, 60), "day"),
        Golden("tumour minimum, CR01", "3.29e6", Lowest("B"), "cell"),
    ),
    errata=("Author correction: 10.1038/s41587-023-01816-6.",),
    assumptions=(
        "Equations as openly re-implemented; the gain of early effectors is twice what memory loses (asymmetric division).",
        "Only 1/(1 + f_loss) of the dose engrafts, with f_loss between about 300 and 1,000.",
        "Fitted to group means, strongly non-identifiable; many values sit on their bounds.",
        "CR01 stands for a typical patient. The other 35 sets are read from a table of the user (with_sets, or --sets "
        "on the command line); a population then mixes the sets evenly.",
        "Dose and tumour of virtual patients are log-uniform over the paper's ranges.",
    ),
)

MODELS = (MODEL,)
