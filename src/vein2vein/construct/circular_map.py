"""The circular map of the transfer plasmid."""

from __future__ import annotations

import math

from vein2vein.construct.map_style import FAINT, INK, colour, short_label, svg_page, svg_text
from vein2vein.construct.parts import Role
from vein2vein.construct.plasmid import GENOME_ROLES, Feature, Plasmid

_WIDTH, _HEIGHT, _RADIUS, _RING = 1000, 720, 262, 32
_CX, _CY = _WIDTH / 2, _HEIGHT / 2
_SHOWN = (
    Role.PROMOTER_5LTR,
    *GENOME_ROLES,
    Role.POLYA,
    Role.ORIGIN,
    Role.RESISTANCE,
)
_ARROWS = (Role.CDS, Role.PROMOTER, Role.PROMOTER_5LTR, Role.RESISTANCE)
_GAP = 18.0


def circular_map(plasmid: Plasmid, restriction_map: dict[str, list[int]]) -> str:
    """Return the SVG of the plasmid with its elements and the enzymes that cut it once."""
    size = len(plasmid.sequence)
    body = [
        f"<circle cx='{_CX}' cy='{_CY}' r='{_RADIUS}' fill='none' stroke='{FAINT}' stroke-width='4'/>",
        *_ticks(size),
    ]
    shown = [f for f in plasmid.features if f.role in _SHOWN]
    body += [_arc(f, size) for f in shown]
    labels = [((f.start + f.end) / 2 / size, short_label(f.role, f.part, f.name), False) for f in shown]
    labels += [(cuts[0] / size, name, True) for name, cuts in restriction_map.items() if len(cuts) == 1]
    body += _labels(labels)
    body += [
        svg_text(_CX, _CY - 8, plasmid.name, 22, font_weight="bold"),
        svg_text(_CX, _CY + 18, f"{size:,} bp", 15),
        svg_text(_CX, _CY + 40, "italic: enzymes that cut once", 11, fill="#52606d", font_style="italic"),
    ]
    return svg_page(_WIDTH, _HEIGHT, body, f"Circular map of {plasmid.name}")


def _point(share: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * share - math.pi / 2
    return _CX + radius * math.cos(angle), _CY + radius * math.sin(angle)


def _ticks(size: int) -> list[str]:
    rows = []
    for base in range(0, size, 1000):
        (x1, y1), (x2, y2) = _point(base / size, _RADIUS - 22), _point(base / size, _RADIUS - 16)
        rows.append(f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{FAINT}'/>")
        x, y = _point(base / size, _RADIUS - 36)
        rows.append(svg_text(x, y + 4, f"{base // 1000} kb" if base else "1", 10, fill="#52606d"))
    return rows


def _arc(feature: Feature, size: int) -> str:
    start, end = feature.start / size, feature.end / size
    inner, outer = _RADIUS - _RING / 2, _RADIUS + _RING / 2
    tip = min(0.012, (end - start) / 2) if feature.role in _ARROWS else 0.0
    a, b = (start, end - tip) if feature.strand > 0 else (start + tip, end)
    large = 1 if b - a > 0.5 else 0
    (x1, y1), (x2, y2) = _point(a, outer), _point(b, outer)
    (x3, y3), (x4, y4) = _point(b, inner), _point(a, inner)
    head, tail = "", ""
    if tip and feature.strand > 0:
        x, y = _point(end, _RADIUS)
        head = f"L{x:.2f} {y:.2f} "
    elif tip:
        x, y = _point(start, _RADIUS)
        tail = f"L{x:.2f} {y:.2f} "
    path = (
        f"M{x1:.2f} {y1:.2f} A{outer} {outer} 0 {large} 1 {x2:.2f} {y2:.2f} {head}L{x3:.2f} {y3:.2f} "
        f"A{inner} {inner} 0 {large} 0 {x4:.2f} {y4:.2f} {tail}Z"
    )
    return f"<path d='{path}' fill='{colour(feature.role)}' stroke='{INK}' stroke-width='0.8'/>"


def _labels(labels: list[tuple[float, str, bool]]) -> list[str]:
    """Return labels left and right of the ring, spread so that none overlaps, each with its leader line."""
    rows = []
    for right in (True, False):
        side = [row for row in labels if (row[0] % 1 < 0.5) is right]
        side.sort(key=lambda row: _point(row[0], _RADIUS)[1])
        heights = _spread([_point(row[0], _RADIUS + 45)[1] for row in side])
        for (share, text, is_enzyme), y in zip(side, heights, strict=True):
            x1, y1 = _point(share, _RADIUS + _RING / 2 + 2)
            x2, y2 = _point(share, _RADIUS + _RING / 2 + 16)
            reach = math.sqrt(max((_RADIUS + 58) ** 2 - (y - _CY) ** 2, 0.0))
            x3 = _CX + (max(reach, 60) if right else -max(reach, 60))
            rows.append(
                f"<polyline points='{x1:.1f},{y1:.1f} {x2:.1f},{y2:.1f} {x3:.1f},{y - 4:.1f}' "
                f"fill='none' stroke='{FAINT}' stroke-width='0.9'/>"
            )
            more = {"font_style": "italic"} if is_enzyme else {}
            rows.append(
                svg_text(
                    x3 + (5 if right else -5),
                    y,
                    text,
                    12 if is_enzyme else 13.5,
                    "start" if right else "end",
                    "#52606d" if is_enzyme else INK,
                    **more,
                )
            )
    return rows


def _spread(wanted: list[float]) -> list[float]:
    """Return heights at least one gap apart, in order, on the page, near the wanted ones."""
    heights: list[float] = []
    for y in wanted:
        heights.append(max(y, heights[-1] + _GAP) if heights else max(y, 20.0))
    limit = _HEIGHT - 14.0
    for i in range(len(heights) - 1, -1, -1):
        heights[i] = min(heights[i], limit)
        limit = heights[i] - _GAP
    return heights
