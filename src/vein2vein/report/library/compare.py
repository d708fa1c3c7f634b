"""One dose, one patient, several models: CAR-T cells on one scale where the units can honestly be bridged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vein2vein.dynamics.published.record import Observable
from vein2vein.report.drawing.figure import Figure
from vein2vein.report.library.curves import Line, lines_figure
from vein2vein.simulation.model_run import ModelRun

__all__ = ["bridges", "comparison_figure"]


def _lead(run: ModelRun) -> Observable:
    return run.model.observables[0]


def bridges(runs: Sequence[ModelRun]) -> tuple[str, ...]:
    """Return one sentence a model: how its first observable is put on the common scale, or why it isn't."""
    said = []
    for run in runs:
        lead = _lead(run)
        unit = {str(symbol): unit for symbol, unit in run.model.system.units.items()}[lead.name]
        if lead.cells_per_uL == 1.0:
            said.append(f"{run.model.name}: {lead.name} is in cells/uL of blood as published.")
        elif lead.cells_per_uL is not None:
            said.append(
                f"{run.model.name}: {lead.name} [{unit}] times {lead.cells_per_uL:.3g} gives cells/uL of blood, by "
                f"the model's own volume or assay factor."
            )
        else:
            said.append(
                f"{run.model.name}: {lead.name} [{unit}] has no published bridge to cells/uL; it is drawn relative to "
                f"its own maximum."
            )
    return tuple(said)


def comparison_figure(runs: Sequence[ModelRun], width: float = 680.0) -> Figure:
    """Return the models that bridge to cells/uL in one panel, and all of them relative to their maximum below."""
    absolute, relative = [], []
    for k, run in enumerate(runs):
        lead = _lead(run)
        curve = run.ensemble.outputs[lead.name][0]
        if lead.cells_per_uL is not None:
            absolute.append(Line(run.model.name, run.ensemble.times, curve * lead.cells_per_uL, style=k))
        after = curve[run.ensemble.times >= run.model.infusion + lead.search_from]
        relative.append(Line(run.model.name, run.ensemble.times, curve / np.nanmax(after), style=k))
    panels = []
    if absolute:
        panels.append(lines_figure("absolute", "CAR-T cells per uL of blood", absolute, width))
    panels.append(lines_figure("relative", "CAR-T relative to each model's own maximum", relative, width))
    top, parts = 0.0, []
    for panel in panels:
        parts.append(panel.placed(0, top))
        top += panel.height + 20
    names = ", ".join(run.model.name for run in runs)
    return Figure("comparison", f"Comparison of {names}", " ".join(bridges(runs)), width, top, "".join(parts))
