"""Machine code on disk: compiled once a machine, found by the hash of what it was generated from.

The folder is ``$VEIN2VEIN_CACHE``, else the user's cache folder of the platform. Two processes may fill it at
once; where it can't be written, compilation happens in memory and nothing else changes.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pickle
import platform
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from vein2vein.simulation.codegen.model import KernelWriter
from vein2vein.simulation.codegen.structure import Structure
from vein2vein.simulation.plan import Kernels, Rows

_LOCK = threading.RLock()


def cache_folder() -> Path:
    """Return where compiled kernels are kept; it may not exist."""
    chosen = os.environ.get("VEIN2VEIN_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "vein2vein" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "vein2vein"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "vein2vein"


@cache
def _engine_digest() -> str:
    """Return the hash of all that machine code depends on besides the model."""
    import llvmlite
    import numba

    text = f"{numba.__version__} {llvmlite.__version__} {platform.python_version()} {platform.machine()}"
    digest = sha256(text.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _folder(root: Path) -> Path | None:
    """Return the folder of this version of the engine, or None where it can't be written."""
    folder = root / f"engine-{_engine_digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError:
        return None
    return folder


@contextlib.contextmanager
def _numba_caches_in(folder: Path | None) -> Iterator[bool]:
    """Let functions decorated inside keep their machine code in ``folder``; yield whether they can."""
    from numba import config

    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder) if folder is not None else before
    try:
        yield folder is not None
    finally:
        config.CACHE_DIR = before


_DAMAGED = (OSError, EOFError, ImportError, pickle.UnpicklingError)
"""What reading a cache file raises that was cut short, or removed in between."""


@cache
def _driver(on_disk: bool) -> Callable[..., None]:
    from numba import njit

    from vein2vein.simulation.driver import drive

    folder = _folder(cache_folder()) if on_disk else None
    with _LOCK, _numba_caches_in(folder) as writable:
        return njit(nogil=True, error_model="numpy", cache=writable)(drive)


def run_driver(*arguments: object) -> None:
    """Run the driver as machine code, without the interpreter's lock."""
    try:
        _driver(True)(*arguments)
    except _DAMAGED:  # raised before anything ran
        _driver(False)(*arguments)


_LOADED: dict[tuple[str, bool], tuple[Rows, Kernels, tuple[Any, ...]]] = {}
_MODULES: dict[str, ModuleType] = {}
_STIFF_ONLY = ("factor", "solve")


def compiled_kernels(structure: Structure, stiff: bool) -> tuple[Rows, Kernels]:
    """Return layout and kernel addresses of a structure, compiled if this machine never did so before."""
    key = (structure.digest, stiff)
    with _LOCK:
        if key not in _LOADED:
            _LOADED[key] = _load(structure, stiff)
        rows, kernels, _ = _LOADED[key]
    return rows, kernels


def _load(structure: Structure, stiff: bool) -> tuple[Rows, Kernels, tuple[Any, ...]]:
    folder, module = _folder(cache_folder()), _generated(structure)
    with _numba_caches_in(folder) as on_disk:
        compiled = {
            name: _machine_code(getattr(module, name), on_disk)
            for name in Kernels._fields
            if stiff or name not in _STIFF_ONLY
        }
    kernels = Kernels(*(compiled[name].address if name in compiled else 0 for name in Kernels._fields))
    return (
        structure.rows(module.CONSTANTS, module.FACTORS, module.SWITCHES, stiff),
        kernels,
        tuple(compiled.values()),
    )


def _machine_code(function: Callable[..., None], on_disk: bool) -> Any:
    """Return a kernel compiled, from the disk if it is there and whole."""
    from numba import cfunc

    from vein2vein.simulation.lanes import KERNEL

    try:
        return cfunc(KERNEL, error_model="numpy", cache=on_disk)(function)
    except (
        OSError,
        EOFError,
        ImportError,
        pickle.UnpicklingError,
    ):  # a cache file that is damaged or vanished
        return cfunc(KERNEL, error_model="numpy")(function)


def kernel_costs(structure: Structure) -> dict[str, float]:
    """Return the operations of each kernel for one patient: the weights are those of the generated module."""
    with _LOCK:
        return dict(_generated(structure).OPERATIONS)


def states_needed(structure: Structure) -> dict[str, tuple[int, ...]]:
    """Return the states that each kernel reads."""
    with _LOCK:
        return dict(_generated(structure).NEEDED)


def _generated(structure: Structure) -> ModuleType:
    digest = structure.digest
    if digest not in _MODULES:
        _MODULES[digest] = _module(structure, f"vein2vein_kernels_{digest[:24]}", _folder(cache_folder()))
    return _MODULES[digest]


def _module(structure: Structure, name: str, folder: Path | None) -> ModuleType:
    """Return the generated module, written beside its machine code where that is possible."""
    path = None if folder is None else folder / f"{name}.py"
    if path is None or not path.exists():
        source = KernelWriter(structure).module()
        if path is None:
            module = sys.modules[name] = ModuleType(name)
            exec(compile(source, f"<{name}>", "exec"), module.__dict__)
            return module
        partial = path.with_name(f".{name}.{os.getpid()}.{threading.get_ident()}")
        partial.write_text(source, encoding="utf-8")
        os.replace(partial, path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"can't load {path}")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)  # numba looks it up by name
    spec.loader.exec_module(module)
    return module
