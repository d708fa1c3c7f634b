"""The sheet, the figures and the page say what the records say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vein2vein.errors import InputError
from vein2vein.manufacturing.queue_summary import funnel, utilisation
from vein2vein.manufacturing.release import DISPOSITIONS
from vein2vein.manufacturing.scenario import ManufacturingScenario
from vein2vein.manufacturing.study import ManufacturingStudy, manufacturing_study, summary
from vein2vein.report import manufacturing_figures as figures
from vein2vein.report.batch_sheet import batch_sheet
from vein2vein.report.manufacturing_page import write_study


@pytest.fixture(scope="module")
def study() -> ManufacturingStudy:
    scenario = ManufacturingScenario.from_mapping({"manufacturing": {"referred": 40}})
    return manufacturing_study(scenario, batches=2000, seed=2, replicates=3)


def test_the_funnel_is_drawn_from_its_table(study: ManufacturingStudy) -> None:
    table = funnel(study.queue)
    table = table[(table["kind"] != "open") | (table["patients"] > 0)]
    bar = figures.funnel_figure(study.queue).data[0]
    np.testing.assert_allclose(bar.x, table["patients"])
    assert len(bar.y) == len(set(bar.y)) == len(table)


def test_every_figure_has_a_title_axes_and_data(study: ManufacturingStudy) -> None:
    drawn = figures.all_figures(study.queue, study.modes, study.levers)
    assert list(drawn) == ["funnel", "vein_to_vein", "waiting_list", "utilisation", "levers"]
    for figure in drawn.values():
        assert figure.layout.title.text
        assert figure.layout.xaxis.title.text
        assert figure.data


def test_shares_of_the_distribution_and_of_the_slots_are_whole(study: ManufacturingStudy) -> None:
    for bars in figures.vein_to_vein_figure(study.modes).data:
        assert 90.0 < sum(bars.y) <= 100.0 + 1e-9
    parts = [np.asarray(bar.x) for bar in figures.utilisation_figure(study.queue).data if bar.type == "bar"]
    np.testing.assert_allclose(sum(parts), 100.0)
    assert len(parts[0]) == len(utilisation(study.queue))


def test_each_kind_of_batch_has_a_sheet(study: ManufacturingStudy) -> None:
    table = study.batches.table
    for disposition in DISPOSITIONS:
        hits = np.flatnonzero(table["disposition"] == disposition)
        assert hits.size, disposition
        page = batch_sheet(study.batches, int(hits[0]))
        assert disposition.replace("_", " ") in page
        assert f"Batch {int(hits[0]) + 1}" in page
        assert "http" not in page
    with pytest.raises(InputError, match="no batch"):
        batch_sheet(study.batches, len(table))


def test_the_folder_is_whole(study: ManufacturingStudy, tmp_path: Path) -> None:
    paths = write_study(study, tmp_path / "out")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {p.name for p in paths}
    assert len(pd.read_parquet(tmp_path / "out" / "batches.parquet")) == 2000
    assert json.loads((tmp_path / "out" / "manufacturing.json").read_text()) == json.loads(
        json.dumps(summary(study))
    )
    page = (tmp_path / "out" / "manufacturing.html").read_text()
    assert page.count("plotly-graph-div") >= 5
    assert '<script src="http' not in page
