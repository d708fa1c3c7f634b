"""The product's own model: a sum of mechanisms, from the infused bag to the cytokine storm and the last tumour cell."""

from __future__ import annotations

from functools import lru_cache

from vein2vein.dynamics.law import Mechanism, State
from vein2vein.dynamics.mechanisms.antigen import SaturatingAntigenSignal
from vein2vein.dynamics.mechanisms.b_cells import LogisticBCells
from vein2vein.dynamics.mechanisms.blood import BloodShare
from vein2vein.dynamics.mechanisms.cytokines.interferon import EngagedSecretion
from vein2vein.dynamics.mechanisms.cytokines.myeloid import AcutePhase, MyeloidActivation, ReceptorClearedIl6
from vein2vein.dynamics.mechanisms.cytokines.severity import LogCytokineSeverity
from vein2vein.dynamics.mechanisms.drugs.tocilizumab import FreyTocilizumab
from vein2vein.dynamics.mechanisms.exhaustion.antigen_driven import AntigenDrivenExhaustion
from vein2vein.dynamics.mechanisms.expansion import MemoryEffectorExpansion
from vein2vein.dynamics.mechanisms.homeostasis import GompertzRegrowth, SharedNiche
from vein2vein.dynamics.mechanisms.host_control.small_tumour import SmallTumourControl
from vein2vein.dynamics.mechanisms.infusion import FirstOrderEngraftment
from vein2vein.dynamics.mechanisms.killing.saturating import SaturatingKilling
from vein2vein.dynamics.mechanisms.tumour import (
    LogisticTurnover,
    NegativeClone,
    PositiveClone,
    WholeTumour,
    log_cells,
)
from vein2vein.dynamics.system import OdeSystem, compose
from vein2vein.parameter import Parameter

LYMPHOCYTES_0 = Parameter("cell", "host lymphocytes at infusion", latex="L_0", name="lymphocytes_0")
B_CELLS_0 = Parameter("cell", "normal B or plasma cells at infusion", latex="B_0", name="b_cells_0")
TUMOUR_0 = Parameter("cell", "antigen-positive tumour cells at infusion", latex="S_0", name="tumour_0")
NEGATIVE_FRACTION = Parameter(
    "1", "antigen-negative cells per positive cell at infusion", latex="f_R", name="negative_fraction"
)

MECHANISMS: tuple[Mechanism, ...] = (
    FirstOrderEngraftment(),
    SaturatingAntigenSignal(),
    SharedNiche(),
    MemoryEffectorExpansion(),
    AntigenDrivenExhaustion(),
    GompertzRegrowth(),
    SaturatingKilling(),
    LogisticBCells(),
    SmallTumourControl(),
    LogisticTurnover(),
    PositiveClone(),
    NegativeClone(),
    WholeTumour(),
    EngagedSecretion(),
    MyeloidActivation(),
    ReceptorClearedIl6(),
    AcutePhase(),
    LogCytokineSeverity(),
    FreyTocilizumab(),
    BloodShare(),
)


def core_states() -> tuple[State, ...]:
    """Return the states of the core model with their initial values and scales."""
    one_cell = PositiveClone().one_cell
    positive = log_cells(TUMOUR_0.symbol, one_cell)
    negative = log_cells(NEGATIVE_FRACTION.symbol * TUMOUR_0.symbol, one_cell)
    il6_0, crp_0, ferritin_0 = (
        ReceptorClearedIl6().il6_baseline,
        AcutePhase().crp_baseline,
        AcutePhase().ferritin_baseline,
    )
    cells, one, log_size = 1e6, 1.0, 10.0  # lymphocytes may fall to a few and grow back
    return (
        State("infused", "cell", "infused CAR-T cells not yet homed", scale=cells, latex="D"),
        State("memory", "cell", "memory CAR-T cells", scale=cells, latex="M"),
        State("effector", "cell", "effector CAR-T cells", scale=cells, latex="E"),
        State("exhausted", "cell", "exhausted CAR-T cells", scale=cells, latex="X"),
        State("lymphocytes", "cell", "host lymphocytes", LYMPHOCYTES_0.symbol, one, "L"),
        State("b_cells", "cell", "normal B or plasma cells", B_CELLS_0.symbol, cells, "B"),
        State(
            "log_positive", "1", "log of the mean antigen-positive cells", positive, log_size, r"\ln S", False
        ),
        State(
            "log_lineage_positive", "1", "log of the mean size of a surviving lineage", 0.0, log_size, "q_S"
        ),
        State(
            "log_negative", "1", "log of the mean antigen-negative cells", negative, log_size, r"\ln R", False
        ),
        State(
            "log_lineages_negative",
            "1",
            "log of the surviving negative lineages",
            negative,
            log_size,
            r"\ln\Lambda_R",
            False,
        ),
        State("ifn_gamma", "pg/mL", "interferon gamma in serum", latex="G"),
        State("tolerance", "1", "tolerance of secretion", latex="T", scale=0.1),
        State("myeloid", "1", "myeloid activation, 0 to 1", latex="Y", scale=0.1),
        State("il6", "pg/mL", "interleukin 6 in serum", il6_0, latex="I"),
        State("crp", "mg/L", "C-reactive protein", crp_0, latex=r"\mathrm{CRP}"),
        State("ferritin", "ng/mL", "ferritin", ferritin_0, 10.0, r"\mathrm{Fer}"),
        State("neurotoxicity", "1", "delayed drive of neurotoxicity", latex=r"\nu", scale=0.1),
        State("toci_central", "mg", "tocilizumab, central", latex="A_1"),
        State("toci_peripheral", "mg", "tocilizumab, peripheral", latex="A_2"),
        State("steroid", "1", "steroid course running (0 or 1)", latex="st"),
    )


@lru_cache(maxsize=8)
def core_system(mechanisms: tuple[Mechanism, ...] = MECHANISMS) -> OdeSystem:
    """Return the core model as a system of 20 equations.

    Doses are events on ``infused`` (CAR-T cells); tocilizumab is given into ``toci_central`` (mg) and steroids
    switch ``steroid`` between 0 and 1.

    Parameters
    ----------
    mechanisms : tuple of Mechanism
        The hypotheses to sum; replace one by its rival to test it.
    """
    return compose("core", core_states(), mechanisms, (LYMPHOCYTES_0, B_CELLS_0, TUMOUR_0, NEGATIVE_FRACTION))
