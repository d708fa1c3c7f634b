"""The section ``[economics]`` of a scenario: money, time, prices, research budget."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from vein2vein.economics.discounting import force
from vein2vein.economics.life_table import load_life_table
from vein2vein.economics.money import Money, price_tables
from vein2vein.economics.patients import indication_key
from vein2vein.errors import ScenarioError, near_miss


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Price(_Section):
    """An amount with its currency and price year."""

    amount: float = Field(ge=0)
    currency: str
    year: int

    @property
    def money(self) -> Money:
        """The price as money."""
        return Money(self.amount, self.currency, self.year)


class Programme(_Section):
    """Size and reported money of the programme (defaults: the press report of November 2025)."""

    patients_a_year: float = Field(
        default=30.0, gt=0, description="courses started a year; 85 so far, assumed over about three years"
    )
    treated: int = Field(default=85, gt=0, description="patients treated so far, as reported")
    foreigners: int = Field(default=52, ge=0, description="foreign patients who paid, as reported")
    foreigners_among_treated: bool = Field(
        default=True,
        description="whether the foreigners are counted among the treated; the report doesn't say",
    )
    foreign_price: Price = Price(amount=55_000, currency="USD", year=2025)
    reported_course_cost: Price = Price(amount=55_000, currency="USD", year=2025)
    reported_western_cost: Price = Price(amount=500_000, currency="EUR", year=2025)
    centres: int = Field(default=3, gt=0)
    cleanrooms: int = Field(default=1, gt=0, description="centres with a cleanroom of their own (assumed)")
    machines: int = Field(
        default=3, gt=0, description="closed automated machines in all cleanrooms (assumed)"
    )


class ResearchField(_Section):
    """A field that research money could go to and that the programme does not treat yet.

    The incremental net benefit of one treated patient is believed to be normal with this mean and standard
    deviation; one trial patient tells about it with the standard deviation ``patient_sd``.
    """

    name: str
    mean_net_benefit: float
    sd_net_benefit: float = Field(gt=0)
    patient_sd: float = Field(gt=0)
    patients_a_year: float = Field(gt=0)


_FIELDS = (
    ResearchField(
        name="systemic lupus",
        mean_net_benefit=-10_000,
        sd_net_benefit=40_000,
        patient_sd=120_000,
        patients_a_year=15,
    ),
    ResearchField(
        name="multiple sclerosis",
        mean_net_benefit=-25_000,
        sd_net_benefit=40_000,
        patient_sd=150_000,
        patients_a_year=20,
    ),
    ResearchField(
        name="solid tumours",
        mean_net_benefit=-40_000,
        sd_net_benefit=30_000,
        patient_sd=80_000,
        patients_a_year=60,
    ),
)


class Research(_Section):
    """Where the next unit of research money could go (all values assumed; change them)."""

    budget: float = Field(
        default=2_000_000, gt=0, description="money for trials, in the scenario's currency and price year"
    )
    trial_fixed_cost: float = Field(default=250_000, ge=0)
    trial_cost_per_patient: float = Field(default=15_000, gt=0)
    years: float = Field(default=10.0, gt=0, description="years over which a decision would use the result")
    largest_trial: int = Field(default=200, ge=10)
    eligible_a_year: Mapping[str, float] = {"b_all": 20.0, "lbcl": 60.0, "myeloma": 40.0}
    fields: tuple[ResearchField, ...] = _FIELDS

    @field_validator("eligible_a_year")
    @classmethod
    def _known(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        return {indication_key(name): number for name, number in value.items()}


class EconomicScenario(_Section):
    """Everything that the valuation needs besides the patients; the defaults are the reported programme."""

    currency: str = "USD"
    price_year: int = 2025
    discount_costs: float = 0.03
    discount_effects: float = 0.03
    horizon_years: float = Field(default=80.0, gt=0, le=120)
    willingness_to_pay: float = Field(
        default=24_000, gt=0, description="a QALY; three times the national product a head, assumed"
    )
    life_table: str = "belarus_2015_2020"
    psa_draws: int = Field(default=2_000, ge=100)
    psa_patients: int = Field(default=3_000, ge=50)
    programme: Programme = Programme()
    research: Research = Research()
    inputs: Mapping[str, float] = Field(
        default_factory=dict, description="values that replace those of the sheets: name, or name.indication"
    )

    @field_validator("discount_costs", "discount_effects")
    @classmethod
    def _fraction(cls, value: float, info: Any) -> float:
        force(value, field=f"economics.{info.field_name}")
        return value

    @field_validator("currency")
    @classmethod
    def _currency(cls, value: str) -> str:
        price_tables().convert(Money(1.0, value, 2020), value, 2020)
        return value

    @field_validator("life_table")
    @classmethod
    def _table(cls, value: str) -> str:
        load_life_table(value, "female")
        return value

    def local(self, money: Money) -> float:
        """Return an amount in the scenario's currency and price year."""
        return price_tables().convert(money, self.currency, self.price_year).amount

    @classmethod
    def from_mapping(cls, section: Mapping[str, Any], *, where: str = "scenario") -> EconomicScenario:
        """Return the scenario of a ``[economics]`` section.

        Raises
        ------
        ScenarioError, InputError
            A key is unknown (with the nearest known one) or a value can't be used.
        """
        try:
            return cls.model_validate(dict(section))
        except ValidationError as error:
            raise _explained(cls, error, where) from error

    @classmethod
    def from_file(cls, path: str | Path) -> EconomicScenario:
        """Return the ``[economics]`` section of a scenario file; the defaults if it has none."""
        try:
            raw = tomllib.loads(Path(path).read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ScenarioError(
                f"can't read the scenario ({error})",
                where=str(path),
                allowed="a TOML file that this user may read",
                remedy="check the path and the line that the message names",
            ) from error
        return cls.from_mapping(raw.get("economics", {}), where=str(path))


def _explained(model: type[BaseModel], error: ValidationError, where: str) -> ScenarioError:
    detail = error.errors()[0]
    place = [str(part) for part in detail["loc"]]
    known = _known_keys(model, place[:-1])
    extra = detail["type"] == "extra_forbidden"
    return ScenarioError(
        f"there is no such key.{near_miss(place[-1], known)}" if extra else "the value can't be used",
        where=f"{where}, [economics]",
        field=".".join(place),
        value=detail["input"],
        allowed=", ".join(known) if extra else str(detail["msg"]).removeprefix("Input should be "),
        remedy="correct the scenario" if not extra else "use one of the allowed keys",
    )


def _known_keys(model: type[BaseModel], path: list[str]) -> tuple[str, ...]:
    for part in path:
        inner = model.model_fields[part].annotation if part in model.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        model = inner
    return tuple(model.model_fields)
