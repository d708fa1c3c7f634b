"""``docs/performance.md`` from measured numbers only."""

from __future__ import annotations


def page(r: dict) -> str:
    """Return the page."""
    parts = [_head(r), _compilation(r["compilation"]), _peers("The core model against others", r["core"])]
    parts += [
        _peers("A stiff problem against others (Robertson)", r["stiff"]),
        _scaling(r),
        _verdicts(r["verdicts"]),
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
cores, Python {m["python"]}, load average {m["load"]:.1f} when it began. Times are processor seconds of one thread, the
smallest of {m["rounds"]} interleaved rounds, unless a wall clock is named; on a machine shared with others both are
upper bounds.
"""


def _compilation(c: dict) -> str:
    rows = [
        [name, f"{c[key]['imports_s']:.1f}", f"{c[key]['processor_s']:.1f}", f"{c[key]['wall_s']:.1f}"]
        for name, key in (("fresh cache", "first"), ("second process", "second"))
    ]
    return "## Compilation of the core model\n\n" + _table(
        ["", "imports and patients (s)", "to the first result (s)", "the same, wall clock (s)"], rows
    )


def _peers(title: str, data: dict) -> str:
    rows = []
    for x in data["rows"]:
        if "failed" in x:
            rows.append([x["solver"], f"{x['rtol']:g}", f"not run: {x['failed']}", ""])
        else:
            rows.append([x["solver"], f"{x['rtol']:g}", f"{x['error']:.1e}", f"{x['ms']:.4f}"])
    text = f"## {title}\n\n{data['patients']} patients, every state on the grid. The error is the largest of any state "
    text += "over the grid relative to its size, median over patients, against a reference at 1e-11.\n\n"
    text += _table(["solver", "rtol", "error", "ms a patient"], rows)
    equal = [
        [x["solver"], f"{x['rtol']:g}", f"{x['error']:.1e}", f"{x['ms']:.3f}", f"{x['engine_ms']:.4f}",
         f"{x['ratio']:.0f} ×" if x["inside"] else f"{x['ratio']:.0f} × (outside the curve)"]
        for x in data["equal"]
    ]  # fmt: skip
    text += "\n\nAt equal achieved accuracy (the engine's stiff curve read at the peer's error):\n\n"
    return text + _table(["peer", "rtol", "error", "ms", "vein2vein ms", "ratio"], equal)


def _scaling(r: dict) -> str:
    p, t, o = r["population"], r["threads"], r["operations"]
    rows = [
        [f"{x['patients']:,}", f"{x['ms']:.4f}", f"{x['steps']:.0f}", str(x["failed"])] for x in r["scaling"]
    ]
    text = "## Populations: a year each, summaries only, default tolerances\n\n"
    text += _table(["patients", "ms a patient", "steps", "failed"], rows)
    text += f"""

{p["patients"]:,} patients on 2 threads: {p["wall_s"]:.0f} s by the wall clock, {p["processor_s"]:.0f} processor seconds,
{p["failed"]} failed, peak memory {p["peak_memory_gb"]:.2f} GB. One thread against two, wall clock:
{t["one_s"]:.2f} s and {t["two_s"]:.2f} s, {t["ratio"]:.2f} ×."""
    flops = o["stiff"] * p["steps"] * p["patients"] / p["processor_s"] / 1e9
    text += f"\n\nA stiff step is {o['stiff']:.0f} operations a patient counted in the generated source (a division as 4, "
    text += f"an exponential as 20, a logarithm as 24): {flops:.1f} billion operations per processor second."
    return text


def _verdicts(rows: list[dict]) -> str:
    names = [k for k in rows[0] if k not in ("setting", "patients", "failed")]
    body = [[x["setting"], f"{x['patients']:,}", str(x["failed"]), *(str(x[k]) for k in names)] for x in rows]
    return (
        "## Verdicts that change when the tolerance is tightened 100-fold\n\nFive years, ward rules included.\n\n"
        + _table(["setting", "patients", "failed", *names], body)
    )
