"""Results of the calibration that are kept: those that ship, and those that a user's own run wrote."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from vein2vein.errors import InputError

Result = TypeVar("Result")


def read_kept(
    path: Path | None, shipped: str, parsed: Callable[[str], Result], what: str, command: str
) -> Result:
    """Return a result from a file, or without one the result that ships.

    Parameters
    ----------
    path : Path or None
        The file.
    shipped : str
        Name of the file that ships with this package; it is read once.
    parsed : callable
        Reads the result from text.
    what, command : str
        The result in words, and the command that writes such a file.

    Raises
    ------
    InputError
        The file can't be read, or is no such result.
    """
    if path is None:
        return _shipped(shipped, parsed)
    try:
        return parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"can't read the {what} ({error})",
            where=str(path),
            allowed=f"a file that `{command}` wrote",
        ) from error


@cache
def _shipped(name: str, parsed: Callable[[str], Result]) -> Result:
    return parsed((resources.files("vein2vein.calibration") / name).read_text(encoding="utf-8"))
