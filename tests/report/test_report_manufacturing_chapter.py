from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.report.soundness import sound

from vein2vein.evidence import load_sheet
from vein2vein.manufacturing.queue_summary import funnel
from vein2vein.manufacturing.scenario import ManufacturingScenario
from vein2vein.manufacturing.study import ManufacturingStudy, manufacturing_study
from vein2vein.report.chapters.manufacturing_chapter import chapter, dispositions, sentences
from vein2vein.report.chapters.manufacturing_figures import funnel_rows, slots, vein_to_vein
from vein2vein.report.estimate import number


@pytest.fixture(scope="module")
def study() -> ManufacturingStudy:
    return manufacturing_study(ManufacturingScenario.from_mapping({}), batches=300, seed=1, replicates=3)


def test_the_chapter_is_sound_and_small(study: ManufacturingStudy) -> None:
    made = chapter(study)
    words = sound(made)
    assert made.id == "manufacturing"
    assert len(made.html) < 200_000
    assert "Place of care against a central plant" in words
    assert "Intention to treat (all referred)" in words
    assert "As infused" in words


def test_it_opens_with_the_numbers_of_the_study(study: ManufacturingStudy) -> None:
    said = [sentence.replace("\u202f", " ") for sentence in sentences(study)]
    table = funnel(study.queue).set_index("step")
    assert len(said) == 4
    assert number(table.loc["referred", "patients"]) in said[0]
    assert f"{number(100 * table.loc['infused', 'share'])} %" in said[0]
    for mode in ("place of care", "central"):
        assert f"({mode})" in said[1]
    gain = study.levers["gain"].iloc[-1]
    assert f"{study.levers['lever'].iloc[-1]} {number(gain)}" in said[2]
    assert "300 first batches" in said[3]


def test_the_funnel_draws_every_loss_with_its_interval(study: ManufacturingStudy) -> None:
    table = funnel(study.queue)
    rows = {row.label.removeprefix("− "): row for row in funnel_rows(study.queue).rows}
    for line in table[table["kind"] == "loss"].itertuples():
        row = rows[line.step]
        assert row.bars[0].end == line.patients
        assert row.interval == (line.low, line.high)
        assert number(line.patients) in row.words


def test_slot_days_are_whole(study: ManufacturingStudy) -> None:
    for row in slots(study.queue).rows:
        ends = [bar.end for bar in row.bars]
        assert ends == sorted(ends)
        assert ends[-1] == pytest.approx(100.0)


def test_vein_to_vein_names_the_median_of_each_mode(study: ManufacturingStudy) -> None:
    named = {words.split(":")[0]: words for _, words in vein_to_vein(study.modes).key}
    for mode, name in (("place_of_care", "place of care"), ("central", "central")):
        median = float(np.nanmedian(study.modes[mode].patients["vein_to_vein"]))
        assert number(median) in named[name]


def test_dispositions_are_all_counted_with_exact_intervals(study: ManufacturingStudy) -> None:
    rows = dispositions(study.batches)
    assert sum(found for _, found, _ in rows) == len(study.batches)
    assert all("(" in share for _, _, share in rows)


def test_every_assumed_input_is_named_among_the_limits(study: ManufacturingStudy) -> None:
    words = sound(chapter(study)).lower()
    rows = load_sheet("manufacturing").rows
    assumed = [row for row in rows if row.status == "assumed"]
    assert f"{len(assumed)} of {len(rows)} inputs are assumed" in words
    for row in assumed:
        assert (row.meaning or row.id).lower() in words


def test_a_single_programme_has_no_intervals_and_says_no_nonsense(study: ManufacturingStudy) -> None:
    one = manufacturing_study(ManufacturingScenario.from_mapping({}), batches=20, seed=2, replicates=1)
    words = sound(chapter(one))
    assert "1 simulated programmes" not in words
    assert "1 simulated programme," in words


def test_no_levers_are_no_trouble(study: ManufacturingStudy) -> None:
    sound(chapter(replace(study, levers=study.levers.iloc[:0])))
