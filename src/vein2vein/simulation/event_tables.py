"""NONMEM-style event tables in and out: one row a dose or an observation, columns in any case and order.

``ID TIME AMT RATE EVID CMT II ADDL SS DV MDV CENS LIMIT DVID``; a point stands for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from vein2vein.errors import InputError, near_miss
from vein2vein.files import write_text
from vein2vein.simulation.records import Events

__all__ = ["EventTable", "EventTableError", "read_event_table", "write_event_table"]

COLUMNS = (
    "ID",
    "TIME",
    "AMT",
    "RATE",
    "EVID",
    "CMT",
    "II",
    "ADDL",
    "SS",
    "DV",
    "MDV",
    "CENS",
    "LIMIT",
    "DVID",
)


class EventTableError(InputError):
    """An event table can't be used; the message names the file, the line and the column."""


@dataclass(frozen=True)
class EventTable:
    """Doses and observations of a table.

    Parameters
    ----------
    ids : tuple of str
        Patients in the order of their first row; the index of a patient in ``events`` is its place here.
    events : Events
        Doses, those of ``ADDL`` spelt out.
    observations : pandas.DataFrame
        Columns ``id``, ``time``, ``value``, ``censored`` (-1, 0 or 1), ``limit``, ``kind`` (DVID), in time order
        within a patient.
    """

    ids: tuple[str, ...]
    events: Events
    observations: pd.DataFrame


def read_event_table(path: str | Path, compartments: Sequence[str]) -> EventTable:
    """Read an event table.

    Parameters
    ----------
    path : str or Path
        Comma-separated, or separated by blanks or tabs.
    compartments : sequence of str
        States; ``CMT`` is a name or a number from 1. The first is meant where ``CMT`` is absent.

    Raises
    ------
    EventTableError
        A column is unknown or missing, or a cell can't be used.
    """
    file = Path(path)
    if not file.is_file():
        raise EventTableError("no such file", where=str(path), remedy="check the path")
    table = pd.read_csv(file, sep=None, engine="python", dtype=str, skipinitialspace=True, comment="#")
    table.columns = [_column(str(name), str(path), list(table.columns)) for name in table.columns]
    for needed in ("ID", "TIME"):
        if needed not in table.columns:
            raise EventTableError(
                "a column is missing", where=str(path), field=needed, allowed=" ".join(COLUMNS)
            )
    rows = [
        _Row(dict(zip(table.columns, values, strict=True)), f"{path}, line {k + 2}", tuple(compartments))
        for k, values in enumerate(table.itertuples(index=False, name=None))
    ]
    ids = tuple(dict.fromkeys(row.id for row in rows))
    doses = [dose for row in rows for dose in row.doses()]
    events = Events(
        np.array([ids.index(d[0]) for d in doses], dtype=np.int64),
        np.array([d[1] for d in doses]),
        tuple(d[2] for d in doses),
        np.array([d[3] for d in doses]),
        np.array([d[4] for d in doses]),
    )
    seen = [row.observation() for row in rows if row.is_observation]
    observations = pd.DataFrame(seen, columns=["id", "time", "value", "censored", "limit", "kind"])
    return EventTable(ids, events, observations)


def write_event_table(path: str | Path, table: EventTable, compartments: Sequence[str]) -> Path:
    """Write an event table as CSV; reading it back gives the same doses and observations.

    Parameters
    ----------
    path : str or Path
        The file.
    table : EventTable
        What to write.
    compartments : sequence of str
        States, in the order of their ``CMT`` numbers.

    Raises
    ------
    EventTableError
        A dose goes to a state that isn't among the compartments, or changes a parameter.
    """
    lines: list[tuple[int, float, int, str]] = []
    e = table.events
    for k, target in enumerate(e.target):
        if target not in compartments or e.switch[k]:
            raise EventTableError(
                "an event has no compartment", where=str(path), value=target, allowed=", ".join(compartments)
            )
        rate = e.amount[k] / e.duration[k] if e.duration[k] else 0.0
        cells = (
            table.ids[e.patient[k]],
            e.time[k],
            e.amount[k],
            rate,
            1,
            list(compartments).index(target) + 1,
        )
        lines.append((int(e.patient[k]), float(e.time[k]), 0, ",".join(map(_text, cells)) + ",.,1,0,.,."))
    for seen in table.observations.to_dict("records"):
        blank = (seen["id"], seen["time"], ".", 0, 0, ".", seen["value"], 0, seen["censored"], seen["limit"])
        line = ",".join(map(_text, (*blank, seen["kind"])))
        lines.append((table.ids.index(str(seen["id"])), float(seen["time"]), 1, line))
    body = "\n".join(line for *_, line in sorted(lines, key=lambda x: x[:3]))
    return write_text(path, f"ID,TIME,AMT,RATE,EVID,CMT,DV,MDV,CENS,LIMIT,DVID\n{body}\n")


@dataclass(frozen=True)
class _Row:
    """One row as text, read cell by cell."""

    cells: dict[str, str | float]
    where: str
    compartments: tuple[str, ...]

    @property
    def id(self) -> str:
        text = str(self.cells["ID"]).strip()
        return text.removesuffix(".0")

    def number(self, column: str, default: float) -> float:
        text = str(self.cells.get(column, ".")).strip()
        if text in (".", "", "nan", "NA"):
            return default
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise EventTableError("not a number", where=self.where, field=column, value=text)
        return value

    @property
    def kind(self) -> int:
        """EVID: as given, or 1 where there is an amount."""
        given = self.number("EVID", 1.0 if self.number("AMT", 0.0) != 0 else 0.0)
        if given not in (0, 1, 2):
            raise EventTableError(
                "this kind of event isn't supported",
                where=self.where,
                field="EVID",
                value=given,
                allowed="0 observation, 1 dose, 2 other",
                remedy="leave out resets (3 and 4)",
            )
        return int(given)

    @property
    def is_observation(self) -> bool:
        return self.kind == 0 and self.number("MDV", 0.0) == 0 and not np.isnan(self.number("DV", np.nan))

    def observation(self) -> tuple[str, float, float, int, float, str]:
        censored = self.number("CENS", 0.0)
        if censored not in (-1, 0, 1):
            raise EventTableError(
                "not a censoring", where=self.where, field="CENS", value=censored, allowed="-1, 0, 1"
            )
        kind = str(self.cells.get("DVID", ".")).strip()
        return (
            self.id,
            self._time(),
            self.number("DV", np.nan),
            int(censored),
            self.number("LIMIT", np.nan),
            kind,
        )

    def _time(self) -> float:
        time = self.number("TIME", np.nan)
        if np.isnan(time):
            raise EventTableError("a row without a time", where=self.where, field="TIME")
        return time

    def doses(self) -> list[tuple[str, float, str, float, float]]:
        """Return (id, time, state, amount, duration) of the row's doses."""
        if self.kind != 1:
            return []
        amount, rate, again = self.number("AMT", 0.0), self.number("RATE", 0.0), self.number("ADDL", 0.0)
        if self.number("SS", 0.0) != 0:
            raise EventTableError(
                "steady state isn't supported",
                where=self.where,
                field="SS",
                remedy="write the doses out with ADDL",
            )
        if rate < 0:
            raise EventTableError(
                "a modelled rate isn't supported",
                where=self.where,
                field="RATE",
                value=rate,
                allowed="0 or more",
            )
        if again < 0 or again != int(again) or again > 10_000:
            raise EventTableError("not a count of doses", where=self.where, field="ADDL", value=again)
        interval = self.number("II", 0.0)
        if again and interval <= 0:
            raise EventTableError(
                "further doses need an interval", where=self.where, field="II", value=interval
            )
        duration = amount / rate if rate else 0.0
        return [
            (self.id, self._time() + k * interval, self._compartment(), amount, duration)
            for k in range(int(again) + 1)
        ]

    def _compartment(self) -> str:
        text = str(self.cells.get("CMT", ".")).strip()
        if text in (".", "", "nan"):
            return self.compartments[0]
        if text in self.compartments:
            return text
        number = text.removesuffix(".0")
        if number.isdigit() and 1 <= int(number) <= len(self.compartments):
            return self.compartments[int(number) - 1]
        raise EventTableError(
            f"no such compartment.{near_miss(text, self.compartments)}",
            where=self.where,
            field="CMT",
            value=text,
            allowed=", ".join(f"{k} {name}" for k, name in enumerate(self.compartments, 1)),
        )


def _column(name: str, where: str, all_names: Sequence[str]) -> str:
    upper = name.strip().lstrip("#").upper()
    if [str(n).strip().lstrip("#").upper() for n in all_names].count(upper) > 1:
        raise EventTableError("a column stands twice", where=where, field=upper)
    return upper


def _text(value: object) -> str:
    if isinstance(value, float | np.floating):
        return "." if np.isnan(value) else f"{float(value):.17g}"
    return str(value) or "."
