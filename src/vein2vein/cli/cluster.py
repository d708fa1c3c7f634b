"""The option of a Dask cluster, and its client."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from distributed import Client

Cluster = Annotated[
    str | None,
    typer.Option(help="Integrate on a Dask cluster: the scheduler's address, such as tcp://10.0.0.5:8786."),
]


def client_at(address: str | None) -> AbstractContextManager[Client | None]:
    """Return the client of the scheduler at an address; none without an address."""
    if address is None:
        return nullcontext()
    from vein2vein.simulation.cluster import connect

    return connect(address)
