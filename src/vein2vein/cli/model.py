"""``vein2vein model``: the library of models, published and own, and models in SBML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vein2vein.cli.cluster import Cluster, client_at
from vein2vein.errors import InputError

if TYPE_CHECKING:
    from vein2vein.dynamics.published.record import PublishedModel

model = typer.Typer(
    help="CAR-T models, the product's own and the published: list, show, run and compare them; import and export SBML.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="A parameter's value, as name=value; may be repeated.")
]
Dose = Annotated[float | None, typer.Option(help="CAR-T cells infused (mg for a drug model).")]
Days = Annotated[float | None, typer.Option(help="Length of the run; the model's own by default.")]
At = Annotated[
    list[str] | None, typer.Option("--at", help="Days at which the observables are wanted: 7,14,28.")
]
Out = Annotated[Path | None, typer.Option(help="Folder for figure, trajectories and result.")]
Rtol = Annotated[float, typer.Option(help="Relative tolerance of the integration.")]


@model.command("list")
def list_models(json: Json = False) -> None:
    """List the models: the product's own (core) and the published ones."""
    from vein2vein.clinic.library import every_model
    from vein2vein.report.library import folder, records, terminal

    models = every_model().values()
    if json:
        typer.echo(folder.as_json([records.listed(m) for m in models]), nl=False)
        return
    _print(terminal.list_table(models))


@model.command()
def show(
    name: str, json: Json = False, sbml: Annotated[bool, typer.Option(help="Print SBML.")] = False
) -> None:
    """Show a model: equations, parameters and where every number comes from."""
    from vein2vein.report.library import folder, records, terminal

    chosen = _find(name)
    if sbml:
        from vein2vein.dynamics.exchange.sbml import export_sbml

        typer.echo(export_sbml(chosen), nl=False)
        return
    if json:
        typer.echo(folder.as_json(records.shown(chosen)), nl=False)
        return
    typer.echo(f"{chosen.name}: {chosen.title}\n{chosen.paper.reference}")
    typer.echo(f"{chosen.disease}; {chosen.antigen}; {chosen.species}; fitted to: {chosen.fitted_to}")
    typer.echo(f"assay: {chosen.assay}")
    for what, names in (("individuals", chosen.subjects), ("groups", chosen.groups)):
        if names:
            typer.echo(f"{what}: {', '.join(f'{chosen.name}:{name}' for name in names)}")
    typer.echo(f"\n{terminal.equations_text(chosen)}\n")
    _print(terminal.values_table(chosen))
    for heading, words in (("errata", chosen.errata), ("assumptions and deviations", chosen.assumptions)):
        if words:
            typer.echo(f"\n{heading}:\n" + "\n".join(f"  - {w}" for w in words))
    for law in chosen.breaks:
        typer.echo(f"\nbreaks the law of {law.law}: {law.what}. Cure: {law.cure}.")


@model.command()
def run(
    name: Annotated[str, typer.Argument(help="A model, model:individual, model:group, or an SBML file.")],
    set: Set = None,
    dose: Dose = None,
    patients: Annotated[
        int, typer.Option(help="Patients drawn from the model's own spread; 1 is typical.")
    ] = 1,
    days: Days = None,
    at: At = None,
    seed: Annotated[int, typer.Option(help="Seed of the population.")] = 1,
    sets: Annotated[
        Path | None, typer.Option(help="Individuals or fits: CSV with set_id and parameters.")
    ] = None,
    rtol: Rtol = 1e-7,
    json: Json = False,
    out: Out = None,
) -> None:
    """Run a model and report its usual figures."""
    if name.lower().endswith((".xml", ".sbml")):
        import_model(Path(name), set=set, days=days, at=at, sets=sets, json=json, out=out)
        return
    import numpy as np

    from vein2vein.cli.progress import bar
    from vein2vein.files import output_folder
    from vein2vein.report.library import curves, folder, page, records, terminal
    from vein2vein.simulation.model_run import run_individuals, run_model
    from vein2vein.simulation.records import Tolerances

    chosen, notes = _dosed(_find(name, sets).with_values(_settings(set)), dose)
    if out is not None:
        output_folder(out)
    with bar("integrating patients", quiet=json or patients == 1) as progress:
        found = run_model(
            chosen,
            patients=patients,
            rng=np.random.default_rng(seed),
            days=days,
            at=_days(at),
            tolerances=Tolerances(rtol=rtol),
            progress=progress,
        )
    record = records.run_record(found, notes)
    if out is not None:
        side_by_side = run_individuals(chosen, tuple(chosen.subjects), days=days) if chosen.subjects else None
        files = folder.write_folder(
            out,
            record,
            folder.run_table(found),
            curves.run_figure(found),
            page.model_page(chosen, found, side_by_side),
        )
    if json:
        typer.echo(folder.as_json(record), nl=False)
        return
    _print(terminal.metrics_table(record))
    _say(notes)
    typer.echo(
        f"{len(found.ensemble.failures)} of {found.ensemble.patients} patients failed. Research use only."
    )
    for failure in found.ensemble.failures[:5]:
        typer.echo(
            f"  patient {failure.patient}, day {failure.time:g}, {failure.state}: {failure.kind}; {failure.remedy}"
        )
    if out is not None:
        for file in files:
            typer.echo(f"  {file}")


@model.command()
def population(
    name: Annotated[str, typer.Argument(help="A model or model:group with a spread between patients.")],
    out: Annotated[Path, typer.Option(help="Folder for the Parquet parts; a stopped run goes on in it.")],
    patients: Annotated[int, typer.Option(help="Patients drawn from the model's own spread.")] = 10_000,
    set: Set = None,
    dose: Dose = None,
    days: Days = None,
    every: Annotated[
        float | None, typer.Option(help="Days between points of the trajectories; summaries only without it.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the population.")] = 1,
    part: Annotated[int, typer.Option(min=1, help="Patients a part.")] = 4096,
    cluster: Cluster = None,
    rtol: Rtol = 1e-7,
    json: Json = False,
) -> None:
    """Simulate a large population into partitioned Parquet, here or on a Dask cluster."""
    import numpy as np

    from vein2vein.cli.progress import bar
    from vein2vein.report.library import folder
    from vein2vein.simulation.model_population import stream_population
    from vein2vein.simulation.records import Tolerances

    chosen, notes = _dosed(_find(name).with_values(_settings(set)), dose)
    with (
        client_at(cluster) as client,
        bar("integrating patients", quiet=json) as progress,
    ):
        found = stream_population(
            chosen,
            out,
            patients=patients,
            rng=np.random.default_rng(seed),
            days=days,
            every=every,
            part=part,
            tolerances=Tolerances(rtol=rtol),
            client=client,
            progress=progress,
        )
    if json:
        record = {"model": chosen.name, "patients": found.patients, "failures": found.failures,
                  "parts": {"written": found.written, "found": found.found}, "folder": str(found.folder)}  # fmt: skip
        typer.echo(folder.as_json(record), nl=False)
        return
    _say(notes)
    typer.echo(f"{found.failures} of {found.patients:,} patients failed. Research use only.")
    typer.echo(f"  {found.folder}: {found.written} parts written, {found.found} found from an earlier run")


@model.command()
def compare(
    names: Annotated[list[str], typer.Argument(help="Two models or more.")],
    dose: Dose = None,
    days: Annotated[float, typer.Option(help="Length of the runs.")] = 90.0,
    at: At = None,
    json: Json = False,
    out: Out = None,
) -> None:
    """Run several models for one patient and one dose, and put them on one figure with honest unit bridges."""
    if len(names) < 2:
        raise InputError(
            "nothing to compare with", field="NAME", value=names, remedy="name two models or more"
        )
    from vein2vein.files import output_folder
    from vein2vein.report.library import compare as side_by_side
    from vein2vein.report.library import folder, records, terminal
    from vein2vein.simulation.model_run import run_model

    if out is not None:
        output_folder(out)
    runs, notes = [], []
    for name in names:
        chosen, said = _dosed(_find(name), dose)
        runs.append(run_model(chosen, days=days, at=_days(at)))
        notes.append(said)
    bridges = side_by_side.bridges(runs)
    record = {
        "models": [records.run_record(r, n) for r, n in zip(runs, notes, strict=True)],
        "bridges": list(bridges),
        "days": days,
        "dose": dose,
    }
    if out is not None:
        table = "".join(
            "\n".join(
                f"{r.model.name},{line}" if k else f"model,{line}"
                for k, line in enumerate(folder.run_table(r).splitlines())
            )
            + "\n"
            for r in runs
        )
        folder.write_folder(out, record, table, side_by_side.comparison_figure(runs))
    if json:
        typer.echo(folder.as_json(record), nl=False)
        return
    for r in record["models"]:  # type: ignore[attr-defined]
        _print(terminal.metrics_table(r))
    _say((*bridges, *(n for said in notes for n in said)))


@model.command()
def export(
    name: Annotated[str, typer.Argument(help="A model, or model:individual.")],
    set: Set = None,
    out: Annotated[Path | None, typer.Option(help="File to write; printed without it.")] = None,
) -> None:
    """Write a model as SBML (level 3 version 2)."""
    from vein2vein.dynamics.exchange.sbml import export_sbml
    from vein2vein.files import write_text

    text = export_sbml(_find(name).with_values(_settings(set)))
    if out is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"  {write_text(out, text)}")


@model.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(help="An SBML file (level 2, or level 3 version 1 or 2).")],
    set: Set = None,
    days: Annotated[
        float | None, typer.Option("--days", help="Length of the run in the file's own unit of time.")
    ] = None,
    at: At = None,
    sets: Annotated[Path | None, typer.Option(help="Run each row of a CSV: set_id and parameters.")] = None,
    rtol: Rtol = 1e-9,
    json: Json = False,
    out: Out = None,
) -> None:
    """Read a model from SBML, say what was poor in it, and run it."""
    import numpy as np

    from vein2vein.dynamics.exchange.sbml import import_sbml
    from vein2vein.dynamics.published.parameter_sets import read_sets
    from vein2vein.files import output_folder
    from vein2vein.report.library import folder, records, terminal
    from vein2vein.report.library.curves import lines_figure, quantity_lines
    from vein2vein.simulation.imported_population import run_imported_sets
    from vein2vein.simulation.imported_run import run_imported
    from vein2vein.simulation.records import Tolerances

    imported = import_sbml(file).with_values(_settings(set))
    wanted = _days(at)
    end = days if days is not None else max((28.0, *wanted))
    if not end > 0 or any(not 0 <= day <= end for day in wanted):
        raise InputError(
            "a time lies outside the run", field="--at", value=list(wanted), allowed=f"0 to {end:g}"
        )
    if out is not None:
        output_folder(out)
    times = np.unique(np.concatenate([np.linspace(0.0, end, 201), wanted]))
    tight = Tolerances(rtol=rtol, max_steps=1_000_000)
    if sets is None:
        alone = run_imported(imported, times, tolerances=tight)
        record = records.imported_record(imported, alone, wanted)
        outputs, failed, runs = alone.outputs, alone.failures, 1
    else:
        rows = read_sets(sets).values
        together = run_imported_sets(imported, list(rows.values()), times, tolerances=tight)
        record = records.imported_sets_record(imported, tuple(rows), together, wanted)
        outputs, failed, runs = together.outputs, together.failures, len(rows)
    if out is not None:
        table = folder.trajectories_csv(dict.fromkeys(outputs, ""), times, outputs)
        lines = quantity_lines(times, outputs)
        folder.write_folder(out, record, table, lines_figure(imported.name, imported.name, lines))
    if json:
        typer.echo(folder.as_json(record), nl=False)
        return
    typer.echo(
        f"{imported.name}: SBML {imported.level_version}, {len(imported.system.states)} states, "
        f"{len(imported.values)} parameters, {len(imported.triggers)} events; time in {imported.time_unit}"
    )
    _print(terminal.metrics_table(record))
    _say(tuple(record["warnings"]))
    typer.echo(f"{len(failed)} of {runs} run{'s' if runs > 1 else ''} failed.")


def _find(name: str, sets: Path | None = None) -> PublishedModel:
    from vein2vein.clinic.library import find_model
    from vein2vein.dynamics.published.parameter_sets import with_sets

    if sets is None:
        return find_model(name)
    base, _, individual = name.partition(":")
    model = with_sets(find_model(base), sets)
    return model.subject(individual) if individual else model


def _dosed(chosen: PublishedModel, dose: float | None) -> tuple[PublishedModel, tuple[str, ...]]:
    """Return the model with its dose, and what has to be said about it."""
    if dose is None:
        return chosen, ()
    if chosen.dose is None:
        return chosen, (f"{chosen.name}: the dose doesn't enter these equations, so --dose has no effect.",)
    return chosen.with_values({chosen.dose: dose}), ()


def _settings(given: list[str] | None) -> dict[str, float]:
    """Return name=value pairs as numbers."""
    settings: dict[str, float] = {}
    for pair in given or ():
        name, equals, value = pair.partition("=")
        try:
            settings[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise InputError(
                "not a parameter and its value", field="--set", value=pair, allowed="name=value, a number"
            )
    return settings


def _days(given: list[str] | None) -> tuple[float, ...]:
    """Return days from repeated or comma-separated text, ascending."""
    words = [word for text in given or () for word in text.replace(",", " ").split()]
    try:
        return tuple(sorted({float(word) for word in words}))
    except ValueError as error:
        raise InputError(
            "not a day", field="--at", value=given, allowed="numbers, such as 7,14,28"
        ) from error


def _print(table: object) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _say(words: tuple[str, ...]) -> None:
    for sentence in words:
        typer.echo(f"note: {sentence}", err=True)
