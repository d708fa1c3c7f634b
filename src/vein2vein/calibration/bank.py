"""Simulated parameter sets: what the emulators learn from, kept on disk as they come so that a run can resume."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.calibration.observables import read
from vein2vein.calibration.parameters import Prior
from vein2vein.calibration.virtual_trial import VirtualTrial
from vein2vein.errors import InputError, Vein2veinError
from vein2vein.files import output_folder, whole_file, write_text

Vector = NDArray[np.float64]
Progress = Callable[[int, int], None]
Reader = Callable[[pd.DataFrame], dict[str, Vector]]

BATCH = 8
"""Parameter sets a file of the checkpoint."""


@dataclass(frozen=True)
class Bank:
    """Simulated parameter sets.

    Parameters
    ----------
    z : ndarray, shape (m, p)
        Standardised parameter sets.
    y : mapping of str to ndarray, shape (m, k)
        Observables by setting on the scales of the likelihood; NaN where a simulation failed.
    """

    z: Vector
    y: Mapping[str, Vector]

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Whether none of a set's simulations succeeded, shape (m,)."""
        return np.all([np.isnan(y).all(axis=1) for y in self.y.values()], axis=0)

    @property
    def failed(self) -> int:
        """Sets none of whose simulations succeeded."""
        return int(self.lost.sum())

    def joined(self, other: Bank) -> Bank:
        """Return both banks as one."""
        return Bank(np.vstack([self.z, other.z]), {s: np.vstack([self.y[s], other.y[s]]) for s in self.y})


class Checkpoint:
    """A folder that keeps batches of simulated sets; of one run only, told by its fingerprint.

    Parameters
    ----------
    folder : Path
        Made if absent.
    fingerprint : str
        Hash of everything that decides the results.

    Raises
    ------
    InputError
        The folder holds the checkpoint of another run.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = output_folder(folder)
        stamp = self.folder / "run.json"
        if stamp.exists():
            found = json.loads(stamp.read_text(encoding="utf-8")).get("fingerprint")
            if found != fingerprint:
                raise InputError(
                    "the folder holds the checkpoint of another calibration",
                    where=str(folder),
                    field="fingerprint",
                    value=found,
                    allowed=fingerprint,
                    remedy="choose an empty folder, or give the options and the fit set of that run",
                )
        else:
            write_text(stamp, json.dumps({"fingerprint": fingerprint}) + "\n")

    def load(self, name: str) -> dict[str, Vector] | None:
        """Return a batch by name, None if it isn't there."""
        path = self.folder / f"{name}.npz"
        if not path.exists():
            return None
        with np.load(path) as stored:
            return {key: stored[key] for key in stored.files}

    def save(self, name: str, arrays: Mapping[str, Vector]) -> None:
        """Keep a batch."""
        with whole_file(self.folder / f"{name}.npz") as partial, open(partial, "wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]


def simulate_bank(
    trial: VirtualTrial,
    prior: Prior,
    observables: Mapping[str, tuple[str, ...]],
    z: Vector,
    *,
    name: str,
    seeds: NDArray[np.int64] | None = None,
    reader: Reader | None = None,
    checkpoint: Checkpoint | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> Bank:
    """Simulate parameter sets, batch by batch.

    Parameters
    ----------
    trial : VirtualTrial
        How a set is simulated.
    prior : Prior
        Scales of the parameters.
    observables : mapping of str to tuple of str
        What is read, by setting.
    z : ndarray, shape (m, p)
        Standardised sets.
    name : str
        Of the bank, in the checkpoint.
    seeds : ndarray of int, shape (m,), optional
        A seed for each set's patients; one seed for all (common random numbers) by default.
    reader : callable, optional
        From a table of patients to the observables by setting; all patients are read by default.
    checkpoint : Checkpoint, optional
        Where batches are kept, and found again.
    workers : int
        Sets simulated at a time; the results don't depend on it.
    progress : callable, optional
        Called with sets done and sets in all.
    """

    def one(i: int) -> dict[str, Vector]:
        try:
            table = trial.table(prior.natural(z[i]), seed=None if seeds is None else int(seeds[i]))
        except Vein2veinError:
            return {s: np.full(len(o), np.nan) for s, o in observables.items()}
        return reader(table) if reader else read(observables, table)

    parts: dict[str, list[Vector]] = {s: [] for s in observables}
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(z), BATCH):
            rows = range(start, min(start + BATCH, len(z)))
            label = f"{name}-{start:05d}"
            found = checkpoint.load(label) if checkpoint else None
            if found is None or not np.allclose(found["z"], z[rows.start : rows.stop], rtol=0, atol=1e-9):
                done = list(pool.map(one, rows))
                found = {s: np.array([d[s] for d in done]) for s in observables}
                if checkpoint:
                    checkpoint.save(label, found | {"z": z[rows.start : rows.stop]})
            for s in observables:
                parts[s].append(found[s])
            if progress:
                progress(rows[-1] + 1, len(z))
    return Bank(z, {s: np.vstack(blocks) for s, blocks in parts.items()})
