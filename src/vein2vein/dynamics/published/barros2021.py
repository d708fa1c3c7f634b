"""Barros 2021 (CARTmath): CAR-T against Hodgkin (HDLM-2) and Burkitt (Raji) lymphoma in mice.

Effector CAR-T cells Ct turn into memory cells Cm, which return to the effector pool when they meet tumour T; the
tumour in turn inhibits the effectors.
"""

from __future__ import annotations

from dataclasses import replace

from vein2vein.dynamics.law import State, Symbols
from vein2vein.dynamics.published.golden import At, Golden, HighestTime
from vein2vein.dynamics.published.record import (
    Deviation,
    Dosing,
    Observable,
    Paper,
    PaperValue,
    PublishedModel,
    Role,
    Status,
)

s = Symbols()

HODGKIN, BURKITT = "BIOMD0000001019", "BIOMD0000001020"
PER_CELL = "1/cell/day"


def _values(entry: str, line: str, fitted: str, *numbers: float) -> tuple[PaperValue, ...]:
    """Return the nine rates of one cell line; those not fitted to data were set by trial."""
    source = f"Table 2, {line} ({entry})"
    rows = (
        ("phi", "1/day", "proliferation of effectors"),
        ("pi", "1/day", "death and memory conversion of effectors"),
        ("theta", PER_CELL, "conversion of memory to effectors on meeting tumour"),
        ("alpha", PER_CELL, "inhibition of effectors by the tumour"),
        ("epsilon", "1/day", "conversion of effectors to memory"),
        ("mu", "1/day", "death of memory"),
        ("rho", "1/day", "growth of the tumour"),
        ("beta", "1/cell", "inverse of the carrying capacity"),
        ("gamma", PER_CELL, "killing by effectors"),
    )
    return tuple(
        PaperValue(name, value, unit, meaning, f"{source}, {name}")
        if name in fitted.split()
        else PaperValue(
            name,
            value,
            unit,
            meaning,
            f"{source}, {name}; set by trial so that simulations look like the mice, not unique (section 2.2)",
            Status.ASSUMED,
        )
        for (name, unit, meaning), value in zip(rows, numbers, strict=True)
    )


RATES = {
    "Ct": (s.phi - s.pi) * s.Ct + s.theta * s.T * s.Cm - s.alpha * s.T * s.Ct,
    "Cm": s.epsilon * s.Ct - s.theta * s.T * s.Cm - s.mu * s.Cm,
    "T": s.rho * s.T * (1 - s.beta * s.T) - s.gamma * s.Ct * s.T,
}
_NEGATIVE = Deviation(
    "positivity",
    "the curated simulation lets T fall a little below zero, and the authors set populations below 1e-6 cells to zero",
    "integrate to a tolerance in cells, as here; read a tumour below one cell as gone",
)

HDLM2 = PublishedModel(
    name="barros2021_hdlm2",
    title="Hodgkin lymphoma xenograft, CAR-T on day 45, tumour again on day 250",
    paper=Paper(
        "Barros LRC, Paixão EA et al. Cancers 2021;13:2941",
        "10.3390/cancers13122941",
        pubmed="34208323",
        pmc="PMC8231202",
        biomodels=HODGKIN,
    ),
    disease="Hodgkin lymphoma (HDLM-2 xenograft)",
    antigen="CD123",
    species="mouse",
    fitted_to="published mouse experiments",
    assay="cells in the mouse",
    states=(
        State("Ct", "cell", "effector CAR-T cells", initial=0, scale=1.0, latex="C_T"),
        State("Cm", "cell", "memory CAR-T cells", initial=0, scale=1.0, latex="C_M"),
        State("T", "cell", "tumour cells", initial=s.T0, scale=1.0),
    ),
    values=(
        *_values(
            HODGKIN,
            "HDLM-2",
            "rho beta gamma",
            0.265,
            0.35,
            6e-6,
            4.5e-8,
            0.15,
            0.005,
            0.05650026,
            1.404029e-12,
            3.715843e-6,
        ),
        PaperValue("T0", 2e6, "cell", "tumour cells injected", f"{HODGKIN}, initial value", Status.FIXED),
        PaperValue("dose", 2e6, "cell", "CAR-T cells infused on day 45", f"{HODGKIN}, event", Status.FIXED),
        PaperValue(
            "rechallenge", 1e6, "cell", "tumour cells injected on day 250", f"{HODGKIN}, event", Status.FIXED
        ),
    ),
    rates=RATES,
    observables=(
        Observable("Ct", Role.CAR_T, "effector CAR-T cells in the mouse"),
        Observable("Cm", Role.MARKER, "memory CAR-T cells in the mouse"),
        Observable("T", Role.TARGET, "tumour cells in the mouse"),
    ),
    horizon=400.0,
    dose="dose",
    infusion=45.0,
    dosing=(Dosing("Ct", s.dose, 45.0), Dosing("T", s.rechallenge, 250.0)),
    golden=(
        Golden("tumour before infusion (closed form), day 44", "2.40258e7", At("T", 44), "cell"),
        Golden("CAR-T peak day", "45.0", HighestTime("Ct", 0, 200), "day"),
    ),
    assumptions=(
        "One unit of bioluminescence counts as one cell, as in the paper (section 2.2).",
        "CAR-T cells are added on day 45, where the paper sets them; they are zero before, so it is the same.",
        "The rechallenge is added to what is left of the tumour on day 250, where the paper sets it to 1e6.",
    ),
    breaks=(_NEGATIVE,),
)

_RAJI = _values(
    BURKITT,
    "Raji",
    "alpha rho gamma",
    0.83,
    0.8300536,
    2.3e-4,
    1.248506e-8,
    1.59795,
    6.89e-7,
    0.5071721,
    0.0,
    3.365388e-8,
)

RAJI = replace(
    HDLM2,
    name="barros2021_raji",
    title="Burkitt lymphoma xenograft, with or without IDO and its inhibitor",
    paper=replace(HDLM2.paper, biomodels=BURKITT),
    disease="Burkitt lymphoma (Raji xenograft)",
    antigen="CD19",
    values=(
        *_RAJI,
        PaperValue("T0", 3e6, "cell", "tumour cells injected", f"{BURKITT}, T", Status.FIXED),
        PaperValue("dose", 1e7, "cell", "CAR-T cells infused on day 7", f"{BURKITT}, event1", Status.FIXED),
    ),
    horizon=20.0,
    infusion=7.0,
    dosing=(Dosing("Ct", s.dose, 7.0),),
    subjects={
        "control": {},
        "IDO": {"alpha": 1.461699e-8},
        "IDO_1MT": {"alpha": 1.26166e-8},
    },
    golden=(
        Golden("CAR-T at day 8", "1.21748e7", At("Ct", 8), "cell"),
        Golden("memory at day 8", "711.282", At("Cm", 8), "cell"),
        Golden("tumour at day 10", "1.41450e8", At("T", 10), "cell"),
        Golden("CAR-T at day 14", "12151.4", At("Ct", 14), "cell"),
        Golden("tumour at day 20", "1.18811e10", At("T", 20), "cell"),
    ),
    errata=(
        "No carrying capacity (beta = 0): the tumour grows without bound, so the horizon is kept short.",
    ),
    assumptions=(
        "One unit of bioluminescence counts as one cell, as in the paper (section 2.2).",
        "CAR-T cells are added on day 7, where the paper sets them; they are zero before, so it is the same.",
        "The golden numbers come from libroadrunner on the curated entry.",
    ),
)

MODELS = (HDLM2, RAJI)
