"""SBML in: a file becomes equations that the engine runs."""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sympy
from sympy import Expr, Symbol

from vein2vein.dynamics.exchange.imported import ImportedModel, SbmlError, Trigger
from vein2vein.dynamics.exchange.sbml_document import open_model, poorness
from vein2vein.dynamics.exchange.sbml_math import Reader, refuse
from vein2vein.dynamics.exchange.sbml_units import time_unit, unit_text
from vein2vein.dynamics.law import TIME, Derived, State
from vein2vein.dynamics.system import OdeSystem
from vein2vein.parameter import Parameter

__all__ = ["read_sbml"]

OUT_OF_SCALE = (1e-12, 1e15)


def read_sbml(path: str | Path) -> ImportedModel:
    """Return the model of an SBML file (level 2, and level 3 versions 1 and 2).

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    SbmlError
        The file is broken or uses what isn't supported; the message names the element and its line.
    """
    document, model = open_model(path)
    return _Builder(document, model, str(path)).build()


class _Builder:
    """Gathers what one file says and turns it into equations."""

    def __init__(self, document: Any, model: Any, source: str) -> None:
        self.document, self.model, self.source = document, model, source
        self.reader = Reader(source)
        self.poor: list[tuple[str, str]] = []
        self.elements: dict[str, Any] = {}
        self.assigned: dict[str, Expr] = {}
        self.rated: dict[str, Expr] = {}
        self.initial: dict[str, Expr] = {}
        self.values: dict[str, float] = {}
        self.units: dict[str, str] = {}
        self.states: dict[str, Expr] = {}
        self.amounts: dict[str, str] = {}
        self.derived: dict[str, Expr] = {}
        self.start: dict[str, Expr] = {}
        self.by_events: set[str] = set()
        self._resolving: list[str] = []

    # -- what the file declares -------------------------------------------------------------------------

    def build(self) -> ImportedModel:
        """Return the model."""
        model = self.model
        for i in range(self.document.getNumErrors()):
            error = self.document.getError(i)
            kind = poorness(error)
            if kind is not None:
                self.poor.append((kind, f"line {error.getLine()}"))
        for constraint in model.getListOfConstraints():
            self.poor.append(("constraint, not checked", f"line {constraint.getLine()}"))
        self._declare()
        self._read_math()
        for compartment in model.getListOfCompartments():
            self._plain_quantity(compartment, compartment.getSize() if compartment.isSetSize() else None, 1.0)
        for parameter in model.getListOfParameters():
            self._plain_quantity(parameter, parameter.getValue() if parameter.isSetValue() else None, 0.0)
        for reference in self._named_references():
            given = reference.isSetStoichiometry()
            self._plain_quantity(reference, reference.getStoichiometry() if given else None, 1.0)
        changes = self._reactions()
        for species in model.getListOfSpecies():
            self._species(species, changes.get(species.getId()))
        self._rates_of()
        return self._assemble()

    def _declare(self) -> None:
        model = self.model
        lists = (
            model.getListOfCompartments(),
            model.getListOfSpecies(),
            model.getListOfParameters(),
            model.getListOfReactions(),
            self._named_references(),
        )
        taken: set[str] = set()
        for elements in lists:
            for element in elements:
                name = element.getId()
                if name in self.elements:
                    raise refuse(f"the identifier {name!r} is used twice", element, self.source)
                self.elements[name] = element
                safe = name
                while safe == TIME.name or keyword.iskeyword(safe) or safe in taken:
                    safe += "_"
                taken.add(safe)
                self.reader.symbols[name] = Symbol(safe, real=True)
        for function in model.getListOfFunctionDefinitions():
            if function.isSetMath():
                names = tuple(function.getArgument(i).getName() for i in range(function.getNumArguments()))
                self.reader.functions[function.getId()] = (names, function.getBody())

    def _named_references(self) -> list[Any]:
        """Return the species references of level 3 that have an identifier."""
        if self.model.getLevel() < 3:
            return []
        return [
            reference
            for reaction in self.model.getListOfReactions()
            for references in (reaction.getListOfReactants(), reaction.getListOfProducts())
            for reference in references
            if reference.isSetId()
        ]

    def _read_math(self) -> None:
        for rule in self.model.getListOfRules():
            variable = rule.getVariable()
            if variable not in self.elements:
                raise refuse(f"a rule sets the unknown symbol {variable!r}", rule, self.source)
            if not rule.isSetMath():
                self.poor.append(("rule without mathematics, left out", variable))
                continue
            into = self.rated if rule.isRate() else self.assigned
            into[variable] = self.reader.number(rule.getMath(), rule)
        for assignment in self.model.getListOfInitialAssignments():
            if assignment.isSetMath():
                self.initial[assignment.getSymbol()] = self.reader.number(assignment.getMath(), assignment)
        for event in self.model.getListOfEvents():
            for change in event.getListOfEventAssignments():
                if change.getVariable() not in self.elements:
                    raise refuse(
                        f"an event sets the unknown symbol {change.getVariable()!r}", change, self.source
                    )
                self.by_events.add(change.getVariable())

    # -- quantities -------------------------------------------------------------------------------------

    def _symbol(self, name: str) -> Symbol:
        return self.reader.symbols[name]

    def _plain_quantity(self, element: Any, value: float | None, default: float) -> None:
        """Register a compartment, parameter or stoichiometry."""
        name = element.getId()
        self.units[name] = unit_text(self.model, element.getUnits() if hasattr(element, "getUnits") else "")
        if not self.units[name] and element.getElementName() == "parameter":
            self.poor.append(("parameter without a unit", name))
        if name in self.assigned:
            self.derived[name] = self.assigned[name]
            return
        moves = name in self.rated or name in self.by_events
        if name not in self.initial:
            if value is None or math.isnan(value):
                self.poor.append((f"{element.getElementName()} without a value, taken as {default:g}", name))
                value = default
            if moves:
                self.start[name] = sympy.Float(value)
            else:
                self._fixed(name, value)
        if moves:
            self.states[name] = self.rated.get(name, sympy.Integer(0))

    def _fixed(self, name: str, value: float) -> None:
        """Register a number that never changes."""
        if math.isinf(value):
            raise refuse("an infinite value", self.elements.get(name), self.source)
        if value and not OUT_OF_SCALE[0] <= abs(value) <= OUT_OF_SCALE[1]:
            self.poor.append(
                (f"value out of scale (outside {OUT_OF_SCALE[0]:g} to {OUT_OF_SCALE[1]:g})", name)
            )
        self.values[str(self._symbol(name))] = float(value)

    def _species(self, species: Any, change: Expr | None) -> None:
        name = species.getId()
        compartment = self.model.getCompartment(species.getCompartment())
        if compartment is None:
            raise refuse(f"the species {name!r} is in an unknown compartment", species, self.source)
        size = self._symbol(compartment.getId())
        as_amount = species.getHasOnlySubstanceUnits() or compartment.getSpatialDimensionsAsDouble() == 0
        self.units[name] = unit_text(
            self.model, species.getSubstanceUnits() or self.model.getSubstanceUnits()
        )
        if name in self.assigned:
            self.derived[name] = self.assigned[name]
            return
        if name not in self.initial:
            self.start[name] = self._given(species, size, as_amount)
        constant_size = compartment.getId() not in self.states and compartment.getId() not in self.derived
        if name in self.rated:
            self.states[name] = self.rated[name]
        elif species.getConstant() or (change is None and name not in self.by_events and constant_size):
            if name not in self.initial:
                self._constant_species(name)
        elif as_amount or constant_size:
            flow = change if change is not None else sympy.Integer(0)
            self.states[name] = flow if as_amount else flow / size
        else:
            self._amount_behind(name, size, change)

    def _given(self, species: Any, size: Symbol, as_amount: bool) -> Expr:
        """Return the initial value that a species' attributes give, in the unit that its symbol stands for."""
        if species.isSetInitialAmount() and not math.isnan(species.getInitialAmount()):
            amount = sympy.Float(species.getInitialAmount())
            return amount if as_amount else amount / size
        if species.isSetInitialConcentration() and not math.isnan(species.getInitialConcentration()):
            concentration = sympy.Float(species.getInitialConcentration())
            return concentration * size if as_amount else concentration
        self.poor.append(("species without an initial value, taken as 0", species.getId()))
        return sympy.Integer(0)

    def _constant_species(self, name: str) -> None:
        value = self.start[name]
        if value.is_number:
            self._fixed(name, float(value))
            del self.start[name]

    def _amount_behind(self, name: str, size: Symbol, change: Expr | None) -> None:
        """Keep the amount as the state where a compartment's size changes; the symbol is the concentration."""
        behind = f"{self._symbol(name)}_amount"
        while any(str(s) == behind for s in self.reader.symbols.values()):
            behind += "_"
        self.amounts[name] = behind
        self.reader.symbols[behind] = Symbol(behind, real=True)
        self.states[behind] = change if change is not None else sympy.Integer(0)
        self.derived[name] = self._symbol(behind) / size

    # -- reactions --------------------------------------------------------------------------------------

    def _reactions(self) -> dict[str, Expr]:
        """Return the rate of change of the amount of every species that reactions change."""
        changes: dict[str, Expr] = {}
        for reaction in self.model.getListOfReactions():
            name, law = reaction.getId(), reaction.getKineticLaw()
            self.units[name] = ""
            if law is None or not law.isSetMath():
                self.poor.append(("reaction without a rate, taken as 0", name))
                self.derived[name] = sympy.Integer(0)
            else:
                self.derived[name] = self.reader.number(law.getMath(), law, self._local(reaction, law))
            for references, sign in ((reaction.getListOfReactants(), -1), (reaction.getListOfProducts(), 1)):
                for reference in references:
                    species = self.model.getSpecies(reference.getSpecies())
                    if species is None:
                        raise refuse(
                            f"the unknown species {reference.getSpecies()!r}", reference, self.source
                        )
                    if species.getBoundaryCondition() or species.getConstant():
                        continue
                    flow = (
                        sign * self._stoichiometry(reference) * self._symbol(name) * self._conversion(species)
                    )
                    changes[species.getId()] = changes.get(species.getId(), sympy.Integer(0)) + flow
        return changes

    def _local(self, reaction: Any, law: Any) -> dict[str, Expr]:
        local: dict[str, Expr] = {}
        for parameter in (*law.getListOfParameters(), *law.getListOfLocalParameters()):
            name = f"{reaction.getId()}_{parameter.getId()}"
            while name in self.reader.symbols:
                name += "_"
            self.reader.symbols[name] = local[parameter.getId()] = Symbol(name, real=True)
            self.units[name] = unit_text(self.model, parameter.getUnits())
            if not self.units[name]:
                self.poor.append(("parameter without a unit", name))
            if not parameter.isSetValue():
                self.poor.append(("localParameter without a value, taken as 0", name))
            self._fixed(name, parameter.getValue() if parameter.isSetValue() else 0.0)
        return local

    def _stoichiometry(self, reference: Any) -> Expr:
        if reference.isSetId() and self.model.getLevel() > 2:
            return self._symbol(reference.getId())
        if reference.isSetStoichiometryMath():
            return self.reader.number(reference.getStoichiometryMath().getMath(), reference)
        if self.model.getLevel() > 2 and not reference.isSetStoichiometry():
            self.poor.append(("stoichiometry not given, taken as 1", reference.getSpecies()))
            return sympy.Integer(1)
        return sympy.nsimplify(reference.getStoichiometry(), rational=True)

    def _conversion(self, species: Any) -> Expr:
        factor = (
            species.getConversionFactor() or self.model.getConversionFactor()
            if self.model.getLevel() > 2
            else ""
        )
        return self._symbol(factor) if factor else sympy.Integer(1)

    # -- initial values ---------------------------------------------------------------------------------

    def _at_start(self, name: str) -> Expr:
        """Return the value of a quantity at time 0 in terms of parameters and numbers."""
        if str(self._symbol(name)) in self.values:
            return self._symbol(name)
        if name in self._resolving:
            raise SbmlError(
                "initial values depend on one another in a circle",
                where=self.source,
                value=" → ".join([*self._resolving, name]),
                remedy="give one of them a number",
            )
        self._resolving.append(name)
        if name in self.initial:
            value = self.initial[name]
        elif name in self.start:
            value = self.start[name]
        elif name in self.derived:
            value = self.derived[name]
        else:
            raise SbmlError("a quantity has no value at the start", where=self.source, value=name)
        value = self._in_parameters(value)
        self._resolving.pop()
        return value

    def _in_parameters(self, value: Expr) -> Expr:
        names = {symbol: name for name, symbol in self.reader.symbols.items()}
        replaced = {
            symbol: sympy.Integer(0) if symbol == TIME else self._at_start(names[symbol])
            for symbol in sympy.sympify(value).free_symbols
        }
        return sympy.sympify(value).xreplace(replaced)

    # -- the whole --------------------------------------------------------------------------------------

    def _rates_of(self) -> None:
        """Give every use of a rate of change (``rateOf``) its expression."""
        for name, symbol in self.reader.rate_of.items():
            if name in self.states:
                rate: Expr = self.states[name]
            elif str(self._symbol(name)) in self.values:
                rate = sympy.Integer(0)
            else:
                raise refuse(f"the rate of {name!r}, which a rule computes", self.elements[name], self.source)
            self.reader.symbols[str(symbol)] = symbol
            self.derived[str(symbol)] = rate

    def _assemble(self) -> ImportedModel:
        constants = {
            name: self._at_start(name)
            for name in self.elements
            if name not in self.states
            and name not in self.derived
            and str(self._symbol(name)) not in self.values
        }
        behind = {amount: name for name, amount in self.amounts.items()}
        starts: dict[str, Expr] = {}
        for name in self.states:
            if name in behind:
                size = self.model.getSpecies(behind[name]).getCompartment()
                starts[name] = self._start_of_amount(behind[name]) * self._at_start(size)
            else:
                starts[name] = self._at_start(name)
        parameters = tuple(
            Parameter(self.units.get(name) or "1", "read from the file", name=name, lower=-math.inf)
            for name in self.values
        )
        values = {Symbol(n, real=True): v for n, v in self.values.items()}
        scales = self._scales({n: abs(float(sympy.sympify(e).xreplace(values))) for n, e in starts.items()})
        states = tuple(
            State(
                str(self._symbol(name)),
                self.units.get(name) or "1",
                self._meaning(behind.get(name, name)),
                starts[name],
                scales[name],
                nonnegative=False,
            )
            for name in self.states
        )
        derived = tuple(
            Derived(
                str(self._symbol(name)),
                sympy.sympify(value),
                self.units.get(name) or "1",
                self._meaning(name),
            )
            for name, value in (self.derived | constants).items()
        )
        try:
            system = OdeSystem(
                self.model.getId() or Path(self.source).stem,
                states,
                parameters,
                derived,
                tuple(sympy.sympify(rate) for rate in self.states.values()),
            )
        except SbmlError:
            raise
        except Exception as error:
            raise SbmlError(f"the file's rules can't be ordered: {error}", where=self.source) from error
        return ImportedModel(
            name=system.name,
            source=self.source,
            level_version=f"L{self.document.getLevel()}V{self.document.getVersion()}",
            system=system,
            values=dict(self.values),
            species=tuple(str(self._symbol(s.getId())) for s in self.model.getListOfSpecies())
            or tuple(s.name for s in states),
            triggers=tuple(self._trigger(e) for e in self.model.getListOfEvents() if self._usable(e)),
            time_unit=time_unit(self.model),
            identifiers=tuple(_identifiers(self.model)),
            poor=tuple(self.poor),
        )

    def _start_of_amount(self, name: str) -> Expr:
        return self._in_parameters(self.initial[name] if name in self.initial else self.start[name])

    def _scales(self, sizes: dict[str, float]) -> dict[str, float]:
        """Return the size of each state below which its error stops to matter: a thousandth of where it starts."""
        least = min((s for s in sizes.values() if s > 0), default=1.0)
        return {name: 1e-3 * (size if size > 0 else least) for name, size in sizes.items()}

    def _meaning(self, name: str) -> str:
        element = self.elements.get(name)
        return (element.getName() if element is not None else "") or name

    def _usable(self, event: Any) -> bool:
        if event.isSetTrigger() and event.getTrigger().isSetMath():
            return True
        self.poor.append(("event without a trigger, left out", event.getId() or "unnamed"))
        return False

    def _trigger(self, event: Any) -> Trigger:
        trigger, level3 = event.getTrigger(), self.model.getLevel() > 2
        assignments: dict[str, Expr] = {}
        for change in event.getListOfEventAssignments():
            if not change.isSetMath():
                continue
            name, value = change.getVariable(), self.reader.number(change.getMath(), change)
            if name in self.amounts:
                size = self._symbol(self.model.getSpecies(name).getCompartment())
                assignments[self.amounts[name]] = value * size
            elif name in self.states:
                assignments[str(self._symbol(name))] = value
            else:
                raise refuse(
                    f"an event sets {name!r}, which a rule computes or which is constant", change, self.source
                )
        return Trigger(
            name=event.getId() or f"event at line {event.getLine()}",
            condition=self.reader.condition(trigger.getMath(), event),
            assignments=assignments,
            initially=trigger.getInitialValue() if level3 else True,
            persistent=trigger.getPersistent() if level3 else True,
            priority=(
                self.reader.number(event.getPriority().getMath(), event)
                if level3 and event.isSetPriority() and event.getPriority().isSetMath()
                else None
            ),
            values_at_trigger=event.getUseValuesFromTriggerTime(),
        )


def _identifiers(model: Any) -> Iterable[str]:
    """Yield the DOI, PubMed and BioModels addresses in the model's annotation."""
    seen = set()
    for i in range(model.getNumCVTerms()):
        term = model.getCVTerm(i)
        for k in range(term.getNumResources()):
            address = term.getResourceURI(k)
            if (
                any(word in address.lower() for word in ("doi", "pubmed", "biomodels"))
                and address not in seen
            ):
                seen.add(address)
                yield address
