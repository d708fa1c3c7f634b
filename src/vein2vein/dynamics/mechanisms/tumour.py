"""The tumour: two clones in logarithms, each with its surviving lineages, so that cure is a probability.

The last cells of a clone are few and their fate is chance. For a clone of mean size S founded by independent
cells, n is the mean size of a surviving lineage and S/n the expected number of surviving founder lineages; the
clone is extinct by time t with probability exp(-S/n) (Kendall 1948, doi:10.1214/aoms/1177730285). One uniform
draw per clone and patient then fixes when it dies out, and everything that depends on size uses the size given
survival, which never falls below about one cell.
"""

from collections.abc import Iterable

import sympy
from sympy import Expr

from vein2vein.dynamics.law import Change, Derived, Mechanism, Symbols, exp, log, relative_expm1, where
from vein2vein.parameter import Parameter

LOG_CERTAIN = 14.0
"""Log of the size (1.2 million cells) at which a lineage no longer dies out by chance."""

LOG_NOTHING = -30.0
"""Log of the expected lineages (1e-13) below which a clone is certainly extinct."""


class LogisticTurnover(Mechanism):
    """Births slow down towards a carrying capacity; deaths are natural turnover and host immunity.

    Source: core model, section 1.2.
    """

    growth = Parameter("1/day", "net growth of the tumour at low density", latex="g")
    turnover = Parameter("1", "deaths per birth at low density", latex=r"\tau", upper=0.999)
    carrying_capacity = Parameter("cell", "carrying capacity of the tumour", latex="K_T")

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield birth and natural death rates."""
        birth_0 = self.growth / (1 - self.turnover)
        yield Derived("birth_0", birth_0, "1/day", "birth rate at low density", "b_0")
        birth = sympy.Max(s.birth_0 - self.growth * s.tumour / self.carrying_capacity, 0)
        yield Derived("birth", birth, "1/day", "birth rate", "b")
        death = self.turnover * s.birth_0 + s.host_killing
        yield Derived("natural_death", death, "1/day", "death rate without CAR-T cells", "d_0")


class PositiveClone(Mechanism):
    """The antigen-positive clone: killed by CAR-T cells, extinct once its surviving lineages run out of luck.

    Source: core model, section 1.2; Kendall 1948.
    """

    accessibility = Parameter("1", "share of the tumour that CAR-T cells reach", latex=r"\varphi", upper=1)
    log_luck_positive = Parameter(
        "1",
        "log of a unit exponential draw: the antigen-positive clone dies out when its lineages fall to that draw",
        latex=r"\ln\varepsilon_S",
        lower=-sympy.oo,
    )
    one_cell = Parameter(
        "cell", "one cell, the unit in which logarithms are taken", latex=r"1\,\mathrm{cell}"
    )

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield death rate, surviving lineages and the size given survival."""
        death = s.natural_death + self.accessibility * s.killing
        yield Derived("death_positive", death, "1/day", "death rate of antigen-positive cells", "d_S")
        yield Derived(
            "lineages_positive",
            exp(s.log_positive - s.log_lineage_positive),
            "1",
            "expected number of surviving antigen-positive founder lineages",
            r"\Lambda_S",
        )
        alive = s.log_positive - s.log_lineage_positive > self.log_luck_positive
        size = self.one_cell * _size_given_survival(s.log_lineage_positive, s.lineages_positive)
        yield Derived(
            "tumour_positive",
            where(alive, size, 0),
            "cell",
            "antigen-positive tumour cells, given survival",
            "S",
        )

    def flows(self, s: Symbols) -> Iterable[Change]:
        """Yield the growth of the mean and of the surviving lineage.

        Past extinction both run on, so that the probability of cure isn't cut short by the patient's own draw,
        until a lineage would count a million cells, certain to live, or hardly any lineage is left: both then
        stand still.
        """
        alive = s.log_positive - s.log_lineage_positive > self.log_luck_positive
        left = s.log_positive - s.log_lineage_positive > LOG_NOTHING
        undecided = sympy.And(s.log_lineage_positive < LOG_CERTAIN, left)
        runs = sympy.Or(alive, undecided)
        net = s.birth - s.death_positive
        lineage = net + s.death_positive * exp(-s.log_lineage_positive)
        yield Change("growth of antigen-positive cells", s.log_positive, where(runs, net, 0))
        yield Change("growth of a surviving lineage", s.log_lineage_positive, where(runs, lineage, 0))


class NegativeClone(Mechanism):
    """Antigen-negative cells: present from the start or arising by mutation, spared but for bystander killing.

    New clones arise as a Poisson stream thinned by their own survival; pooled, their lineages lose a share
    ``death * lineages / mean size`` per day. The pooling is exact without new clones and an approximation with.
    Source: core model, section 1.2.
    """

    accessibility = Parameter("1", "share of the tumour that CAR-T cells reach", latex=r"\varphi", upper=1)
    bystander_kill = Parameter(
        "1", "killing of antigen-negative relative to positive cells", latex=r"\beta_R", upper=1
    )
    loss_mutation = Parameter("1", "antigen-loss mutations per division", latex=r"\mu", upper=1)
    log_luck_negative = Parameter(
        "1",
        "log of a unit exponential draw: antigen-negative cells are present while their lineages exceed that draw",
        latex=r"\ln\varepsilon_R",
        lower=-sympy.oo,
    )
    one_cell = Parameter(
        "cell", "one cell, the unit in which logarithms are taken", latex=r"1\,\mathrm{cell}"
    )

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield death rate, mutation stream, lineages and the size given presence."""
        death = s.natural_death + self.bystander_kill * self.accessibility * s.killing
        yield Derived("death_negative", death, "1/day", "death rate of antigen-negative cells", "d_R")
        stream = self.loss_mutation * s.birth_0 * s.tumour_positive / self.one_cell
        yield Derived("mutation_stream", stream, "1/day", "new antigen-negative clones", "m")
        yield Derived(
            "lineages_negative",
            exp(s.log_lineages_negative),
            "1",
            "expected number of surviving antigen-negative lineages",
            r"\Lambda_R",
        )
        present = s.log_lineages_negative > self.log_luck_negative
        lineage = s.log_negative - s.log_lineages_negative
        size = self.one_cell * _size_given_survival(lineage, s.lineages_negative)
        yield Derived(
            "tumour_negative",
            where(present, size, 0),
            "cell",
            "antigen-negative tumour cells, given presence",
            "R",
        )

    def flows(self, s: Symbols) -> Iterable[Change]:
        """Yield growth and mutation in logarithms of mean and lineages.

        Once no antigen-positive cell is left to mutate, the mean size of a clone that the patient doesn't have
        stands still when a lineage would count a million cells, and everything does where hardly a lineage is left.
        """
        present = s.log_lineages_negative > self.log_luck_negative
        undecided = s.log_negative - s.log_lineages_negative < LOG_CERTAIN
        left = s.log_lineages_negative > LOG_NOTHING
        fed = s.tumour_positive > 0
        runs = sympy.Or(fed, sympy.And(sympy.Or(present, undecided), left))
        growth = where(runs, s.birth - s.death_negative, 0)
        mean, lineages = exp(-s.log_negative), exp(-s.log_lineages_negative)
        lost = where(sympy.Or(fed, left), s.death_negative * exp(s.log_lineages_negative - s.log_negative), 0)
        yield Change("growth of antigen-negative cells", s.log_negative, growth)
        yield Change("mutation into antigen-negative cells", s.log_negative, s.mutation_stream * mean)
        yield Change("new antigen-negative lineages", s.log_lineages_negative, s.mutation_stream * lineages)
        yield Change("loss of antigen-negative lineages", s.log_lineages_negative, -lost)


class WholeTumour(Mechanism):
    """The two clones together."""

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield the total tumour and the log-sizes that start it."""
        total = s.tumour_positive + s.tumour_negative
        yield Derived("tumour", total, "cell", "tumour cells of both clones, given survival", "N")


def _size_given_survival(log_lineage: Expr, lineages: Expr) -> Expr:
    """Return S / (1 - e^-Λ) as n / ((1 - e^-Λ)/Λ), accurate for few lineages."""
    return exp(log_lineage) / relative_expm1(lineages)


def log_cells(cells: Expr, one_cell: Expr) -> Expr:
    """Return the logarithm of a number of cells, in units of one cell."""
    return log(cells / one_cell)
