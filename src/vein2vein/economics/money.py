"""Money carries a currency and a price year; conversion and inflation follow the stated tables."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from vein2vein.errors import InputError, near_miss
from vein2vein.evidence import EvidenceValue, load_sheet

_YEAR = re.compile(r"prices of (\d{4})")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, in the prices of a year."""

    amount: float
    currency: str
    year: int

    def __post_init__(self) -> None:
        if not math.isfinite(self.amount) or self.amount < 0:
            raise InputError(
                "an amount of money can't be negative or undefined",
                field="amount",
                value=self.amount,
                allowed="a finite number, 0 or more",
                remedy="check the price or cost",
            )

    def __str__(self) -> str:
        return f"{self.amount:,.0f} {self.currency} ({self.year})"


@dataclass(frozen=True)
class PriceTables:
    """Consumer price index by currency and year, and US dollars for one unit of each currency by year.

    Amounts are inflated in their own currency first and then converted at the target year's rate. A price
    year after the last of the table is read as the last.
    """

    index: Mapping[str, Mapping[int, float]]
    usd_per_unit: Mapping[str, Mapping[int, float]]

    @property
    def currencies(self) -> tuple[str, ...]:
        """Every currency that can be converted."""
        return tuple(self.index)

    def convert(self, money: Money, currency: str, year: int) -> Money:
        """Return ``money`` in another currency and in the prices of another year.

        Raises
        ------
        InputError
            A currency or year is not in the tables.
        """
        for name in (money.currency, currency):
            self._known(name)
        before, after = self._year(money.currency, money.year), self._year(currency, year)
        inflation = self.index[money.currency][after] / self.index[money.currency][before]
        rate = self.usd_per_unit[money.currency][after] / self.usd_per_unit[currency][after]
        return Money(money.amount * inflation * rate, currency, year)

    def _known(self, currency: str) -> None:
        if currency not in self.index:
            raise InputError(
                f"unknown currency.{near_miss(currency, self.currencies)}",
                field="currency",
                value=currency,
                allowed=", ".join(self.currencies),
                remedy="use one of these, or add its index and rate to the sheet economics_money",
            )

    def _year(self, currency: str, year: int) -> int:
        known = self.index[currency]
        first, last = min(known), max(known)
        if year < first or year > last + 2:
            raise InputError(
                "no price index for this year",
                where=f"sheet economics_money, {currency}",
                field="price year",
                value=year,
                allowed=f"{first} to {last} (up to {last + 2} is read as {last})",
                remedy="give the amount in the prices of one of these years",
            )
        return min(year, last)


@lru_cache(maxsize=1)
def price_tables() -> PriceTables:
    """Return the shipped tables (sheet ``economics_money``)."""
    index: dict[str, dict[int, float]] = {}
    usd: dict[str, dict[int, float]] = {}
    for row in load_sheet("economics_money").rows:
        table = index if row.id.startswith("price_index_") else usd
        table.setdefault(str(row.setting), {})[int(row.id.rsplit("_", 1)[1])] = row.value
    usd["USD"] = dict.fromkeys(index["USD"], 1.0)
    return PriceTables(_frozen(index), _frozen(usd))


def _frozen(table: dict[str, dict[int, float]]) -> Mapping[str, Mapping[int, float]]:
    return MappingProxyType({name: MappingProxyType(row) for name, row in table.items()})


def money_of(row: EvidenceValue) -> Money:
    """Return an amount of a sheet as money; its price year is read from ``population`` ("prices of 2019").

    Raises
    ------
    InputError
        The row doesn't state its price year.
    """
    found = _YEAR.search(row.population or "")
    if found is None:
        raise InputError(
            "an amount of money states its price year",
            where=f"sheet {row.sheet}, {row.id}",
            field="population",
            value=row.population,
            allowed="text with 'prices of YYYY'",
            remedy="add the price year to the row",
        )
    return Money(row.value, row.unit.split("/")[0], int(found.group(1)))
