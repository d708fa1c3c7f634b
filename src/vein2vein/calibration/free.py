"""The free parameters of the shipped calibration."""

from __future__ import annotations

from vein2vein.calibration.parameters import (
    BIOLOGY,
    LOG,
    LOGIT,
    PLAIN,
    SURVIVAL,
    TOXICITY,
    FreeParameter,
)

PRODUCTS = ("ALL", "LBCL", "IDE", "CILTA")


def _each(
    row: str, settings: tuple[str, ...], sd: float | None, why: str, *, spread: bool = False
) -> tuple[FreeParameter, ...]:
    return tuple(FreeParameter(row, (s,), LOG, sd, BIOLOGY, why, spread=spread) for s in settings)


EXPANSION = (
    *_each("expansion_max", PRODUCTS, 0.06, "product: Cmax and Tmax; expansion is exponential, 6 % is much"),
    *_each("expansion_max", PRODUCTS, 0.25, "product: variation of Cmax between patients", spread=True),
    *_each("effector_death", PRODUCTS, 0.35, "product: contraction, exposure, half-life"),
    *_each("memory_return", PRODUCTS, 0.6, "product: level after contraction"),
    *_each("memory_loss", PRODUCTS, 0.6, "product: persistence, B-cell aplasia"),
    *_each(
        "exhaustion_rate", ("LBCL", "IDE"), 0.4, "product: early end of the peak of a CD28 and a BCMA product"
    ),
    *_each(
        "assay_factor", ("ALL", "IDE", "CILTA"), 0.3, "assay: copies per cell; nuisance, only ratios are read"
    ),
    FreeParameter(
        "cytokine_independent",
        (),
        LOG,
        0.3,
        BIOLOGY,
        "shared biology: expansion after lymphocytes have recovered",
    ),
)
"""Kinetics of the product."""

TUMOUR = (
    *_each("kill_max", PRODUCTS, 0.5, "product: killing; response and early progression"),
    *_each(
        "kill_max",
        PRODUCTS,
        0.25,
        "product: variation of killing; how response and relapse part",
        spread=True,
    ),
    *(
        FreeParameter("growth", settings, LOG, sd, BIOLOGY, f"disease: {bounds} per day as a 95 % interval")
        for settings, sd, bounds in (
            (("ALL",), 0.135, "0.07 to 0.12"),
            (("LBCL",), 0.21, "0.06 to 0.14"),
            (("IDE", "CILTA"), 0.27, "0.012 to 0.035"),
        )
    ),
    *(
        FreeParameter(
            "growth", s, LOG, 0.2, BIOLOGY, "disease: variation of growth; late relapses", spread=True
        )
        for s in (("ALL",), ("LBCL",), ("IDE", "CILTA"))
    ),
    *(
        FreeParameter(
            "turnover", s, LOGIT, 0.4, BIOLOGY, "disease: death over birth; weakly determined, prior assumed"
        )
        for s in (("ALL",), ("LBCL",), ("IDE", "CILTA"))
    ),
    *(
        FreeParameter(
            "negative_fraction", s, LOG, 2.0, BIOLOGY, "disease: antigen-negative share of relapses"
        )
        for s in (("ALL",), ("LBCL",), ("IDE", "CILTA"))
    ),
    *(
        FreeParameter(
            "tumour_0", s, LOG, 0.3, BIOLOGY, "disease: median burden; prior from published burdens"
        )
        for s in (("ALL",), ("LBCL",), ("IDE", "CILTA"))
    ),
    *_each("host_control", ("LBCL",), 0.4, "disease: immune control of residual lymphoma"),
)
"""Killing, growth and escape."""

SURVIVAL_RULES = (
    *(
        FreeParameter("post_progression_median", (s,), LOG, 0.25, SURVIVAL, "disease: overall survival")
        for s in PRODUCTS
    ),
    *(
        FreeParameter("nrm_hazard_year1", (s,), LOG, None, SURVIVAL, "range of non-relapse mortality")
        for s in PRODUCTS
    ),
    *(
        FreeParameter("nrm_hazard_later", (s,), LOG, None, SURVIVAL, "not informed by year 1: prior only")
        for s in PRODUCTS
    ),
    FreeParameter("salvage_fraction", ("ALL",), LOGIT, None, SURVIVAL, "plateau of OS; prior from its range"),
    FreeParameter(
        "salvage_fraction", ("LBCL",), LOGIT, None, SURVIVAL, "plateau of OS; prior from its range"
    ),
    FreeParameter(
        "salvage_fraction",
        ("IDE", "CILTA"),
        LOGIT,
        0.7,
        SURVIVAL,
        "long survivors after progression of myeloma, 0 to 0.15 in the sheet",
        centre=0.04,
    ),
)
"""Deaths."""

STORM = (
    *(
        FreeParameter("ifn_product_factor", (s,), LOG, 0.6, TOXICITY, "product: severity of CRS")
        for s in PRODUCTS
    ),
    *(
        FreeParameter("icans_offset", (s,), PLAIN, 0.7, TOXICITY, "product: ICANS beyond cytokines")
        for s in PRODUCTS
    ),
    FreeParameter(
        "ifn_secretion",
        (),
        LOG,
        0.3,
        TOXICITY,
        "shared: variation of IFN-gamma between patients",
        spread=True,
    ),
    FreeParameter(
        "il6_secretion", (), LOG, 0.3, TOXICITY, "shared: variation of IL-6 between patients", spread=True
    ),
    FreeParameter("infused_secretion_weight", (), LOG, 0.6, TOXICITY, "shared: onset of CRS"),
    FreeParameter("tolerance_gain", (), LOG, 0.4, TOXICITY, "shared: duration of CRS"),
    FreeParameter("antigen_half_secretion", (), LOG, 0.4, TOXICITY, "shared: burden and CRS"),
    FreeParameter(
        "crs_score_noise",
        (),
        LOG,
        0.6,
        TOXICITY,
        "shared: severity that drivers don't explain; between the starting calibration (0.29) and patients whose "
        "cytokines were measured, after treatment and in another product (1.5)",
        centre=0.65,
    ),
    FreeParameter(
        "score_weight",
        (),
        LOGIT,
        None,
        TOXICITY,
        "shared: weight of IL-6 against IFN-gamma in the score, so how far blocking IL-6 lowers a grade; assumed range",
    ),
    FreeParameter("crs_cut_1", (), PLAIN, 0.3, TOXICITY, "shared scale: any CRS"),
    FreeParameter("crs_cut_2", (), PLAIN, 0.4, TOXICITY, "shared scale: grade 2; wide, as the noise is"),
    FreeParameter(
        "crs_cut_3",
        (),
        PLAIN,
        0.8,
        TOXICITY,
        "shared scale: grade 3; the starting value came of a ward that treated everybody",
        carries=("crs_cut_4",),
    ),
    FreeParameter("icans_noise", (), LOG, 0.25, TOXICITY, "shared: neurotoxicity that drivers don't explain"),
    FreeParameter("icans_cut_3", (), PLAIN, 0.5, TOXICITY, "shared scale: grade 3"),
)
"""Cytokine release and neurotoxicity."""

WARD = tuple(
    FreeParameter(
        "toci_share",
        (setting,),
        LOGIT,
        1.0,
        TOXICITY,
        "trial, not biology: how many physicians gave tocilizumab at the trigger grade; 12 to 88 % before the data",
        centre=0.5,
    )
    for setting in PRODUCTS
)
"""Habits of the trials' wards."""

FREE = (*EXPANSION, *TUMOUR, *SURVIVAL_RULES, *STORM, *WARD)
"""Every free parameter."""
