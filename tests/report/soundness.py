"""What holds for every chapter: it is well formed, self-contained, worded, and shows no broken number."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from vein2vein.report.chapter import Chapter

_BROKEN = re.compile(r"\b(nan|NaN|None|inf|undefined)\b")


def sound(chapter: Chapter) -> str:
    """Return the words of a chapter outside drawings, in one line, after checking the whole of it."""
    section = ElementTree.fromstring(f"<section>{chapter.html}</section>")
    assert "http" not in chapter.html
    words = " ".join(" ".join(section.itertext()).split()).replace("\u202f", " ")
    assert not _BROKEN.search(words), _BROKEN.search(words)
    for item in section.iter():
        assert item.tag not in ("script", "img", "link", "iframe")
        assert not any(name.startswith("on") for name in item.attrib)
        if item.tag in ("path", "rect", "circle", "text", "g"):
            assert not _BROKEN.search(" ".join(item.attrib.values())), item.attrib
    for drawing in section.iter("svg"):
        assert [child.tag for child in drawing][:2] == ["title", "desc"]
        assert len(drawing[1].text or "") > 20
        named = [drawing[0].get("id"), drawing[1].get("id")]
        assert (drawing.get("aria-labelledby") or "").split() == named
    ids = re.findall(r'\bid="([^"]+)"', chapter.html)
    assert len(ids) == len(set(ids))
    return words
