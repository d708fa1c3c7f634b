"""The exception tree: every message names the object, the bad value, what is allowed and the next step.

::

    Vein2veinError
    ├── InputError            something the user gave; the command line exits with 2
    │   ├── EvidenceError     a sheet of published numbers
    │   ├── ScenarioError     a scenario file or one of its fields
    │   ├── ModelError        a model, mechanism, state or parameter
    │   ├── UnitError         a unit that is unknown or of the wrong dimension
    │   └── OutputError       a folder or file that can't be written
    └── InternalError         our fault; the command line exits with 1
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Vein2veinError(Exception):
    """Root of every exception that the package raises on purpose."""


class InputError(Vein2veinError):
    """Something given by the user can't be used.

    Parameters
    ----------
    what : str
        What is wrong, in one clause.
    where : str, optional
        File, table row or object.
    field : str, optional
        Name of the field.
    value : object, optional
        The value as it was given.
    allowed : str, optional
        What would be accepted.
    remedy : str, optional
        The next step.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        field: str | None = None,
        value: object = None,
        allowed: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.what, self.where, self.field = what, where, field
        self.value, self.allowed, self.remedy = value, allowed, remedy
        lines = [what]
        if where is not None:
            lines.append(f"  where:   {where}")
        if field is not None:
            lines.append(f"  field:   {field}")
        if value is not None:
            lines.append(f"  value:   {value!r}")
        if allowed is not None:
            lines.append(f"  allowed: {allowed}")
        if remedy is not None:
            lines.append(f"  next:    {remedy}")
        super().__init__("\n".join(lines))


class EvidenceError(InputError):
    """A sheet of published numbers can't be read or breaks a rule."""


class ScenarioError(InputError):
    """A scenario, or one of its fields, can't be used."""


class ModelError(InputError):
    """A model, mechanism, state or parameter is unknown or inconsistent."""


class UnitError(InputError):
    """A unit is unknown or has the wrong dimension."""


class OutputError(InputError):
    """A folder or file can't be written."""


class InternalError(Vein2veinError):
    """A broken invariant of the package itself; please report it."""


def near_miss(name: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the closest known name, or an empty string.

    Parameters
    ----------
    name : str
        What was given.
    known : iterable of str
        What exists.
    """
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""
