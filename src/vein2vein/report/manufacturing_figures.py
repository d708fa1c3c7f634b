"""Figures of manufacturing, each a function of result records."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from vein2vein.manufacturing.queue_result import QueueResult
from vein2vein.manufacturing.queue_summary import funnel, utilisation, waiting_list

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

_INK, _QUIET, _HAIR = "#1d2529", "#5b676d", "#d5dbde"
_BLUE, _ORANGE, _GREEN, _LOSS, _OPEN = "#0b6aa8", "#c2510a", "#0b7d5b", "#c98a7b", "#b4bdc2"
_SERIES = (_BLUE, _ORANGE, _GREEN, "#8d3f86", "#7a6200", "#3f4f9e")
_NAMES = {"place_of_care": "place of care", "central": "central"}


def funnel_figure(result: QueueResult) -> go.Figure:
    """Return the drop-out funnel: who is left at each stage, and why the others are not.

    Bars are the mean of the simulated programmes, whiskers hold 95 % of them.
    """
    import plotly.graph_objects as go

    table = funnel(result)
    table = table[(table["kind"] != "open") | (table["patients"] > 0)]
    colours = {"stage": _BLUE, "loss": _LOSS, "open": _OPEN}
    figure = go.Figure(
        go.Bar(
            x=table["patients"],
            y=[_indented(step, kind) for step, kind in zip(table["step"], table["kind"], strict=True)],
            orientation="h",
            marker_color=[colours[kind] for kind in table["kind"]],
            error_x=_whiskers(table["patients"], table["low"], table["high"]),
            hovertemplate="%{y}: %{x:.1f} patients<extra></extra>",
            width=0.72,
        )
    )
    ends = table["high"].fillna(table["patients"])
    edge = float(ends.max())
    for step, kind, mean, high, share in zip(
        table["step"], table["kind"], table["patients"], ends, table["share"], strict=True
    ):
        figure.add_annotation(
            x=high + 0.015 * edge,
            y=_indented(step, kind),
            text=f"<b>{mean:.1f}</b>  {100 * share:.0f} %",
            showarrow=False,
            xanchor="left",
            font={"size": 13, "color": _INK},
        )
    title = "From referral to infusion: who is lost, and why"
    note = f"patients of one programme; mean, and 95 % of {result.replicates} simulated programmes"
    _styled(figure, title, note, height=110 + 38 * len(table))
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 13}, ticks="")
    figure.update_xaxes(range=[0, 1.42 * edge], title="patients")
    figure.update_layout(showlegend=False, margin={"l": 190})
    return figure


def vein_to_vein_figure(results: Mapping[str, QueueResult]) -> go.Figure:
    """Return the distribution of the time from first collection to infusion, one curve a mode."""
    import plotly.graph_objects as go

    waits = {mode: result.patients["vein_to_vein"].dropna().to_numpy() for mode, result in results.items()}
    waits = {mode: wait for mode, wait in waits.items() if wait.size}
    longest = max((float(np.quantile(wait, 0.985)) for wait in waits.values()), default=30.0)
    last = 5.0 * np.ceil(longest / 5.0)
    edges = np.arange(0.0, last + 1.0, 1.0)
    figure = go.Figure()
    for i, (mode, wait) in enumerate(waits.items()):
        density = np.histogram(wait, bins=edges)[0] / wait.size * 100.0
        colour = _SERIES[i % len(_SERIES)]
        figure.add_bar(
            x=edges[:-1] + 0.5,
            y=density,
            width=1.0,
            marker={"color": colour, "opacity": 0.78, "line": {"width": 0}},
            name=_NAMES.get(mode, mode),
            hovertemplate="day %{x:.0f}: %{y:.1f} %<extra></extra>",
        )
        figure.add_annotation(
            x=float(np.median(wait)),
            y=float(density.max()),
            yshift=22,
            text=f"<b>{_NAMES.get(mode, mode)}</b><br>median {np.median(wait):.0f} days",
            showarrow=False,
            font={"size": 13, "color": colour},
        )
    beyond = max((float((wait > last).mean()) for wait in waits.values()), default=0.0)
    note = f"infused patients; first collection to infusion; up to {100 * beyond:.1f} % lie beyond the axis"
    _styled(figure, "Vein-to-vein time", note, height=400)
    figure.update_layout(barmode="overlay", showlegend=False)
    figure.update_xaxes(title="days from first collection to infusion", range=[0, last])
    figure.update_yaxes(title="% of infused patients per day", rangemode="tozero")
    highest = max(
        (float((np.histogram(w, bins=edges)[0] / w.size).max()) for w in waits.values()), default=0.1
    )
    figure.update_yaxes(range=[0, 125.0 * highest])
    return figure


def waiting_list_figure(results: Mapping[str, QueueResult], period: float = 28.0) -> go.Figure:
    """Return patients waiting for a slot, averaged over periods: mean, and the band of 95 % of programmes.

    Parameters
    ----------
    results : mapping of str to QueueResult
        One programme a curve.
    period : float
        Days to average over.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for i, (mode, result) in enumerate(results.items()):
        colour = _SERIES[i % len(_SERIES)]
        table = waiting_list(result, np.arange(0.0, float(result.ends.max()) + period, period))
        name = _NAMES.get(mode, mode)
        band = table.dropna()
        figure.add_scatter(
            x=[*band["day"], *band["day"][::-1]],
            y=[*band["high"], *band["low"][::-1]],
            fill="toself",
            fillcolor=_faded(colour),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(x=table["day"], y=table["mean"], line={"color": colour, "width": 2.5}, name=name)
    note = f"patients ready for collection, averaged over {period:.0f} days; mean and 95 % band"
    _styled(figure, "Waiting for a slot", note, height=340)
    figure.update_xaxes(title="day of the programme", rangemode="tozero")
    figure.update_yaxes(title="patients waiting", rangemode="tozero")
    figure.update_layout(showlegend=len(results) > 1)
    return figure


def utilisation_figure(result: QueueResult) -> go.Figure:
    """Return how each site spends its slot-days: cultures, holding and cleaning, free."""
    import plotly.graph_objects as go

    table = utilisation(result)
    label = [
        f"{site}<br><span style='font-size:11px'>{_slots(slots)}, {batches:.0f} batches a year</span>"
        for site, slots, batches in zip(table["site"], table["slots"], table["batches"], strict=True)
    ]
    figure = go.Figure()
    parts: tuple[tuple[str, pd.Series, str], ...] = (
        ("in culture", table["culture"], _BLUE),
        ("held and cleaned", table["held"], "#8fb4cf"),
        ("free", 1.0 - table["culture"] - table["held"], "#e6eaec"),
    )
    for name, share, colour in parts:
        text = [f"{100 * s:.0f} %" if s > 0.05 else "" for s in share]
        figure.add_bar(
            y=label,
            x=100.0 * share,
            orientation="h",
            name=name,
            marker_color=colour,
            text=text,
            textposition="inside",
            insidetextanchor="start" if name == "in culture" else "end",
            textfont={"color": "white" if colour == _BLUE else _INK, "size": 13},
            width=0.6,
        )
    figure.add_scatter(
        x=100.0 * table["culture"],
        y=label,
        mode="markers",
        marker={"size": 1, "color": _INK},
        error_x=_whiskers(100 * table["culture"], 100 * table["culture_low"], 100 * table["culture_high"]),
        hoverinfo="skip",
        showlegend=False,
    )
    _styled(
        figure,
        "How the slots are used",
        "share of slot-days; whisker: 95 % of simulated programmes",
        190 + 74 * len(table),
    )
    figure.update_layout(barmode="stack", showlegend=True, margin={"l": 160, "t": 110})
    figure.update_layout(legend={"traceorder": "normal", "x": 0.0, "xanchor": "left"})
    figure.update_xaxes(title="% of slot-days", range=[0, 100])
    figure.update_yaxes(autorange="reversed", showgrid=False, ticks="")
    return figure


def levers_figure(levers: pd.DataFrame) -> go.Figure:
    """Return what each lever buys in patients alive and fit at infusion.

    Parameters
    ----------
    levers : DataFrame
        From :func:`~vein2vein.manufacturing.levers.value_of_levers`.
    """
    import plotly.graph_objects as go

    names = ["<br>".join(textwrap.wrap(str(name), 24)) for name in levers["lever"]]
    figure = go.Figure(
        go.Scatter(
            x=levers["gain"],
            y=names,
            mode="markers",
            marker={"color": _BLUE, "size": 12},
            error_x=_whiskers(levers["gain"], levers["gain_low"], levers["gain_high"]),
            hovertemplate="%{y}: %{x:.2f} patients<extra></extra>",
        )
    )
    for name, gain, low, high in zip(
        names, levers["gain"], levers["gain_low"], levers["gain_high"], strict=True
    ):
        figure.add_annotation(
            x=gain,
            y=name,
            yshift=22,
            text=f"{gain:+.2f}" + (f" ({low:+.2f} to {high:+.2f})" if np.isfinite(low) else ""),
            showarrow=False,
            font={"size": 12, "color": _INK},
        )
    before = float(levers["infused_without"].iloc[0]) if len(levers) else 0.0
    note = f"more patients alive and fit at infusion than the {before:.1f} without; 95 % Monte-Carlo interval"
    _styled(figure, "What a lever buys", note, height=170 + 70 * len(levers))
    figure.add_vline(x=0.0, line={"color": _QUIET, "width": 1})
    figure.update_xaxes(title="more patients infused")
    figure.update_yaxes(showgrid=False, ticks="", range=[len(levers) - 0.5, -0.8])
    figure.update_layout(showlegend=False, margin={"l": 165})
    return figure


def all_figures(
    result: QueueResult, modes: Mapping[str, QueueResult], levers: pd.DataFrame
) -> dict[str, go.Figure]:
    """Return every figure of the chapter by name, in the order of reading."""
    return {
        "funnel": funnel_figure(result),
        "vein_to_vein": vein_to_vein_figure(modes),
        "waiting_list": waiting_list_figure({result.process.name: result}),
        "utilisation": utilisation_figure(result),
        "levers": levers_figure(levers),
    }


def _indented(step: str, kind: str) -> str:
    return {"stage": f"<b>{step}</b>", "loss": f"− {step}"}.get(kind, step)


def _slots(number: int) -> str:
    return "1 slot" if number == 1 else f"{number} slots"


def _whiskers(mean: ArrayLike, low: ArrayLike, high: ArrayLike) -> dict[str, object]:
    middle, lower, upper = (np.asarray(v, dtype=float) for v in (mean, low, high))
    return {
        "type": "data",
        "symmetric": False,
        "array": np.nan_to_num(np.maximum(upper - middle, 0.0), posinf=0.0),
        "arrayminus": np.nan_to_num(np.maximum(middle - lower, 0.0), posinf=0.0),
        "color": _INK,
        "thickness": 1.4,
        "width": 4,
    }


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def _styled(figure: go.Figure, title: str, note: str, height: int) -> None:
    note = "<br>".join(textwrap.wrap(note, 62))  # short enough for a phone
    figure.update_layout(
        template="plotly_white",
        title={
            "text": f"<b>{title}</b><br><span style='font-size:12px;color:{_QUIET}'>{note}</span>",
            "y": 1.0,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 14, "l": 6},
            "x": 0.0,
            "xref": "container",
            "xanchor": "left",
            "font": {"size": 17, "color": _INK},
        },
        font={"family": "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif", "color": _INK, "size": 13},
        height=height,
        margin={"l": 70, "r": 30, "t": 88, "b": 55},
        legend={"orientation": "h", "x": 1.0, "xanchor": "right", "y": 1.0, "yanchor": "bottom"},
        paper_bgcolor="white",
        plot_bgcolor="white",
        bargap=0.3,
    )
    figure.update_xaxes(gridcolor=_HAIR, zerolinecolor=_HAIR)
    figure.update_yaxes(gridcolor=_HAIR, zerolinecolor=_HAIR, ticklabelstandoff=6)
