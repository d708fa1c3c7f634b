"""The page on credibility: what was fitted, what was predicted, what the model can't do; written as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from vein2vein.calibration.crs_patients import DiaryRow, ScoreCheck
from vein2vein.calibration.dose_burden import Response
from vein2vein.calibration.free import FREE
from vein2vein.calibration.identifiability import Identifiability
from vein2vein.calibration.observables import LEVELS, TIMES, by_group, measure_of
from vein2vein.calibration.parameters import Prior
from vein2vein.calibration.posterior import PosteriorSets
from vein2vein.calibration.posterior_curves import SettingCurves
from vein2vein.calibration.sensitivity_file import SensitivityResult
from vein2vein.calibration.targets import Target
from vein2vein.calibration.validation import Row, Validation
from vein2vein.clinic.cohort import STARTING_SHEET
from vein2vein.evidence import load_sheet
from vein2vein.files import output_folder, write_text
from vein2vein.report.calibration_figures import comparison_figure, kinetics_figure, survival_figure
from vein2vein.report.coverage_figure import rank_figure
from vein2vein.report.drawing.figure import Figure
from vein2vein.report.estimate import number
from vein2vein.report.sensitivity_figures import influence_over_time_figure, sobol_figure, tornado_figure

LATE_MONTHS = 13.0


@dataclass(frozen=True)
class Findings:
    """Everything that the page tells.

    Parameters
    ----------
    command : str
        What wrote the page.
    posterior : PosteriorSets
        The shipped ensemble.
    validation : Validation
        Observed against predicted.
    curves : tuple of SettingCurves
        Posterior predictive curves of each setting.
    responses : tuple of Response
        Predictions at other doses and burdens.
    identifiability : Identifiability
        What the data determine.
    sensitivity : SensitivityResult
        What matters.
    score : ScoreCheck or None
        The CRS score on patients, where their data were at hand.
    diary : tuple of DiaryRow
        The ward diary, empty where it wasn't at hand.
    """

    command: str
    posterior: PosteriorSets
    validation: Validation
    curves: tuple[SettingCurves, ...]
    responses: tuple[Response, ...]
    identifiability: Identifiability
    sensitivity: SensitivityResult
    score: ScoreCheck | None
    diary: tuple[DiaryRow, ...]


@dataclass(frozen=True)
class FitLine:
    """One fitted quantity: published, and simulated over the posterior.

    Parameters
    ----------
    target : Target
        What was fitted.
    low, middle, high : float
        Quantiles 5, 50 and 95 % over parameter sets, in the target's unit.
    """

    target: Target
    low: float
    middle: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the published value is within the 90 % interval."""
        return self.low <= self.target.value <= self.high

    @property
    def share(self) -> bool:
        """Whether it is a share of patients."""
        return self.target.observable not in LEVELS | TIMES

    @property
    def distance(self) -> float:
        """How far the published value is outside, in sampling and structural SDs of a share or a log level."""
        measure = measure_of(self.target.observable)
        low, value, high = measure.there(np.array([self.low, self.target.value, self.high]))
        outside = max(low - value, value - high, 0.0)
        return float(outside / np.hypot(measure.allowance, 0.5 / np.sqrt(self.target.n)))


def write_page(findings: Findings, path: Path) -> list[Path]:
    """Write the page and, into a folder of its name beside it, its figures; return the paths.

    Raises
    ------
    OutputError
        The folder can't be written.
    """
    folder = output_folder(path.parent / path.stem)
    figures = _figures(findings)
    files = [write_text(folder / f"{f.name}.svg", f.standalone() + "\n") for f in figures]
    environment = Environment(
        loader=PackageLoader("vein2vein.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda v: number(float(v))
    environment.filters["zip"] = zip
    template = environment.get_template("validation.md")
    text = template.render(
        f=findings,
        provenance=findings.posterior.provenance,
        fit=fit_lines(findings),
        late=late_landmarks(findings.validation),
        other=[r for r in findings.validation.only(fitted=False).rows if not is_late(r)],
        misses=[r for r in findings.validation.only(fitted=False).rows if not r.covered],
        late_score=Validation(tuple(late_landmarks(findings.validation)), ()),
        predicted=findings.validation.only(fitted=False),
        figures={f.name: f for f in figures},
        folder=path.stem,
        refusals=_grouped(findings.validation.refused),
        parameters=_parameters(findings.posterior),
        interval=_interval,
        months=(24, 36, 48, 60),
        least=_least,
        share=_share,
    )
    return [write_text(path, text), *files]


def is_late(row: Row) -> bool:
    """Return whether a row is a landmark later than anything that was fitted."""
    return row.observation.month is not None and row.observation.month > LATE_MONTHS


def late_landmarks(validation: Validation) -> list[Row]:
    """Return the landmarks beyond the first year, none of which was fitted."""
    return [r for r in validation.rows if is_late(r)]


def fit_lines(findings: Findings) -> list[FitLine]:
    """Return every fitted quantity as the model itself, not its emulator, gives it; the worst misfits first."""
    lines = []
    for curves in findings.curves:
        targets = [t for t in targets_of(findings.posterior) if t.setting == curves.setting.key]
        names = tuple(t.observable for t in targets)
        values = by_group(names, curves.arm.table, curves.arm.set_of, curves.arm.sets)
        for j, target in enumerate(targets):
            back = measure_of(target.observable).back
            low, middle, high = back(np.nanquantile(values[:, j], [0.05, 0.5, 0.95]))
            lines.append(FitLine(target, float(low), float(middle), float(high)))
    return sorted(lines, key=lambda line: -line.distance)


def targets_of(posterior: PosteriorSets) -> tuple[Target, ...]:
    """Return what a posterior was fitted to."""
    return tuple(Target(**t) for t in posterior.provenance["targets"])


def _figures(findings: Findings) -> list[Figure]:
    targets = targets_of(findings.posterior)
    figures = []
    for curves in findings.curves:
        own = [
            r for r in findings.validation.rows if r.arm.own and r.arm.settings[0].key == curves.setting.key
        ]
        timed = [t for t in targets if t.setting == curves.setting.key and t.observable[:3] in ("pfs", "os_")]
        figures.append(survival_figure(curves, [r for r in own if not r.observation.dose], timed))
        figures.append(kinetics_figure(curves, targets))
    toxic = [
        r for r in findings.validation.rows if r.percent and r.observation.id.rpartition(" ")[2] in TOXIC_IDS
    ]
    figures.append(
        comparison_figure("toxicity", "Cytokine release and neurotoxicity, observed and predicted", toxic)
    )
    late = late_landmarks(findings.validation)
    figures.append(
        comparison_figure("late-landmarks", "Landmarks beyond the first year: none was fitted", late)
    )
    provenance = findings.posterior.provenance
    checks = (("the prior", provenance["coverage"]), ("the posterior", provenance["coverage_again"]))
    figures.append(rank_figure(checks))
    by_key = {(s.setting, s.output): s for s in findings.sensitivity.sensitivities}
    cure, severe = by_key[("ALL", "cured")], by_key[("LBCL", "crs_severe")]
    figures.append(tornado_figure(cure, "What moves lasting cure in B-ALL", "percent cured", 100.0))
    figures.append(sobol_figure(cure, "What makes lasting cure in B-ALL uncertain"))
    figures.append(sobol_figure(severe, "What makes severe CRS in LBCL uncertain"))
    for key in ("LBCL", "CILTA"):
        over_time = [by_key[(key, f"pfs_{m}")] for m in (6, 12, 24, 36, 48)]
        figures.append(influence_over_time_figure(over_time, f"What decides freedom from progression, {key}"))
    return figures


TOXIC_IDS = ("crs_any", "crs_severe", "neuro_any", "neuro_severe", "icans_any", "icans_severe")


def _grouped(refused: Sequence[tuple[str, str]]) -> Mapping[str, list[str]]:
    """Return what was refused by reason."""
    groups: dict[str, list[str]] = {}
    for name, why in refused:
        groups.setdefault(why, []).append(name)
    return groups


@dataclass(frozen=True)
class ParameterLine:
    """A free parameter: prior and posterior median with 90 % intervals, in the sheet's unit."""

    name: str
    why: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    contraction: float


def _parameters(posterior: PosteriorSets) -> list[ParameterLine]:
    chosen = [p for p in FREE if p.name in posterior.names]
    prior = Prior.of(chosen, load_sheet(STARTING_SHEET))
    z = posterior.matrix()
    lines = []
    for i, p in enumerate(chosen):
        first, centre, last = (
            p.scale.back(float(prior.mean[i] + k * 1.645 * prior.sd[i])) for k in (-1, 0, 1)
        )
        low, middle, high = np.quantile([s[p.name] for s in posterior.sets], [0.05, 0.5, 0.95])
        column = z[:, posterior.names.index(p.name)]
        lines.append(
            ParameterLine(
                p.name,
                p.why,
                (first, centre, last),
                (float(low), float(middle), float(high)),
                float(column.std(ddof=1)),
            )
        )
    return lines


def _least(shares: Mapping[str, float | None], most: int = 8) -> list[tuple[str, float]]:
    """Return the smallest shares with their names."""
    known = [(name, share) for name, share in shares.items() if share is not None]
    return sorted(known, key=lambda pair: pair[1])[:most]


def _share(found: Sequence[float]) -> str:
    """Return a share with its interval in percent."""
    value, low, high = (100 * x for x in found)
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"


def _interval(ends: Sequence[float] | None, factor: float = 1.0) -> str:
    if ends is None:
        return "–"
    return f"{number(factor * ends[0])} to {number(factor * ends[-1])}"
