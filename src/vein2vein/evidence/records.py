"""What a sheet holds: values, statements and their sources, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass, field

from vein2vein.errors import EvidenceError, near_miss
from vein2vein.units import convert

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers come from.

    Exactly one of an address (``doi`` or ``url``) and ``no_address`` (why there is none) is always there.
    """

    key: str
    citation: str
    doi: str | None = None
    url: str | None = None
    no_address: str | None = None

    @property
    def address(self) -> str:
        """The DOI as a link, else the address, else an empty string."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return self.url or ""


@dataclass(frozen=True, slots=True)
class EvidenceValue:
    """One published number with everything needed to trust, convert or vary it.

    Attributes
    ----------
    id : str
        Name of the quantity; the model's parameter name where it is one.
    value : float
        In ``unit``, as printed by the source.
    unit : str
        As :func:`vein2vein.units.parse_unit` reads it.
    source, locator : Source, str
        Where it is from, and where in there.
    status : str
        ``"estimated"`` (from data), ``"fixed"`` (by rule or paper), ``"derived"`` (arithmetic on others)
        or ``"assumed"`` (then ``range`` says how far it could be off).
    sheet : str
        Name of the sheet.
    setting : str or None
        Product and disease it holds for; None where it is shared by all.
    evidence : str or None
        ``"read"`` in the source, ``"recalled"`` (not yet read there), ``"computed"``; None if assumed.
    confidence : str or None
        ``"low"``, ``"moderate"``, ``"high"``: how sure a recalled value is.
    spread, spread_kind : float or (float, float) or None, str or None
        Variation and its kind, such as ``"log_sd"`` (between patients), ``"iqr"``, ``"ci95"``.
    bounds, clip, range : (float, float) or None
        What the value may be; where draws are cut; where an assumed value could lie.
    relation : str
        ``"equal"``, ``"about"``, ``"greater_than"`` or ``"less_than"``: how the source relates to the number.
    mark : str or None
        Part in a calibration: a datum is ``"fitted"`` or ``"not_fitted"``, a model value ``"within"``
        tolerance or a ``"misfit"``.
    """

    id: str
    value: float
    unit: str
    source: Source
    locator: str
    status: str
    sheet: str
    setting: str | None = None
    evidence: str | None = None
    confidence: str | None = None
    spread: float | Interval | None = None
    spread_kind: str | None = None
    bounds: Interval | None = None
    clip: Interval | None = None
    range: Interval | None = None
    relation: str = "equal"
    n: int | None = None
    population: str | None = None
    grading_scale: str | None = None
    mark: str | None = None
    symbol: str | None = None
    latex: str | None = None
    meaning: str | None = None
    note: str | None = None

    @property
    def recalled(self) -> bool:
        """Whether the number was not read in its source: verify it before relying on it."""
        return self.evidence == "recalled"

    def to(self, unit: str) -> float:
        """Return the value in another unit.

        Raises
        ------
        UnitError
            ``unit`` is unknown or has another dimension.
        """
        return convert(self.value, self.unit, unit)


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim or fact in words, where the source gives no number."""

    id: str
    text: str
    source: Source
    locator: str
    evidence: str
    sheet: str
    confidence: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet of published numbers.

    Attributes
    ----------
    name, title : str
        Short name (the file's) and one line of content.
    note : str or None
        What to know before using it.
    settings : tuple of str
        The settings that rows may name; empty where nothing differs between settings.
    rows : tuple of EvidenceValue
        In the order of the file.
    statements : tuple of Statement
        Facts without a number.
    sources : tuple of Source
        Every source that the sheet names.
    """

    name: str
    title: str
    note: str | None
    settings: tuple[str, ...]
    rows: tuple[EvidenceValue, ...]
    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]
    _index: dict[tuple[str, str | None], EvidenceValue] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {(row.id, row.setting): row for row in self.rows})

    @property
    def ids(self) -> tuple[str, ...]:
        """Every quantity of the sheet, in order, once."""
        return tuple(dict.fromkeys(row.id for row in self.rows))

    def value(self, id: str, setting: str | None = None) -> EvidenceValue:
        """Return the row of a quantity, for a setting or else shared by all.

        Raises
        ------
        EvidenceError
            The sheet has no such quantity, or none for this setting.
        """
        if setting is not None:
            self._known_setting(setting)
        row = self._index.get((id, setting)) or self._index.get((id, None))
        if row is not None:
            return row
        where = f"sheet {self.name!r}"
        if id not in self.ids:
            raise EvidenceError(
                f"the sheet has no quantity of this name.{near_miss(id, self.ids)}",
                where=where,
                field="id",
                value=id,
                allowed=f"one of {len(self.ids)} names",
                remedy=f"list them with: vein2vein evidence show {self.name}",
            )
        raise EvidenceError(
            f"{id!r} differs between settings and has no value for this one",
            where=where,
            field="setting",
            value=setting or "(none)",
            allowed=", ".join(str(row.setting) for row in self.rows if row.id == id),
            remedy="name one of the allowed settings",
        )

    def for_setting(self, setting: str | None = None) -> dict[str, EvidenceValue]:
        """Return every quantity with a value in a setting: its own where there is one, else the shared."""
        if setting is not None:
            self._known_setting(setting)
        shared = {row.id: row for row in self.rows if row.setting is None}
        own = {row.id: row for row in self.rows if setting is not None and row.setting == setting}
        return {id: own.get(id, shared.get(id)) for id in self.ids if id in own or id in shared}  # type: ignore[misc]

    def select(
        self,
        *,
        setting: str | None = None,
        status: str | None = None,
        evidence: str | None = None,
        source: str | None = None,
        prefix: str = "",
    ) -> tuple[EvidenceValue, ...]:
        """Return the rows that match every given criterion (``prefix`` of the id; ``source`` by key)."""
        return tuple(
            row
            for row in self.rows
            if (setting is None or row.setting == setting)
            and (status is None or row.status == status)
            and (evidence is None or row.evidence == evidence)
            and (source is None or row.source.key == source)
            and row.id.startswith(prefix)
        )

    def _known_setting(self, setting: str) -> None:
        if self.settings and setting not in self.settings:
            raise EvidenceError(
                f"the sheet knows no such setting.{near_miss(setting, self.settings)}",
                where=f"sheet {self.name!r}",
                field="setting",
                value=setting,
                allowed=", ".join(self.settings),
                remedy="name one of the allowed settings",
            )
