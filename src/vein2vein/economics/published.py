"""Published ratios of cost to effect, checked against the totals printed beside them."""

from __future__ import annotations

from dataclasses import dataclass

from vein2vein.evidence import EvidenceValue, load_sheet

_EFFECTS = {"icer_qaly": "qaly", "icer_life_year": "life_years"}


@dataclass(frozen=True)
class PrintedRatio:
    """One printed ratio beside what its totals give.

    Attributes
    ----------
    comparison, effect : str
        Who against whom; ``"qaly"`` or ``"life_years"``.
    printed : float
    printed_low, printed_high : float
        What the rounding of the printed ratio leaves open.
    computed, computed_low, computed_high : float
        From the totals, and what their rounding leaves open; NaN where the totals aren't printed.
    """

    comparison: str
    effect: str
    unit: str
    printed: float
    printed_low: float
    printed_high: float
    computed: float
    computed_low: float
    computed_high: float

    @property
    def reproduced(self) -> bool:
        """Whether the two intervals overlap: the ratio follows from the totals to the printed rounding."""
        return self.computed_low <= self.printed_high and self.printed_low <= self.computed_high

    @property
    def relative_gap(self) -> float:
        """Computed over printed, less 1."""
        return self.computed / self.printed - 1.0


def printed_ratios() -> tuple[PrintedRatio, ...]:
    """Return every ratio of the sheet ``economics_published`` whose totals are printed too."""
    sheet = load_sheet("economics_published")
    rows = {(row.id, str(row.setting)): row for row in sheet.rows}
    found = []
    for row in sheet.rows:
        if row.id not in _EFFECTS:
            continue
        cost = _difference(rows, "cost", str(row.setting))
        effect = _difference(rows, _EFFECTS[row.id], str(row.setting))
        if cost is None or effect is None:
            continue
        low, high = _interval(row)
        ends = [c / e for c in cost[1:] for e in effect[1:]]
        name = str(row.setting).replace("__", " against ").replace("_", " ")
        computed = cost[0] / effect[0]
        found.append(
            PrintedRatio(
                name, _EFFECTS[row.id], row.unit, row.value, low, high, computed, min(ends), max(ends)
            )
        )
    return tuple(found)


def _interval(row: EvidenceValue) -> tuple[float, float]:
    return row.spread if isinstance(row.spread, tuple) else (row.value, row.value)


def _difference(
    rows: dict[tuple[str, str], EvidenceValue], id: str, setting: str
) -> tuple[float, float, float] | None:
    """Return a difference with its rounding interval: printed as such, or of the two arms named."""
    if (id, setting) in rows:
        row = rows[id, setting]
        return (row.value, *_interval(row))
    arms = [rows.get((id, arm)) for arm in setting.split("__")]
    if len(arms) != 2 or arms[0] is None or arms[1] is None:
        return None
    first, second = _interval(arms[0]), _interval(arms[1])
    return arms[0].value - arms[1].value, first[0] - second[1], first[1] - second[0]
