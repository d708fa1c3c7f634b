"""The maps of a construct for the page: those of the construct layer, and a column of parts for the phone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from vein2vein.construct.circular_map import circular_map
from vein2vein.construct.design import Construct
from vein2vein.construct.linear_map import linear_map
from vein2vein.construct.map_style import colour, short_label
from vein2vein.construct.parts import Role
from vein2vein.construct.plasmid import GENOME_ROLES, viral_genome
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import THIN, count

_WIDTH, _TALL, _LINE, _BAR = 340.0, 300.0, 15.0, 22.0

_Stretch = tuple[float, float, str, str]
"""Start and end as shares of the whole, label, fill."""


def linear(construct: Construct) -> Markup:
    """Return the linear map for a wide page, with words for those who listen."""
    genes = ", ".join(label for _, _, label, _ in _receptor(construct))
    words = f"Viral genome to scale; beneath it the receptor from its first residue to its last: {genes}."
    svg = linear_map(construct.plasmid, construct.protein)
    return _worded(svg, f"linear-{anchor(construct)}", words)


def circular(construct: Construct) -> Markup:
    """Return the circular map of the transfer plasmid, with words for those who listen."""
    once = sum(len(cuts) == 1 for cuts in construct.restriction_map.values())
    words = (
        f"Transfer plasmid of {count(len(construct.plasmid.sequence))} base pairs with its elements; "
        f"{once} of the enzymes looked for cut once."
    )
    svg = circular_map(construct.plasmid, construct.restriction_map)
    return _worded(svg, f"circular-{anchor(construct)}", words)


def column(construct: Construct) -> Figure:
    """Return genome and receptor as two upright columns to scale: the linear map for a phone."""
    genome = viral_genome(construct.plasmid)
    left = _column(_genome(construct), 0.0, f"provirus, {count(genome.provirus_bp)}{THIN}bp")
    right = _column(
        _receptor(construct), 182.0, f"receptor, {count(len(construct.protein.sequence))}{THIN}aa"
    )
    parts = ", ".join(label for _, _, label, _ in _receptor(construct))
    return Figure(
        f"column-{anchor(construct)}",
        f"Genome and receptor of {construct.spec.name}",
        f"Two columns to scale, read downwards. Receptor: {parts}.",
        _WIDTH,
        _TALL + 44,
        left + right,
    )


def anchor(construct: Construct) -> str:
    """Return the name as an anchor."""
    return "".join(c if c.isalnum() else "-" for c in construct.spec.name.lower())


def _worded(svg: str, name: str, words: str) -> Markup:
    """Return a whole SVG document as a part of a page: ids and a description in, its namespace out."""
    opening = f'<svg aria-labelledby="{name}-title {name}-desc" '
    worded = svg.replace("<svg ", opening, 1).replace("<title>", f'<title id="{name}-title">', 1)
    worded = worded.replace(" xmlns='http://www.w3.org/2000/svg'", "", 1).strip()
    return Markup(worded.replace("</title>", f'</title><desc id="{name}-desc">{escape(words)}</desc>', 1))


def _genome(construct: Construct) -> list[_Stretch]:
    genome = viral_genome(construct.plasmid)
    size = genome.end - genome.start
    return [
        (
            (f.start - genome.start) / size,
            (f.end - genome.start) / size,
            "the receptor" if f.role is Role.CDS else short_label(f.role, f.part, f.name),
            colour(f.role),
        )
        for f in construct.plasmid.features
        if f.role in GENOME_ROLES and genome.start <= f.start and f.end <= genome.end
    ]


def _receptor(construct: Construct) -> list[_Stretch]:
    size = len(construct.protein.sequence)
    return [
        (s.start / size, s.end / size, short_label(s.role, s.part, s.name), colour(s.role))
        for s in construct.protein.segments
        if s.role is not Role.JUNCTION
    ]


def _column(stretches: Sequence[_Stretch], left: float, head: str) -> str:
    """Return one column with its labels at the right, none on top of another."""
    top = 28.0
    body = [text(left, 14, head, "name")]
    middles = [top + _TALL * 0.5 * (start + end) for start, end, _, _ in stretches]
    for (start, end, label, fill), middle, at in zip(
        stretches, middles, _apart(middles, top + 6, top + _TALL - 4), strict=True
    ):
        tall = max(_TALL * (end - start), 1.5)
        body.append(
            element(
                "rect",
                x=left,
                y=top + _TALL * start,
                width=_BAR,
                height=tall,
                fill=fill,
                stroke=palette.INK,
                stroke_width=0.6,
            )
        )
        reach = f"M{left + _BAR:g} {middle:.1f}L{left + _BAR + 10:g} {at:.1f}"
        body.append(element("path", d=reach, stroke=palette.GREY, fill="none"))
        body.append(text(left + _BAR + 14, at + 4, label))
    return "".join(body)


def _apart(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Return places in order, a line apart, between low and high where they fit, near the wanted ones."""
    places = list(wanted)
    for i, place in enumerate(places):
        places[i] = max(place, low if i == 0 else places[i - 1] + _LINE)
    ceiling = high
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], ceiling)
        ceiling = places[i] - _LINE
    return places if all(a < b for a, b in pairwise(places)) else list(wanted)
