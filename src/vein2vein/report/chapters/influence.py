"""What moves the outcome: a tornado, Sobol indices, and the leading parameters of every product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vein2vein.calibration.sensitivity import Sensitivity
from vein2vein.calibration.sensitivity_file import SensitivityResult
from vein2vein.evidence import load_sheet
from vein2vein.patients.settings import Setting
from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.drawing.figure import Plate
from vein2vein.report.sensitivity_figures import NARROW, WIDTH, sobol_figure, tornado_figure

OUTPUTS = {
    "cmax": "peak of CAR-T cells",
    "crs_severe": "CRS of grade 3 or worse",
    "cured": "lasting cure",
    "negative_relapse_share": "antigen-negative share of relapses",
}
LEADING, MOST = 3, 8


@dataclass(frozen=True)
class Leading:
    """The parameters that matter most to one output in one setting: name, meaning, total index, half of its interval."""

    setting: str
    output: str
    parameters: tuple[tuple[str, str, float, float], ...]


def chapter(settings: Sequence[Setting], result: SensitivityResult) -> Chapter:
    """Return the chapter on influence.

    Parameters
    ----------
    settings : sequence of Setting
        The programme's settings, the largest arm first; the figures show the first.
    result : SensitivityResult
        Influences over the prior.
    """
    first = settings[0]
    cure = result.of(first.key, "cured")
    html = fill(
        "influence.html",
        tornado=_tornado(cure, first) if cure else None,
        sobol=_sobol(cure, first) if cure else None,
        setting=first,
        cure=cure,
        leading=[
            _leading(s, o, result) for s in dict.fromkeys(settings) for o in OUTPUTS if result.of(s.key, o)
        ],
        provenance=result.provenance,
    )
    return Chapter("influence", "What moves the outcome", html)


def _tornado(cure: Sensitivity, setting: Setting) -> Plate:
    title = f"Lasting cure, {setting.label}: swings"
    narrow, wide = (
        tornado_figure(cure, title, "percent of patients cured", 100.0, MOST, w) for w in (NARROW, WIDTH)
    )
    return Plate(narrow, wide)


def _sobol(cure: Sensitivity, setting: Setting) -> Plate:
    title = f"Lasting cure, {setting.label}: Sobol indices"
    narrow, wide = (sobol_figure(cure, title, MOST, w) for w in (NARROW, WIDTH))
    return Plate(narrow, wide)


def _leading(setting: Setting, output: str, result: SensitivityResult) -> Leading:
    found = result.of(setting.key, output)
    top = found.influences[:LEADING] if found else ()
    named = tuple((*_words(i.parameter, setting), i.total, i.total_error) for i in top)
    return Leading(setting.label, OUTPUTS[output], named)


def _words(parameter: str, setting: Setting) -> tuple[str, str]:
    """Return a free parameter's name without its settings, and what it means."""
    name = parameter.partition(" [")[0]
    row = name.removesuffix(" spread")
    meaning = load_sheet("core_model").value(row, setting.key).meaning or ""
    return name.replace("_", " "), f"between patients: {meaning}" if row != name else meaning
