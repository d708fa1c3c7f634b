"""Park, Mugundu & Singh 2025: CD19 CAR-T in systemic lupus erythematosus, 37 states.

CD8 and CD4 CAR-T cells of four phenotypes (naive, central memory, effector memory, effector) in blood (C) and marrow
(K) bind autoreactive B cells, expand and kill; B cells come back when CAR-T cells are gone; autoantibody, interferon
alpha, complement and proteinuria follow. Conditioning depresses T cells and neutrophils.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Float, Max

from vein2vein.dynamics.law import Derived, State, Symbols, exp, where
from vein2vein.dynamics.published.golden import At, Golden, Highest, HighestTime, Lowest
from vein2vein.dynamics.published.record import (
    Deviation,
    LogNormal,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

TABLE = "table 1 of the paper"
CODE = "authors' code"
LINEAGES = {"8": "CD8", "4": "CD4"}
PHENOTYPES = {"N": "naive", "CM": "central memory", "EM": "effector memory", "F": "effector"}
DENSITY, COMPLEX = "cell/L", "1/L"
_SECONDS, _UL = Float(86400), Float(1e-6)
_FIXED = Status.FIXED


def _row(name: str, value: float, unit: str, meaning: str, source: str = TABLE, **more: object) -> PaperValue:
    return PaperValue(name, value, unit, meaning, source, **{"status": _FIXED, **more})  # type: ignore[arg-type]


VALUES = (
    _row("KE_8", 1.8, "1/day", "largest expansion, CD8", status=Status.ESTIMATED),
    _row("KE_4", 1.8 / 1.12, "1/day", "largest expansion, CD4", status=Status.ESTIMATED),
    _row("EC", 1.9e-5, "1/cell", "complexes per CAR-T cell at half-maximal expansion"),
    _row("KK", 2.76, "1/day", "largest killing"),
    _row("KC", 7.71, "1/cell", "complexes per B cell at half-maximal killing"),
    _row("r1", 0.15, "1/day", "naive to central memory"),
    _row("r2", 0.11, "1/day", "central to effector memory"),
    _row("r3", 0.72, "1/day", "effector memory to effector"),
    _row("ke", 47.38, "1/day", "loss of effectors from blood"),
    _row("km", 0.69, "1/day", "loss of the others from blood"),
    _row("k12", 1.41, "1/day", "blood to marrow"),
    _row("k21", 0.0017, "1/day", "marrow to blood"),
    _row("kon", 2.1e5, "1/molar/s", "association of CAR and CD19"),
    _row("koff", 6.81e-5, "1/s", "dissociation of CAR and CD19"),
    _row("N_A", 6.023e23, "1/mol", "Avogadro's number", CODE),
    _row("Ag_CAR", 15_000, "1/cell", "CAR molecules per cell"),
    _row("Ag_B", 14_000, "1/cell", "CD19 molecules per B cell"),
    _row("Vb", 5, "L", "blood volume"),
    _row("Vm", 1.6, "L", "marrow volume"),
    _row("kg", 0.0193, "1/day", "growth of autoreactive B cells"),
    _row(
        "K0",
        1.58e6,
        "cell/L/day",
        "reconstitution of B cells",
        spread=LogNormal.from_sd(1.04),
        status=Status.ESTIMATED,
    ),
    _row(
        "Bmax", 449e6, DENSITY, "capacity of B cells", spread=LogNormal.from_sd(0.81), status=Status.ESTIMATED
    ),
    _row(
        "thr",
        2.38,
        "cell/uL",
        "CAR-T below which B cells return",
        spread=LogNormal.from_sd(0.81),
        status=Status.ESTIMATED,
    ),
    _row("B0", 1.43e8, DENSITY, "autoreactive B cells in blood"),
    _row("Bm0", 1.5e9, DENSITY, "autoreactive B cells in marrow"),
    _row("k04", 210.18, "cell/uL/day", "production of CD4 precursors"),
    _row("p4", 7e-4, "1/day", "maturation of CD4"),
    _row("o4", 1.02, "1/day", "loss of CD4"),
    _row("k08", 525.59, "cell/uL/day", "production of CD8 precursors"),
    _row("p8", 4.5e-4, "1/day", "maturation of CD8"),
    _row("o8", 1.49, "1/day", "loss of CD8"),
    _row("E4max", 0.85, "1", "largest effect of conditioning on CD4"),
    _row("E450", 0.15, "mg/L", "conditioning at half of it"),
    _row("E8max", 0.96, "1", "largest effect of conditioning on CD8"),
    _row("E850", 0.067, "mg/L", "conditioning at half of it"),
    _row("ENmax", 27.32, "1", "largest effect of conditioning on neutrophils"),
    _row("EN50", 1203.42, "mg/L", "conditioning at half of it"),
    _row("L0", 1935, "mg", "conditioning on day 0"),
    _row("kl", 1.39, "1/day", "elimination of conditioning"),
    _row("NT0", 5617.22, "cell/uL", "neutrophils at rest"),
    _row("MTT", 4.35, "day", "mean transit time of neutrophils"),
    _row("gN", 0.14, "1", "feedback of neutrophils"),
    _row("kdI", 23.04, "1/day", "clearance of interferon alpha"),
    _row("I0", 21_000, "pg/L", "interferon alpha at rest"),
    _row("A0", 470_000, "IU/L", "anti-dsDNA antibody at rest"),
    _row("ks0", 15_875.77, "IU/cell/day", "production of antibody", CODE),
    _row("B_low", 1e6, DENSITY, "B cells below which the antibody stops turning over", CODE),
    _row("C30", 555, "mg/L", "complement C3 at rest"),
    _row("kC_WT", 36, "mg/kg/day", "production of C3"),
    _row("kP", 1000, "mg/day", "production of urinary protein", "authors' code (table 1 prints 100)"),
    _row("PT0", 3060, "mg/L", "proteinuria at rest"),
    _row("Vu_WT", 0.24, "L/kg", "volume of distribution of urinary protein"),
    _row("WT", 70, "kg", "body weight"),
    _row("dose_per_kg", 1e6, "cell/kg", "CAR-T cells per kg"),
    _row("f8", 0.230, "1", "CD8 share of the product"),
    _row("f4", 0.759, "1", "CD4 share of the product"),
    _row("fN", 0.0729, "1", "naive share"),
    _row("fCM", 0.221, "1", "central memory share"),
    _row("fEM", 0.609, "1", "effector memory share"),
    _row("fF", 0.0977, "1", "effector share"),
    _row("floor", 1e-12, DENSITY, "floor of every ratio", CODE),
    _row("floor_x", 1e-12, COMPLEX, "complexes at the start", CODE),
)


def _sum(site: str, p: str) -> Expr:
    return sum((getattr(s, f"{site}_{p}{j}") for j in PHENOTYPES), start=Float(0))


def _site(cars: str, complexes: str, target: Expr) -> tuple[list[Derived], dict[str, Expr], Expr]:
    """Return what binding does at one site: derived quantities, rates of the complexes, killing rate."""
    bound = getattr(s, f"{complexes}_8") + getattr(s, f"{complexes}_4")
    free_target = Max(0, target * s.Ag_B - bound)
    derived, rates = [], {}
    for p in LINEAGES:
        cells, complex_ = getattr(s, f"S_{cars}{p}"), getattr(s, f"{complexes}_{p}")
        per_cell = complex_ / Max(cells, s.floor)
        derived += [
            Derived(f"S_{cars}{p}", _sum(cars, p), DENSITY, f"all {LINEAGES[p]} CAR-T cells here"),
            Derived(
                f"e_{cars}{p}", getattr(s, f"KE_{p}") * per_cell / (s.EC + per_cell), "1/day", "expansion"
            ),
        ]
        free = Max(0, cells * s.Ag_CAR - complex_)
        rates[f"{complexes}_{p}"] = (
            s.kon * _SECONDS / s.N_A * free * free_target - s.koff * _SECONDS * complex_
        )
    crowd = bound / Max(target, s.floor)
    return derived, rates, s.KK * crowd / (s.KC + crowd)


def _cells(p: str) -> dict[str, Expr]:
    """Return the rates of one lineage in blood and marrow."""
    rates: dict[str, Expr] = {}
    for site in ("C", "K"):
        blood = site == "C"
        n, cm, em, f = (getattr(s, f"{site}_{p}{j}") for j in PHENOTYPES)
        grow = getattr(s, f"e_{site}{p}")
        turn = {"N": -s.r1 * n, "CM": s.r1 * n - s.r2 * cm, "EM": s.r2 * cm - s.r3 * em, "F": s.r3 * em}
        for j, cell in zip(PHENOTYPES, (n, cm, em, f), strict=True):
            moved = s.k12 * s.Vb * getattr(s, f"C_{p}{j}") - s.k21 * s.Vm * getattr(s, f"K_{p}{j}")
            rate = (-moved / s.Vb if blood else moved / s.Vm) + turn[j]
            if j != "F":
                rate += grow * cell - (s.km * cell if blood else 0)
            elif blood:
                rate -= s.ke * cell
            rates[f"{site}_{p}{j}"] = rate
    return rates


_blood, _blood_rates, _kill_blood = _site("C", "X", s.B)
_marrow, _marrow_rates, _kill_marrow = _site("K", "Z", s.Bm)
_tot = s.C_total

STATES = (
    *(
        State(
            f"C_{p}{j}",
            DENSITY,
            f"{LINEAGES[p]} {PHENOTYPES[j]} CAR-T cells in blood",
            initial=s.dose_per_kg * s.WT / s.Vb * getattr(s, f"f{p}") * getattr(s, f"f{j}"),
            scale=1.0,
        )
        for p in LINEAGES
        for j in PHENOTYPES
    ),
    *(
        State(
            f"K_{p}{j}",
            DENSITY,
            f"{LINEAGES[p]} {PHENOTYPES[j]} CAR-T cells in marrow",
            initial=s.floor,
            scale=1.0,
        )
        for p in LINEAGES
        for j in PHENOTYPES
    ),
    State("X_8", COMPLEX, "complexes of CD8 CAR-T cells in blood", initial=s.floor_x, scale=1.0),
    State("X_4", COMPLEX, "complexes of CD4 CAR-T cells in blood", initial=s.floor_x, scale=1.0),
    State("Z_8", COMPLEX, "complexes of CD8 CAR-T cells in marrow", initial=s.floor_x, scale=1.0),
    State("Z_4", COMPLEX, "complexes of CD4 CAR-T cells in marrow", initial=s.floor_x, scale=1.0),
    State("B", DENSITY, "autoreactive B cells in blood", initial=s.B0, scale=1.0),
    State("R", DENSITY, "reconstituting B cells in blood", initial=0, scale=1e5),
    State("Bm", DENSITY, "autoreactive B cells in marrow", initial=s.Bm0, scale=1.0, latex="B_m"),
    State("L", "mg", "conditioning", initial=s.L0, scale=1e-3),
    State("P4", "cell/uL", "CD4 precursors", initial=s.k04 / s.p4, scale=1.0),
    State("T4", "cell/uL", "CD4 T cells", initial=s.k04 / s.o4, scale=1e-2),
    State("P8", "cell/uL", "CD8 precursors", initial=s.k08 / s.p8, scale=1.0),
    State("T8", "cell/uL", "CD8 T cells", initial=s.k08 / s.o8, scale=1e-2),
    *(State(f"n{k}", "cell/uL", f"neutrophils, compartment {k}", initial=s.NT0, scale=1.0) for k in range(5)),
    State("I", "pg/L", "interferon alpha", initial=s.I0, scale=1.0),
    State("A", "IU/L", "anti-dsDNA antibody", initial=s.A0, scale=1.0),
    State("C3", "mg/L", "complement C3", initial=s.C30, scale=1.0, latex="C_3"),
    State("PT", "mg/L", "proteinuria", initial=s.PT0, scale=1.0, latex="P_T"),
)

DERIVED = (
    *_blood,
    *_marrow,
    Derived("C_total", _UL * (s.S_C8 + s.S_C4), "cell/uL", "CAR-T cells in blood"),
    Derived("naive", s.C_8N + s.C_4N, DENSITY, "naive CAR-T cells in blood"),
    Derived("B_all", _UL * (s.B + s.R), "cell/uL", "all B cells in blood"),
    Derived("switch", where(s.C_total < s.thr, 1, 0), "1", "1 while B cells return"),
    Derived("c", s.L / s.Vb, "mg/L", "conditioning in blood"),
    Derived("F4", s.E4max * s.c / (s.E450 + s.c), "1", "effect of conditioning on CD4"),
    Derived("F8", s.E8max * s.c / (s.E850 + s.c), "1", "effect of conditioning on CD8"),
    Derived("FN", s.ENmax * s.c / (s.EN50 + s.c), "1", "effect of conditioning on neutrophils"),
    Derived("ktr", 4 / s.MTT, "1/day", "transit of neutrophils"),
    Derived("ks", where(s.B_low < s.B, s.ks0, 0), "IU/cell/day", "turnover of the antibody"),
    Derived("kC", s.kC_WT * s.WT, "mg/day", "production of C3"),
)

RATES: dict[str, Expr] = {
    **_cells("8"),
    **_cells("4"),
    **_blood_rates,
    **_marrow_rates,
    "B": s.kg * s.B - _kill_blood * s.B,
    "Bm": s.kg * s.Bm - _kill_marrow * s.Bm,
    "R": s.K0 * s.switch * (1 - (s.B + s.R) / s.Bmax),
    "L": -s.kl * s.L,
    "P4": s.k04 - s.P4 * s.p4 * (1 - s.F4),
    "T4": s.P4 * s.p4 * (1 - s.F4) - s.o4 * s.T4,
    "P8": s.k08 - s.P8 * s.p8 * (1 - s.F8),
    "T8": s.P8 * s.p8 * (1 - s.F8) - s.o8 * s.T8,
    "n0": s.ktr * s.n0 * (1 - s.FN) * (s.NT0 / s.n4) ** s.gN - s.ktr * s.n0,
    **{f"n{k}": s.ktr * (getattr(s, f"n{k - 1}") - getattr(s, f"n{k}")) for k in range(1, 5)},
    "I": s.I0 * s.kdI * (s.A / s.A0) * (s.n4 / s.NT0) - s.kdI * s.I,
    "A": s.B * s.ks * (s.T4 * s.o4 / s.k04) * (s.I / s.I0) ** Float(0.09) - s.A * s.B0 * s.ks / s.A0,
    "C3": (s.kC - s.kC / (s.C30 * s.Vb) * s.C3 * s.Vb * (s.A / s.A0) ** Float(0.1)) / s.Vb,
    "PT": (
        s.kP
        * (s.C30 / s.C3) ** Float(1.09)
        * (s.I / s.I0) ** Float(0.8)
        * exp(s.T8 * s.o8 / s.k08)
        * exp(s.n4 / s.NT0)
        - s.PT * s.kP / s.PT0
    )
    / (s.Vu_WT * s.WT),
}

MODEL = PublishedModel(
    name="park2025",
    title="CAR-T phenotypes, B cells, autoantibody, complement and proteinuria in lupus",
    paper=Paper(
        "Park S, Mugundu GM, Singh AP. Clin Transl Sci 2025;18:e70146", "10.1111/cts.70146", pmc="PMC11815715"
    ),
    disease="systemic lupus erythematosus",
    antigen="CD19",
    species="human",
    fitted_to="5 patients (Mackensen 2022), checked on 13 others",
    assay="CAR-T and B cells per uL blood, flow cytometry",
    states=STATES,
    values=VALUES,
    derived=DERIVED,
    rates=RATES,
    observables=(
        Observable("C_total", Role.CAR_T, "CAR-T cells per uL blood", search_from=1.0, cells_per_uL=1.0),
        Observable("B_all", Role.TARGET, "B cells per uL blood"),
        Observable("T8", Role.TARGET, "CD8 T cells per uL blood"),
        Observable("A", Role.MARKER, "anti-dsDNA antibody"),
        Observable("C3", Role.MARKER, "complement C3"),
        Observable("PT", Role.MARKER, "proteinuria"),
    ),
    horizon=365.0,
    dose="dose_per_kg",
    golden=(
        Golden("CAR-T peak", "131.4", Highest("C_total"), "cell/uL"),
        Golden(
            "CAR-T peak day",
            "8.75",
            HighestTime("C_total"),
            "day",
            within=2e-3,
            note="the reference samples on a grid",
        ),
        Golden("naive CAR-T peak", "1.65e7", Highest("naive"), "cell/L"),
        Golden("CD8 nadir", "19.5", Lowest("T8"), "cell/uL"),
        Golden("CAR-T at day 28", "7.47", At("C_total", 28), "cell/uL"),
    ),
    errata=(
        "Table 1 prints 100 for the production of urinary protein; the authors' code has 1,000 (used here).",
        "Blood CAR-T cells are below the threshold on days 2.25 to 4.25 (a trough of distribution), so B cells start "
        "to return too early; `park2025_latched` stands beside it.",
        "Proteinuria isn't at steady state at the start.",
        "Autoreactive B cells grow without bound where there are no CAR-T cells.",
    ),
    assumptions=(
        "The omegas of K0, Bmax and the threshold are read as standard deviations of the logarithm.",
        "Every ratio has a floor of 1e-12, as in the authors' code; the dose is in cells per kg.",
    ),
    breaks=(
        Deviation(
            "null limit",
            "without a dose the numerical floor of CAR-T cells in marrow expands to 170 per uL",
            "set floor to 1e-30: it only has to keep the ratios defined",
        ),
        Deviation("reconstitution", "B cells return in the trough of distribution", "use park2025_latched"),
        Deviation("steady state", "proteinuria moves without treatment", "start it at its own steady state"),
    ),
)

LATCHED = replace(
    MODEL,
    name="park2025_latched",
    title="the same, B cells returning only after expansion",
    states=(*STATES, State("seen", "day", "days that CAR-T cells have been above the threshold", scale=1e-3)),
    values=(
        *VALUES,
        PaperValue(
            "needed",
            4,
            "day",
            "days above the threshold that arm the switch",
            "assumed: longer than the 2.25 days before the trough; plausible 3 to 7",
            Status.ASSUMED,
        ),
    ),
    derived=tuple(
        replace(d, value=where((s.C_total < s.thr) & (s.seen > s.needed), 1, 0)) if d.name == "switch" else d
        for d in DERIVED
    ),
    rates={**RATES, "seen": where(s.C_total < s.thr, 0, 1)},
    assumptions=(
        *MODEL.assumptions,
        "B cells return only after CAR-T cells have been above the threshold for four days in all, and fell below it.",
    ),
    errata=tuple(e for e in MODEL.errata if "latched" not in e),
    breaks=tuple(b for b in MODEL.breaks if b.law != "reconstitution"),
)

MODELS = (MODEL, LATCHED)
