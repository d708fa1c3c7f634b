"""Cytokine release syndrome and neurotoxicity: which grade on which day, one heat map a group."""

from __future__ import annotations

import numpy as np

from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.contents import ReportInput
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import THIN, listed, number
from vein2vein.report.patient_records import Syndrome

WIDTH, LEFT, RIGHT = 280.0, 28.0, 276.0
_TOP, _ROW = 50.0, 20.0


def chapter(report: ReportInput) -> Chapter:
    """Return the chapter on CRS and ICANS."""
    columns = list(dict.fromkeys(fact for syndrome in report.syndromes for fact in syndrome.facts))
    scales = listed(dict.fromkeys(syndrome.scale for syndrome in report.syndromes))
    html = fill(
        "syndromes.html",
        figures=figures(report),
        scale=colour_scale(),
        scales=scales,
        syndromes=report.syndromes,
        columns=columns,
        columns_wide=min(len({syndrome.group for syndrome in report.syndromes}), 4) or 1,
    )
    return Chapter("syndromes", "Cytokine storm and neurotoxicity", html, wide=True)


def figures(report: ReportInput) -> tuple[Figure, ...]:
    """Return one heat map a syndrome and group."""
    return tuple(_map(k, syndrome) for k, syndrome in enumerate(report.syndromes, start=1))


def _map(k: int, syndrome: Syndrome) -> Figure:
    days = syndrome.shares.shape[1]
    cell = (RIGHT - LEFT) / max(days, 1)
    body = [text(0, 15, syndrome.name, "head"), text(0, 32, syndrome.group, "quiet")]
    for row, grade in enumerate(range(4, -1, -1)):
        top = _TOP + row * _ROW + (4 if grade == 0 else 0)
        body.append(text(LEFT - 8, top + 14, str(grade), "quiet small", "end"))
        for day in range(days):
            share = float(syndrome.shares[grade, day])
            if np.isnan(share):
                continue
            body.append(
                element(
                    "rect",
                    x=LEFT + day * cell,
                    y=top,
                    width=cell - 0.6,
                    height=_ROW - 1,
                    fill=palette.heat(share**0.5) if grade else _calm(share),
                )
            )
    foot = _TOP + 5 * _ROW + 4
    body.append(
        element("rect", x=LEFT, y=_TOP, width=RIGHT - LEFT, height=4 * _ROW, fill="none", stroke=palette.HAIR)
    )
    for day in range(0, days, 7):
        body.append(text(LEFT + (day + 0.5) * cell, foot + 14, str(day), "quiet small", "middle"))
    body.append(text(0, foot + 14, "day", "quiet small"))
    title = f"{syndrome.name} by day and grade: {syndrome.group}"
    return Figure(f"syndrome-{k}", title, _sentence(syndrome), WIDTH, foot + 22, "".join(body))


def _calm(share: float) -> str:
    """Return the grey of the row without the syndrome."""
    level = round(255 - 95 * share)
    return f"#{level:02x}{level:02x}{level:02x}"


def _sentence(syndrome: Syndrome) -> str:
    shares = syndrome.shares
    if not shares.shape[1] or np.isnan(shares).all():
        return "No data."
    ill = np.nan_to_num(shares[1:].sum(axis=0))
    severe = np.nan_to_num(shares[3:].sum(axis=0))
    return (
        f"On day {int(ill.argmax())}, the worst, {number(100 * float(ill.max()))} % of patients have grade 1 "
        f"or more; grade 3 or more is most frequent on day {int(severe.argmax())}, "
        f"{number(100 * float(severe.max()))} %."
    )


def colour_scale() -> Figure:
    """Return the key of the heat maps."""
    left, right, steps = 4.0, 254.0, 64
    step = (right - left) / steps
    body = [
        element(
            "rect", x=left + k * step, y=18, width=step + 0.5, height=10, fill=palette.heat(k / (steps - 1))
        )
        for k in range(steps)
    ]
    body.append(
        element("rect", x=left, y=18, width=right - left, height=10, fill="none", stroke=palette.HAIR)
    )
    body.append(text(left, 11, "Share of patients on that day", "quiet small"))
    for percent in (0, 1, 5, 20, 50, 100):
        place = left + (right - left) * (percent / 100) ** 0.5
        label = f"{percent}{THIN}%" if percent == 100 else str(percent)
        body.append(text(place, 41, label, "quiet small", "middle"))
    description = "Colours run from white, nobody, to dark red, all patients, on a square-root scale."
    return Figure("syndrome-key", "Key of the heat maps", description, WIDTH, 46, "".join(body))
