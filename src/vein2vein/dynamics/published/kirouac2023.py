"""Kirouac 2023: T-cell states with antigen feedback in chronic lymphocytic leukaemia, fitted to groups of patients.

Infused cells wait (D), distribute (X) and become memory (Tm), early and late effectors (Te1, Te2) or exhausted (Tx)
cells; tumour B shows as antigen Ba with a lag, and antigen pushes cells down the line.
"""

from __future__ import annotations

from sympy import Expr, Symbol

from vein2vein.dynamics.law import Derived, State, Symbols
from vein2vein.dynamics.published.golden import Golden, Highest, HighestTime, Lowest
from vein2vein.dynamics.published.parameter_sets import shipped_sets
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

SETS = "fitted parameter sets of the paper (kirouac2023_sets.csv), first set of complete responders"

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


FITS = shipped_sets("kirouac2023_sets.csv")
"""The 36 sets: 12 each fitted to the mean curves of complete (CR), partial (PR) and non-responders (NR)."""

CR01 = FITS.values["CR01"]


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


def _medians(group: str, high: str, day: str, low: str) -> tuple[Golden, ...]:
    """Return what the median over a group must be; PR and NR were integrated with LSODA at 1e-10."""
    sets, unit = FITS.groups[group], "cell"
    return (
        Golden(f"Cmax, median of {group}", high, Highest("CAR", 0, 60), unit, subjects=sets),
        Golden(f"Tmax, median of {group}", day, HighestTime("CAR", 0, 60), "day", subjects=sets),
        Golden(f"tumour minimum, median of {group}", low, Lowest("B"), unit, subjects=sets),
    )


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
    subjects=FITS.values,
    groups=FITS.groups,
    golden=(
        Golden("Cmax, CR01", "1.143e8", Highest("CAR", 0, 60), "cell"),
        Golden("Tmax, CR01", "22.8", HighestTime("CAR", 0, 60), "day"),
        Golden("tumour minimum, CR01", "3.29e6", Lowest("B"), "cell"),
        Golden("Cmax, CR06", "9.75e7", Highest("CAR", 0, 60), "cell", subjects=("CR06",)),
        Golden("Tmax, CR06", "15.3", HighestTime("CAR", 0, 60), "day", subjects=("CR06",)),
        Golden("tumour minimum, CR06", "2.83e5", Lowest("B"), "cell", subjects=("CR06",)),
        *_medians("CR", "9.53e7", "19.1", "3.2e6"),
        *_medians("PR", "3.658e7", "20.52", "1.1106e8"),
        *_medians("NR", "6.303e5", "17.95", "1.000e10"),
    ),
    errata=("Author correction: 10.1038/s41587-023-01816-6.",),
    assumptions=(
        "Equations as openly re-implemented; the gain of early effectors is twice what memory loses (asymmetric division).",
        "Only 1/(1 + f_loss) of the dose engrafts, with f_loss between about 300 and 1,000.",
        "Fitted to group means, strongly non-identifiable; many values sit on their bounds.",
        "CR01 stands for a typical patient; kirouac2023:PR07 is one of the other 35 sets, kirouac2023:NR a group.",
        "A population mixes the sets evenly, a third each of CR, PR and NR; the fitted patients were 8, 5 and 25. "
        "Choose a group to simulate one.",
        "Dose and tumour of virtual patients are log-uniform over the paper's ranges.",
    ),
)

MODELS = (MODEL,)
