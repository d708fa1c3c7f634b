"""What an SBML file becomes: equations, numbers, events, and what was poor in the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr
from sympy.logic.boolalg import Boolean

from vein2vein.dynamics.system import OdeSystem
from vein2vein.errors import ModelError, near_miss

__all__ = ["ImportedModel", "SbmlError", "Trigger"]


class SbmlError(ModelError):
    """An SBML file is broken or uses what isn't supported; the message names the element and its line."""


@dataclass(frozen=True)
class Trigger:
    """An event: when its condition turns true, states take new values.

    Parameters
    ----------
    name : str
        Identifier.
    condition : Boolean
        Of states, derived quantities, parameters and time.
    assignments : mapping of str to Expr
        New value of each state.
    initially : bool
        Value of the condition before the start; a condition that holds at the start fires if this is False.
    persistent : bool
        Whether it still fires when an event at the same instant makes its condition false again.
    priority : Expr, optional
        Of events at one instant the highest goes first.
    values_at_trigger : bool
        Whether assignments use the values at the instant of triggering, before other events.
    """

    name: str
    condition: Boolean
    assignments: Mapping[str, Expr]
    initially: bool = True
    persistent: bool = True
    priority: Expr | None = None
    values_at_trigger: bool = True


@dataclass(frozen=True)
class ImportedModel:
    """A model read from SBML.

    Parameters
    ----------
    name : str
        Identifier of the model.
    source : str
        File it came from.
    level_version : str
        Such as ``L3V2``.
    system : OdeSystem
        Equations. Their time is the file's own (``time_unit``), not necessarily days.
    values : mapping of str to float
        Value of every parameter.
    species : tuple of str
        Quantities that stand for species: what is shown.
    triggers : tuple of Trigger
        Events.
    time_unit : str
        As the file says; ``"unknown"`` if it doesn't.
    identifiers : tuple of str
        DOI, PubMed and BioModels addresses found in the annotations.
    poor : tuple of (str, str)
        What is merely poor: a kind, and what it concerns.
    """

    name: str
    source: str
    level_version: str
    system: OdeSystem
    values: Mapping[str, float]
    species: tuple[str, ...]
    triggers: tuple[Trigger, ...] = ()
    time_unit: str = "unknown"
    identifiers: tuple[str, ...] = ()
    poor: tuple[tuple[str, str], ...] = field(default=())

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence a kind of poorness: how many, and which."""
        kinds = Counter(kind for kind, _ in self.poor)
        return tuple(
            f"{count} × {kind}: {', '.join(what for k, what in self.poor if k == kind)}"
            for kind, count in kinds.items()
        )

    def with_values(self, changed: Mapping[str, float]) -> ImportedModel:
        """Return the same model with other parameter values.

        Raises
        ------
        ModelError
            A parameter is unknown.
        """
        for name in changed:
            if name not in self.values:
                raise ModelError(
                    f"no such parameter.{near_miss(name, self.values)}",
                    where=self.name,
                    value=name,
                    allowed=", ".join(self.values),
                )
        return replace(self, values={**self.values, **changed})
