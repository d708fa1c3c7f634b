"""Tables of the library for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vein2vein.dynamics.published.record import PublishedModel

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["equations_text", "list_table", "metrics_table", "values_table"]


def list_table(models: Iterable[PublishedModel]) -> Table:
    """Return the library, one model a row."""
    from rich.table import Table

    table = Table(
        title="CAR-T models: the product's own (core) and the published ones",
        title_justify="left",
        show_lines=True,
    )
    table.add_column("name", no_wrap=True)
    table.add_column("states", justify="right")
    table.add_column("par.", justify="right")
    table.add_column("disease, antigen; species; fitted to; source", overflow="fold", ratio=1)
    for m in models:
        table.add_row(
            m.name,
            str(len(m.states)),
            str(len(m.values)),
            f"{m.disease}, {m.antigen}; {m.species}; {m.fitted_to}\n{m.paper.reference}",
        )
    return table


def equations_text(model: PublishedModel) -> str:
    """Return the equations, one a line, in the symbols of the paper."""
    system = model.system
    lines = [f"d{s.name}/dt = {rate}" for s, rate in zip(system.states, system.rates, strict=True)]
    lines += [f"{s.name}(0) = {s.initial}" for s in system.states]
    lines += [f"{d.name} = {d.value}    [{d.unit}] {d.meaning}" for d in system.derived]
    lines += [
        f"{d.amount} into {d.state} on day {d.time:g}" + (f" over {d.duration:g} d" if d.duration else "")
        for d in model.dosing
    ]
    return "\n".join(lines)


def values_table(model: PublishedModel) -> Table:
    """Return the parameters with value, spread, status and source."""
    from rich.table import Table

    table = Table(title=f"{model.name}: parameters", title_justify="left")
    for heading in ("symbol", "value", "unit", "meaning", "between patients", "status", "source"):
        table.add_column(heading, overflow="fold")
    for v in model.values:
        table.add_row(
            v.name, f"{v.value:g}", v.unit, v.meaning, str(v.spread or "–"), v.status.value, v.locator
        )
    return table


def metrics_table(record: dict[str, Any]) -> Table:
    """Return the figures of a run, and the observables of the days asked for."""
    from rich.table import Table

    table = Table(title=str(record["model"]), title_justify="left")
    for heading in ("figure", "value", "5–95 %", "unit"):
        table.add_column(heading, justify="right" if heading in ("value", "5–95 %") else "left")
    rows = dict(record["metrics"])
    for day, seen in record.get("at", {}).items():
        rows |= {f"{name} at {day}": value for name, value in seen.items()}
    for name, found in rows.items():
        value = "–" if found["value"] is None else f"{found['value']:.5g}"
        band = f"{found['low']:.3g} – {found['high']:.3g}" if "low" in found else ""
        table.add_row(name, value, band, found["unit"] if found["unit"] != "1" else "")
    return table
