"""Write the pages that the code knows best: equations, command line, calibration, and the picture of the README.

``python docs/generate.py`` writes all of them; ``python docs/generate.py --quick`` leaves out what has to be
simulated. A test holds the quick pages equal to what this writes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sympy
import typer
from sympy.printing.latex import LatexPrinter

from vein2vein import core_system, load_scenario, load_sheet, reproduce_fit_table, run_programme
from vein2vein.cli.app import app
from vein2vein.clinic.cohort import Biology
from vein2vein.clinic.metrics import METRICS
from vein2vein.files import write_text
from vein2vein.patients.settings import SETTINGS
from vein2vein.programme.fit_table import FitRow
from vein2vein.report.adapters.model_page import model_page
from vein2vein.report.estimate import number
from vein2vein.report.picture import write_picture
from vein2vein.report.run_folder import report_of
from vein2vein.report.trust_records import Equation, ModelPage, ParameterRow

DOCS = Path(__file__).parent
GENERATED = "<!-- Written by docs/generate.py; change the code or the sheet instead. -->"


class Typesetter(LatexPrinter):
    """LaTeX that survives Markdown: no backslash before punctuation, names as the laws declare them."""

    def _as_ordered_terms(self, expr: sympy.Expr, order: str | None = None) -> list[sympy.Expr]:
        terms = super()._as_ordered_terms(expr, order=order)
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))

    def _print_Piecewise(self, expr: sympy.Piecewise) -> str:
        rows = [
            f"{self._print(value)} & "
            + (r"\text{otherwise}" if condition == sympy.true else rf"\text{{if }} {self._print(condition)}")
            for value, condition in expr.args
        ]
        return r"\begin{cases} " + r" \cr ".join(rows) + r" \end{cases}"

    def _print_Relational(self, expr: sympy.core.relational.Relational) -> str:
        signs = {"<": r"\lt", ">": r"\gt", "<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}
        return f"{self._print(expr.lhs)} {signs[expr.rel_op]} {self._print(expr.rhs)}"

    def _print_exp(self, expr: sympy.exp, exp: str | None = None) -> str:
        power = rf"e^{{{self._print(expr.args[0])}}}"
        return power if exp is None else rf"\left({power}\right)^{{{exp}}}"


def latex(expression: sympy.Basic, page: ModelPage) -> str:
    """Return LaTeX of an expression for use between dollar signs in Markdown; in products parameters come first."""
    variables = {e.left for e in page.equations}
    ranked = {
        s: sympy.Symbol(("b" if s in variables else "a") + s.name, real=True) for s in expression.free_symbols
    }
    names = {new: _upright(page.names.get(old, _plain(old.name))) for old, new in ranked.items()}
    text = Typesetter({"symbol_names": names, "ln_notation": True})
    printed = str(text.doprint(expression.xreplace(ranked)))
    return printed.replace(r"\,", r"\thinspace ").replace(r"\:", " ").replace(r"\ ", " ")


def _plain(name: str) -> str:
    return name if len(name) == 1 else rf"\text{{{name.replace('_', ' ')}}}"


def _upright(name: str) -> str:
    """Return a name of several plain letters as one word, so that it doesn't read as a product."""
    return rf"\mathrm{{{name}}}" if len(name) > 1 and name.isalpha() else name


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def core_model() -> str:
    """Return the page of the core model: every equation, every parameter."""
    page = model_page(core_system(), load_sheet("core_model"), SETTINGS)
    rates = [e for e in page.equations if e.derivative]
    derived = [e for e in page.equations if not e.derivative]
    return f"""{GENERATED}
# The core model

The model that `vein2vein run` integrates, from the infused cells to the cytokine storm and the last tumour cell:
{len(rates)} equations, the sum of the mechanisms in `vein2vein.dynamics.core.MECHANISMS`. Time $t$ is in days from infusion.
How the numbers were found, and how far to trust them: [evidence](evidence.md); what they reproduce:
[calibration](fit_table.md). The ward's drugs enter as events on $A_1$ (tocilizumab) and $st$ (steroids).

The tumour is carried in logarithms, and with it the expected number of lineages that survive: the probability that a
clone is extinct is $e^{{-\\Lambda}}$ (birth–death process, Kendall 1948), so that cure is never a threshold.

## States

{"".join(_equation(e, page) for e in rates)}
## Quantities that the states define

{"".join(_equation(e, page) for e in derived)}
## Parameters

One column for each calibrated setting (an indication and the product whose published data were used). Variability is
between patients. *Recalled* means that the number was not yet checked in its source.

{_parameters(page)}
"""


def _equation(equation: Equation, page: ModelPage) -> str:
    left, right = latex(equation.left, page), latex(equation.right, page)
    if equation.derivative:
        left = rf"\frac{{d}}{{dt}} {left}"
    return f"**{equation.title[0].upper()}{equation.title[1:]}**\n\n$$\n{left} = {right}\n$$\n\n"


def _parameters(page: ModelPage) -> str:
    labels = [s.label for s in SETTINGS]
    head = ["symbol", "name", "meaning", "unit", *labels, "variability", "source", "status"]
    return table(head, (_parameter(row, page, labels) for row in page.parameters))


def _parameter(row: ParameterRow, page: ModelPage, labels: list[str]) -> list[str]:
    shared = row.values.get("")
    values = [row.values.get(label, shared) for label in labels]
    return [
        f"${latex(row.symbol, page)}$",
        f"`{row.symbol}`",
        row.meaning,
        row.unit,
        *("per patient" if v is None else f"{v:.6g}" for v in values),
        row.variability,
        row.source,
        row.status,
    ]


def command_line() -> str:
    """Return the page of the command line, read from the application itself."""
    root = typer.main.get_command(app)
    parts = [_command(path, command) for path, command in commands(root)]
    return f"""{GENERATED}
# The command line

{root.help}

Exit codes: 0 done, 2 bad input (the message on stderr names file, field, value and what is allowed), 1 our fault.
With `--json`, stdout carries JSON and nothing else.

{"".join(parts)}"""


def commands(root: Any, path: str = "vein2vein") -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, with its full name, depth first."""
    for name, command in getattr(root, "commands", {}).items():
        full = f"{path} {name}"
        if hasattr(command, "commands"):
            yield from commands(command, full)
        else:
            yield full, command


def _command(path: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    usage = " ".join([path, *(_placeholder(a) for a in arguments), *(["[OPTIONS]"] if options else [])])
    rows = [(f"`{_placeholder(a)}`", a.help or "") for a in arguments]
    rows += [(f"`{', '.join([*o.opts, *o.secondary_opts])}`", o.help or "") for o in options]
    listed = f"\n{table(('', ''), rows)}\n" if rows else ""
    words = " ".join((command.help or "").split())
    return f"## `{path}`\n\n{words}\n\n```text\n{usage}\n```\n{listed}\n"


def _placeholder(argument: Any) -> str:
    name = str(argument.name).upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def fit_table(rows: Sequence[FitRow], starting: Sequence[FitRow]) -> str:
    """Return the page that holds the calibration against published quantities.

    Parameters
    ----------
    rows, starting : sequence of FitRow
        Simulated at the centre of the posterior, and with the starting calibration.
    """
    agree = sum(row.agrees for row in rows)
    fitted = [row for row in rows if row.fitted]
    parts = []
    for setting in SETTINGS:
        own = [row for row in rows if row.setting == setting]
        if own:
            parts.append(f"### {setting.indication}: {setting.product}\n\n{_fit_rows(own, starting)}\n")
    return f"""{GENERATED}
# Calibration: published, and simulated by this implementation

{len(rows)} published quantities, of which {len(fitted)} were used in the calibration (*fitted*) and the rest were not
(*predicted*). {agree} agree within the tolerance of the calibration targets: shares within 5 percentage points, days within
1 (Tmax and onset of ICANS 1.5), levels within a factor 1.25 (1.5 for half-life, late levels and ratios).
*Here* is what the core model gives at the centre of its posterior (sheet `core_model`, generated by `vein2vein calibrate`)
for 1024 virtual patients a setting, with twice its Monte-Carlo standard error; *start* is the starting calibration on which
the priors were centred (sheet `core_model_start`; {sum(row.agrees for row in starting)} agree). How the whole posterior, of
which a programme draws its parameters, stands to the same numbers is in [validation.md](validation.md). What was recalled
and not yet checked in its source is marked so.

{chr(10).join(parts)}
## Where it differs, and why as far as known

{_differences(rows)}

{_against_prototype(starting)}
"""


METRIC_NAMES = {m.id: m.meaning for m in METRICS} | {
    "cmax_ratio_responders": "Cmax of responders over non-responders"
}


def _fit_rows(rows: Sequence[FitRow], starting: Sequence[FitRow]) -> str:
    head = ["quantity", "unit", "published", "start", "here", "", "", "source"]
    before = {(row.id, row.setting): row for row in starting}
    return table(head, (_fit_row(row, before[row.id, row.setting]) for row in rows))


def _fit_row(row: FitRow, before: FitRow) -> list[str]:
    scale = _scale(row)
    recalled = ", recalled" if row.published.recalled else ""
    return [
        METRIC_NAMES[row.id],
        {"percent": "%", "1": ""}.get(row.published.unit, row.published.unit),
        number(row.published.value),
        number(scale * before.simulated),
        f"{number(scale * row.simulated)} ± {number(2 * scale * row.standard_error)}",
        "agrees" if row.agrees else "**differs**",
        "fitted" if row.fitted else "predicted",
        f"{row.published.source.citation}, {row.published.locator}{recalled}",
    ]


_SPARED = "a patient who is spared the drug climbs to the grade at which everybody is given it"
_STEROIDS = "predicted from a ward rule; trials gave steroids for other reasons too"
_ONSET = "one mechanism for all products can't give myeloma both early and late onsets"
_DURATION = "resolution of the syndrome is not product-specific"
REASONS = {
    "ALL": {
        "crs_severe": "the datum is an assumption about the Penn scale; a registry graded by ASTCT had 19 %",
        "steroids": _STEROIDS,
    },
    "LBCL": {
        "crs_moderate": "the scores of patients spread too far between grades 1 and 3",
        "crs_severe": _SPARED,
        "auc_0_28": "the CD28 product contracts too fast after its peak",
        "negative_relapse_share": "too few antigen-negative cells before treatment in the model",
        "tocilizumab": _SPARED,
        "steroids": _STEROIDS,
    },
    "IDE": {
        "cmax": "fitted with low confidence: the published level can't be read as real cells",
        "auc_0_28": "not fitted; the published level can't be read as real cells",
        "pfs_6": "early progression is overestimated, less than at the start; not explained yet",
        "pfs_12": "early progression is overestimated; not explained yet",
        "detectable_6": "what ends persistence (immunity against the CAR, the marrow niche) is not modelled",
        "crs_onset": _ONSET,
        "crs_duration": _DURATION,
        "icans_onset": "the datum was assumed, not read",
        "steroids": _STEROIDS,
    },
    "CILTA": {"crs_onset": _ONSET, "crs_duration": _DURATION, "steroids": _STEROIDS},
}
"""Why a quantity differs, as far as known; shown only where it does."""

FROM_PROTOTYPE = 3 * 1.25**0.5
"""Standard errors beyond which this implementation and the prototype (4096 patients) differ."""


def _differences(rows: Sequence[FitRow]) -> str:
    differing = [row for row in rows if not row.agrees]
    if not differing:
        return "Nowhere from the published number."
    lines = [
        f"- {_named(row)}: {REASONS[row.setting.key].get(row.id, 'not explained yet')}." for row in differing
    ]
    return "\n".join(lines)


def _against_prototype(starting: Sequence[FitRow]) -> str:
    moved = [f"- {_named(row)}: {_moved(row)}." for row in starting if _far_from_prototype(row)]
    if not moved:
        return "The starting calibration gives here what it gave in its prototype, within Monte-Carlo error."
    return (
        "The starting calibration gives here what it gave in its prototype, but for what follows. The prototype integrated "
        "cytokines with fixed steps and applied extinction at the ends of steps; how much of each difference comes from "
        "that and how much from late changes of its parameters was not separated:\n\n" + "\n".join(moved)
    )


def _named(row: FitRow) -> str:
    return f"{row.setting.label}, {METRIC_NAMES[row.id]}"


def _scale(row: FitRow) -> float:
    return 100.0 if row.published.unit in ("%", "percent") else 1.0


def _far_from_prototype(row: FitRow) -> bool:
    if row.prototype is None:
        return False
    rounding = abs(row.prototype.value) * 0.02
    gap = abs(_scale(row) * row.simulated - row.prototype.value)
    return gap > FROM_PROTOTYPE * _scale(row) * row.standard_error + rounding


def _moved(row: FitRow) -> str:
    before = number(row.prototype.value) if row.prototype is not None else ""
    return f"{before} → {number(_scale(row) * row.simulated)}"


def write_quick(folder: Path = DOCS) -> None:
    """Write the pages that need no simulation."""
    write_text(folder / "core_model.md", core_model())
    write_text(folder / "cli.md", command_line())


def write_simulated(progress: Callable[[int, int], None] | None = None) -> None:
    """Write the calibration page and the picture of the README: about two minutes on two cores."""
    rows = reproduce_fit_table(progress=progress)
    starting = reproduce_fit_table(progress=progress, biology=Biology.starting())
    write_text(DOCS / "fit_table.md", fit_table(rows, starting))
    result = run_programme(load_scenario(), progress=progress)
    write_picture(report_of(result, rows), DOCS / "images" / "programme.svg")


if __name__ == "__main__":
    write_quick()
    if "--quick" not in sys.argv[1:]:
        from vein2vein.cli.progress import bar

        with bar("simulating for the docs") as moving:
            write_simulated(moving)
