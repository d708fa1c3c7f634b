"""Open an SBML file and refuse, by name and line, what isn't well formed or isn't supported."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import libsbml

from vein2vein.dynamics.exchange.imported import SbmlError
from vein2vein.dynamics.exchange.sbml_math import refuse

__all__ = ["open_model", "poorness"]

_CHECKED = (
    libsbml.LIBSBML_CAT_GENERAL_CONSISTENCY,
    libsbml.LIBSBML_CAT_IDENTIFIER_CONSISTENCY,
    libsbml.LIBSBML_CAT_MATHML_CONSISTENCY,
    libsbml.LIBSBML_CAT_OVERDETERMINED_MODEL,
)
_NOT_CHECKED = (
    libsbml.LIBSBML_CAT_UNITS_CONSISTENCY,
    libsbml.LIBSBML_CAT_MODELING_PRACTICE,
    libsbml.LIBSBML_CAT_SBO_CONSISTENCY,
)
_MISSING = re.compile(
    "required attribute '(constant|reversible|fast|boundaryCondition|hasOnlySubstanceUnits|initialValue|persistent|"
    "useValuesFromTriggerTime)' is missing"
)
_POOR = {
    libsbml.UndeclaredSpeciesRef: "species in a rate without being declared there",
    libsbml.MissingXMLEncoding: "no encoding in the XML declaration, read as UTF-8",
    libsbml.DanglingUnitReference: "unit that isn't defined",
    libsbml.EmptyListElement: "empty list",
    libsbml.IncorrectOrderInModel: "lists out of order",
    **dict.fromkeys(
        (libsbml.InvalidSBOTermSyntax, libsbml.InvalidMetaidSyntax, libsbml.DuplicateMetaId),
        "label that is malformed",
    ),
    **dict.fromkeys(
        range(libsbml.MissingAnnotationNamespace, libsbml.MultipleAnnotations + 1), "malformed annotation"
    ),
    **dict.fromkeys(
        range(libsbml.NotesNotInXHTMLNamespace, libsbml.OnlyOneNotesElementAllowed + 1), "malformed notes"
    ),
}


def poorness(error: Any) -> str | None:
    """Return what is merely poor: a breach of SBML's rules that leaves the meaning clear; None if it's worse."""
    if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR and (found := _MISSING.search(error.getMessage())):
        return f"attribute {found[1]!r} missing, its usual value taken"
    return _POOR.get(error.getErrorId())


def open_model(path: str | Path) -> tuple[Any, Any]:
    """Return the document and the model of an SBML file.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    SbmlError
        The file is absent, malformed or inconsistent, or uses what isn't supported.
    """
    source = str(path)
    if not Path(path).is_file():
        raise SbmlError("no such file", where=source, remedy="check the path")
    document = libsbml.readSBMLFromFile(source)
    level, version = document.getLevel(), document.getVersion()
    if level == 0:
        raise SbmlError("the file is empty or isn't XML", where=source, remedy="choose an SBML file")
    if level == 1 or (
        document.getNumErrors(libsbml.LIBSBML_SEV_FATAL) == 0
        and (level, version) not in {(2, 1), (2, 2), (2, 3), (2, 4), (2, 5), (3, 1), (3, 2)}
    ):
        raise SbmlError(
            f"SBML level {level} version {version} isn't supported",
            where=source,
            allowed="level 2, and level 3 versions 1 and 2",
            remedy="convert the file, for instance with the converter of libSBML",
        )
    _raise_first(document, source, "the file isn't well-formed SBML")
    for category in _NOT_CHECKED:
        document.setConsistencyChecks(category, False)
    for category in _CHECKED:
        document.setConsistencyChecks(category, True)
    document.checkConsistency()
    _raise_first(document, source, "the file breaks a rule of SBML")
    model = document.getModel()
    if model is None:
        raise SbmlError("the file has no model", where=source)
    _supported(document, model, source)
    return document, model


def _raise_first(document: Any, source: str, what: str) -> None:
    for i in range(document.getNumErrors()):
        error = document.getError(i)
        if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR and poorness(error) is None:
            raise SbmlError(
                f"{what}: {_particular(error.getMessage())}",
                where=f"{source}, line {error.getLine()}",
                field=error.getShortMessage() or None,
                remedy="correct the file; rule " + str(error.getErrorId()),
            )


def _particular(message: str) -> str:
    """Return what libSBML says of this file, without the rule that it recites before."""
    words = [" ".join(part.split()) for part in re.split(r"Reference: [^\n]*", message)]
    return words[-1] or words[0]


def _supported(document: Any, model: Any, source: str) -> None:
    """Refuse the constructs that an ordinary differential equation with events can't hold."""
    for i in range(document.getNumPlugins()):
        plugin = document.getPlugin(i)
        name = plugin.getPackageName()
        if document.getPackageRequired(name) and name not in ("layout", "render", "l3v2extendedmath"):
            raise SbmlError(f"the SBML package {name!r} isn't supported", where=f"{source}, line 2")
    for i in range(document.getNumUnknownPackages()):
        prefix = document.getUnknownPackagePrefix(i)
        if document.getPackageRequired(prefix):
            raise SbmlError(f"the SBML package {prefix!r} isn't supported", where=f"{source}, line 2")
    for rule in model.getListOfRules():
        if rule.isAlgebraic():
            raise refuse("an algebraic rule isn't supported", rule, source, "solve it for one variable")
    for reaction in model.getListOfReactions():
        if reaction.isSetFast() and reaction.getFast():
            raise refuse("a fast reaction isn't supported", reaction, source, "replace it by its equilibrium")
    for event in model.getListOfEvents():
        if event.isSetDelay():
            raise refuse(
                "an event with a delay isn't supported", event, source, "trigger it at the later time"
            )
