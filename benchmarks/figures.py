"""The figures of the page, drawn from the results by the report's own drawing layer."""

from __future__ import annotations

import math

import numpy as np

from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import Figure
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.plot import Axis, Plot
from vein2vein.report.drawing.rows import WIDE
from vein2vein.report.drawing.scale import Tick
from vein2vein.report.drawing.svg import element, text
from vein2vein.report.estimate import SUPERSCRIPT

LINE = 14.0
"""Height of a label."""
_PLAIN = {-2: "0.01", -1: "0.1", 0: "1", 1: "10", 2: "100", 3: "1,000"}

Curve = tuple[str, np.ndarray, np.ndarray, str, bool]
"""Label, x, y (both as powers of the axis's base), colour, and whether the line is dashed."""


def figures(r: dict) -> list[Figure]:
    """Return every figure of the page."""
    return [
        work_precision("work-precision-core", "Core model", r["core"]),
        work_precision(
            "work-precision-stiff", f"Stiff model of the library ({r['stiff']['model']})", r["stiff"]
        ),
        work_precision("work-precision-robertson", "Robertson's reactions", r["robertson"]),
        patients(r["scaling"]),
        workers(r),
    ]


def colour_of(solver: str) -> str:
    """Return a solver's colour, the same in every figure."""
    order = ("vein2vein stiff", "SciPy", "libroadrunner", "diffrax", "pydiffsol", "vein2vein explicit")
    place = next((k for k, name in enumerate(order) if solver.startswith(name)), len(order))
    return palette.GROUPS[place % len(palette.GROUPS)]


def work_precision(name: str, what: str, data: dict) -> Figure:
    """Return the processor time a patient against the error reached, both axes logarithmic."""
    curves: list[Curve] = []
    for solver in dict.fromkeys(x["solver"] for x in data["rows"]):
        points = sorted((x["error"], x["ms"]) for x in data["rows"] if x["solver"] == solver and "error" in x)
        if points:
            errors, times = np.log10(np.array(points).T)
            curves.append(
                (solver, errors, times, colour_of(solver), "Kvaerno" in solver or "explicit" in solver)
            )
    low = math.floor(min(c[1].min() for c in curves))
    high = math.ceil(max(c[1].max() for c in curves))
    return Plot(
        name=name,
        title=f"{what}: time against accuracy (lower left is better)",
        description="Processor time a patient against the error reached; lower and further left is better.",
        x=_decades(low, high, "error reached, relative to the size of each state", room=0.52),
        y=_decades(
            math.floor(min(c[2].min() for c in curves)),
            math.ceil(max(c[2].max() for c in curves)),
            "processor time a patient (ms)",
            plain=True,
        ),
        draw=lambda panel: _curves(panel, curves),
        tall=300.0,
    ).figure(WIDE)


def patients(rows: list[dict]) -> Figure:
    """Return the processor time of a population against its size, beside a line of slope one."""
    n = np.log10([x["patients"] for x in rows])
    seconds = np.log10([x["ms"] * x["patients"] / 1e3 for x in rows])
    straight = seconds[0] + (n - n[0])

    def draw(panel: Panel) -> None:
        panel.line(n, straight, palette.GREY, 1.4, "4 4")
        panel.line(n, seconds, colour_of("vein2vein stiff"))
        for a, b, row in zip(n, seconds, rows, strict=True):
            _dot(panel, a, b, colour_of("vein2vein stiff"))
            x, y = float(panel.x(a)), float(panel.y(b))
            panel.add(
                text(
                    x + 9,
                    y - 5 if y > panel.bottom - 16 else y + 12,
                    f"{row['ms']:.3f} ms a patient",
                    "small halo",
                )
            )

    return Plot(
        name="scaling-patients",
        title="A population's processor time grows in proportion to its patients",
        description="Dashed: proportional to the smallest population.",
        x=_decades(math.floor(n.min()), math.ceil(n.max()), "patients", room=0.18),
        y=_decades(
            math.floor(seconds.min() - 0.3), math.ceil(seconds.max()), "processor seconds", plain=True
        ),
        draw=draw,
        tall=240.0,
    ).figure(WIDE)


def workers(r: dict) -> Figure:
    """Return the speed-up of larger clusters: simulated schedules, and what was measured here."""
    curves: list[Curve] = []
    rows = r["beyond"]["schedules"]
    ends = np.log2([x["workers"] for x in rows])
    for k, key in enumerate(dict.fromkeys((x["patients"], x["size"]) for x in rows)):
        chosen = [x for x in rows if (x["patients"], x["size"]) == key]
        label = f"10{str(len(str(key[0])) - 1).translate(SUPERSCRIPT)} patients, {key[1]:,} a chunk"
        speed = np.log2([x["speed_up"] for x in chosen])
        curves.append((label, np.log2([x["workers"] for x in chosen]), speed, palette.GROUPS[k], True))
    top = float(ends.max())
    ticks = tuple(Tick(float(k), f"{2**k}") for k in range(int(top) + 1))
    measured = math.log2(r["threads"]["ratio"])

    def draw(panel: Panel) -> None:
        panel.line([0, top], [0, top], palette.GREY, 1.4)
        _curves(
            panel, [("proportional", np.array([0, top]), np.array([0, top]), palette.QUIET, True), *curves]
        )
        _dot(panel, 1.0, measured, palette.INK)
        x, y = float(panel.x(1.0)), float(panel.y(measured))
        panel.add(text(x + 8, y + (14 if measured > 0.5 else -8), "measured, 2 threads", "small halo"))

    return Plot(
        name="scaling-workers",
        title="Larger clusters: a simulation of the schedule from measured chunks and dispatch",
        description="Speed-up over one worker. Simulated but for the dot.",
        x=Axis(0.0, top * 1.62, "workers (one thread each)", ticks),
        y=Axis(min(0.0, measured), top, "times faster than one worker (simulated)", ticks),
        draw=draw,
        tall=300.0,
    ).figure(WIDE)


def _decades(low: int, high: int, label: str, *, room: float = 0.0, plain: bool = False) -> Axis:
    """Return an axis over powers of ten; ``room`` is space for labels beyond its end, as a share of its length."""
    ticks = tuple(
        Tick(float(k), _PLAIN[k] if plain and k in _PLAIN else f"10{str(k).translate(SUPERSCRIPT)}")
        for k in range(low, high + 1)
    )
    return Axis(float(low), high + room * (high - low), label, ticks)


def _curves(panel: Panel, curves: list[Curve]) -> None:
    """Draw lines with dots, each with its name at the right, led to from its last point."""
    ends = []
    for label, x, y, colour, dashed in curves:
        panel.line(x, y, colour, 2.0, "5 3" if dashed else None)
        for a, b in zip(x, y, strict=True):
            _dot(panel, a, b, colour)
        ends.append((float(panel.y(y[-1])), float(panel.x(x[-1])), label, colour))
    start = max(x for _, x, _, _ in ends) + 26
    heights = _apart([y for y, *_ in sorted(ends)], panel.top + 8, panel.bottom - 2)
    for (y, x, label, colour), place in zip(sorted(ends), heights, strict=True):
        d = f"M{x + 6:.1f} {y:.1f}L{start - 4:.1f} {place:.1f}"
        panel.add(element("path", d=d, stroke=colour, stroke_width=0.8, stroke_opacity=0.6))
        panel.add(text(start, place + 4, label, "small halo", style=f"fill:{colour}"))


def _apart(wanted: list[float], top: float, bottom: float) -> list[float]:
    """Return places near the wanted ones, in their order, at least a line apart and within the panel."""
    places = list(wanted)
    for k in range(len(places)):
        places[k] = max(places[k], top if k == 0 else places[k - 1] + LINE)
    for k in reversed(range(len(places))):
        places[k] = min(places[k], bottom if k == len(places) - 1 else places[k + 1] - LINE)
    return places


def _dot(panel: Panel, x: float, y: float, colour: str) -> None:
    panel.add(element("circle", cx=float(panel.x(x)), cy=float(panel.y(y)), r=2.8, fill=colour))
