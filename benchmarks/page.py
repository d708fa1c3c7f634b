"""``docs/performance.md`` and its figures from measured numbers only."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figures import figures
from vein2vein.files import output_folder, write_text
from vein2vein.report.drawing.figure import Figure


def write_page(r: dict, path: Path) -> None:
    """Write the page and, into a folder of its name beside it, its figures."""
    r = r | {"scaling": with_population(r)}
    drawn = figures(r)
    folder = output_folder(path.parent / path.stem)
    for figure in drawn:
        write_text(folder / f"{figure.name}.svg", figure.standalone() + "\n")
    write_text(path, page(r, drawn))


def with_population(r: dict) -> list[dict]:
    """Return the growing populations with the largest one, which ran on two threads, among them."""
    p = r["population"]
    if p["patients"] <= max(x["patients"] for x in r["scaling"]):
        return r["scaling"]
    ms = p["processor_s"] / p["patients"] * 1e3
    row = {"patients": p["patients"], "ms": ms, "steps": p["steps"], "failed": p["failed"]}
    return [*r["scaling"], row]


def page(r: dict, drawn: list[Figure]) -> str:
    """Return the page."""
    shown = {figure.name: f"![{figure.title}](performance/{figure.name}.svg)" for figure in drawn}
    stiff = f"A stiff model of the library against others ({r['stiff']['model']})"
    parts = [
        _head(r),
        _populations(r, shown["scaling-patients"]),
        _peak(r),
        _peers("The core model against others", r["core"], shown["work-precision-core"], STANDING),
        _peers(stiff, r["stiff"], shown["work-precision-stiff"], _choice(r["stiff"]["candidates"])),
        _peers("Robertson's reactions against others", r["robertson"], shown["work-precision-robertson"]),
        _verdicts(r["verdicts"]),
        _raw(r["raw"]),
        _beyond(r, shown["scaling-workers"]),
        _compilation(r["compilation"]),
        _loads(r["under"]),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)


def _head(r: dict) -> str:
    m = r["machine"]
    return f"""
# Performance

Written by `make bench` from its own measurements; no number here was typed. Machine: {m["processor"]}, {m["cores"]}
cores, Python {m["python"]}. Times are processor seconds of one thread unless a wall clock is named; on a machine
shared with others both are upper bounds, and the last table says how busy it was.
"""


def _compilation(c: dict) -> str:
    rows = [
        [name, f"{c[key]['imports_s']:.1f}", f"{c[key]['processor_s']:.1f}", f"{c[key]['wall_s']:.1f}"]
        for name, key in (("fresh cache", "first"), ("second process", "second"))
    ]
    return "## Compilation of the core model\n\n" + _table(
        ["", "imports and patients (s)", "to the first result (s)", "the same, wall clock (s)"], rows
    )


def _populations(r: dict, figure: str) -> str:
    p, t = r["population"], r["threads"]
    rows = [
        [f"{x['patients']:,}", f"{x['ms']:.4f}", f"{x['steps']:.0f}", str(x["failed"])] for x in r["scaling"]
    ]
    low, middle, high = t["pairs"]
    return f"""
## Populations: a year each, summaries only, default tolerances

{_table(["patients", "ms a patient", "steps", "failed"], rows)}

{figure}

{p["patients"]:,} patients on 2 threads: {p["wall_s"]:.1f} s by the wall clock, {p["processor_s"]:.1f} processor seconds,
{p["failed"]} failed, peak memory {p["peak_memory_gb"]:.2f} GB.

One thread against two, {t["patients"]:,} patients, {t["rounds"]} interleaved rounds, wall clock: {t["one_s"]:.2f} s and
{t["two_s"]:.2f} s at best, {t["ratio"]:.2f} ×; round by round between {low:.2f} × and {high:.2f} ×, median {middle:.2f} ×.
""" + "".join(f"\n- Failed: patient {text}" for text in p["failures"])


def _peak(r: dict) -> str:
    p, o = r["population"], r["operations"]
    stiff, peak = o["stiff"], o["peak"]
    rate = stiff["total"] * p["steps"] * p["patients"] / p["processor_s"] / 1e9
    rows = [[kind, f"{count:,}"] for kind, count in stiff.items() if kind != "total"]
    rows.append(["**all**", f"**{stiff['total']:,}**"])
    return f"""
## Share of the floating-point peak

Operations of one stiff step of one core-model patient, counted in the source that runs (the step, the generated kernels
it calls, the polynomials behind exponentials and logarithms; a fused multiply-add is two, a division one; comparisons,
choices, loads and stores are none; summaries, events and book-keeping are left out):

{_table(["operations", "a step"], rows)}

Times {p["steps"]:.0f} steps tried and {p["patients"]:,} patients, in {p["processor_s"]:.1f} processor seconds:
**{rate:.1f} billion a second a core**. The peak that this processor reached here, on the engine's own lanes of eight
doubles: {peak["registers"]:.0f} billion a second with independent multiply-adds from registers,
{peak["cache"]:.0f} billion with one operand of each loaded from the first-level cache. That is
**{rate / peak["registers"]:.0%}** of the first and {rate / peak["cache"]:.0%} of the second.
"""


def _choice(candidates: list[dict]) -> str:
    rows = [
        [x["model"] + (" (shown)" if x["chosen"] else ""), str(x["states"]), f"{x['explicit']:,.0f}", f"{x['stiff']:,.0f}",
         f"{x['explicit'] / x['stiff']:.0f}", f"{x['settled']:.0e}"]
        for x in candidates
    ]  # fmt: skip
    return (
        "How stiff the library's larger models are, as explicit steps over stiff steps at the default tolerance (50,000 "
        "steps: given up). Shown is the stiffest one whose solution a tolerance settles: where a law jumps at a threshold "
        "on which the solution rests, the error at 1e-6 stays large, and no solver can be judged by it.\n\n"
        + _table(["model", "states", "explicit steps", "stiff steps", "ratio", "error at rtol 1e-6"], rows)
    )


STANDING = """The laws by which a clone whose fate is decided stands still are left out here, for every solver: at their
jumps CVODE gives up some patients and LSODA crawls. Everywhere else on this page the core model is whole."""


def _remark(row: dict) -> str:
    """Return what to know of a ratio."""
    if row["lost"] and row["solver"].startswith("diffrax"):
        return f" (all wait for the {row['lost']} given up)"
    return "" if row["inside"] else " (outside the curve)"


def _peers(title: str, data: dict, figure: str, before: str = "") -> str:
    rows = []
    for x in data["rows"]:
        if "failed" in x:
            rows.append([x["solver"], f"{x['rtol']:g}", f"failed: {x['failed']}", "", "all"])
        else:
            rows.append(
                [x["solver"], f"{x['rtol']:g}", f"{x['error']:.1e}", f"{x['ms']:.4f}", str(x["lost"])]
            )
    equal = [
        [x["solver"], f"{x['rtol']:g}", f"{x['error']:.1e}", f"{x['ms']:.3f}", f"{x['engine_ms']:.4f}",
         f"{x['ratio']:.0f} ×{_remark(x)}"]
        for x in data["equal"]
    ]  # fmt: skip
    return f"""
## {title}

{before}

{data["patients"]} patients, every state on the grid; the smallest time of {data["rounds"]} interleaved rounds. The
error is the largest of any state over the grid relative to its size, median over patients, against this engine at 1e-11;
its stiff method at 1e-9 is {data["reference_check"]:.0e} away from that. Absolute tolerances are the same for all: the
relative one times the scale of each state. Patients whom a peer gave up (LSODA after 5,000 steps between two outputs,
diffrax after 10,000 in all, the others by an error of their own) are in neither its error nor, but for diffrax, its time.

{figure}

At equal achieved accuracy (the engine's stiff curve read at the peer's error):

{_table(["peer", "rtol", "error", "ms", "vein2vein ms", "ratio"], equal)}

Every point of the figure:

{_table(["solver", "rtol", "error", "ms a patient", "patients given up"], rows)}
""".replace("\n\n\n\n", "\n\n")


def _verdicts(rows: list[dict]) -> str:
    names = [k for k in rows[0] if k not in ("setting", "patients", "failed", "rtol")]
    body = [[x["setting"], f"{x['patients']:,}", str(x["failed"]), *(str(x[k]) for k in names)] for x in rows]
    worst = max(x[k] / x["patients"] for x in rows for k in ("relapse", "best response", "CRS grade"))
    return f"""
## Verdicts that change when the tolerance is tightened 100-fold

The tolerance of `vein2vein run` against one 100 times tighter; five years, ward rules included. Of relapse, best response
and CRS grade the worst changes in {1e3 * worst:.2g} of 1,000 patients.

{_table(["setting", "patients", "failed", *names], body)}
"""


def _raw(data: dict) -> str:
    names = ["failed", "relapse", "best response", "cured", "CRS grade", "ICANS grade", "any"]
    body = []
    for x in data["rows"]:
        negative, ms = x["negative"], x["seconds"]
        body.append(
            [x["solver"], *(str(x[k]) for k in names), "–" if negative is None else str(negative),
             "" if ms is None else f"{1e3 * ms:.1f}"]
        )  # fmt: skip
    return f"""
## Wrong verdicts of LSODA on raw cell counts

{data["patients"]:,} patients, {data["each"]:,} of each setting, five years, no ward rules and no stop at progression, as
LSODA has neither. "Raw cells": the same equations with the tumour's two clones and their lineages as numbers of cells
instead of logarithms, and one absolute tolerance for all states, which is how such models are usually written and solved
(relative / absolute). The laws by which a clone whose fate is decided stands still are left out for LSODA, which gives up
at their jumps; its rows on logarithms, of a full run, tell what leaving them out changes.

A verdict is wrong where it differs from this engine's at 1e-11; all are read by the same rules on the same visits. A
patient failed where LSODA gave up after {data["most_steps"]:,} steps between two visits or returned what isn't a number;
"below −1 cell" counts patients with so negative a cell count at a visit.

{_table(["solver", *names[:-1], "any verdict", "below −1 cell", "ms a patient"], body)}
"""


def _beyond(r: dict, figure: str) -> str:
    b = r["beyond"]
    cost = b["cost"]
    dispatch = [
        [str(d["workers"]), f"{d['size']:,}", str(d["chunks"]), f"{1e3 * d['client_s']:.1f}",
         f"{1e6 * d['client_s'] / d['size']:.1f}", f"{d['size'] / d['wall_s']:,.0f}"]
        for d in b["dispatch"]
    ]  # fmt: skip
    share = cost["fixed_s"] / (cost["fixed_s"] + b["chunk"] * cost["each_s"])
    head = ["workers", "patients a chunk", "chunks", "dispatch (ms a chunk)", "dispatch (µs a patient)"]
    head.append("patients a second, wall clock")
    keys = list(dict.fromkeys((x["patients"], x["size"]) for x in b["schedules"]))
    body = []
    for workers in dict.fromkeys(x["workers"] for x in b["schedules"]):
        chosen = {(x["patients"], x["size"]): x for x in b["schedules"] if x["workers"] == workers}
        body.append(
            [str(workers), *(f"{chosen[k]['speed_up']:.1f} × ({chosen[k]['seconds']:,.1f} s)" for k in keys)]
        )
    return f"""
## Beyond one machine

Measured here: a chunk of n patients takes {1e3 * cost["fixed_s"]:.2f} ms + n × {1e3 * cost["each_s"]:.4f} ms (fitted
to chunks of {cost["sizes"][0]} to {cost["sizes"][-1]:,}); the fixed part is {share:.1%} of the usual chunk of
{b["chunk"]:,}. Dask distributed with local worker processes; "dispatch" is the processor time that client and scheduler
together spend on a chunk above what they spend idle, which nothing can share out:

{_table(head, dispatch)}

**Simulated, not measured:** a schedule with these numbers. One dispatcher hands the measured chunks out in turn, each to
the worker that is free first, at most two a worker at a time; networks slower than this machine's own are not in it.
Where the curve is flat the scheduler hands out as fast as it can; a larger `chunk` of `simulate` raises that limit.
Times faster than one worker (seconds):

{_table(["workers", *(f"{n:,} patients, {size:,} a chunk" for n, size in keys)], body)}

{figure}
"""


def _loads(under: dict) -> str:
    rows = [[name, f"{x['load']:.2f}", f"{x['wall_s']:.0f}"] for name, x in under.items()]
    total = sum(x["wall_s"] for x in under.values())
    return f"""
## How busy the machine was

Load average of the last minute when each section began (its own previous section is in it), and how long it took; all
together {total / 60:.1f} minutes.

{_table(["section", "load average", "wall clock (s)"], rows)}
"""
