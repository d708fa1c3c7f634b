"""A scenario: who is treated with what, by which rules, at what price; read from TOML and validated."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vein2vein.clinic.ward import WardPolicy
from vein2vein.construct.design import Construct, default_designs, default_specs, design_construct
from vein2vein.construct.spec import read_spec
from vein2vein.economics.scenario import EconomicScenario
from vein2vein.errors import ScenarioError, near_miss
from vein2vein.manufacturing.scenario import CentreSection, ManufacturingSection
from vein2vein.patients.settings import Setting, setting, setting_of_construct

DEFAULT = "national_programme"

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Section(BaseModel):
    """A table of the scenario: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Arm(Section):
    """A product, or a construct of one's own, given for an indication to a share of the patients.

    ``product`` names a published product. ``construct`` names a shipped construct or a specification file
    instead: it is designed, and its antigen and costimulation choose the calibrated kinetics. ``dose`` is the
    median number of CAR-T cells infused; left out, the product's published dose is used.
    """

    indication: str
    product: str | None = None
    own_construct: str | None = Field(default=None, alias="construct")
    share: Positive
    dose: Annotated[float, Field(ge=1e5, le=1e11, allow_inf_nan=False)] | None = None

    @property
    def setting(self) -> Setting:
        """The calibrated setting of the arm."""
        if self.product is not None:
            return setting(self.indication, self.product)
        return setting_of_construct(self.indication, designed(self.own_construct or "").drivers)

    @model_validator(mode="after")
    def _one_of_two(self) -> Arm:
        if (self.product is None) == (self.own_construct is None):
            raise ValueError("an arm needs either a product or a construct")
        return self


class Ward(Section):
    """Treatment rules of the ward; grades are ASTCT. Left out, the policy of the product's trial is kept."""

    tocilizumab_from_grade: Annotated[int, Field(ge=1, le=4)] | None = None
    tocilizumab_share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    steroids_from_grade: Annotated[int, Field(ge=1, le=4)] | None = None
    assess_every_days: Annotated[float, Field(gt=0, le=2, allow_inf_nan=False)] = 0.25

    @property
    def policy(self) -> WardPolicy:
        """The rules as the clinic reads them."""
        return WardPolicy(
            self.tocilizumab_from_grade,
            self.steroids_from_grade,
            self.assess_every_days,
            self.tocilizumab_share,
        )


class Untreated(Section):
    """The same patients without the therapy."""

    median_survival_months: Positive = 2.0


class Money(Section):
    """An amount with currency and price year."""

    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    year: Annotated[int, Field(ge=2000, le=2100)]


class Prices(Section):
    """What a course costs in the programme and abroad."""

    course_local: Money
    course_abroad: Money


class Reported(Section):
    """The reported figures that the run appraises."""

    dose_cells: Positive = 1e8
    patients: Annotated[int, Field(ge=1)] = 85
    cured_fraction: Fraction = 0.60
    myeloma_fraction: Fraction = 1.00


class Scenario(Section):
    """A whole programme."""

    name: str = Field(min_length=1)
    meaning: str = ""
    patients: Annotated[int, Field(ge=1, le=1_000_000)] = 85
    replicates: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    horizon_years: Annotated[float, Field(ge=1, le=10, allow_inf_nan=False)] = 5.0
    mix_concentration: Positive | None = None
    parameter_uncertainty: bool = True
    centre: tuple[CentreSection, ...] = Field(min_length=1)
    arm: tuple[Arm, ...] = Field(min_length=1)
    manufacturing: ManufacturingSection = ManufacturingSection()
    ward: Ward = Ward()
    untreated: Untreated = Untreated()
    prices: Prices
    reported: Reported = Reported()
    economics: EconomicScenario = EconomicScenario()

    @model_validator(mode="after")
    def _settings_once(self) -> Scenario:
        keys = [arm.setting.key for arm in self.arm]
        if len(set(keys)) < len(keys):
            raise ValueError("two arms give the same product for the same indication; merge them into one")
        return self

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The calibrated setting of each arm."""
        return tuple(arm.setting for arm in self.arm)

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares of the arms, summing to one."""
        total = sum(arm.share for arm in self.arm)
        return tuple(arm.share / total for arm in self.arm)

    @property
    def hash(self) -> str:
        """SHA-256 of the content: equal for equal scenarios, whatever their file looks like."""
        return hashlib.sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


@cache
def designed(construct: str) -> Construct:
    """Return the designed construct of a shipped name, or of a specification file.

    Raises
    ------
    ScenarioError
        There is neither, or the specification can't be designed.
    """
    if construct in default_specs():
        return default_designs()[construct]
    if not Path(construct).is_file():
        raise ScenarioError(
            f"no such construct.{near_miss(construct, default_specs())}",
            field="construct",
            value=construct,
            allowed=f"a specification file, or one of: {', '.join(default_specs())}",
        )
    return design_construct(read_spec(Path(construct)))


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the package."""
    folder = resources.files("vein2vein.programme") / "scenarios"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def load_scenario(source: str | Path | None = None, **changes: Any) -> Scenario:
    """Read and validate a scenario.

    Parameters
    ----------
    source : str or Path, optional
        A TOML file or the name of a shipped scenario; the reported national programme by default.
    **changes
        Fields to replace, such as ``patients=20``; those that are None are left alone.

    Raises
    ------
    ScenarioError
        The file can't be read, is no TOML, or a field is unknown, missing or out of bounds.
    """
    where, text = _read(source)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(
            f"this is not valid TOML: {error}", where=where, remedy="correct that line"
        ) from error
    data |= {name: value for name, value in changes.items() if value is not None}
    try:
        return Scenario.model_validate(data)
    except ScenarioError as error:
        raise ScenarioError(
            error.what,
            where=where,
            field=error.field,
            value=error.value,
            allowed=error.allowed,
            remedy=error.remedy,
        ) from error
    except ValidationError as error:
        given = changes.get(str(error.errors()[0]["loc"][:1][0])) if error.errors()[0]["loc"] else None
        raise _explained(error, where if given is None else f"given in place of the {where}") from error


def describes_programme(path: str | Path) -> bool:
    """Return whether a scenario file names products and indications (``[[arm]]``), not only single sections.

    Raises
    ------
    ScenarioError
        The file can't be read or is no TOML.
    """
    where, text = _read(path)
    try:
        return "arm" in tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(
            f"this is not valid TOML: {error}", where=where, remedy="correct that line"
        ) from error


def _read(source: str | Path | None) -> tuple[str, str]:
    name = str(source or DEFAULT)
    if name in shipped():
        file = resources.files("vein2vein.programme") / "scenarios" / f"{name}.toml"
        return f"shipped scenario {name}", file.read_text(encoding="utf-8")
    try:
        return name, Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ScenarioError(
            f"can't read the scenario ({reason}).{near_miss(name, shipped())}",
            where=name,
            allowed=f"a TOML file, or one of the shipped scenarios: {', '.join(shipped())}",
        ) from error


def _explained(error: ValidationError, where: str) -> ScenarioError:
    """Return the first complaint of pydantic in the package's own form."""
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = _known_fields(first["loc"][:-1])
        return ScenarioError(
            f"unknown field {path!r}.{near_miss(str(first['loc'][-1]), known)}",
            where=where,
            field=path,
            allowed=", ".join(known),
        )
    if first["type"] == "missing":
        return ScenarioError(
            "a field is missing", where=where, field=path, remedy=f"add {path!r} to the scenario"
        )
    inner = first.get("ctx", {}).get("error")
    given = first.get("input")
    return ScenarioError(
        str(inner or "a value can't be used"),
        where=where,
        field=path or None,
        value=given if isinstance(given, int | float | str) else None,
        allowed=None if inner else first["msg"].removeprefix("Input should be "),
        remedy="correct the value; the README shows a complete scenario",
    )


def _known_fields(path: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the fields of the section at a path."""
    model: type[BaseModel] = Scenario
    for part in path:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = next(_sections(field.annotation), model)
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _sections(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the sections that an annotation holds, such as ``tuple[Arm, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections(inner)
