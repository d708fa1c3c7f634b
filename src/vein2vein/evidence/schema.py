"""The rules of a sheet file, checked by pydantic: what a row must say before its number may be used."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from vein2vein.errors import UnitError
from vein2vein.units import parse_unit

Status = Literal["estimated", "fixed", "derived", "assumed"]
Evidence = Literal["read", "recalled", "computed"]
Confidence = Literal["low", "moderate", "high"]
Relation = Literal["equal", "about", "greater_than", "less_than"]
Mark = Literal["fitted", "not_fitted", "within", "misfit"]
SpreadKind = Literal[
    "log_sd", "log_variance", "sd", "se", "cv_pct", "geometric_cv_pct", "iqr", "range", "ci95"
]
GradingScale = Literal["Penn", "Lee 2014", "ASTCT", "CTCAE", "mixed"]
_PAIRS = ("iqr", "range", "ci95")

_IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_]*$"


def broken(what: str, field: str, value: object, allowed: str, remedy: str) -> PydanticCustomError:
    """Return the error of a rule that pydantic does not know by itself."""
    context = {"what": what, "field": field, "value": value, "allowed": allowed, "remedy": remedy}
    return PydanticCustomError("evidence_rule", "{what}", context)


def _number(value: Any) -> Any:
    """Refuse booleans and text, which pydantic would otherwise turn into numbers."""
    if isinstance(value, bool | str):
        raise PydanticCustomError("float_type", "Input should be a valid number")
    return value


Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Bound = Annotated[float, BeforeValidator(_number)]
Text = Annotated[str, Field(min_length=1, strict=True)]
Name = Annotated[str, Field(pattern=_IDENTIFIER, strict=True)]
Interval = tuple[Bound, Bound]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceRow(_Strict):
    """A source: what to cite and where to find it."""

    key: Name
    citation: Text
    doi: Annotated[str, Field(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    no_address: Text | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if (self.doi or self.url) and self.no_address:
            raise broken(
                "a source with an address also says why it has none",
                "no_address",
                self.no_address,
                "doi or url, or else no_address",
                "remove no_address",
            )
        if not (self.doi or self.url or self.no_address):
            raise broken(
                "a source has no address",
                "doi",
                "(absent)",
                'doi = "10.…", url = "https://…", or no_address = "why there is none"',
                "add the address of the source",
            )
        return self


class StatementRow(_Strict):
    """A fact in words."""

    id: Name
    text: Text
    source: Name
    locator: Text
    evidence: Evidence
    confidence: Confidence | None = None
    note: Text | None = None


class ValueRow(_Strict):
    """A number: one row, one value."""

    id: Name
    value: Number
    unit: Annotated[str, Field(strict=True)]
    source: Name
    locator: Text
    status: Status
    setting: Name | None = None
    evidence: Evidence | None = None
    confidence: Confidence | None = None
    spread: Number | Interval | None = None
    spread_kind: SpreadKind | None = None
    bounds: Interval | None = None
    clip: Interval | None = None
    range: Interval | None = None
    relation: Relation = "equal"
    n: Annotated[int, Field(gt=0, strict=True)] | None = None
    population: Text | None = None
    grading_scale: GradingScale | None = None
    mark: Mark | None = None
    symbol: Text | None = None
    latex: Text | None = None
    meaning: Text | None = None
    note: Text | None = None

    @field_validator("unit")
    @classmethod
    def _unit_is_known(cls, text: str) -> str:
        try:
            parse_unit(text)
        except UnitError as error:
            raise broken(error.what, "unit", text, error.allowed or "", error.remedy or "") from error
        return text

    @field_validator("bounds", "clip", "range")
    @classmethod
    def _interval_is_ordered(cls, pair: Interval | None, info: Any) -> Interval | None:
        if pair is not None and not pair[0] <= pair[1]:
            raise broken(
                "an interval must be [low, high]",
                info.field_name,
                list(pair),
                "low ≤ high",
                "order the two numbers",
            )
        return pair

    @model_validator(mode="after")
    def _value_is_inside(self) -> Self:
        for field in ("bounds", "range", "clip"):
            pair = getattr(self, field)
            if pair is not None and not pair[0] <= self.value <= pair[1]:
                raise broken(
                    f"the value is outside its {field}",
                    "value",
                    self.value,
                    f"{pair[0]:g} to {pair[1]:g} ({field})",
                    f"check the value, its unit, or the {field}",
                )
        return self

    @model_validator(mode="after")
    def _spread_is_whole(self) -> Self:
        if (self.spread is None) != (self.spread_kind is None):
            raise broken(
                "a spread and its kind go together",
                "spread_kind" if self.spread_kind is None else "spread",
                "(absent)",
                "both or neither",
                "add the missing one",
            )
        if self.spread is None:
            return self
        pair = isinstance(self.spread, tuple)
        if pair != (self.spread_kind in _PAIRS):
            raise broken(
                f"a spread of kind {self.spread_kind!r} has the wrong form",
                "spread",
                list(self.spread) if isinstance(self.spread, tuple) else self.spread,
                "[low, high] for iqr, range and ci95; one number for every other kind",
                "check the spread and its kind",
            )
        low, high = self.spread if isinstance(self.spread, tuple) else (0.0, self.spread)
        if not low <= high:
            raise broken(
                "a spread is negative or upside down",
                "spread",
                low if pair else high,
                "low ≤ high; a number ≥ 0",
                "check the spread",
            )
        return self

    @model_validator(mode="after")
    def _knowledge_is_declared(self) -> Self:
        if self.status == "assumed" and self.range is None:
            raise broken(
                "an assumed value says how far it could be off",
                "range",
                "(absent)",
                "range = [low, high] around the value",
                "add a range, or a status other than 'assumed'",
            )
        if self.status != "assumed" and self.evidence is None:
            raise broken(
                "a value says how it is known",
                "evidence",
                "(absent)",
                "'read', 'recalled' or 'computed'",
                "add evidence = …",
            )
        if self.evidence == "recalled" and self.confidence is None:
            raise broken(
                "a recalled value says how sure it is",
                "confidence",
                "(absent)",
                "'low', 'moderate' or 'high'",
                "add confidence = …",
            )
        return self


class SheetFile(_Strict):
    """A whole sheet file."""

    name: Name
    title: Text
    note: Text | None = None
    settings: tuple[Name, ...] = ()
    source: tuple[SourceRow, ...] = Field(min_length=1)
    value: tuple[ValueRow, ...] = ()
    statement: tuple[StatementRow, ...] = ()
