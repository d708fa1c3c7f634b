"""Every parameter of a model leads to a row, a statement or a named gap."""

from __future__ import annotations

import pytest

from vein2vein.evidence import load_sheet, trace
from vein2vein.parameter import Parameter

CORE = load_sheet("core_model")


def test_a_parameter_leads_to_its_rows() -> None:
    (found,) = trace([Parameter("1/day", "net growth", name="growth")], CORE)
    assert [row.setting for row in found.values] == ["ALL", "LBCL", "IDE", "CILTA"]
    assert found.problem is None


def test_a_drawn_parameter_leads_to_a_statement() -> None:
    (found,) = trace([Parameter("1", "gain", name="myeloid_gain")], CORE)
    assert found.values == ()
    assert found.statement is not None
    assert found.problem is None


def test_gaps_and_wrong_dimensions_are_named() -> None:
    absent, wrong = trace([Parameter("1", "x", name="colour"), Parameter("cell", "x", name="growth")], CORE)
    assert absent.problem == "sheet 'core_model' has no row of this name"
    assert wrong.problem == "declared in 'cell', given in '1/day'"


def test_the_core_model_is_traced_whole() -> None:
    core = pytest.importorskip("vein2vein.dynamics.core")
    traced = trace(core.core_system().parameters, CORE)
    assert {t.name: t.problem for t in traced if t.problem} == {}
    assert len(traced) == len(core.core_system().parameters)
