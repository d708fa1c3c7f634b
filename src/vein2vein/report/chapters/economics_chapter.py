"""Economics: what a course costs, what it is worth, who pays, and where to research next."""

from __future__ import annotations

import math

from vein2vein.economics.books import Spread
from vein2vein.economics.reported import Condition, ReportedCost
from vein2vein.economics.uncertain import Uncertain
from vein2vein.economics.value import ProgrammeValue, indication_name
from vein2vein.evidence import load_sheet
from vein2vein.report.chapter import Chapter, fill
from vein2vein.report.chapters import cost_figures, decision_figures
from vein2vein.report.estimate import Estimate, count, estimate, interval, listed, number, with_unit

_PROGRAMME, _SALVAGE = "CAR-T, place of care", "standard salvage"
_MILLION = 1e6
_CURRENCIES = ("USD", "EUR", "GBP", "CNY", "INR")


def chapter(value: ProgrammeValue) -> Chapter:
    """Return the chapter on economics.

    Parameters
    ----------
    value : ProgrammeValue
        From :func:`~vein2vein.economics.value.value_programme`.
    """
    money = f"{value.currency} {value.price_year}"
    assumed = [entry for entry in value.inputs.values() if entry.status == "assumed"]
    html = fill(
        "economics.html",
        sentences=sentences(value),
        value=value,
        money=money,
        worth=_money(value.willingness_to_pay, value.currency),
        waterfalls=[cost_figures.waterfall(c, k, money).plate() for k, c in enumerate(value.reported, 1)],
        tested=_tested(value),
        needed=[(c, _conditions(c, value.currency)) for c in value.reported],
        plane=decision_figures.plane(value).plate(),
        strategies=_strategies(value),
        acceptability=decision_figures.acceptability(value).plate(),
        tornado=decision_figures.one_at_a_time(value.tornado, money).plate(),
        what_ifs=_what_ifs(value),
        books=cost_figures.books(value.books, money).plate(),
        balance=_balance(value),
        ladder=_ladder(value),
        capacity=_capacity(value),
        research=cost_figures.research(value.questions, money).plate(),
        spending=cost_figures.spending(value.portfolio, money).plate(),
        fields=list(dict.fromkeys(trial.field for trial in value.portfolio.trials)),
        assumed=[_assumption(entry, value.currency) for entry in assumed],
        inputs=len(value.inputs),
    )
    return Chapter("economics", "Cost and worth", html)


def sentences(value: ProgrammeValue) -> tuple[str, ...]:
    """Return what the chapter says first, written from the valuation."""
    return (_course(value), _worth(value), _books(value), _research(value))


def _course(value: ProgrammeValue) -> str:
    told = listed(
        f"{_spread(_total(c), value.currency)} for {c.name} (reported: {_money(c.reported, value.currency)}, "
        f"{_place(c)} the interval)"
        for c in value.reported
    )
    return f"Built up from its parts, a course costs {told}."


def _worth(value: ProgrammeValue) -> str:
    row = next(c for c in value.comparisons["programme"] if c.option.name == _PROGRAMME)
    curves = value.acceptability
    at = int(abs(curves.willingness_to_pay - value.willingness_to_pay).argmin())
    share = 100 * float(curves.probability[curves.strategies.index(_PROGRAMME), at])
    ratio = (
        f"costs {_money(row.icer, value.currency)} a QALY gained" if not math.isnan(row.icer) else row.verdict
    )
    beaten = [c.option.name for c in value.comparisons["programme"] if "dominated" in c.verdict]
    losers = f"; {listed(beaten)} {'is' if len(beaten) == 1 else 'are'} dominated" if beaten else ""
    return (
        f"Against {row.compared_with or 'the others'}, {_PROGRAMME} {ratio}; at an assumed willingness to pay of "
        f"{_money(value.willingness_to_pay, value.currency)} it is the best choice in {number(share)} % of draws"
        f"{losers}."
    )


def _books(value: ProgrammeValue) -> str:
    told = listed(
        f"{_spread(b.covered, '%', 100)} of the cost ({b.reading}; break-even at "
        f"{_spread(b.break_even_price, value.currency)} a foreigner)"
        for b in value.books
    )
    first = value.books[0]
    paid = _money(first.revenue / _MILLION, f"million {value.currency}")
    return f"The {first.foreigners} foreigners' {paid} cover {told}."


def _research(value: ProgrammeValue) -> str:
    asked = [q for q in value.questions if q.group != "everything"]
    best = max(asked, key=lambda q: q.per_year.value, default=None)
    first = (
        f"Knowing more is worth most about {best.group} in {best.indication}, "
        f"{_money(best.per_year.value, value.currency)} a year; "
        if best and best.per_year.value > 0
        else ""
    )
    plans = value.portfolio
    trials = listed(trial.field for trial in plans.concentrated.trials) or "no field at all"
    unit = f"million {value.currency}"
    return (
        f"{first}a research budget of {_money(plans.budget / _MILLION, unit)} nets "
        f"{_money(plans.concentrated.net / _MILLION, unit)} where it goes to {trials}, and "
        f"{_money(plans.spread.net / _MILLION, unit)} spread over {len(plans.spread.trials)} fields."
    )


def _tested(value: ProgrammeValue) -> list[tuple[str, list[str]]]:
    """Return how each reported cost stands to its build-up, one value a report."""
    costs, unit = value.reported, value.currency
    return [
        (f"reported, in {value.currency} {value.price_year}", [_money(c.reported, unit) for c in costs]),
        ("built up, an infused patient", [_spread(_total(c), unit) for c in costs]),
        ("product without care", [_spread(Spread(*c.product_alone), unit) for c in costs]),
        ("the report lies", [f"{_place(c)} the interval" for c in costs]),
        ("draws at or below the report", [f"{number(100 * c.share_at_or_below)} %" for c in costs]),
        ("single inputs that could explain it", [_alone(c) for c in costs]),
        ("all inputs together", [_together(c) for c in costs]),
    ]


def _alone(cost: ReportedCost) -> str:
    return listed(c.meaning for c in cost.alone if c.plausible) or "none within its range"


def _together(cost: ReportedCost) -> str:
    if math.isnan(cost.quantile):
        return "not even at their 99 % quantile"
    side = "favourable" if cost.reported < cost.build_up.total else "unfavourable"
    return f"each at its {side} {number(100 * cost.quantile)} % quantile"


def _conditions(cost: ReportedCost, currency: str, most: int = 6) -> list[tuple[str, str, str, str, str]]:
    """Return the weightiest inputs: value used, value that the report needs, range, and the factor between."""

    def shown(condition: Condition) -> tuple[str, str, str, str, str]:
        return (
            condition.meaning,
            number(condition.value),
            number(condition.needed),
            interval(condition.low, condition.high),
            f"× {number(condition.needed / condition.value)}",
        )

    return [shown(condition) for condition in cost.together if condition.value > 0][:most]


def _strategies(value: ProgrammeValue) -> list[tuple[str, list[dict[str, str]]]]:
    """Return cost, effect and ratio: every strategy for the programme's mix, then place of care by indication."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in value.strategies:
        if row.indication != "programme" and row.name != _PROGRAMME:
            continue
        found = next(c for c in value.comparisons[row.indication] if c.option.name == row.name)
        group = "every patient" if row.indication == "programme" else f"{row.name}, by indication"
        groups.setdefault(group, []).append(
            {
                "name": row.name if row.indication == "programme" else indication_name(row.indication),
                "cost": _spread(row.cost, "", 1e-3),
                "qaly": _spread(row.qaly),
                "years": _spread(row.life_years),
                "gain": _spread(row.net_benefit_gained, "", 1e-3) if row.name != _SALVAGE else "",
                "icer": number(found.icer / 1e3) if not math.isnan(found.icer) else found.verdict,
            }
        )
    return list(groups.items())


def _what_ifs(value: ProgrammeValue) -> list[tuple[str, str, str, str]]:
    return [
        (row.name, number(row.cost_gained), number(row.qaly_gained), number(row.icer))
        for row in value.what_ifs
    ]


def _balance(value: ProgrammeValue) -> list[tuple[str, list[str]]]:
    books, unit = value.books, f"million {value.currency}"
    return [
        ("citizens and foreigners", [f"{count(b.citizens)} and {count(b.foreigners)}" for b in books]),
        ("revenue less cost", [_spread(b.margin, unit, 1 / _MILLION) for b in books]),
        ("cost covered", [_spread(b.covered, "%", 100) for b in books]),
        ("break-even price a foreigner", [_spread(b.break_even_price, value.currency) for b in books]),
        ("chance of a surplus", [f"{number(100 * b.chance_of_surplus)} %" for b in books]),
    ]


def _ladder(value: ProgrammeValue) -> list[tuple[str, str, str]]:
    return [
        (_money(r.price, value.currency), _spread(r.citizens_per_foreigner), number(r.citizens_a_year))
        for r in value.price_ladder
    ]


def _capacity(value: ProgrammeValue) -> str:
    slots = value.capacity
    return (
        f"The slots allow {_spread(slots.courses_a_year)} courses a year; {number(slots.planned)} are planned, "
        f"{number(100 * slots.utilisation)} % of the mean."
    )


def _assumption(entry: Uncertain, currency: str) -> str:
    """Return an assumed input in words, in the unit in which the valuation holds it."""
    name, _, setting = entry.name.partition(".")
    place = f", {indication_name(setting)}" if setting else ""
    unit = "" if entry.unit == "1" else entry.unit
    if unit in _CURRENCIES:
        unit = currency
    elif unit in ("day", "week", "month") and name in {row.id for row in load_sheet("economics_health").rows}:
        unit = "year"
    ends = interval(entry.low, entry.high)
    return f"{entry.meaning}{place}: {with_unit(number(entry.value), unit)} ({ends})"


def _total(cost: ReportedCost) -> Spread:
    return Spread(cost.build_up.total, cost.build_up.total_low, cost.build_up.total_high)


def _place(cost: ReportedCost) -> str:
    low, high = cost.build_up.total_low, cost.build_up.total_high
    return "within" if low <= cost.reported <= high else "below" if cost.reported < low else "above"


def _money(amount: float, unit: str) -> str:
    return with_unit(number(amount), unit)


def _spread(spread: Spread, unit: str = "", factor: float = 1.0) -> str:
    return estimate(Estimate(factor * spread.mean, factor * spread.low, factor * spread.high, unit))
