"""A published model: equations in the paper's symbols, its numbers, its default dose and what it must reproduce."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import sympy
from sympy import Expr

from vein2vein.dynamics.law import Derived, State
from vein2vein.dynamics.published.golden import Golden
from vein2vein.dynamics.published.paper import LogNormal, LogUniform, Paper, PaperValue, Status
from vein2vein.dynamics.system import OdeSystem
from vein2vein.errors import ModelError, near_miss

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Draw = Callable[[Mapping[str, float], int, np.random.Generator], Mapping[str, NDArray[np.float64]]]

__all__ = [
    "Conserved",
    "Deviation",
    "Dosing",
    "Golden",
    "LogNormal",
    "LogUniform",
    "Measured",
    "Observable",
    "Paper",
    "PaperValue",
    "PublishedModel",
    "Role",
    "Status",
]


class Role(Enum):
    """What an observable is, and so which figures describe it."""

    CAR_T = "CAR-T cells"
    TARGET = "target cells"
    CYTOKINE = "cytokine"
    MARKER = "marker"
    DRUG = "drug"


@dataclass(frozen=True)
class Observable:
    """A quantity that the paper measured or plotted.

    Parameters
    ----------
    name : str
        State or derived quantity.
    role : Role
        What it is.
    assay : str
        How it was measured, or what it stands for.
    search_from : float
        Day from which its largest value is looked for (skips an infusion spike).
    cells_per_uL : float, optional
        Factor from its unit to cells/uL of blood where the paper (or arithmetic on a stated volume) gives one.
    """

    name: str
    role: Role
    assay: str
    search_from: float = 0.0
    cells_per_uL: float | None = None


@dataclass(frozen=True)
class Measured:
    """What the paper's patients showed on a day: the points of its figure.

    Parameters
    ----------
    of : str
        State or derived quantity.
    day : float
        Day after infusion.
    median, low, high : float
        Median and interquartile range, in the unit of the quantity.
    n : int
        Patients.
    """

    of: str
    day: float
    median: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Dosing:
    """An amount that enters a state after the start.

    Parameters
    ----------
    state : str
        State that receives it.
    amount : Expr
        In the unit of the state, an expression of parameters.
    time : float
        Day.
    duration : float
        Days over which it enters at a constant rate; 0 is a bolus.
    """

    state: str
    amount: Expr
    time: float
    duration: float = 0.0


@dataclass(frozen=True)
class Conserved:
    """A total that can't change while some rates are nil: a claim of mass balance.

    Parameters
    ----------
    total : Expr
        Of states and parameters.
    without : tuple of str
        Parameters set to zero: the sources and sinks.
    """

    total: Expr
    without: tuple[str, ...]


@dataclass(frozen=True)
class Deviation:
    """A law of the battery that the paper's own equations break, and the cure.

    Parameters
    ----------
    law : str
        Name of the law: ``positivity``, ``dimension``, ``null limit`` or ``mass balance``.
    what : str
        What goes wrong.
    cure : str
        What to use or do instead.
    """

    law: str
    what: str
    cure: str


@dataclass(frozen=True)
class PublishedModel:
    """One paper's model, or one variant of it.

    Parameters
    ----------
    name : str
        First author and year, with a suffix for a variant.
    title : str
        What it describes, in a clause.
    paper : Paper
        The source.
    disease, antigen, species, fitted_to, assay : str
        Population, target antigen, organism, what and how many it was fitted to, and how cells were measured.
    states, derived : tuple
        As in :class:`~vein2vein.dynamics.system.OdeSystem`.
    rates : mapping of str to Expr
        Derivative of each state, per day.
    values : tuple of PaperValue
        Every parameter.
    observables : tuple of Observable
        The first one is what ``Cmax``, ``Tmax``, ``AUC0-28`` and the half-life are reported for.
    horizon : float
        Days of a default run.
    dose : str, optional
        Parameter that carries the dose; None where the dose doesn't enter the equations.
    infusion : float
        Day of the CAR-T infusion, from which kinetics are counted.
    dosing : tuple of Dosing
        Doses that aren't part of the initial values.
    subjects : mapping of str to mapping, optional
        Named individuals or fits: the parameters that differ from the typical values.
    groups : mapping of str to tuple of str, optional
        Individuals that belong together, such as the fits to complete responders.
    correlations : mapping of (str, str) to float, optional
        Between the random effects of two parameters.
    drawn : callable, optional
        Draws (typical values, patients, source of chance) a population that spreads and individuals can't express.
    golden : tuple of Golden
        Numbers to reproduce.
    measured : tuple of Measured
        Patients' data that the paper's figure shows.
    errata, assumptions : tuple of str
        Errors found in the source; assumptions and deviations of this implementation.
    conserved : tuple of Conserved
        Mass balances that the paper claims.
    breaks : tuple of Deviation
        Laws that the paper's own equations break.

    Raises
    ------
    ModelError
        Something refers to a name that the model lacks.
    """

    name: str
    title: str
    paper: Paper
    disease: str
    antigen: str
    species: str
    fitted_to: str
    assay: str
    states: tuple[State, ...]
    rates: Mapping[str, Expr]
    values: tuple[PaperValue, ...]
    observables: tuple[Observable, ...]
    horizon: float
    derived: tuple[Derived, ...] = ()
    dose: str | None = None
    infusion: float = 0.0
    dosing: tuple[Dosing, ...] = ()
    subjects: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    drawn: Draw | None = None
    golden: tuple[Golden, ...] = ()
    measured: tuple[Measured, ...] = ()
    errata: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    conserved: tuple[Conserved, ...] = ()
    breaks: tuple[Deviation, ...] = ()

    def __post_init__(self) -> None:
        parameters = {v.name for v in self.values}
        quantities = {s.name for s in self.states} | {d.name for d in self.derived}
        self._refer("rate", self.rates, {s.name for s in self.states})
        self._refer("observable", (o.name for o in self.observables), quantities)
        self._refer("measured data", (m.of for m in self.measured), quantities)
        self._refer("dosing", (d.state for d in self.dosing), {s.name for s in self.states})
        self._refer("dose", () if self.dose is None else (self.dose,), parameters)
        self._refer("correlation", (n for pair in self.correlations for n in pair), parameters)
        for subject, changed in self.subjects.items():
            self._refer(f"subject {subject}", changed, parameters)
        for group, members in self.groups.items():
            self._refer(f"group {group}", members, set(self.subjects))
        for golden in self.golden:
            self._refer(f"golden number {golden.name!r}", (golden.measure.of,), quantities)
            self._refer(f"golden number {golden.name!r}", golden.settings, parameters)
            self._refer(f"golden number {golden.name!r}", golden.subjects, set(self.subjects))
        if not self.observables:
            raise ModelError(
                "a model without an observable", where=self.name, remedy="name what the paper measured"
            )

    def _refer(self, what: str, names: object, known: set[str]) -> None:
        for name in names:  # type: ignore[attr-defined]
            if name not in known:
                raise ModelError(
                    f"{what} refers to a name that the model lacks.{near_miss(name, known)}",
                    where=self.name,
                    value=name,
                    allowed=", ".join(sorted(known)) or "none",
                )

    @cached_property
    def system(self) -> OdeSystem:
        """The equations as the rest of the product reads them."""
        return OdeSystem(
            name=self.name,
            states=self.states,
            parameters=tuple(v.parameter for v in self.values),
            derived=self.derived,
            rates=tuple(sympy.sympify(self.rates[s.name]) for s in self.states),
        )

    @property
    def typical(self) -> dict[str, float]:
        """Typical value of every parameter, by name."""
        return {v.name: v.value for v in self.values}

    def value(self, name: str) -> PaperValue:
        """Return the table row of a parameter.

        Raises
        ------
        ModelError
            There is no such parameter.
        """
        for row in self.values:
            if row.name == name:
                return row
        names = [v.name for v in self.values]
        raise ModelError(
            f"no such parameter.{near_miss(name, names)}",
            where=self.name,
            value=name,
            allowed=", ".join(names),
        )

    def with_values(self, changed: Mapping[str, float]) -> PublishedModel:
        """Return the same model with other typical values.

        Raises
        ------
        ModelError
            A parameter is unknown, or its value isn't allowed.
        """
        for name in changed:
            self.value(name)
        rows = tuple(v.with_value(changed[v.name]) if v.name in changed else v for v in self.values)
        return replace(self, values=rows)

    def subject(self, name: str) -> PublishedModel:
        """Return the model of one named individual or fit, or of a group of them.

        An individual's spreads are dropped where it has its own value; a group keeps its members as individuals,
        and its first member stands for the typical patient.

        Raises
        ------
        ModelError
            There is no such individual or group.
        """
        known = (*self.subjects, *self.groups)
        found = {each.lower(): each for each in known}.get(name.lower())
        if found is None:
            raise ModelError(
                f"no such individual or fit.{near_miss(name, known)}",
                where=self.name,
                value=name,
                allowed=", ".join(known) or "none: this model has typical values only",
            )
        members = self.groups.get(found, ())
        own = self.subjects[members[0] if members else found]
        rows = tuple(
            replace(v, value=own[v.name], spread=None if v.name != self.dose else v.spread)
            if v.name in own
            else v
            for v in self.values
        )
        return replace(
            self,
            name=f"{self.name}:{found}",
            values=rows,
            subjects={each: self.subjects[each] for each in members},
            groups={},
            golden=(),
            drawn=None,
        )

    def with_subjects(
        self,
        subjects: Mapping[str, Mapping[str, float]],
        groups: Mapping[str, tuple[str, ...]] | None = None,
    ) -> PublishedModel:
        """Return the same model with other named individuals or fits.

        Raises
        ------
        ModelError
            An individual has a parameter that the model lacks, or a group a member that isn't there.
        """
        golden = tuple(g for g in self.golden if set(g.subjects) <= set(subjects))
        return replace(self, subjects=subjects, groups=groups or {}, golden=golden, drawn=None)

    @property
    def has_population(self) -> bool:
        """Whether the paper gives a population: random effects, or several individuals or fits."""
        return (
            self.drawn is not None or len(self.subjects) > 1 or any(v.spread is not None for v in self.values)
        )

    def population(self, patients: int, rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
        """Draw parameters of virtual patients from the paper's spreads and from its named individuals.

        Parameters
        ----------
        patients : int
            How many.
        rng : numpy.random.Generator
            Source of chance.

        Returns
        -------
        dict of str to ndarray, shape (patients,)
            One value a patient for every parameter.

        Raises
        ------
        ModelError
            The paper states no spread and no individuals.
        """
        import numpy as np

        if not self.has_population:
            raise ModelError(
                "the paper states no variation between patients",
                where=self.name,
                remedy="run one patient, or vary parameters with --set",
            )
        if self.drawn is not None:
            return dict(self.drawn(self.typical, patients, rng))
        drawn = {v.name: np.full(patients, v.value) for v in self.values}
        if self.subjects:
            names = list(self.subjects)
            who = rng.integers(len(names), size=patients)
            for name in drawn:
                own = np.array([self.subjects[s].get(name, self.value(name).value) for s in names])
                drawn[name] = own[who]
        spread = [v for v in self.values if v.spread is not None]
        if spread:
            scores = rng.multivariate_normal(np.zeros(len(spread)), self._correlation(spread), size=patients)
            for v, score in zip(spread, scores.T, strict=True):
                assert v.spread is not None
                drawn[v.name] = v.spread.at(v.value, score)
        return drawn

    def _correlation(self, spread: list[PaperValue]) -> NDArray[np.float64]:
        import numpy as np

        names = [v.name for v in spread]
        matrix = np.eye(len(names))
        for (a, b), r in self.correlations.items():
            if a in names and b in names:
                i, j = names.index(a), names.index(b)
                matrix[i, j] = matrix[j, i] = r
        return matrix
