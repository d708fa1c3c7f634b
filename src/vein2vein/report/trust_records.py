"""What the report is told about the model and its credibility: equations, parameters, checks, provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sympy

from vein2vein.report.estimate import Estimate


@dataclass(frozen=True)
class Equation:
    """An equation: ``left = right``, or with ``derivative`` the rate of change of ``left``."""

    title: str
    left: sympy.Expr
    right: sympy.Expr
    derivative: bool = False


@dataclass(frozen=True)
class ParameterRow:
    """One parameter as the reader sees it.

    Parameters
    ----------
    symbol : sympy.Symbol
        Typeset like in the equations.
    meaning, unit : str
        What it is.
    values : mapping of str to float
        One value a setting; a single entry with an empty key where all settings share it.
    variability : str
        Between patients, in words; empty where it does not vary.
    source : str
        Source with locator, "calibrated to …" or "assumed".
    status : str
        estimated, fixed, derived, assumed; "recalled" is marked in the table.
    """

    symbol: sympy.Symbol
    meaning: str
    unit: str
    values: Mapping[str, float]
    variability: str
    source: str
    status: str


@dataclass(frozen=True)
class ModelPage:
    """Equations and parameters; ``names`` gives LaTeX for symbols that are not typeset by their own name."""

    equations: Sequence[Equation]
    parameters: Sequence[ParameterRow]
    names: Mapping[sympy.Symbol, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A verification: what was checked, what was found, what is required, whether it holds."""

    name: str
    found: str
    required: str
    holds: bool


@dataclass(frozen=True)
class Comparison:
    """A published number beside the simulated one.

    Parameters
    ----------
    quantity, group : str
        What is compared, in whom.
    published, simulated : Estimate
        The two numbers.
    agrees : bool
        Whether they agree within the tolerance stated in the credibility page.
    fitted : bool
        Whether the published number was used to calibrate the model (else it was predicted).
    source : str
        Source of the published number, with locator.
    remark : str
        What explains a misfit.
    """

    quantity: str
    group: str
    published: Estimate
    simulated: Estimate
    agrees: bool
    fitted: bool
    source: str
    remark: str = ""


@dataclass(frozen=True)
class Failure:
    """Solves that failed, by kind, and what to do about them."""

    kind: str
    count: int
    remedy: str


@dataclass(frozen=True)
class Credibility:
    """The credibility page, after ICH M15 and ASME V&V 40.

    Parameters
    ----------
    question, context_of_use : str
        Question of interest; what the answer may and may not be used for.
    influence, consequence : str
        Weight of the model in the decision, and what a wrong decision would cost.
    fitted, predicted : sequence of str
        What the model was calibrated to; what it was not.
    tolerance : str
        The rule by which a comparison agrees.
    checks, comparisons, failures, limits : sequences
        Verification, validation, failed solves, limits.
    solves : int
        Solves attempted.
    """

    question: str
    context_of_use: str
    influence: str = ""
    consequence: str = ""
    fitted: Sequence[str] = ()
    predicted: Sequence[str] = ()
    tolerance: str = ""
    checks: Sequence[Check] = ()
    comparisons: Sequence[Comparison] = ()
    failures: Sequence[Failure] = ()
    limits: Sequence[str] = ()
    solves: int = 0


@dataclass(frozen=True)
class Provenance:
    """What it takes to repeat the run.

    Parameters
    ----------
    command : str
        The command line.
    versions, hashes, settings : mapping of str to str
        Software, content hashes, and settings such as tolerances.
    files : mapping of str to str
        File name to what it holds.
    """

    command: str
    versions: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
