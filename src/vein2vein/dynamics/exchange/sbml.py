"""SBML in and out: the two calls that need the extra ``sbml`` (python-libsbml)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vein2vein.errors import ModelError

if TYPE_CHECKING:
    from vein2vein.dynamics.exchange.imported import ImportedModel
    from vein2vein.dynamics.published.record import PublishedModel

__all__ = ["export_sbml", "import_sbml"]


def _needs_libsbml(error: ModuleNotFoundError) -> ModelError:
    if error.name != "libsbml":
        raise error
    return ModelError("SBML needs python-libsbml", remedy="install it with: pip install 'vein2vein[sbml]'")


def import_sbml(path: str | Path) -> ImportedModel:
    """Return the model of an SBML file; see :func:`vein2vein.dynamics.exchange.sbml_import.read_sbml`.

    Raises
    ------
    ModelError
        The file is broken, uses what isn't supported, or python-libsbml isn't installed.
    """
    try:
        from vein2vein.dynamics.exchange.sbml_import import read_sbml
    except ModuleNotFoundError as error:
        raise _needs_libsbml(error) from error
    return read_sbml(path)


def export_sbml(model: PublishedModel) -> str:
    """Return a published model as SBML; see :func:`vein2vein.dynamics.exchange.sbml_export.write_sbml`.

    Raises
    ------
    ModelError
        An expression has no MathML, or python-libsbml isn't installed.
    """
    try:
        from vein2vein.dynamics.exchange.sbml_export import write_sbml
    except ModuleNotFoundError as error:
        raise _needs_libsbml(error) from error
    return write_sbml(model)
