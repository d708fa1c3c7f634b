"""The sections ``[manufacturing]`` and ``[[centre]]`` of a scenario; by default the reported programme."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vein2vein.errors import ScenarioError, near_miss
from vein2vein.manufacturing.centre import Centre, Site, check_centres
from vein2vein.manufacturing.demand import Demand, Horizon, Infused, Referred
from vein2vein.manufacturing.durations import Fixed, Lognormal, Weibull
from vein2vein.manufacturing.numbers import number
from vein2vein.manufacturing.priority import CitizensFirst, FirstComeFirstServed, Priority
from vein2vein.manufacturing.process import REPORTED_DAY, Process, central, place_of_care
from vein2vein.manufacturing.specification import Limit, release_specification
from vein2vein.manufacturing.waiting import Waiting, waiting_with

_PLANT = "central plant"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class LimitSection(_Section):
    """``[[manufacturing.limit]]``: a release limit in place of, or besides, those of the specification."""

    test: str
    unit: str
    minimum: float | None = None
    maximum: float | None = None
    exceptional_minimum: float | None = None
    exceptional_maximum: float | None = None

    def limit(self) -> Limit:
        """Return the limit; raises what :class:`~vein2vein.manufacturing.specification.Limit` raises."""
        given = self.model_dump(exclude_none=True)
        return Limit(**given, source="scenario")


class CentreSection(_Section):
    """``[[centre]]``: one treatment centre."""

    name: str = Field(min_length=1)
    role: str = ""
    referrals_per_year: float = Field(gt=0)
    slots: int = Field(default=1, ge=1)
    cleanrooms: int = Field(default=1, ge=1)
    starts_per_week: int = Field(default=1, ge=1)
    foreign_share: float | None = Field(default=None, ge=0, le=1)


class ManufacturingSection(_Section):
    """``[manufacturing]``; whatever is absent is that of the mode, with its source in the sheet."""

    mode: Literal["place_of_care", "central"] = "place_of_care"
    specification: str | None = None
    date: datetime.date = REPORTED_DAY
    limit: tuple[LimitSection, ...] = ()
    culture_days: float | None = Field(default=None, gt=0)
    qc_days: float | None = Field(default=None, ge=0)
    shipping_days: float | None = Field(default=None, ge=0)
    turnaround_days: float | None = Field(default=None, ge=0)
    arrangement_days: float | None = Field(default=None, ge=0)
    multiplicity: float | None = Field(default=None, gt=0)
    titre: float | None = Field(default=None, gt=0)
    seeded_cells: float | None = Field(default=None, gt=0)
    dose_target: float | None = Field(default=None, gt=0)
    exceptional_acceptance: float | None = Field(default=None, ge=0, le=1)
    max_attempts: int | None = Field(default=None, ge=1)
    slots: int | None = Field(default=None, ge=1)
    citizens_first: bool = False
    remaining_life_months: float | None = Field(default=None, gt=0)
    infused: int | None = Field(default=None, ge=1)
    referred: int | None = Field(default=None, ge=1)
    horizon_days: float | None = Field(default=None, gt=0)


def _reported_centres() -> tuple[CentreSection, ...]:
    return (
        CentreSection(
            name="oncology centre",
            referrals_per_year=number("centre_referrals_oncology"),
            slots=2,
            starts_per_week=2,
        ),
        CentreSection(name="children's centre", referrals_per_year=number("centre_referrals_children")),
        CentreSection(
            name="transplantation centre", referrals_per_year=number("centre_referrals_transplant")
        ),
    )


class ManufacturingScenario(_Section):
    """What a scenario says about manufacturing; by default three centres and 85 patients, as reported.

    Attributes
    ----------
    manufacturing : ManufacturingSection
        The mode, and what differs from it.
    centre : tuple of CentreSection
        The centres.
    """

    manufacturing: ManufacturingSection = ManufacturingSection()
    centre: tuple[CentreSection, ...] = Field(default_factory=_reported_centres, min_length=1)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], where: str = "scenario") -> ManufacturingScenario:
        """Return the scenario of parsed TOML; sections other than these two are left alone.

        Raises
        ------
        ScenarioError
            A field is unknown or can't be used: the first one is described, with its near miss.
        """
        mine = {name: mapping[name] for name in ("manufacturing", "centre") if name in mapping}
        try:
            scenario = cls.model_validate(mine)
        except ValidationError as error:
            raise _explained(error, where) from error
        _checked(scenario, where)
        return scenario

    @classmethod
    def from_file(cls, path: str | Path) -> ManufacturingScenario:
        """Return the scenario of a TOML file.

        Raises
        ------
        ScenarioError
            The file can't be read, is no TOML, or has a field that can't be used.
        """
        try:
            mapping = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise ScenarioError(
                f"can't read the scenario ({error.strerror or error})",
                where=str(path),
                allowed="a TOML file that this user may read",
                remedy="check the path",
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ScenarioError(
                f"the scenario is not valid TOML ({error})",
                where=str(path),
                allowed="TOML 1.0 in UTF-8",
                remedy="correct the line that the message names",
            ) from error
        return cls.from_mapping(mapping, str(path))

    def programme(self) -> Programme:
        """Return the records that the simulation takes."""
        return Programme(self.centres(), self.process(), self.demand(), self.waiting(), self.priority())

    def in_mode(self, mode: Literal["place_of_care", "central"]) -> ManufacturingScenario:
        """Return the same programme with the process and specification of a mode.

        What the scenario sets on times, cells and release belongs to its own mode and is left behind;
        centres, patients and demand stay.
        """
        if mode == self.manufacturing.mode:
            return self
        kept = (
            "citizens_first",
            "remaining_life_months",
            "infused",
            "referred",
            "horizon_days",
            "dose_target",
            "date",
        )
        mine = {name: getattr(self.manufacturing, name) for name in kept}
        return self.model_copy(update={"manufacturing": ManufacturingSection(mode=mode, **mine)})

    def process(self) -> Process:
        """Return the process of the mode with what the scenario changes."""
        m = self.manufacturing
        base = central(m.date) if m.mode == "central" else place_of_care(m.date)
        schedule = base.schedule
        arrangement = schedule.arrangement
        if m.arrangement_days is not None:
            log_sd = number("arrangement_log_sd")
            arrangement = (
                Lognormal(m.arrangement_days, log_sd) if m.mode == "central" else Fixed(m.arrangement_days)
            )
        schedule = replace(
            schedule,
            qc=_or(m.qc_days, schedule.qc),
            shipping=_or(m.shipping_days, schedule.shipping),
            turnaround=_or(m.turnaround_days, schedule.turnaround),
            arrangement=arrangement,
        )
        specification = base.specification
        if m.specification is not None:
            specification = release_specification(m.specification).on(m.date)
        if m.limit:
            own = tuple(section.limit() for section in m.limit)
            tests = {limit.test for limit in own}
            kept = tuple(limit for limit in specification.limits if limit.test not in tests)
            tolerance = None if "dose" in tests else specification.dose_tolerance
            specification = replace(specification, limits=(*kept, *own), dose_tolerance=tolerance)
        return replace(
            base,
            schedule=schedule,
            specification=specification,
            culture=replace(
                base.culture,
                days=_or(m.culture_days, base.culture.days),
                seeded=_or(m.seeded_cells, base.culture.seeded),
            ),
            transduction=replace(
                base.transduction,
                multiplicity=_or(m.multiplicity, base.transduction.multiplicity),
                titre=_or(m.titre, base.transduction.titre),
            ),
            finishing=replace(base.finishing, dose_target=_or(m.dose_target, base.finishing.dose_target)),
            exceptional_acceptance=_or(m.exceptional_acceptance, base.exceptional_acceptance),
            max_attempts=base.max_attempts if m.max_attempts is None else m.max_attempts,
        )

    def centres(self) -> tuple[Centre, ...]:
        """Return the centres; a central plant is one site for all, with the slots of the scenario."""
        m = self.manufacturing
        plant = Site(_PLANT, int(number("central_slots")) if m.slots is None else m.slots)
        return tuple(
            Centre(
                name=c.name,
                site=plant
                if m.mode == "central"
                else Site(c.name, _slots(c, m), c.cleanrooms, c.starts_per_week),
                referrals_per_year=c.referrals_per_year,
                foreign_share=number("foreign_share") if c.foreign_share is None else c.foreign_share,
            )
            for c in self.centre
        )

    def demand(self) -> Demand:
        """Return when to stop: at the reported 85 infusions unless the scenario says otherwise."""
        m = self.manufacturing
        if m.referred is not None:
            return Referred(m.referred)
        if m.horizon_days is not None:
            return Horizon(m.horizon_days)
        return Infused(int(number("reported_patients")) if m.infused is None else m.infused)

    def waiting(self) -> Waiting:
        """Return the disease while waiting."""
        months = self.manufacturing.remaining_life_months
        median = number("remaining_life_median") if months is None else months * 365.25 / 12.0
        return waiting_with(Weibull(median, number("remaining_life_shape")))

    def priority(self) -> Priority:
        """Return the order of the waiting list."""
        return CitizensFirst() if self.manufacturing.citizens_first else FirstComeFirstServed()


@dataclass(frozen=True)
class Programme:
    """Everything that :func:`~vein2vein.manufacturing.queue.simulate_queue` takes."""

    centres: tuple[Centre, ...]
    process: Process
    demand: Demand
    waiting: Waiting
    priority: Priority


def _slots(centre: CentreSection, section: ManufacturingSection) -> int:
    return centre.slots if section.slots is None or "slots" in centre.model_fields_set else section.slots


def _or(given: float | None, default: float) -> float:
    return default if given is None else given


def _checked(scenario: ManufacturingScenario, where: str) -> None:
    """Refuse contradictory demands and whatever the records refuse."""
    m = scenario.manufacturing
    given = [name for name in ("infused", "referred", "horizon_days") if getattr(m, name) is not None]
    if len(given) > 1:
        raise ScenarioError(
            "the scenario says more than once when to stop",
            where=f"{where}, [manufacturing]",
            field=", ".join(given),
            value=tuple(getattr(m, name) for name in given),
            allowed="one of infused, referred, horizon_days",
            remedy="keep one of them",
        )
    scenario.process()
    check_centres(scenario.centres())


def _explained(error: ValidationError, where: str) -> ScenarioError:
    detail = error.errors()[0]
    place = detail["loc"]
    section = str(place[0]) if place else "scenario"
    row = f" row {place[1] + 1}" if len(place) > 1 and isinstance(place[1], int) else ""
    header = f"[[{section}]]{row}" if section == "centre" else f"[{section}]"
    field = ".".join(str(part) for part in place[1:] if not isinstance(part, int)) or section
    model: type[BaseModel] = CentreSection if section == "centre" else ManufacturingSection
    if "limit" in field:
        model = LimitSection
    known = tuple(model.model_fields)
    if detail["type"] == "extra_forbidden":
        what, allowed = f"there is no field of this name.{near_miss(str(place[-1]), known)}", ", ".join(known)
    elif detail["type"] == "missing":
        what, allowed = f"{place[-1]!r} is missing", f"{place[-1]} = …"
    else:
        what, allowed = f"{field!r} can't be used", str(detail["msg"]).removeprefix("Input should be ")
    return ScenarioError(
        what,
        where=f"{where}, {header}",
        field=field,
        value=detail["input"],
        allowed=allowed,
        remedy=f"correct {field}",
    )
