"""The page on performance is what its writer makes of the numbers that are kept, figures included."""

import json
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from benchmarks.figures import _apart
from benchmarks.page import write_page

from tests.front_door.markdown import ROOT


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    write_page(results, folder / "performance.md")
    return folder


def test_page_and_figures_are_up_to_date(written):
    files = sorted(p.relative_to(written) for p in written.rglob("*") if p.is_file())
    assert len(files) == 6
    for name in files:
        assert (written / name).read_bytes() == (ROOT / "docs" / name).read_bytes(), "run: make bench"


def test_every_figure_is_shown_and_well_formed(written):
    page = (written / "performance.md").read_text(encoding="utf-8")
    for figure in written.glob("performance/*.svg"):
        assert f"](performance/{figure.name})" in page
        ElementTree.parse(figure)


def test_labels_keep_apart_and_inside():
    places = _apart([5.0, 6.0, 7.0, 99.0], 8.0, 100.0)
    assert all(b - a >= 14.0 for a, b in pairwise(places))
    assert min(places) >= 8.0
    assert max(places) <= 100.0
