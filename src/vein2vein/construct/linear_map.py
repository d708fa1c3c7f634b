"""The linear map: the viral genome to scale, and under it the receptor's domains to scale."""

from __future__ import annotations

from vein2vein.construct.car import Protein
from vein2vein.construct.map_style import (
    FAINT,
    INK,
    colour,
    short_label,
    svg_page,
    svg_text,
    text_colour,
    text_width,
)
from vein2vein.construct.parts import Role
from vein2vein.construct.plasmid import GENOME_ROLES, Plasmid, viral_genome

_WIDTH, _MARGIN, _BOX, _SIZE = 1200, 40, 40, 13

_Box = tuple[float, float, str, Role | None]


def linear_map(plasmid: Plasmid, protein: Protein) -> str:
    """Return the SVG of genome and receptor.

    Raises
    ------
    ModelError
        The plasmid has no pair of LTRs.
    """
    genome = viral_genome(plasmid)
    scale = (_WIDTH - 2 * _MARGIN) / (genome.end - genome.start)
    boxes: list[_Box] = [
        (
            _MARGIN + (f.start - genome.start) * scale,
            _MARGIN + (f.end - genome.start) * scale,
            short_label(f.role, f.part, f.name),
            f.role,
        )
        for f in plasmid.features
        if f.role in GENOME_ROLES and genome.start <= f.start < genome.end
    ]
    above = _levels(boxes)
    top = 64 + 18 * max(above.values(), default=0)
    body = [
        svg_text(_MARGIN, 28, plasmid.name, 18, "start", font_weight="bold"),
        svg_text(
            _WIDTH - _MARGIN,
            28,
            f"provirus {genome.provirus_bp:,} bp, plasmid {len(plasmid.sequence):,} bp",
            13,
            "end",
        ),
        f"<line x1='{_MARGIN}' x2='{_WIDTH - _MARGIN}' y1='{top + _BOX / 2}' y2='{top + _BOX / 2}' "
        f"stroke='{FAINT}' stroke-width='3'/>",
    ]
    body += _row(boxes, above, top)
    body += _ruler(top + _BOX + 8, genome.end - genome.start, scale, 1000, "kb")
    domains_top = top + 150
    coding = next((b for b in boxes if b[3] is Role.CDS), None)
    if coding is not None and protein.segments:
        domains, levels = _domains(protein)
        height = 18 * max(levels.values(), default=0)
        domains_top += height
        for x, end in ((coding[0], _MARGIN), (coding[1], _WIDTH - _MARGIN)):
            body.append(
                f"<line x1='{x:.1f}' y1='{top + _BOX + 28}' x2='{end}' y2='{domains_top - 8 - height}' "
                f"stroke='{FAINT}' stroke-dasharray='4 4'/>"
            )
        body += _row(domains, levels, domains_top)
        body += _ruler(domains_top + _BOX + 8, len(protein.sequence), _residue_scale(protein), 100, "aa")
    return svg_page(_WIDTH, int(domains_top + _BOX + 50), body, f"Linear map of {plasmid.name}")


def _residue_scale(protein: Protein) -> float:
    return (_WIDTH - 2 * _MARGIN) / len(protein.sequence)


def _domains(protein: Protein) -> tuple[list[_Box], dict[int, int]]:
    scale = _residue_scale(protein)
    boxes: list[_Box] = [
        (
            _MARGIN + s.start * scale,
            _MARGIN + s.end * scale,
            "" if s.role is Role.JUNCTION and len(s) <= 3 else short_label(s.role, s.part, s.name),
            s.role,
        )
        for s in protein.segments
    ]
    return boxes, _levels(boxes)


def _levels(boxes: list[_Box]) -> dict[int, int]:
    """Return, for labels that don't fit into their box, the level above it (1 is the lowest)."""
    ends: list[float] = []
    chosen = {}
    for i, (x1, x2, label, _) in enumerate(boxes):
        wide = text_width(label, _SIZE)
        if not label or wide <= x2 - x1 - 4:
            continue
        left = (x1 + x2 - wide) / 2
        level = next((k for k, end in enumerate(ends) if end < left - 6), len(ends))
        if level == len(ends):
            ends.append(0.0)
        ends[level] = left + wide
        chosen[i] = level + 1
    return chosen


def _row(boxes: list[_Box], above: dict[int, int], top: float) -> list[str]:
    leaders, rows, texts = [], [], []
    for i, (x1, x2, label, role) in enumerate(boxes):
        rows.append(
            f"<rect x='{x1:.1f}' y='{top}' width='{max(x2 - x1, 1.5):.1f}' height='{_BOX}' "
            f"fill='{colour(role)}' stroke='{INK}' stroke-width='0.8'/>"
        )
        middle = (x1 + x2) / 2
        if i in above:
            y = top - 8 - 18 * (above[i] - 1)
            anchor_x = min(
                max(middle, text_width(label, _SIZE) / 2 + 6), _WIDTH - text_width(label, _SIZE) / 2 - 6
            )
            leaders.append(
                f"<line x1='{middle:.1f}' x2='{middle:.1f}' y1='{y + 3}' y2='{top}' stroke='{FAINT}'/>"
            )
            texts.append(
                svg_text(anchor_x, y, label, _SIZE, paint_order="stroke", stroke="#ffffff", stroke_width="3")
            )
        else:
            texts.append(svg_text(middle, top + _BOX / 2 + 4.5, label, _SIZE, fill=text_colour(role)))
    return [*leaders, *rows, *texts]


def _ruler(y: float, length: int, scale: float, step: int, unit: str) -> list[str]:
    rows = []
    for at in range(0, length + 1, step):
        x = _MARGIN + at * scale
        rows.append(f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{y}' y2='{y + 5}' stroke='{FAINT}'/>")
        label = f"{at // 1000} {unit}" if unit == "kb" else f"{at} {unit}" if at == 0 else str(at)
        rows.append(svg_text(x, y + 18, label, 11, fill="#52606d"))
    return rows
