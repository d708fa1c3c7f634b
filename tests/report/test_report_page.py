from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from vein2vein.errors import InternalError, OutputError
from vein2vein.report.chapter import Chapter
from vein2vein.report.chapters.summary import sentences
from vein2vein.report.contents import Claim, Group, Header, ReportInput
from vein2vein.report.estimate import Estimate
from vein2vein.report.page import chapters, figures, render, write_figures, write_report
from vein2vein.report.patient_records import (
    Composition,
    Condition,
    Course,
    Curve,
    Fan,
    Journey,
    Stretch,
    SurvivalPanel,
    Swimmer,
    Syndrome,
    Tone,
)
from vein2vein.report.picture import picture, write_picture

CHAPTERS = [
    "summary",
    "claims",
    "journeys",
    "syndromes",
    "responses",
    "swimmers",
    "survival",
    "manufacturing",
    "credibility",
    "model",
    "reproduce",
]
_VOID = {"meta", "br", "link", "img", "hr", "input"}
_BROKEN = re.compile(r"\b(nan|NaN|None|inf|undefined)\b")


class _Reader(HTMLParser):
    """Checks that elements nest and collects attributes and words."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style",):
            self.words.append(data)


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


def _page(report: ReportInput) -> str:
    return render(report.header, chapters(report))


def _sound(report: ReportInput) -> _Reader:
    """Return the page read, after checking what holds for every report."""
    reader = _read(_page(report))
    assert not reader.faults
    assert not reader.open
    words = " ".join(reader.words)
    assert not _BROKEN.search(words), _BROKEN.search(words)
    for tag, name, value in reader.attributes:
        if tag in ("path", "rect", "circle", "text", "svg", "g"):
            assert not _BROKEN.search(value), (tag, name, value)
    return reader


@pytest.fixture(scope="module")
def page(example: ReportInput) -> str:
    return _page(example)


def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    assert len(page.encode()) < 5_000_000
    assert "http:" not in page
    assert "https:" not in page
    reader = _read(page)
    tags = {tag for tag, _, _ in reader.attributes}
    assert not tags & {"script", "link", "iframe", "object", "img", "image", "use"}
    assert not {(t, n) for t, n, _ in reader.attributes if n == "src" or n.startswith("on")}
    assert all(value.startswith("#") for _, name, value in reader.attributes if name == "href")
    assert not re.search(r"@import|url\((?!#)", page)


def test_the_page_is_sound(example: ReportInput) -> None:
    _sound(example)


def test_the_same_report_gives_the_same_bytes(page: str, rebuild: Callable[[], ReportInput]) -> None:
    assert _page(rebuild()) == page


def test_every_chapter_is_there_in_order_and_linked(page: str, example: ReportInput) -> None:
    assert [chapter.id for chapter in chapters(example)] == CHAPTERS
    assert re.findall(r'<section id="([a-z-]+)"', page) == CHAPTERS
    assert re.findall(r'<a href="#([a-z-]+)"', page) == CHAPTERS


def test_every_figure_has_words_and_ids_are_unique(page: str) -> None:
    drawings = re.findall(r"<svg .*?</svg>", page, re.DOTALL)
    assert len(drawings) > 20
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        assert root.get("role") == "img"
        assert root[0].tag == "title"
        assert root[1].tag == "desc"
        assert len(root[0].text or "") > 5
        assert len(root[1].text or "") > 5
        assert (root.get("aria-labelledby") or "").split() == [root[0].get("id"), root[1].get("id")]
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_it_says_what_it_is(page: str, example: ReportInput) -> None:
    assert page.count("Research use only: never a medical device.") >= 3
    assert f"<dd>{example.header.seed}</dd>" in page
    assert 'name="viewport"' in page
    assert "@media print" in page
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", page)


def test_numbers_reach_the_page(page: str) -> None:
    words = re.sub(r"\s+", " ", page.replace("\u202f", " "))
    assert "60 % (49–70)" in words
    assert "46 % (35–57)" in words
    assert "2 of 85,000 solves failed" in words
    assert words.index("tocilizumab given") < words.index("response at day 28")


def test_the_summary_has_five_sentences_from_numbers(example: ReportInput) -> None:
    said = [s.replace("\u202f", " ") for s in sentences(example)]
    assert len(said) == 5
    assert "85 virtual patients" in said[0]
    assert "46 % (35–57)" in said[1]
    assert "14 % (7–22)" in said[2]
    assert "8.4 months" in said[3]
    assert "Of 3 published numbers compared, 2 lie outside tolerance" in said[4]


def test_hostile_text_is_shown_and_not_obeyed(example: ReportInput) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="y">&"'
    group = Group(evil, 1, evil)
    header = Header(evil, evil, (group,), 1, 1, evil)
    claim = Claim("cured", evil, Estimate.share(0.5), Estimate(1, unit=evil), evil, note=evil)
    journey = replace(example.journeys[0], group=evil)
    report = replace(
        example,
        header=header,
        claims=(claim,),
        journeys=(journey,),
        syndromes=(replace(example.syndromes[0], group=evil, facts={evil: Estimate(1)}, scale=evil),),
        swimmers=(replace(example.swimmers[0], group=evil),),
        survival=(replace(example.survival[0], group=evil),),
        compositions=(Composition(evil, {evil: Tone.BEST}, {evil: (Estimate.share(1.0),)}),),
    )
    reader = _sound(report)
    assert not {tag for tag, _, _ in reader.attributes} & {"script", "img"}
    assert any("<script>" in words for words in reader.words)


def test_an_empty_report_says_so(example: ReportInput) -> None:
    report = ReportInput(Header("Nothing", "", (), 0, 0, "0.1.0"))
    reader = _sound(report)
    assert " ".join(reader.words).count("No ") >= 6
    assert figures(report) == ()
    ElementTree.fromstring(picture(report).standalone())


def _single(value: float) -> ReportInput:
    """Return a report on one patient whose every number is ``value``."""
    times = np.array([0.0])
    fan = Fan.of(np.full((1, 1), value))
    share = Estimate.share(value, value, value)
    return ReportInput(
        Header("One", "One patient.", (Group("A", 1),), 1, 1, "0.1.0"),
        claims=(Claim("cured", "cured", share, share, "So be it."),),
        journeys=(Journey("A", times, (Course("Tumour", "cells", fan, 1.0),), np.array([value])),),
        syndromes=(Syndrome("CRS", "A", np.full((5, 1), value), {"any grade": share}),),
        swimmers=(Swimmer("1", "A", (Stretch(0.0, 0.0, Condition.ACTIVE),), True),),
        survival=(
            SurvivalPanel(
                "A", (Curve("Overall survival", times, np.array([value]), at_risk=np.array([value])),), times
            ),
        ),
        compositions=(Composition("Response", {"yes": Tone.BEST}, {"A": (share,)}),),
    )


@pytest.mark.parametrize("value", [np.nan, 0.0, 1.0])
def test_one_patient_and_missing_numbers(value: float) -> None:
    _sound(_single(value))


def test_records_refuse_arrays_that_do_not_match() -> None:
    with pytest.raises(InternalError, match="followed of A"):
        Journey("A", np.arange(3.0), (), np.ones(2))
    with pytest.raises(InternalError, match="low"):
        Curve("OS", np.arange(3.0), np.ones(3), low=np.ones(2))
    with pytest.raises(InternalError, match="2 shares, not 1"):
        Composition("x", {"a": Tone.BEST}, {"g": (Estimate(1), Estimate(2))})
    with pytest.raises(InternalError, match="grades"):
        Syndrome("CRS", "A", np.ones((4, 29)))


def test_fans_leave_out_patients_who_left() -> None:
    fan = Fan.of([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    assert fan.quantiles[2, 0] == 2
    assert fan.quantiles[2, 1] == 5
    assert np.isnan(fan.quantiles[:, 2]).all()


def test_files_are_written_whole(example: ReportInput, tmp_path: Path) -> None:
    path = write_report(example, tmp_path / "report.html")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    names = {p.name for p in write_figures(example, tmp_path / "figures")}
    assert {"swimmers.svg", "claims.svg", "journey-1.svg", "survival-3.svg"} <= names
    for drawing in (*(tmp_path / "figures").iterdir(), write_picture(example, tmp_path / "picture.svg")):
        root = ElementTree.parse(drawing).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert not _BROKEN.search("".join(root.itertext()))
    with pytest.raises(OutputError):
        write_report(example, tmp_path / "absent" / "report.html")


def test_a_chapter_written_elsewhere_finds_its_place(example: ReportInput) -> None:
    further = (Chapter("cost", "Cost & price", "<p>Money.</p>"),)
    page = _page(replace(example, further=further))
    assert "Cost &amp; price" in page
    assert page.index('id="survival"') < page.index('id="cost"') < page.index('id="credibility"')


def test_a_large_cohort_still_fits_the_page(example: ReportInput) -> None:
    many = tuple(replace(example.swimmers[0], patient=str(k)) for k in range(1000))
    report = replace(example, swimmers=many)
    page = _page(report)
    assert "1,000 patients; in order of their time in remission, one in 9 is drawn" in page
    swim = next(figure for figure in figures(report) if figure.name == "swimmers")
    assert swim.height < 1200
    assert "1000 patients" in swim.description
