from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.report.soundness import sound

from vein2vein.construct.check import Check, Verdict
from vein2vein.construct.design import Construct, default_designs
from vein2vein.construct.parts import Verification
from vein2vein.report.chapters.construct_chapter import chapter, sentences, unverified


@pytest.fixture(scope="module")
def designs() -> Mapping[str, Construct]:
    return default_designs()


def test_the_chapter_is_sound_and_says_that_the_receptors_stand_in(designs: Mapping[str, Construct]) -> None:
    made = chapter(designs)
    words = sound(made)
    assert made.id == "construct"
    assert len(made.html) < 200_000
    assert words.startswith("The real sequence of the reported programme is not public. Standing in here:")
    for name, construct in designs.items():
        assert f"Transfer plasmid of {name}" in words
        assert f"{len(construct.protein.sequence)} residues" in words
        assert f"{construct.drivers.genome_length_bp:,} bp" in words


def test_each_construct_has_a_column_and_two_maps(designs: Mapping[str, Construct]) -> None:
    html = chapter(designs).html
    assert html.count("<svg") == 3 * len(designs)
    assert len(re.findall(r'<title id="linear-', html)) == len(designs)


def test_verdicts_are_counted_and_what_did_not_pass_is_listed_once(designs: Mapping[str, Construct]) -> None:
    broken = Check("frame", Verdict.FAIL, "shifted by 1", "in frame", "a source", "mend it")
    worse = {n: replace(c, checks=(*c.checks, broken)) for n, c in designs.items()}
    words = sound(chapter(worse))
    assert words.count("shifted by 1") == 1
    assert f"Frame {' and '.join(designs)} fail shifted by 1 in frame mend it a source" in words
    assert words.index("shifted by 1") < words.index("human or designed")
    fails = sum(c.verdict is Verdict.FAIL for w in worse.values() for c in w.checks)
    assert f"{fails} fail." in sentences(list(worse.values()))[-1]


def test_a_part_read_in_one_source_only_is_named_loudly(designs: Mapping[str, Construct]) -> None:
    assert unverified(list(designs.values())) == ()
    name, construct = next(iter(designs.items()))
    first = construct.protein.segments[0]
    assert first.part is not None
    doubtful = replace(first.part, verification=Verification.LIKELY, checked="read once")
    protein = replace(
        construct.protein,
        segments=(replace(first, part=doubtful), *construct.protein.segments[1:]),
    )
    words = sound(chapter({name: replace(construct, protein=protein)}))
    assert "Not confirmed: 1 part was read in one source only." in words
    assert f"{doubtful.name} ({doubtful.id}): read once" in words


def test_affinities_carry_their_status_and_a_missing_one_is_said(designs: Mapping[str, Construct]) -> None:
    words = sound(chapter(designs))
    assert "0.30 nM (0.30–5), read" in words
    assert "BB2121: no source read, none used" in words


def test_no_construct_is_said() -> None:
    assert "No construct was designed." in sound(chapter({}))


def test_hostile_names_are_shown_and_not_obeyed(designs: Mapping[str, Construct]) -> None:
    evil = '<script>alert(1)</script>&"'
    construct = next(iter(designs.values()))
    hostile = replace(
        construct,
        spec=construct.spec.model_copy(update={"name": evil, "title": evil, "note": evil}),
        plasmid=replace(construct.plasmid, name=evil),
    )
    assert "alert(1)" in sound(chapter({evil: hostile}))
