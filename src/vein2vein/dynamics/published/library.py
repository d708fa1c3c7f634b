"""The library: every model of this folder by name. A file that defines ``MODELS`` is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import vein2vein.dynamics.published as folder
from vein2vein.dynamics.published.record import PublishedModel
from vein2vein.errors import InternalError, ModelError, near_miss

__all__ = ["MODELS", "find_model"]


@cache
def _collected() -> dict[str, PublishedModel]:
    """Return the models of every file of the folder, sorted by name."""
    found: dict[str, PublishedModel] = {}
    for info in pkgutil.iter_modules(folder.__path__):
        if info.name == "library":
            continue
        module = importlib.import_module(f"{folder.__name__}.{info.name}")
        for model in getattr(module, "MODELS", ()):
            if model.name in found:
                raise InternalError(f"two published models are named {model.name!r}")
            found[model.name] = model
    return dict(sorted(found.items()))


class _Library(Mapping[str, PublishedModel]):
    """The published models by name; nothing is imported before the first look."""

    def __getitem__(self, name: str) -> PublishedModel:
        return _collected()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_collected())

    def __len__(self) -> int:
        return len(_collected())


MODELS: Mapping[str, PublishedModel] = _Library()
"""Published models by name."""


def no_such_model(name: str, known: Iterable[str]) -> ModelError:
    """Return the error of a model that isn't among the known ones."""
    known = tuple(known)
    return ModelError(
        f"no such model.{near_miss(name.partition(':')[0].lower(), known)}",
        field="model",
        value=name,
        allowed=", ".join(known),
        remedy="list them with `vein2vein model list`",
    )


def find_model(name: str) -> PublishedModel:
    """Return a model, or with ``model:individual`` one of its named individuals or fits.

    Parameters
    ----------
    name : str
        Such as ``kimmel2021`` or ``hardiansyah2019:UPN3``; upper and lower case are the same.

    Raises
    ------
    ModelError
        There is no such model or individual.
    """
    base, _, subject = name.partition(":")
    known = MODELS
    if base.lower() not in known:
        raise no_such_model(name, known)
    model = known[base.lower()]
    return model.subject(subject) if subject else model
