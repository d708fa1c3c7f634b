"""Singh 2021: ide-cel in myeloma, a bench-to-bedside model of binding, expansion and killing.

Effector and memory CAR-T cells pass between blood (Eb, Mb) and marrow (Et, Mt); complexes Cx of CAR and BCMA drive
expansion and killing; serum M-protein (Mp) and soluble BCMA (sB) follow the tumour (Tu).
"""

from __future__ import annotations

from sympy import Float

from vein2vein.dynamics.law import Derived, State, Symbols
from vein2vein.dynamics.published.golden import Area, At, Golden, Highest, HighestTime, Origin
from vein2vein.dynamics.published.record import (
    Conserved,
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

CLIN = "Table 1, clinical column"
VITRO = "Table 1, clinical column, fixed (in vitro or literature)"
ASSUMED_SD = LogNormal.from_sd(0.5)
HALF = "; SD 0.5 is the paper's assumption for its virtual patients"
_PG_TO_G = Float(1e-12)
_PG_PER_L_TO_NG_PER_ML = Float(1e-6)

VALUES = (
    PaperValue("k12", 1.71, "1/day", "blood to marrow", CLIN + HALF, spread=ASSUMED_SD, latex="k_{12}"),
    PaperValue("k21", 0.176, "1/day", "marrow to blood", CLIN + HALF, spread=ASSUMED_SD, latex="k_{21}"),
    PaperValue(
        "kele", 113, "1/day", "loss of effectors in blood", CLIN + HALF, spread=ASSUMED_SD, latex="k_{el,e}"
    ),
    PaperValue(
        "kelm", 0.219, "1/day", "loss of memory in blood", CLIN + HALF, spread=ASSUMED_SD, latex="k_{el,m}"
    ),
    PaperValue("Rm", 2e-5, "1/day", "conversion of effectors to memory", CLIN, latex="R_m"),
    PaperValue("kexp_max", 1.73, "1/day", "largest expansion rate", CLIN, spread=LogNormal.from_sd(0.22)),
    PaperValue(
        "EC50_exp", 10, "1/cell", "complexes per CAR-T at half-maximal expansion", VITRO, Status.FIXED
    ),
    PaperValue("kkill_max", 0.343, "1/day", "largest killing rate", CLIN, spread=LogNormal.from_sd(0.50)),
    PaperValue(
        "KC50_kill", 2.24, "1/cell", "complexes per tumour cell at half-maximal killing", VITRO, Status.FIXED
    ),
    PaperValue("kg", 0.008, "1/day", "tumour growth", CLIN, Status.FIXED, latex="k_g"),
    PaperValue(
        "kon", 7.103e4, "1/molar/s", "association of CAR and BCMA", VITRO, Status.FIXED, latex="k_{on}"
    ),
    PaperValue("koff", 2.385e-3, "1/s", "dissociation of CAR and BCMA", VITRO, Status.FIXED, latex="k_{off}"),
    PaperValue("Ag_CAR", 15_000, "1/cell", "CAR molecules per CAR-T cell", VITRO, Status.FIXED),
    PaperValue("Ag_T", 12_590, "1/cell", "BCMA molecules per tumour cell", VITRO, Status.FIXED),
    PaperValue("Vb", 5, "L", "blood volume", VITRO, Status.FIXED, latex="V_b"),
    PaperValue("Vbm", 3.65, "L", "marrow volume", VITRO, Status.FIXED, latex="V_{bm}"),
    PaperValue("Tu0", 2.5e9, "cell/L", "tumour in marrow at infusion", CLIN, Status.FIXED),
    PaperValue("Km", 0.117, "1/day", "clearance of M-protein", CLIN, Status.FIXED),
    PaperValue("Pm", 12.1, "pg/cell/day", "secretion of M-protein", CLIN),
    PaperValue(
        "gm", 0.215, "1", "power of the tumour in M-protein secretion", CLIN, spread=LogNormal.from_sd(0.21)
    ),
    PaperValue("Kb", 0.7, "1/day", "clearance of soluble BCMA", CLIN, Status.FIXED),
    PaperValue("Pb", 0.175, "pg/cell/day", "shedding of BCMA", CLIN),
    PaperValue("gb", 1, "1", "power of the tumour in BCMA shedding", CLIN, spread=LogNormal.from_sd(1.0)),
    PaperValue(
        "floor",
        1e-6,
        "cell/L",
        "effectors in marrow at infusion",
        "numerical floor of the authors' code",
        Status.FIXED,
    ),
    PaperValue(
        "assay", 0.002, "copies*L/ug/cell", "transgene copies per blood concentration", CLIN, Status.FIXED
    ),
    PaperValue("N_A", 6.023e23, "1/mol", "Avogadro's number, as in the authors' code", VITRO, Status.FIXED),
    PaperValue(
        "dose",
        450e6,
        "cell",
        "CAR-T cells infused",
        "CRB-401 dose levels 50e6 to 800e6; 450e6 shown",
        Status.FIXED,
    ),
)

_SECONDS = Float(86400)
_into_marrow_e = s.k12 * s.Eb - s.k21 * s.Et
_into_marrow_m = s.k12 * s.Mb - s.k21 * s.Mt
_free = (s.ct * s.Ag_CAR - s.Cx) * (s.Tu * s.Ag_T - s.Cx)

MODEL = PublishedModel(
    name="singh2021",
    title="binding-driven expansion and killing, with M-protein and soluble BCMA",
    paper=Paper(
        "Singh AP et al. CPT Pharmacometrics Syst Pharmacol 2021;10:362",
        "10.1002/psp4.12598",
        pubmed="33565700",
        pmc="PMC8099446",
    ),
    disease="multiple myeloma",
    antigen="BCMA",
    species="human",
    fitted_to="mean data of 33 patients (CRB-401, idecabtagene vicleucel)",
    assay="transgene copies/ug DNA in blood; serum M-protein and soluble BCMA",
    states=(
        State("Eb", "cell", "effector CAR-T cells, blood", initial=s.dose, scale=1.0),
        State("Mb", "cell", "memory CAR-T cells, blood", scale=1.0),
        State("Et", "cell", "effector CAR-T cells, marrow", initial=s.floor * s.Vbm, scale=1e-6),
        State("Mt", "cell", "memory CAR-T cells, marrow", scale=1e-6),
        State("Cx", "1/L", "complexes of CAR and BCMA per litre of marrow", scale=1.0),
        State("Tu", "cell/L", "tumour cells per litre of marrow", initial=s.Tu0, scale=1.0),
        State("Mp", "g/L", "serum M-protein", initial=s.Pm * _PG_TO_G * s.Tu0 / s.Km, scale=1e-3),
        State(
            "sB", "ng/mL", "soluble BCMA", initial=s.Pb * _PG_PER_L_TO_NG_PER_ML * s.Tu0 / s.Kb, scale=1e-3
        ),
    ),
    values=VALUES,
    derived=(
        Derived("ct", (s.Et + s.Mt) / s.Vbm, "cell/L", "CAR-T cells per litre of marrow"),
        Derived("u", s.Cx / s.ct, "1/cell", "complexes per CAR-T cell"),
        Derived("w", s.Cx / s.Tu, "1/cell", "complexes per tumour cell"),
        Derived("kexp", s.kexp_max * s.u / (s.EC50_exp + s.u), "1/day", "expansion rate"),
        Derived("kkill", s.kkill_max * s.w / (s.KC50_kill + s.w), "1/day", "killing rate"),
        Derived("transgene", s.assay * (s.Eb + s.Mb) / s.Vb, "copies/ug", "transgene in blood"),
        Derived(
            "Mp_change",
            100 * (s.Mp * s.Km / (s.Pm * _PG_TO_G * s.Tu0) - 1),
            "1",
            "change of M-protein, per cent",
        ),
    ),
    rates={
        "Eb": -_into_marrow_e - s.kele * s.Eb,
        "Mb": -_into_marrow_m - s.kelm * s.Mb,
        "Et": _into_marrow_e + s.kexp * s.Et - s.Rm * s.Et,
        "Mt": _into_marrow_m + s.Rm * s.Et,
        "Cx": s.kon * _SECONDS / s.N_A * _free - s.koff * _SECONDS * s.Cx,
        "Tu": (s.kg - s.kkill) * s.Tu,
        "Mp": s.Pm * _PG_TO_G * s.Tu0 * (s.Tu / s.Tu0) ** s.gm - s.Km * s.Mp,
        "sB": s.Pb * _PG_PER_L_TO_NG_PER_ML * s.Tu0 * (s.Tu / s.Tu0) ** s.gb - s.Kb * s.sB,
    },
    observables=(
        Observable(
            "transgene",
            Role.CAR_T,
            "qPCR of the transgene, copies/ug DNA, blood",
            search_from=1.0,
            cells_per_uL=1 / 0.002 * 1e-6,
        ),
        Observable("Tu", Role.TARGET, "tumour cells per litre of marrow"),
        Observable("Mp", Role.MARKER, "serum M-protein"),
        Observable("sB", Role.MARKER, "soluble BCMA in serum"),
    ),
    horizon=365.0,
    dose="dose",
    golden=tuple(
        golden
        for cells, cmax, rerun, tmax, auc, change in (
            (50e6, "37445", "37411", "16.3", "4.34e5", "-55.7"),
            (450e6, "35774", "35743", "14.2", "4.34e5", "-60.8"),
        )
        for golden in (
            Golden(
                f"Cmax, {cells / 1e6:.0f}e6 cells",
                cmax,
                Highest("transgene", 1),
                "copies/ug",
                settings={"dose": cells},
            ),
            Golden(
                f"Cmax, {cells / 1e6:.0f}e6 cells, published re-run",
                rerun,
                Highest("transgene", 1),
                "copies/ug",
                Origin.READ,
                {"dose": cells},
                within=2e-3,
                note="the re-run samples on a coarse grid",
            ),
            Golden(
                f"Tmax, {cells / 1e6:.0f}e6 cells",
                tmax,
                HighestTime("transgene", 1),
                "day",
                settings={"dose": cells},
            ),
            Golden(
                f"AUC0-28, {cells / 1e6:.0f}e6 cells",
                auc,
                Area("transgene"),
                "copies*day/ug",
                settings={"dose": cells},
                within=1e-2,
                note="the reference prints one figure for both doses",
            ),
            Golden(
                f"M-protein change at day 28, {cells / 1e6:.0f}e6 cells",
                change,
                At("Mp_change", 28),
                "per cent",
                settings={"dose": cells},
            ),
        )
    ),
    errata=(
        "Supplement equation 18 prints the killing term on the effectors; the authors' code multiplies the tumour.",
    ),
    assumptions=(
        "The whole dose enters blood as effectors; M-protein and soluble BCMA start at steady state.",
        "Peaks are looked for after day 1, beyond the distribution of the infused cells.",
        "Random effects are standard deviations of the logarithm, as the paper says.",
        "Concentration of the transgene translates to cells through the paper's 0.002 copies/ug per cell/L.",
    ),
    breaks=(
        Deviation(
            "null limit",
            "the numerical floor of effectors in marrow expands on its own without a dose",
            "set floor to 1e-30: it only has to keep the ratio of complexes to cells defined",
        ),
    ),
    conserved=(Conserved(s.Eb + s.Mb + s.Et + s.Mt, ("kele", "kelm", "kexp_max")),),
)

MODELS = (MODEL,)
