"""Every model that can be listed, shown, run and compared: the published ones, and the product's own."""

from __future__ import annotations

from collections.abc import Mapping

from vein2vein.clinic.core_model import core_model
from vein2vein.dynamics.published import library
from vein2vein.dynamics.published.record import PublishedModel
from vein2vein.errors import ModelError, near_miss
from vein2vein.patients.settings import SETTINGS

__all__ = ["CORE", "every_model", "find_model"]

CORE = "core"


def every_model() -> Mapping[str, PublishedModel]:
    """Return the core model, then the published ones, by name."""
    return {CORE: core_model(), **library.MODELS}


def find_model(name: str) -> PublishedModel:
    """Return a model, one of its named individuals, fits or groups, or the core model in a setting.

    Parameters
    ----------
    name : str
        Such as ``kimmel2021``, ``hardiansyah2019:UPN3``, ``kirouac2023:CR``, ``core`` or ``core:LBCL``; upper and
        lower case are the same.

    Raises
    ------
    ModelError
        There is no such model, individual or setting.
    """
    base, colon, key = name.partition(":")
    if base.lower() != CORE:
        if base.lower() not in library.MODELS:
            raise library.no_such_model(name, (CORE, *library.MODELS))
        return library.find_model(name)
    if not colon:
        return core_model()
    settings = {s.key.lower(): s for s in SETTINGS}
    if key.lower() not in settings:
        keys = [s.key for s in SETTINGS]
        raise ModelError(
            f"the core model has no such setting.{near_miss(key.upper(), keys)}",
            field="model",
            value=name,
            allowed=", ".join(f"{CORE}:{k}" for k in keys),
        )
    return core_model(settings[key.lower()])
