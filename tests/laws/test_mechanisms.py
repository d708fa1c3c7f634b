"""Laws that hold for every mechanism of the package: positivity, mass balance, null limits."""

import importlib
import pkgutil

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from vein2vein.dynamics import mechanisms
from vein2vein.dynamics.core import MECHANISMS, core_states, core_system
from vein2vein.dynamics.law import Change, Flow, Mechanism, Symbols
from vein2vein.dynamics.mechanisms.antigen import NoAntigen, SaturatingAntigenSignal
from vein2vein.dynamics.mechanisms.exhaustion.antigen_driven import AntigenDrivenExhaustion
from vein2vein.dynamics.mechanisms.exhaustion.none import NoExhaustion
from vein2vein.dynamics.mechanisms.expansion import MemoryEffectorExpansion
from vein2vein.dynamics.mechanisms.host_control.none import NoHostControl
from vein2vein.dynamics.mechanisms.host_control.small_tumour import SmallTumourControl
from vein2vein.dynamics.mechanisms.infusion import FirstOrderEngraftment
from vein2vein.dynamics.mechanisms.killing.none import NoKilling
from vein2vein.dynamics.mechanisms.killing.saturating import SaturatingKilling
from vein2vein.dynamics.system import compose
from vein2vein.units import parse_unit

for module in pkgutil.walk_packages(mechanisms.__path__, mechanisms.__name__ + "."):
    importlib.import_module(module.name)

ALL = sorted(Mechanism.__subclasses__(), key=lambda c: c.__name__)
ALL = [c for c in ALL if c.__module__.startswith("vein2vein.")]
RIVALS = {
    SaturatingAntigenSignal: NoAntigen,
    AntigenDrivenExhaustion: NoExhaustion,
    SmallTumourControl: NoHostControl,
    SaturatingKilling: NoKilling,
}


def swapped(*pairs):
    replace = dict(pairs)
    return tuple(replace.get(type(m), type(m))() for m in MECHANISMS)


def inlined(system, expression):
    for d in reversed(system.derived):
        expression = expression.subs(d.symbol, d.value)
    return expression


def point(system, rng, **fixed):
    """Return a random physiological point: every symbol of the system and a number."""
    values = {}
    for item in (*system.states, *system.parameters):
        scale = 1e9 if "cell" in item.unit.split("/")[0] else 1.0
        values[item.symbol] = rng.uniform(0.05, 0.95) * scale
    for name, value in fixed.items():
        values[sympy.Symbol(name, real=True)] = value
    return values


def at(expression, values):
    return float(expression.xreplace({k: sympy.Float(v) for k, v in values.items()}).evalf())


@pytest.mark.parametrize("mechanism", ALL, ids=lambda c: c.__name__)
def test_every_mechanism_documents_itself(mechanism):
    assert mechanism.__doc__.strip()
    for parameter in mechanism.parameters():
        assert parameter.meaning
        assert parameter.lower < parameter.upper
        parse_unit(parameter.unit)
    assert (
        mechanism.derived is not Mechanism.derived
        or mechanism.flows is not Mechanism.flows
        or not ALL
        or (mechanism.__name__.startswith("No"))
    )


@pytest.mark.parametrize("rival", RIVALS.items(), ids=lambda pair: pair[1].__name__)
def test_every_null_hypothesis_composes(rival):
    system = core_system(swapped(rival))
    assert len(system.rates) == 20


@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_amount_is_driven_below_zero(seed):
    """At zero of an amount, with all else positive, its derivative is not negative."""
    system = core_system()
    rng = np.random.default_rng(seed)
    for state, rate in zip(system.states, system.rates, strict=True):
        if not state.nonnegative or state.name in ("crp", "ferritin", "il6"):
            continue
        values = point(system, rng, **{state.name: 0.0, "steroid": 0.0 if state.name == "steroid" else 1.0})
        assert at(inlined(system, rate), values) >= -1e-9, state.name


def test_flows_conserve_what_they_move():
    """The sum of all rates of cells is the inflow from outside less the outflow to it."""
    system = core_system()
    flows = [f for f in system.flows if isinstance(f, Flow)]
    ends = {f.out_of for f in flows} | {f.into for f in flows}
    total = sum(rate for s, rate in zip(system.states, system.rates, strict=True) if s.symbol in ends)
    outside = sum(f.rate for f in flows if f.out_of is None) - sum(f.rate for f in flows if f.into is None)
    assert sympy.expand(total - outside) == 0


def test_every_infused_cell_is_accounted_for():
    m, s = FirstOrderEngraftment(), Symbols()
    leaving = sum(f.rate for f in m.flows(s))
    assert sympy.expand(leaving - m.infused_clearance * s.infused) == 0


def test_without_antigen_nothing_is_driven_by_antigen():
    system = core_system(swapped((SaturatingAntigenSignal, NoAntigen), (SaturatingKilling, NoKilling)))
    driven = {"activation", "loss by activation", "antigen-driven expansion", "exhaustion", "IFN-γ secretion"}
    rates = {f.name: sympy.simplify(inlined(system, f.rate)) for f in system.flows if f.name in driven}
    assert rates.keys() == driven
    assert all(rate == 0 for rate in rates.values())


def test_without_car_t_cells_nothing_is_killed_and_no_cytokine_is_made():
    system = core_system()
    rng = np.random.default_rng(1)
    values = point(system, rng, infused=0, memory=0, effector=0, exhausted=0)
    for name in ("killing of B cells", "IFN-γ secretion", "engraftment of memory cells", "activation"):
        flow = next(f for f in system.flows if f.name == name)
        assert at(inlined(system, flow.rate), values) == 0


def test_without_tocilizumab_the_receptor_is_free():
    system = core_system()
    free = inlined(system, system.expression("free_receptor"))
    assert at(free, point(system, np.random.default_rng(2), toci_central=0)) == 1


def test_without_host_control_the_tumour_only_turns_over():
    system = core_system(swapped((SmallTumourControl, NoHostControl)))
    values = point(system, np.random.default_rng(3))
    assert at(inlined(system, system.expression("host_killing")), values) == 0


def test_names_that_lead_nowhere_are_refused_with_a_near_miss():
    from vein2vein.errors import ModelError

    class Typo(Mechanism):
        def flows(self, s):
            yield Change("typo", s.efector, s.effector)

    with pytest.raises(ModelError, match="Did you mean 'effector'"):
        compose("typo", core_states(), [Typo()])


def test_expansion_needs_antigen_and_cytokine_only_as_declared():
    m, s = MemoryEffectorExpansion(), Symbols()
    expansion = next(f.rate for f in m.flows(s) if f.name == "antigen-driven expansion")
    assert expansion.subs(s.antigen_signal, 0) == 0
    without_cytokine = expansion.subs(s.cytokine_signal, 0)
    expected = m.expansion_max * m.cytokine_independent * s.antigen_signal * s.effector
    assert sympy.simplify(without_cytokine - expected) == 0
