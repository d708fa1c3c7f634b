"""Release specifications: limits with units, which differ by product and change with time."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from vein2vein.errors import InputError, UnitError, near_miss
from vein2vein.manufacturing.numbers import row
from vein2vein.units import convert, parse_unit


@dataclass(frozen=True)
class Test:
    """A release test whose result is a number: the batch column that holds it, and its unit."""

    __test__ = False  # not a test case

    name: str
    column: str
    unit: str
    meaning: str


TESTS: dict[str, Test] = {
    test.name: test
    for test in (
        Test("viability", "measured_viability", "1", "viable share of the cells"),
        Test("cd3", "measured_cd3", "1", "CD3+ share of the viable cells"),
        Test("car_positive", "measured_car_positive", "1", "CAR+ share of the T cells"),
        Test("vcn_per_cell", "measured_vcn_per_cell", "copies/cell", "vector copies over all T cells"),
        Test(
            "vcn_per_transduced",
            "measured_vcn_per_transduced",
            "copies/cell",
            "vector copies over transduced cells",
        ),
        Test("vcn_per_car", "measured_vcn_per_car", "copies/cell", "vector copies over CAR+ cells"),
        Test("dose", "measured_dose", "cell", "viable CAR+ cells in the product"),
        Test("endotoxin", "measured_endotoxin", "EU/mL", "endotoxin"),
    )
}
"""The quantitative tests by name."""

ABSENCE_TESTS: tuple[str, ...] = ("sterility", "mycoplasma", "rcl")
"""What must not be found; nothing can be released exceptionally with a finding."""


@dataclass(frozen=True)
class Limit:
    """An acceptance criterion of one test.

    Parameters
    ----------
    test : str
        A name in :data:`TESTS`.
    unit : str
        Unit of every number of the limit; required, and of the dimension of the test.
    minimum, maximum : float
        What is within specification, inclusive.
    exceptional_minimum, exceptional_maximum : float or None
        How far outside a product may still be released exceptionally; None: not at all.
    since, until : date or None
        The limit holds from ``since`` on and before ``until``.
    source : str
        Where the limit is from.
    """

    test: str
    unit: str
    minimum: float = -math.inf
    maximum: float = math.inf
    exceptional_minimum: float | None = None
    exceptional_maximum: float | None = None
    since: date | None = None
    until: date | None = None
    source: str = ""

    def __post_init__(self) -> None:
        where = f"release limit of {self.test!r}"
        if self.test not in TESTS:
            raise InputError(
                f"there is no release test of this name.{near_miss(self.test, TESTS)}",
                where="release limit",
                field="test",
                value=self.test,
                allowed=", ".join(TESTS),
                remedy="name one of these",
            )
        wanted = TESTS[self.test].unit
        if not self.unit:
            raise UnitError(
                "a release limit has no unit",
                where=where,
                field="unit",
                value=self.unit,
                allowed=f"a unit of the dimension of {wanted!r}"
                + (" such as 'percent'" if wanted == "1" else ""),
                remedy="add the unit",
            )
        if parse_unit(self.unit, where=where).dimensionality != parse_unit(wanted).dimensionality:
            raise UnitError(
                "a release limit has a unit of the wrong dimension",
                where=where,
                field="unit",
                value=self.unit,
                allowed=f"a unit of the dimension of {wanted!r}",
                remedy="correct the unit",
            )
        bounds = (self.minimum, self.maximum, self.exceptional_minimum, self.exceptional_maximum)
        if any(b is not None and math.isnan(b) for b in bounds) or self.minimum > self.maximum:
            raise InputError(
                "no product can meet this limit",
                where=where,
                field="minimum, maximum",
                value=(self.minimum, self.maximum),
                allowed="numbers with minimum ≤ maximum",
                remedy="correct the limit",
            )
        if math.isinf(self.minimum) and math.isinf(self.maximum):
            raise InputError(
                "a release limit limits nothing",
                where=where,
                field="minimum, maximum",
                value="(absent)",
                allowed="a minimum, a maximum, or both",
                remedy="give one, or remove the limit",
            )

    def window(self, exceptional: bool = False) -> tuple[float, float]:
        """Return (lowest, highest) accepted result in the unit of the test."""
        low, high = self.minimum, self.maximum
        if exceptional:
            low = low if self.exceptional_minimum is None else min(low, self.exceptional_minimum)
            high = high if self.exceptional_maximum is None else max(high, self.exceptional_maximum)
        return self._in_test_unit(low), self._in_test_unit(high)

    def holds(self, day: date) -> bool:
        """Return whether the limit is in force on a day."""
        return (self.since is None or day >= self.since) and (self.until is None or day < self.until)

    def _in_test_unit(self, value: float) -> float:
        return value if math.isinf(value) else _converted(value, self.unit, TESTS[self.test].unit)


@lru_cache(maxsize=512)
def _converted(value: float, unit: str, to: str) -> float:
    return convert(value, unit, to)


@dataclass(frozen=True)
class ReleaseSpecification:
    """What a product must be to be released.

    Parameters
    ----------
    name, title : str
        Short name and one line.
    limits : tuple of Limit
        Quantitative criteria.
    absent : tuple of str
        Names in :data:`ABSENCE_TESTS` that must not be found.
    potency : bool
        Whether a potency assay must be passed.
    dose_tolerance : float or None
        Shortfall allowed against the intended dose, a share; None where the dose limit is absolute.
    """

    name: str
    title: str
    limits: tuple[Limit, ...]
    absent: tuple[str, ...] = ABSENCE_TESTS
    potency: bool = False
    dose_tolerance: float | None = None

    def on(self, day: date) -> ReleaseSpecification:
        """Return the specification as it is in force on a day."""
        return replace(self, limits=tuple(limit for limit in self.limits if limit.holds(day)))

    def aiming_at(self, dose: float) -> ReleaseSpecification:
        """Return the specification with its relative dose limit made absolute for a dose in cells."""
        if self.dose_tolerance is None:
            return self
        share = row("release_specifications", "dose_exceptional_share", "exceptional").value
        low = (1.0 - self.dose_tolerance) * dose
        limit = Limit(
            "dose",
            "cell",
            minimum=low,
            exceptional_minimum=share * low,
            source=f"{self.name}: dose tolerance",
        )
        return replace(self, limits=(*self.limits, limit), dose_tolerance=None)


@lru_cache(maxsize=1)
def _file() -> dict[str, dict[str, Any]]:
    text = (resources.files("vein2vein.manufacturing") / "specifications.toml").read_text(encoding="utf-8")
    return {entry["name"]: entry for entry in tomllib.loads(text)["specification"]}


def release_specifications() -> tuple[str, ...]:
    """Return the names of the shipped specifications."""
    return tuple(_file())


def release_specification(name: str) -> ReleaseSpecification:
    """Return a shipped specification.

    Raises
    ------
    InputError
        There is none of this name.
    """
    if name not in _file():
        raise InputError(
            f"there is no release specification of this name.{near_miss(name, _file())}",
            where="manufacturing/specifications.toml",
            field="specification",
            value=name,
            allowed=", ".join(_file()),
            remedy="name one of these, or give limits of your own",
        )
    entry = _file()[name]
    tolerance = entry.get("dose_tolerance")
    return ReleaseSpecification(
        name=name,
        title=entry["title"],
        limits=tuple(_limit(name, limit) for limit in entry["limit"]),
        absent=tuple(entry["absent"]),
        potency=entry["potency"],
        dose_tolerance=None
        if tolerance is None
        else convert(_value(name, tolerance, "percent"), "percent", "1"),
    )


def _limit(product: str, entry: dict[str, Any]) -> Limit:
    reference = entry.get("minimum") or entry["maximum"]
    unit = row("release_specifications", reference, product).unit
    numbers = {
        field: _value(product, entry[field], unit)
        for field in ("minimum", "maximum", "exceptional_minimum", "exceptional_maximum")
        if field in entry
    }
    if "exceptional_share" in entry:
        numbers["exceptional_minimum"] = numbers["minimum"] * _value(product, entry["exceptional_share"], "1")
    return Limit(
        test=entry["test"],
        unit=unit,
        since=entry.get("from"),
        until=entry.get("until"),
        source=f"sheet release_specifications, {reference} [{product}]",
        **numbers,
    )


def _value(product: str, reference: str, unit: str) -> float:
    setting, _, id = reference.rpartition(".")
    found = row("release_specifications", id, setting or product)
    return convert(found.value, found.unit, unit)
