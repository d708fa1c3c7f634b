"""``vein2vein evidence``: list, show, check and trace the published numbers."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from vein2vein.evidence import EvidenceValue, Source, Traced

app = typer.Typer(
    no_args_is_help=True, help="Published numbers with their sources: list, show, check, trace."
)

_SPREAD = {
    "log_sd": "SD of log",
    "log_variance": "variance of log",
    "sd": "SD",
    "se": "SE",
    "cv_pct": "CV %",
    "geometric_cv_pct": "geometric CV %",
    "iqr": "IQR",
    "ci95": "95 % CI",
}

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@app.command("list")
def list_sheets(as_json: Json = False) -> None:
    """List the shipped sheets: how many numbers, how many of them recalled rather than read."""
    from vein2vein.evidence import evidence_hash, load_sheet, sheets

    found = [load_sheet(name) for name in sheets()]
    if as_json:
        rows = [
            {
                "name": s.name,
                "title": s.title,
                "values": len(s.rows),
                "statements": len(s.statements),
                "sources": len(s.sources),
                "recalled": sum(row.recalled for row in s.rows),
                "assumed": len(s.select(status="assumed")),
                "settings": list(s.settings),
            }
            for s in found
        ]
        _print_json({"hash": evidence_hash(), "sheets": rows})
        return
    lines = [
        (s.name, len(s.rows), len(s.select(status="assumed")), sum(r.recalled for r in s.rows), s.title)
        for s in found
    ]
    _table(("sheet", "values", "assumed", "recalled", "content"), lines, f"evidence {evidence_hash()[:12]}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A shipped sheet, or the path of a .toml file.")],
    setting: Annotated[str | None, typer.Option(help="Only what holds in this setting.")] = None,
    as_json: Json = False,
) -> None:
    """Show a sheet: every number with unit, spread, status, source and place in the source."""
    from vein2vein.evidence import as_record, load_sheet

    sheet = load_sheet(name)
    rows: Sequence[EvidenceValue] = (
        sheet.rows if setting is None else tuple(sheet.for_setting(setting).values())
    )
    if as_json:
        body = {
            "name": sheet.name,
            "title": sheet.title,
            "note": sheet.note,
            "settings": list(sheet.settings),
        }
        _print_json(
            {
                **body,
                "values": [as_record(row) for row in rows],
                "statements": [as_record(s) for s in sheet.statements],
            }
        )
        return
    lines = [
        (r.id, r.setting or "", _amount(r), _spread(r), _status(r), r.source.key, r.locator) for r in rows
    ]
    columns = ("id", "setting", "value", "spread", "status", "source", "place in the source")
    _table(columns, lines, sheet.title)
    if sheet.statements:
        said = [(s.id, s.text, s.source.key, s.locator) for s in sheet.statements]
        _table(("id", "statement", "source", "place in the source"), said, None)
    _table(
        ("source", "citation", "address"),
        [(s.key, s.citation, s.address or "–") for s in sheet.sources],
        None,
    )
    if sheet.note:
        print(sheet.note)


@app.command()
def check(
    file: Annotated[
        str | None, typer.Argument(help="Your own sheet (.toml); all shipped ones if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a sheet: every broken rule names file, row, field, value and what is allowed."""
    from vein2vein.evidence import problems, sheets

    names = sheets() if file is None else (file,)
    found = {name: problems(name) for name in names}
    broken = sum(len(errors) for errors in found.values())
    if as_json:
        fields = ("what", "where", "field", "value", "allowed", "remedy")
        _print_json(
            {
                "sound": not broken,
                "sheets": list(names),
                "problems": [
                    {key: getattr(error, key) for key in fields}
                    for errors in found.values()
                    for error in errors
                ],
            }
        )
    else:
        for name, errors in found.items():
            print(f"{name}: {'sound' if not errors else f'{len(errors)} broken rules'}")
            for error in errors:
                print(f"error: {error}", file=sys.stderr)
    if broken:
        raise typer.Exit(2)


@app.command("trace")
def trace_model(
    model: Annotated[str, typer.Argument(help="'core', or a published model.")],
    as_json: Json = False,
) -> None:
    """Trace every parameter of a model: value, sheet, place in the source."""
    traced = _core() if model.lower() == "core" else _published(model)
    if as_json:
        _print_json({"model": model, "parameters": [_traced_record(t) for t in traced]})
    else:
        _table(
            ("parameter", "setting", "value", "status", "sheet", "source", "place in the source"),
            [line for t in traced for line in _traced_lines(t)],
            f"{model}: {len(traced)} parameters",
        )
        said = [t.statement.source for t in traced if t.statement is not None]
        _sources([row.source for t in traced for row in t.values] + said)
    if any(t.problem for t in traced):
        raise typer.Exit(1)


def _core() -> tuple[Traced, ...]:
    from vein2vein.dynamics.core import core_system
    from vein2vein.evidence import load_sheet, trace

    return trace(core_system().parameters, load_sheet("core_model"))


def _published(name: str) -> tuple[Traced, ...]:
    """Read the table of its paper, which a published model carries with it."""
    from vein2vein.dynamics.published.library import find_model
    from vein2vein.errors import ModelError
    from vein2vein.evidence import EvidenceValue, Source, Traced

    try:
        model = find_model(name)
    except ModelError as error:
        raise ModelError(
            error.what,
            field="model",
            value=name,
            allowed=f"core, {error.allowed}",
            remedy="name one of the allowed models",
        ) from None
    source = Source(model.name.partition(":")[0], model.paper.citation, doi=model.paper.doi)
    traced = []
    for v in model.values:
        row = EvidenceValue(v.name, v.value, v.unit, source, v.locator, v.status.value, sheet=model.name)
        traced.append(Traced(v.name, v.unit, v.meaning, (row,)))
    return tuple(traced)


def _traced_lines(traced: Traced) -> Iterable[tuple[str, ...]]:
    if traced.problem:
        yield (traced.name, "", f"? {traced.unit}", f"NOT TRACED: {traced.problem}", "", "", "")
    for r in traced.values:
        yield (traced.name, r.setting or "", _amount(r), _status(r), r.sheet, r.source.key, r.locator)
    if not traced.values and traced.statement is not None:
        said = traced.statement
        yield (traced.name, "", "by rule", said.text, said.sheet, said.source.key, said.locator)


def _traced_record(traced: Traced) -> dict[str, object]:
    from vein2vein.evidence import as_record

    return {
        "name": traced.name,
        "unit": traced.unit,
        "meaning": traced.meaning,
        "values": [as_record(row) for row in traced.values],
        "statement": as_record(traced.statement) if traced.statement else None,
        "problem": traced.problem,
    }


def _amount(row: EvidenceValue) -> str:
    sign = {"equal": "", "about": "≈ ", "greater_than": "> ", "less_than": "< "}[row.relation]
    plain = 1e-4 <= abs(row.value) < 1e6 or row.value == 0
    number = f"{row.value:,.6g}" if plain else f"{row.value:.4g}"
    return f"{sign}{number} {row.unit}".removesuffix(" 1")


def _spread(row: EvidenceValue) -> str:
    if row.spread is None:
        return ""
    kind = str(row.spread_kind)
    if isinstance(row.spread, tuple):
        return f"{row.spread[0]:g}–{row.spread[1]:g} ({_SPREAD.get(kind, kind)})"
    return f"{row.spread:g} ({_SPREAD.get(kind, kind)})"


def _status(row: EvidenceValue) -> str:
    if row.status == "assumed" and row.range:
        return f"assumed, {row.range[0]:g}–{row.range[1]:g}"
    if row.recalled:
        return f"{row.status}, recalled ({row.confidence})"
    return row.status


def _sources(sources: Sequence[Source]) -> None:
    lines = [(s.key, s.citation, s.address or s.no_address or "") for s in dict.fromkeys(sources)]
    _table(("source", "citation", "address"), lines, None)


def _table(columns: Sequence[str], lines: Iterable[Sequence[object]], title: str | None) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(
            column, overflow="fold", no_wrap=column in ("id", "sheet", "setting", "value", "source")
        )
    for line in lines:
        table.add_row(*(str(cell) for cell in line))
    wide = None if sys.stdout.isatty() else 200
    Console(width=wide, highlight=False, markup=False).print(table)


def _print_json(body: dict[str, Any]) -> None:
    print(json.dumps(_finite(body), ensure_ascii=False, indent=2))


def _finite(item: Any) -> Any:
    """Write open bounds as text: JSON knows no infinity."""
    if isinstance(item, float) and not math.isfinite(item):
        return str(item)
    if isinstance(item, dict):
        return {key: _finite(value) for key, value in item.items()}
    if isinstance(item, list | tuple):
        return [_finite(value) for value in item]
    return item
