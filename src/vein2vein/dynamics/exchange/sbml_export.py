"""SBML out: a published model as level 3 version 2, with units and the address of its paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import libsbml
import sympy
from sympy import Expr

from vein2vein.dynamics.exchange.sbml_formula import formula
from vein2vein.dynamics.published.record import PublishedModel
from vein2vein.errors import InternalError
from vein2vein.units import parse_unit, registry

__all__ = ["write_sbml"]

_KINDS = {
    "second": libsbml.UNIT_KIND_SECOND,
    "meter": libsbml.UNIT_KIND_METRE,
    "kilogram": libsbml.UNIT_KIND_KILOGRAM,
    "gram": libsbml.UNIT_KIND_GRAM,
    "mole": libsbml.UNIT_KIND_MOLE,
}


def write_sbml(model: PublishedModel) -> str:
    """Return a published model as SBML text.

    States and derived quantities become parameters with rate and assignment rules, because a state may be a
    density or a logarithm; doses become events. Cells, copies and activities are counted in items.

    Parameters
    ----------
    model : PublishedModel
        With the values to write.

    Raises
    ------
    ModelError
        An expression has no counterpart in SBML.
    """
    return _Writer(model).text()


class _Writer:
    def __init__(self, model: PublishedModel) -> None:
        self.published = model
        self.document = libsbml.SBMLDocument(3, 2)
        self.sbml = self.document.createModel()
        self.units: dict[str, str] = {}

    def text(self) -> str:
        """Return the whole file."""
        m, system = self.published, self.published.system
        self.sbml.setId("".join(c if c.isalnum() else "_" for c in m.name))
        self.sbml.setName(f"{m.name}: {m.title}")
        self.sbml.setMetaId("model")
        self.sbml.setTimeUnits(self._unit("day"))
        self._annotate()
        for v in m.values:
            self._parameter(v.name, v.unit, v.meaning, v.value, True)
        for state in system.states:
            self._parameter(state.name, state.unit, state.meaning, None, False)
        for d in system.derived:
            self._parameter(d.name, d.unit, d.meaning, None, False)
        extra = self._inputs()
        for state, rate in zip(system.states, system.rates, strict=True):
            self._initial(state.name, sympy.sympify(state.initial))
            rule = self.sbml.createRateRule()
            rule.setVariable(state.name)
            self._math(rule, rate + extra.get(state.name, sympy.Integer(0)))
        for d in system.derived:
            rule = self.sbml.createAssignmentRule()
            rule.setVariable(d.name)
            self._math(rule, sympy.sympify(d.value))
        return str(libsbml.writeSBMLToString(self.document))

    def _parameter(self, name: str, unit: str, meaning: str, value: float | None, constant: bool) -> None:
        parameter = self.sbml.createParameter()
        if parameter.setId(name) != libsbml.LIBSBML_OPERATION_SUCCESS:
            raise InternalError(f"{self.published.name}: {name!r} is no SBML identifier")
        parameter.setName(meaning)
        parameter.setConstant(constant)
        parameter.setUnits(self._unit(unit))
        if value is not None:
            parameter.setValue(value)

    def _initial(self, name: str, value: Expr) -> None:
        if value.is_number:
            self.sbml.getParameter(name).setValue(float(value))
            return
        assignment = self.sbml.createInitialAssignment()
        assignment.setSymbol(name)
        self._math(assignment, value)

    def _math(self, element: Any, value: sympy.Basic) -> None:
        text = formula(value)
        node = libsbml.parseL3FormulaWithModel(text, self.sbml)
        if node is None:
            raise InternalError(f"{self.published.name}: {libsbml.getLastParseL3Error()}")
        element.setMath(node)

    def _inputs(self) -> Mapping[str, Expr]:
        """Write the doses as events; return the rates that infusions add."""
        rates: dict[str, Expr] = {}
        units = {s.name: s.unit for s in self.published.states}
        for k, dose in enumerate(self.published.dosing):
            state = sympy.Symbol(dose.state, real=True)
            if not dose.duration:
                self._event(f"dose_{k}", dose.time, dose.state, state + dose.amount)
                continue
            name = f"infusion_{k}"
            self._parameter(name, f"({units[dose.state]})/day", f"infusion into {dose.state}", 0.0, False)
            self._event(f"dose_{k}_starts", dose.time, name, dose.amount / sympy.Float(dose.duration))
            self._event(f"dose_{k}_ends", dose.time + dose.duration, name, sympy.Integer(0))
            rates[dose.state] = rates.get(dose.state, sympy.Integer(0)) + sympy.Symbol(name, real=True)
        return rates

    def _event(self, name: str, time: float, target: str, value: Expr) -> None:
        event = self.sbml.createEvent()
        event.setId(name)
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(False)
        trigger.setPersistent(True)
        trigger.setMath(libsbml.parseL3Formula(f"time >= {time!r}"))
        assignment = event.createEventAssignment()
        assignment.setVariable(target)
        self._math(assignment, value)

    def _unit(self, text: str) -> str:
        """Return the identifier of a unit definition, made on first use."""
        if text in self.units:
            return self.units[text]
        quantity = registry().Quantity(1.0, parse_unit(text)).to_base_units()
        name = self.units[text] = f"unit_{len(self.units)}"
        definition = self.sbml.createUnitDefinition()
        definition.setId(name)
        definition.setName(text)
        powers: dict[int, float] = {}
        for base, power in dict(quantity.units._units).items():
            kind = _KINDS.get(base, libsbml.UNIT_KIND_ITEM)
            powers[kind] = powers.get(kind, 0.0) + float(power)
        powers = {kind: power for kind, power in powers.items() if power} or {
            libsbml.UNIT_KIND_DIMENSIONLESS: 1.0
        }
        factor = float(quantity.magnitude)
        for kind, power in powers.items():  # the first one carries the factor
            self._part(definition, kind, power, factor ** (1 / power))
            factor = 1.0
        return name

    @staticmethod
    def _part(definition: Any, kind: int, exponent: float, multiplier: float) -> None:
        unit = definition.createUnit()
        unit.setKind(kind)
        unit.setExponent(exponent)
        unit.setScale(0)
        unit.setMultiplier(multiplier)

    def _annotate(self) -> None:
        paper = self.published.paper
        addresses = [f"https://identifiers.org/doi:{paper.doi}"] if paper.doi else []
        addresses += [f"https://identifiers.org/pubmed:{paper.pubmed}"] if paper.pubmed else []
        addresses += [f"https://identifiers.org/biomodels.db:{paper.biomodels}"] if paper.biomodels else []
        for k, address in enumerate(addresses):
            term = libsbml.CVTerm(libsbml.MODEL_QUALIFIER)
            term.setModelQualifierType(
                libsbml.BQM_IS_DESCRIBED_BY
                if k < 2 and "biomodels" not in address
                else libsbml.BQM_IS_DERIVED_FROM
            )
            term.addResource(address)
            self.sbml.addCVTerm(term)
