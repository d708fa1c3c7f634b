"""Figures of money in the chapter on economics: what a course is made of, and the programme's books."""

from __future__ import annotations

import math

from vein2vein.economics.books import Books
from vein2vein.economics.reported import ReportedCost
from vein2vein.economics.voi.portfolio import Portfolio, Spending
from vein2vein.economics.voi.ranking import Question
from vein2vein.report.drawing import palette
from vein2vein.report.drawing.figure import box_swatch
from vein2vein.report.drawing.rows import Bar, Level, Row, Rows
from vein2vein.report.estimate import THIN, Estimate, estimate, number, sentence_case

BLUE, ORANGE, GREEN = palette.GROUPS[:3]
_THOUSAND, _MILLION = 1e3, 1e6
_95 = 1.959963984540054
"""Standard errors on either side of a mean that make a 95 % interval."""


def waterfall(cost: ReportedCost, k: int, money: str) -> Rows:
    """Return what a course is built up of, component by component, with the reported cost as a line.

    Parameters
    ----------
    cost : ReportedCost
        The build-up and the report.
    k : int
        Which one it is on the page.
    money : str
        Currency and price year.
    """
    build_up = cost.build_up
    rows, place = [], 0.0
    for name, mean, low, high in zip(
        build_up.components, build_up.mean, build_up.low, build_up.high, strict=True
    ):
        bar = Bar(place / _THOUSAND, (place + mean) / _THOUSAND, BLUE)
        rows.append(Row(name, [bar], words=_scaled(mean, low, high)))
        place += mean
    ends = build_up.total_low / _THOUSAND, build_up.total_high / _THOUSAND
    total = _scaled(build_up.total, build_up.total_low, build_up.total_high)
    bar = Bar(0.0, build_up.total / _THOUSAND, palette.GREY)
    rows.append(Row("built up", [bar], ends, words=total, strong=True))
    level = Level(cost.reported / _THOUSAND, f"reported {number(cost.reported / _THOUSAND)}", palette.ALARM)
    return Rows(
        f"economics-waterfall-{k}",
        f"{sentence_case(build_up.title)}: thousand {money}",
        f"Components of a course an infused patient, in thousand {money}, each with its mean and 95 % interval: "
        + "; ".join(f"{row.label} {row.words}" for row in rows)
        + f". Reported: {number(cost.reported / _THOUSAND)}.",
        rows,
        0.0,
        1.05 * max(ends[1], cost.reported / _THOUSAND),
        f"thousand {money} an infused patient",
        levels=[level],
    )


def books(readings: tuple[Books, ...], money: str) -> Rows:
    """Return revenue beside cost of the courses so far, under each reading of the report."""
    rows = []
    for row in readings:
        paid, spent = row.revenue / _MILLION, row.cost
        ends = spent.low / _MILLION, spent.high / _MILLION
        courses = row.citizens + row.foreigners
        rows += [
            Row(f"{row.reading}: revenue", [Bar(0.0, paid, GREEN)], words=number(paid)),
            Row(
                f"cost of {courses} courses, {row.citizens} for citizens",
                [Bar(0.0, spent.mean / _MILLION, ORANGE)],
                ends,
                words=estimate(Estimate(spent.mean / _MILLION, *ends)),
            ),
        ]
    highest = max(
        (end for row in rows for end in (row.bars[0].end, row.interval[1]) if end == end), default=1.0
    )
    return Rows(
        "economics-books",
        f"The programme's books: million {money}",
        "; ".join(f"{row.label}: {row.words}" for row in rows) + f" million {money}.",
        rows,
        0.0,
        1.05 * highest,
        f"million {money}",
        [(box_swatch(GREEN), "revenue from foreigners"), (box_swatch(ORANGE), "cost of all courses")],
    )


def research(questions: tuple[Question, ...], money: str, most: int = 8) -> Rows:
    """Return what knowing would be worth a year, by indication and group of inputs."""
    best = max((q.per_year.value for q in questions if q.group != "everything"), default=0.0)
    asked = [q for q in questions if q.group != "everything" and q.per_year.value > 0.003 * best][:most]
    names = list(dict.fromkeys(q.indication for q in asked))
    rows = []
    for question in asked:
        value, error = (v / _THOUSAND for v in (question.per_year.value, question.per_year.standard_error))
        ends = max(value - _95 * error, 0.0), value + _95 * error
        bar = Bar(0.0, value, palette.group_colour(question.indication, names))
        words = estimate(Estimate(value, *ends))
        rows.append(Row(f"{question.indication}: {question.group}", [bar], ends, words=words))
    return Rows(
        "economics-research",
        f"Where to research next: worth of knowing, thousand {money} a year",
        "Expected value of perfect information a year for this health system, with 95 % Monte-Carlo interval: "
        + "; ".join(f"{row.label} {row.words}" for row in rows)
        + ".",
        rows,
        0.0,
        1.05 * max((row.interval[1] for row in rows), default=1.0),
        f"thousand {money} a year",
    )


def spending(portfolio: Portfolio, money: str) -> Rows:
    """Return what one research budget is worth, net of its cost: concentrated on few fields or spread."""
    rows = []
    for way in (portfolio.concentrated, *portfolio.by_number):
        best = way is portfolio.concentrated
        net, error = way.net / _THOUSAND, way.worth.standard_error / _THOUSAND
        ends = (net - _95 * error, net + _95 * error) if error > 0 else (math.nan, math.nan)
        colour = GREEN if best else BLUE if net >= 0 else palette.ALARM
        rows.append(Row(_way(way, best), [Bar(0.0, net, colour)], ends, words=number(net), strong=best))
    values = [0.0, *(row.bars[0].end for row in rows)]
    return Rows(
        "economics-spending",
        f"Concentrate or spread {number(portfolio.budget / _MILLION)}{THIN}million? Net worth, thousand {money}",
        "Worth of the trials' results less their cost: "
        + "; ".join(f"{row.label}: {row.words}" for row in rows)
        + f" thousand {money}.",
        rows,
        1.06 * min(values),
        1.06 * max(values) or 1.0,
        f"worth less cost, thousand {money}",
        levels=[Level(0.0, "", palette.QUIET, None)],
    )


def _way(way: Spending, best: bool) -> str:
    """Return a way of spending in words: how many fields, or the best allocation with its trials."""
    if best:
        trials = ", ".join(f"{trial.field} {trial.patients}" for trial in way.trials)
        return f"best allocation (patients): {trials or 'no trial'}"
    number_of = len(way.trials)
    return f"equal shares for the best {number_of}" if number_of > 1 else "all for the best field"


def _scaled(mean: float, low: float, high: float) -> str:
    return estimate(Estimate(mean / _THOUSAND, low / _THOUSAND, high / _THOUSAND))
