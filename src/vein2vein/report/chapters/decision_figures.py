"""Figures of the decision in the chapter on economics: plane, acceptability, one input at a time."""

from __future__ import annotations

import numpy as np

from vein2vein.economics.model import STRATEGIES
from vein2vein.economics.patients import INDICATIONS
from vein2vein.economics.sensitivity import Bar as Swing
from vein2vein.economics.sensitivity import Tornado
from vein2vein.economics.value import ProgrammeValue
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import box_swatch, line_swatch
from vein2vein.report.drawing.panel import Panel
from vein2vein.report.drawing.plot import Axis, Plot, dots, upright
from vein2vein.report.drawing.rows import Bar, Level, Row, Rows
from vein2vein.report.drawing.scale import Tick
from vein2vein.report.drawing.svg import element
from vein2vein.report.estimate import THIN, Estimate, estimate, interval, number

_COLOURS = {
    "standard salvage": "#7a6200",
    "CAR-T, place of care": palette.GROUPS[0],
    "CAR-T, central": palette.GROUPS[1],
}
_THOUSAND, _POINTS = 1e3, 700
_PERCENT = tuple(Tick(v / 100, f"{v}{THIN}%" if v == 100 else str(v)) for v in (0, 25, 50, 75, 100))


def plane(value: ProgrammeValue) -> Plot:
    """Return costs against QALYs gained over standard salvage, by draw, with the willingness to pay."""
    money = f"thousand {value.currency} {value.price_year}"
    costs, qalys = value.plane_cost / _THOUSAND, value.plane_qaly
    worth = value.willingness_to_pay / _THOUSAND
    wide = _ends(qalys)
    tall = _ends(costs)
    key, said = [], []
    for s, name in enumerate(STRATEGIES[1:]):
        key.append((box_swatch(_COLOURS[name]), name))
        said.append(f"{name}: {_drawn(qalys[s], 'QALYs')} for {_drawn(costs[s], money)}")
    key.append((line_swatch(palette.INK, "5 4"), f"{number(worth)}{THIN}thousand a QALY"))

    def draw(panel: Panel) -> None:
        for s, name in enumerate(STRATEGIES[1:]):
            dots(panel, qalys[s][:_POINTS], costs[s][:_POINTS], _COLOURS[name], 1.5, 0.32)
        end = min(wide[1], tall[1] / worth) if worth > 0 else wide[1]
        panel.line([0.0, end], [0.0, end * worth], palette.INK, 1.3, "5 4")
        for s, name in enumerate(STRATEGIES[1:]):
            x, y = float(panel.x(qalys[s].mean())), float(panel.y(costs[s].mean()))
            fill = _COLOURS[name]
            panel.add(element("circle", cx=x, cy=y, r=5.5, fill=fill, stroke="#fff", stroke_width=1.8))

    return Plot(
        "economics-plane",
        "Cost-effectiveness plane, against standard salvage",
        f"Each point is one draw of the uncertain inputs, discounted. {'; '.join(said)}. Under the dashed line: "
        f"worth its cost at {number(worth)} {money} a QALY.",
        Axis(*wide, "QALYs gained a patient"),
        Axis(*tall, f"cost gained a patient, {money}"),
        draw,
        key,
        250.0,
    )


def acceptability(value: ProgrammeValue) -> Plot:
    """Return the probability that each strategy is the best, and the frontier, over the willingness to pay."""
    curves = value.acceptability
    worth = curves.willingness_to_pay / _THOUSAND
    at = int(np.argmin(np.abs(curves.willingness_to_pay - value.willingness_to_pay)))
    said = "; ".join(
        f"{name} {number(100 * float(share))} %"
        for name, share in zip(curves.strategies, curves.probability[:, at], strict=True)
    )

    def draw(panel: Panel) -> None:
        panel.line(worth, curves.frontier, palette.HAIR, 9.0)
        for s, name in enumerate(curves.strategies):
            panel.line(worth, curves.probability[s], _COLOURS[name], 2.0)
        upright(panel, value.willingness_to_pay / _THOUSAND, "assumed")

    return Plot(
        "economics-acceptability",
        "Acceptability curves and frontier",
        f"Share of draws in which a strategy has the highest net benefit; at {number(worth[at])} thousand "
        f"{value.currency} a QALY: {said}. The frontier follows the strategy that is best on average.",
        Axis(
            0.0, float(worth[-1]), f"willingness to pay, thousand {value.currency} {value.price_year} a QALY"
        ),
        Axis(0.0, 1.03, "probability of being the best", _PERCENT),
        draw,
        [
            *((line_swatch(_COLOURS[name]), name) for name in curves.strategies),
            (box_swatch(palette.HAIR), "frontier"),
        ],
        190.0,
    )


def one_at_a_time(tornado: Tornado, money: str, most: int = 10) -> Rows:
    """Return net benefit over the range of each input, the widest first."""
    central = tornado.central / _THOUSAND
    rows = []
    for swing in tornado.bars[:most]:
        ends = swing.net_benefit_low / _THOUSAND, swing.net_benefit_high / _THOUSAND
        bars = [Bar(central, ends[0], palette.GROUPS[1]), Bar(central, ends[1], palette.GROUPS[0])]
        rows.append(Row(_name(swing), bars, words=interval(min(ends), max(ends))))
    values = [0.0, central, *(bar.end for row in rows for bar in row.bars)]
    reach = 0.05 * (max(values) - min(values))
    return Rows(
        "economics-tornado",
        f"One input at a time: net benefit a patient, thousand {money}",
        f"Net benefit of place of care against salvage, {number(central)} thousand {money} with every input at its "
        "value, over the range of each input: "
        + "; ".join(f"{row.label} {row.words}" for row in rows)
        + ". Below 0 it is not worth its cost.",
        rows,
        min(values) - reach,
        max(values) + reach,
        f"net benefit, thousand {money}",
        [
            (box_swatch(palette.GROUPS[1]), "input at its low end"),
            (box_swatch(palette.GROUPS[0]), "input at its high end"),
        ],
        [Level(0.0, "0: no longer worth its cost", palette.ALARM), Level(central, "", palette.INK, None)],
    )


def _name(swing: Swing) -> str:
    """Return the meaning of an input, with its indication where it has one."""
    return swing.meaning + (f", {place}" if (place := INDICATIONS.get(swing.name.rsplit(".", 1)[-1])) else "")


def _drawn(draws: np.ndarray, unit: str) -> str:
    low, high = np.quantile(draws, [0.025, 0.975])
    return estimate(Estimate(float(draws.mean()), float(low), float(high), unit))


def _ends(values: np.ndarray) -> tuple[float, float]:
    low, high = (float(v) for v in np.quantile(values, [0.001, 0.999]))
    return min(0.0, low), 1.06 * max(high, 0.1)
