"""Write a run: the report and its numbers, each file whole or absent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vein2vein.calibration.sensitivity_file import load_sensitivities
from vein2vein.files import output_folder, whole_file, write_text
from vein2vein.patients.settings import SETTINGS, Setting
from vein2vein.programme.fit_table import FitRow
from vein2vein.programme.run import ProgrammeResult
from vein2vein.programme.scenario import Scenario
from vein2vein.programme.summary import provenance, summarise
from vein2vein.programme.trajectories import trajectories
from vein2vein.report.adapters import patients, trust
from vein2vein.report.adapters.model_page import model_page
from vein2vein.report.chapters import (
    construct_chapter,
    economics_chapter,
    influence,
    intention,
    manufacturing_chapter,
    uncertainty,
)
from vein2vein.report.contents import ReportInput
from vein2vein.report.page import write_report


def by_size(scenario: Scenario) -> list[Setting]:
    """Return the settings of a scenario's arms, the largest share first."""
    arms = sorted(zip(scenario.shares, scenario.arm, strict=True), key=lambda pair: -pair[0])
    return [arm.setting for _, arm in arms]


def report_of(result: ProgrammeResult, rows: Sequence[FitRow], command: str = "vein2vein run") -> ReportInput:
    """Return everything that the report of a run shows.

    Parameters
    ----------
    result : ProgrammeResult
        The run.
    rows : sequence of FitRow
        The calibration held against published quantities.
    command : str
        The command line that repeats the run.
    """
    return ReportInput(
        header=trust.header(result),
        claims=trust.claims(result),
        journeys=patients.journeys(result),
        syndromes=patients.syndromes(result),
        swimmers=patients.swimmers(result),
        survival=patients.survival(result),
        compositions=patients.compositions(result),
        model=model_page(result.biology.system, result.biology.parameters, SETTINGS),
        credibility=trust.credibility(result, rows),
        provenance=trust.provenance_page(result, command),
        before=(
            construct_chapter.chapter(result.supply.designs),
            manufacturing_chapter.chapter(result.supply.study),
        ),
        further=(
            intention.chapter(result.by_mode, result.supply.pools),
            economics_chapter.chapter(result.value),
            uncertainty.chapter(result.widths),
            influence.chapter(by_size(result.scenario), load_sensitivities()),
        ),
    )


def write_run(
    result: ProgrammeResult, rows: Sequence[FitRow], folder: str | Path, command: str = "vein2vein run"
) -> tuple[Path, ...]:
    """Write ``report.html``, ``summary.json``, ``patients.parquet``, ``trajectories.nc`` and ``provenance.json``.

    Equal runs give equal bytes. An interrupted run leaves whole files only.

    Raises
    ------
    OutputError
        The folder or a file can't be written.
    """
    place = output_folder(folder)
    table = place / "patients.parquet"
    with whole_file(table) as partial:
        result.patients.to_parquet(partial, index=False, compression="zstd")
    curves = place / "trajectories.nc"
    with whole_file(curves) as partial:
        trajectories(result).to_netcdf(partial, engine="scipy")
    return (
        write_report(report_of(result, rows, command), place / "report.html"),
        write_text(place / "summary.json", as_json(summarise(result))),
        table,
        curves,
        write_text(place / "provenance.json", as_json(provenance(result))),
    )


def as_json(content: Any) -> str:
    """Return content as JSON for people and machines: indented, UTF-8, no NaN."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
