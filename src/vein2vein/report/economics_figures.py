"""Figures of the valuation, each a function of the records of :mod:`vein2vein.economics`."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from vein2vein.economics.books import Books, Capacity
from vein2vein.economics.model import STRATEGIES
from vein2vein.economics.reported import Condition, ReportedCost, Waterfall
from vein2vein.economics.sensitivity import Tornado
from vein2vein.economics.value import ProgrammeValue
from vein2vein.economics.voi.portfolio import Portfolio
from vein2vein.economics.voi.ranking import Question

if TYPE_CHECKING:
    import plotly.graph_objects as go

_INK, _QUIET, _HAIR = "#1d2529", "#5b676d", "#d5dbde"
_COLOURS = {"standard salvage": "#7a6200", "CAR-T, place of care": "#0b6aa8", "CAR-T, central": "#c2510a"}
_PAPER = "#ffffff"
_NOTE_WIDTH = 60
"""Characters of a note on one line: what a phone shows."""
_BLUE, _ORANGE, _GREEN, _RED = "#0b6aa8", "#c2510a", "#0b7d5b", "#9d2235"


def _figure(title: str, height: int, note: str = "") -> go.Figure:
    import plotly.graph_objects as go

    lines = wrap(note, _NOTE_WIDTH)
    small = "".join(f"<br><span style='font-size:12px;color:{_QUIET}'>{line}</span>" for line in lines)
    heading, top = f"<b>{title}</b>{small}", 50 + 18 * len(lines)
    height += 17 * max(len(lines) - 1, 0)
    figure = go.Figure()
    figure.update_layout(
        title={
            "text": heading,
            "x": 0.0,
            "xref": "container",
            "xanchor": "left",
            "yanchor": "top",
            "y": 1.0,
            "yref": "container",
            "pad": {"l": 12, "t": 16},
            "font": {"size": 15},
        },
        font={
            "family": "system-ui, Segoe UI, Roboto, Arial, Liberation Sans, sans-serif",
            "size": 12,
            "color": _INK,
        },
        plot_bgcolor=_PAPER,
        paper_bgcolor=_PAPER,
        height=height,
        margin={"l": 12, "r": 24, "t": top, "b": 48},
        legend={"orientation": "h", "y": -0.2, "x": 0.0},
        hovermode="closest",
    )
    axis = {
        "showline": True,
        "linecolor": _HAIR,
        "gridcolor": _HAIR,
        "zerolinecolor": _QUIET,
        "automargin": True,
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure


def _money(value: float) -> str:
    size = abs(value)
    text = (
        f"{size / 1e6:,.2f} M" if size >= 1e6 else f"{size / 1e3:,.1f} k" if size >= 1e4 else f"{size:,.0f}"
    )
    return f"−{text}" if value < 0 and text != "0" else text


def cost_waterfall(reported: ReportedCost, currency: str) -> go.Figure:
    """Return the build-up of a course as a waterfall, with the reported cost as a line."""
    build_up: Waterfall = reported.build_up
    names = [*build_up.components, "built up"]
    note = f"per infused patient, {currency}; bars are means, the whisker the 95\u00a0% interval of the total"
    figure = _figure(build_up.title[0].upper() + build_up.title[1:], 430, note)
    figure.add_waterfall(
        x=names,
        y=[*build_up.mean, build_up.total],
        measure=["relative"] * len(build_up.components) + ["total"],
        text=[_money(value) for value in (*build_up.mean, build_up.total)],
        textposition=["outside"] * len(build_up.components) + ["inside"],
        insidetextanchor="start",
        constraintext="none",
        textangle=0,
        textfont={"size": 10},
        insidetextfont={"color": _PAPER},
        increasing={"marker": {"color": _BLUE}},
        totals={"marker": {"color": _INK}},
        connector={"line": {"color": _HAIR}},
        showlegend=False,
        customdata=[
            *zip(build_up.low, build_up.high, strict=True),
            (build_up.total_low, build_up.total_high),
        ],
        hovertemplate="%{x}: %{text} (%{customdata[0]:,.0f} to %{customdata[1]:,.0f})<extra></extra>",
    )
    figure.add_scatter(
        x=[names[-1]],
        y=[build_up.total],
        mode="markers",
        marker={"size": 1, "color": _RED},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [build_up.total_high - build_up.total],
            "arrayminus": [build_up.total - build_up.total_low],
            "color": _RED,
            "thickness": 2,
        },
        showlegend=False,
        hoverinfo="skip",
    )
    figure.add_hline(
        y=reported.reported,
        line={"color": _RED, "dash": "dash", "width": 1.5},
        annotation_text=f"reported: {_money(reported.reported)}",
        annotation_position="top left",
        annotation_font_color=_RED,
    )
    figure.update_yaxes(title_text=currency, range=[0, 1.18 * max(build_up.total_high, reported.reported)])
    figure.update_xaxes(tickangle=-40)
    return figure


def what_would_have_to_hold(reported: ReportedCost, count: int = 8) -> go.Figure:
    """Return, for the weightiest inputs, the value used, its range, and what the report needs."""
    rows: list[Condition] = [row for row in reported.together if row.value > 0][:count][::-1]
    note = (
        f"all inputs together, each at its {100 * reported.quantile:.0f}\u00a0% quantile towards the report"
        if rows
        else "not even all inputs at their 99\u00a0% quantile together reach the reported cost"
    )
    figure = _figure("What would have to hold for the reported cost", 120 + 34 * max(len(rows), 1), note)
    labels = [_short(row.meaning) for row in rows]
    for row, label in zip(rows, labels, strict=True):
        figure.add_scatter(
            x=[row.low / row.value, row.high / row.value],
            y=[label, label],
            mode="lines",
            line={"color": _HAIR, "width": 9},
            showlegend=False,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[1.0] * len(rows),
        y=labels,
        mode="markers",
        name="value used",
        marker={"color": _INK, "size": 9, "symbol": "line-ns-open"},
    )
    figure.add_scatter(
        x=[row.needed / row.value for row in rows],
        y=labels,
        mode="markers",
        name="value needed",
        marker={"color": _RED, "size": 9},
    )
    figure.update_xaxes(title_text="times the value used (grey: range)", rangemode="tozero")
    return figure


def cost_effectiveness_plane(value: ProgrammeValue, points: int = 800) -> go.Figure:
    """Return costs against QALYs gained over standard salvage, by draw, with the willingness-to-pay line."""
    note = f"each point is one draw of the uncertain inputs; {value.currency} {value.price_year}, discounted"
    figure = _figure("Cost-effectiveness plane, against standard salvage", 440, note)
    for s, name in enumerate(STRATEGIES[1:]):
        qaly, cost = value.plane_qaly[s], value.plane_cost[s]
        figure.add_scatter(
            x=qaly[:points],
            y=cost[:points],
            mode="markers",
            name=name,
            marker={"size": 4, "opacity": 0.35, "color": _COLOURS[name]},
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[qaly.mean()],
            y=[cost.mean()],
            mode="markers",
            showlegend=False,
            marker={
                "size": 12,
                "symbol": "diamond",
                "color": _COLOURS[name],
                "line": {"color": _PAPER, "width": 1.5},
            },
            hovertemplate=f"{name}: mean %{{x:.2f}} QALYs, %{{y:,.0f}} {value.currency}<extra></extra>",
        )
    widest = float(np.quantile(value.plane_qaly, 0.999)) * 1.05
    figure.add_scatter(
        x=[0.0, widest],
        y=[0.0, widest * value.willingness_to_pay],
        mode="lines",
        name=f"{value.willingness_to_pay:,.0f} {value.currency} a QALY",
        line={"color": _INK, "dash": "dash", "width": 1.2},
    )
    figure.update_layout(legend_itemsizing="constant")
    figure.update_xaxes(title_text="QALYs gained", rangemode="tozero")
    figure.update_yaxes(title_text=f"cost gained, {value.currency}", rangemode="tozero")
    return figure


def acceptability_curves(value: ProgrammeValue) -> go.Figure:
    """Return acceptability curves of all strategies and the frontier."""
    curves = value.acceptability
    note = "probability that a strategy has the highest net benefit; thick: the one that is best on average"
    figure = _figure("Acceptability curves and frontier", 400, note)
    figure.add_scatter(
        x=curves.willingness_to_pay,
        y=curves.frontier,
        mode="lines",
        name="frontier",
        line={"color": "#c9d1d5", "width": 10},
        hoverinfo="skip",
    )
    for s, name in enumerate(curves.strategies):
        figure.add_scatter(
            x=curves.willingness_to_pay,
            y=curves.probability[s],
            mode="lines",
            name=name,
            line={"color": _COLOURS[name], "width": 2},
        )
    figure.add_vline(
        x=value.willingness_to_pay,
        line={"color": _QUIET, "dash": "dot", "width": 1},
        annotation_text="assumed",
        annotation_position="bottom right",
        annotation_font_color=_QUIET,
    )
    figure.update_xaxes(title_text=f"willingness to pay, {value.currency} a QALY")
    figure.update_yaxes(title_text="probability", range=[0, 1.03], tickformat=".0%")
    return figure


def tornado_bars(tornado: Tornado, currency: str, count: int = 12) -> go.Figure:
    """Return the one-way analysis: net benefit against salvage over the range of each input."""
    bars = tornado.bars[:count][::-1]
    labels = [f"{_short(bar.meaning)}{_suffix(bar.name)}" for bar in bars]
    note = (
        f"net benefit a patient against salvage, {currency}; each input moved over its range; "
        "below 0: not worth its cost"
    )
    figure = _figure("One input at a time", 130 + 30 * len(bars), note)
    for end, colour, attribute in (
        ("low end", _ORANGE, "net_benefit_low"),
        ("high end", _BLUE, "net_benefit_high"),
    ):
        figure.add_bar(
            y=labels,
            x=[getattr(bar, attribute) - tornado.central for bar in bars],
            base=tornado.central,
            orientation="h",
            name=f"input at its {end}",
            marker={"color": colour},
            hovertemplate="%{y}: %{x:,.0f}<extra></extra>",
        )
    figure.add_vline(x=tornado.central, line={"color": _INK, "width": 1})
    figure.add_vline(x=0.0, line={"color": _RED, "width": 1, "dash": "dot"})
    figure.update_layout(barmode="overlay", bargap=0.35)
    figure.update_layout(legend={"y": -0.16})
    figure.update_xaxes(title_text=f"net benefit, {currency}")
    return figure


def _short(text: str, most: int = 46) -> str:
    """Return a label cut at a word, so that it never takes more than half of a phone's width."""
    text = text.split(" (")[0].split(", ")[0] if len(text) > most else text
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _suffix(name: str) -> str:
    labels = {"b_all": ", B-ALL", "lbcl": ", lymphoma", "myeloma": ", myeloma"}
    return labels.get(name.rsplit(".", 1)[-1], "") if "." in name else ""


def research_ranking(questions: tuple[Question, ...], currency: str, count: int = 12) -> go.Figure:
    """Return what knowing would be worth a year, by indication and parameter group, with standard errors."""
    most = max((q.per_year.value for q in questions if q.group != "everything"), default=0.0)
    asked = [q for q in questions if q.group != "everything" and q.per_year.value > 0.005 * most][:count][
        ::-1
    ]
    note = (
        f"expected value of perfect information, {currency} a year for this health system; ± standard error"
    )
    figure = _figure("Where to research next", 130 + 30 * max(len(asked), 1), note)
    indications = list(dict.fromkeys(q.indication for q in asked))
    palette = dict(zip(sorted(indications), (_BLUE, _ORANGE, _GREEN), strict=False))
    order = [f"{q.indication}: {q.group}" for q in asked]
    for indication in indications:
        here = [q for q in asked if q.indication == indication]
        figure.add_bar(
            y=[f"{q.indication}: {q.group}" for q in here],
            x=[q.per_year.value for q in here],
            error_x={"type": "data", "array": [q.per_year.standard_error for q in here], "color": _QUIET},
            orientation="h",
            marker={"color": palette.get(indication, _INK)},
            showlegend=False,
            hovertemplate="%{y}: %{x:,.0f} a year<extra></extra>",
        )
    figure.update_yaxes(categoryorder="array", categoryarray=order)
    figure.update_xaxes(title_text=f"{currency} a year", rangemode="tozero")
    figure.update_layout(bargap=0.3)
    return figure


def research_spending(portfolio: Portfolio, currency: str) -> go.Figure:
    """Return what one budget buys: concentrated on few fields or spread over many."""
    rows = (portfolio.concentrated, *portfolio.by_number)
    labels = [
        "best allocation",
        *(f"{len(row.trials)} field{'s' * (len(row.trials) != 1)}" for row in portfolio.by_number),
    ]
    note = (
        f"budget {_money(portfolio.budget)} {currency}; worth of the trials' results less their cost; "
        "equal shares for the best 1, 2, … fields"
    )
    figure = _figure("Concentrated or spread?", 380, note)
    figure.add_bar(
        x=labels,
        y=[row.net for row in rows],
        marker={"color": [_GREEN, *[_BLUE if row.net >= 0 else _RED for row in portfolio.by_number]]},
        text=[_money(row.net) for row in rows],
        textposition="outside",
        showlegend=False,
        customdata=[
            ", ".join(f"{t.field} (n = {t.patients})" for t in row.trials) or "no trial" for row in rows
        ],
        hovertemplate="%{customdata}: %{y:,.0f}<extra></extra>",
    )
    values = [row.net for row in rows]
    reach = 0.14 * (max(*values, 0.0) - min(*values, 0.0))
    figure.update_yaxes(
        title_text=f"{currency}", range=[min(*values, 0.0) - reach, max(*values, 0.0) + reach]
    )
    return figure


def books_bars(books: tuple[Books, Books], capacity: Capacity, currency: str) -> go.Figure:
    """Return revenue against cost of the courses so far, under both readings of the report."""
    note = (
        f"free for citizens, paid by foreigners; {currency}, 95\u00a0% whiskers; break-even price "
        + " or ".join(_money(row.break_even_price.mean) for row in books)
        + f"; capacity {capacity.courses_a_year.mean:.0f} courses a year, {capacity.utilisation:.0%} used"
    )
    figure = _figure("The programme's books", 400, note)
    labels = [f"{row.reading}<br>{row.citizens} citizens, {row.foreigners} foreigners" for row in books]
    figure.add_bar(
        x=labels,
        y=[row.revenue for row in books],
        name="revenue from foreigners",
        marker={"color": _GREEN},
        text=[_money(row.revenue) for row in books],
        textposition="inside",
        insidetextanchor="start",
    )
    figure.add_bar(
        x=labels,
        y=[row.cost.mean for row in books],
        name="cost of all courses",
        marker={"color": _ORANGE},
        text=[_money(row.cost.mean) for row in books],
        textposition="inside",
        insidetextanchor="start",
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [row.cost.high - row.cost.mean for row in books],
            "arrayminus": [row.cost.mean - row.cost.low for row in books],
            "color": _INK,
        },
    )
    figure.update_layout(barmode="group", bargap=0.35)
    figure.update_yaxes(title_text=currency, rangemode="tozero")
    return figure


def all_figures(value: ProgrammeValue) -> dict[str, go.Figure]:
    """Return every figure of the chapter by name, in reading order."""
    money = f"{value.currency} {value.price_year}"
    return {
        "cost-waterfall": cost_waterfall(value.reported[0], money),
        "cost-waterfall-western": cost_waterfall(value.reported[1], money),
        "what-would-have-to-hold": what_would_have_to_hold(value.reported[0]),
        "cost-effectiveness-plane": cost_effectiveness_plane(value),
        "acceptability": acceptability_curves(value),
        "tornado": tornado_bars(value.tornado, money),
        "books": books_bars(value.books, value.capacity, money),
        "research-ranking": research_ranking(value.questions, money),
        "research-spending": research_spending(value.portfolio, money),
    }


def figures_page(value: ProgrammeValue) -> str:
    """Return a self-contained page of all figures (no network needed)."""
    from markupsafe import escape

    parts = [
        figure.to_html(
            full_html=False, include_plotlyjs=not i, config={"displayModeBar": False, "responsive": True}
        )
        for i, figure in enumerate(all_figures(value).values())
    ]
    head = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        "<title>The value of the programme</title>"
        "</head><body style='max-width:960px;margin:0 auto;font-family:system-ui,sans-serif'>"
    )
    source = f"<p style='color:{_QUIET};padding:0 12px'>{escape(value.label)}. Research use only.</p>"
    return head + source + "\n".join(parts) + "</body></html>\n"
