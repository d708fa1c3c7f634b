"""Files that are whole or absent: written beside their place, then moved into it."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vein2vein.errors import OutputError


def output_folder(path: str | Path) -> Path:
    """Return the folder at ``path``, made if absent, after proving that it can be written.

    Raises
    ------
    OutputError
        The folder can't be made or written.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".vein2vein-"):
            pass
    except OSError as error:
        raise OutputError(
            f"can't write into the output folder ({error.strerror or error})",
            where=str(folder),
            allowed="a folder that this user may create files in",
            remedy="choose another folder with --out",
        ) from error
    return folder


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; move it into place only if the block ends without an error.

    Raises
    ------
    OutputError
        The file can't be created or moved into place.
    """
    target = Path(path)
    partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
    try:
        yield partial
        os.replace(partial, target)
    except OSError as error:
        raise OutputError(
            f"can't write the file ({error.strerror or error})",
            where=str(target),
            allowed="a path in a folder that this user may create files in",
            remedy="check the folder and the free space",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> Path:
    """Write ``text`` (UTF-8, Unix line ends) as a whole file and return its path."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
    return Path(path)


def json_data(value: Any) -> Any:
    """Return data as JSON can hold it: plain Python numbers, keys as text, None for what isn't a finite number."""
    if isinstance(value, dict):
        return {str(key): json_data(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [json_data(inner) for inner in value]
    if getattr(value, "ndim", 1) == 0:  # a number of NumPy, which this module must not wait for
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
