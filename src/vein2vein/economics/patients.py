"""What economics needs to know of the programme's patients: one row a patient, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vein2vein.errors import InputError, near_miss

INDICATIONS: Mapping[str, str] = {
    "b_all": "B-ALL",
    "lbcl": "large B-cell lymphoma",
    "myeloma": "multiple myeloma",
}
"""Indications that the sheets hold values for, with their printed names."""

_ALIASES = {
    "ball": "b_all",
    "all": "b_all",
    "bcellall": "b_all",
    "paediatricball": "b_all",
    "pediatricball": "b_all",
    "acutelymphoblasticleukaemia": "b_all",
    "largebcelllymphoma": "lbcl",
    "dlbcl": "lbcl",
    "lymphoma": "lbcl",
    "mm": "myeloma",
    "multiplemyeloma": "myeloma",
}
_SEX = {"f": True, "female": True, "m": False, "male": False}

COLUMNS: Mapping[str, str] = {
    "patient": "identifier of the patient",
    "replicate": "replicate of the cohort (whole number)",
    "indication": "disease treated",
    "age": "age at infusion (years)",
    "sex": "female or male",
    "pfs_days": "days to progression or death, or to the end of follow-up",
    "pfs_event": "whether progression or death was seen",
    "os_days": "days to death, or to the end of follow-up",
    "os_event": "whether death was seen",
    "cured": "whether every tumour clone is extinct",
    "cure_probability": "probability of that, 0 to 1",
    "crs_grade": "worst CRS grade, 0 to 4 (5 = fatal is read as 4)",
    "icans_grade": "worst ICANS grade, 0 to 4",
    "tocilizumab_doses": "number of doses",
    "steroid_courses": "number of courses",
    "aplasia_days": "days of B-cell aplasia within the follow-up",
    "infused": "whether the product was infused (optional: without it, everyone)",
}
"""The columns of the patients table that this module reads, and their meaning; others are ignored."""
_OPTIONAL = ("infused",)


def indication_key(name: str) -> str:
    """Return the key of an indication (``"b_all"``, ``"lbcl"``, ``"myeloma"``) however it is written.

    Raises
    ------
    InputError
        The name is none of them.
    """
    plain = "".join(c for c in str(name).lower() if c.isalnum())
    keys = {k.replace("_", ""): k for k in INDICATIONS} | _ALIASES
    if plain in keys:
        return keys[plain]
    raise InputError(
        f"economics has no values for this indication.{near_miss(str(name), INDICATIONS)}",
        field="indication",
        value=name,
        allowed=", ".join(f"{k} ({v})" for k, v in INDICATIONS.items()),
        remedy="use one of these names, or add the indication to the sheet economics_health",
    )


@dataclass(frozen=True)
class PatientOutcomes:
    """The programme's simulated patients, as arrays of shape (n,).

    Attributes
    ----------
    indication : array of str
        Keys of :data:`INDICATIONS`.
    age : array
        Years at infusion.
    female, cured, infused, progression_seen, death_seen : array of bool
    progression_years, death_years : array
        Time to progression or death, and to death, or to the end of follow-up; progression is never later.
    cure_probability : array
        0 to 1; 0 for patients who were never infused.
    severity : array of int
        Worse of CRS and ICANS grade, 0 to 4.
    tocilizumab_doses, steroid_courses, aplasia_years : array
    replicate : array of int
    odd : mapping of str to int
        What was merely odd and set right, with the number of patients.
    label : str
        Where the patients come from; shown with every result.
    """

    indication: NDArray[np.str_]
    age: NDArray[np.float64]
    female: NDArray[np.bool_]
    progression_years: NDArray[np.float64]
    progression_seen: NDArray[np.bool_]
    death_years: NDArray[np.float64]
    death_seen: NDArray[np.bool_]
    cured: NDArray[np.bool_]
    cure_probability: NDArray[np.float64]
    severity: NDArray[np.int64]
    tocilizumab_doses: NDArray[np.float64]
    steroid_courses: NDArray[np.float64]
    aplasia_years: NDArray[np.float64]
    infused: NDArray[np.bool_]
    replicate: NDArray[np.int64]
    odd: Mapping[str, int] = field(default_factory=dict)
    label: str = "the programme's simulated patients"

    def __len__(self) -> int:
        return len(self.age)

    @property
    def indications(self) -> tuple[str, ...]:
        """The indications present, in the order of :data:`INDICATIONS`."""
        present = set(self.indication.tolist())
        return tuple(key for key in INDICATIONS if key in present)

    @property
    def cohort_size(self) -> int:
        """Patients of one replicate (the median over replicates)."""
        return int(np.median(np.unique(self.replicate, return_counts=True)[1]))

    @classmethod
    def from_table(
        cls, table: pd.DataFrame, *, label: str = "the programme's simulated patients"
    ) -> PatientOutcomes:
        """Return the checked record of a patients table (columns as :data:`COLUMNS`).

        Progression after death is set to the time of death and counted in ``odd``; a cured patient whose
        progression was seen keeps it only as the time of death, likewise counted.

        Raises
        ------
        InputError
            A column is missing, or holds values that can't be: negative or missing times, a grade above 5, a
            probability outside 0 to 1, an unknown indication or sex.
        """
        _has_columns(table)
        odd: dict[str, int] = {}
        if "infused" not in table.columns:
            odd["no column 'infused': everyone counted as infused"] = len(table)
            table = table.assign(infused=True)
        infused, cured = _flags(table, "infused"), _flags(table, "cured")
        pfs, os = _numbers(table, "pfs_days", 0), _numbers(table, "os_days", 0)
        pfs_seen, os_seen = _flags(table, "pfs_event"), _flags(table, "os_event")
        late = pfs > os * (1 + 1e-9) + 1e-9
        if late.any():
            odd["progression after death, set to the time of death"] = int(late.sum())
        pfs = np.minimum(pfs, os)
        relapsed = cured & pfs_seen & (pfs < os - 1e-6)
        if relapsed.any():
            odd["cured and yet progressed, counted as not cured"] = int(relapsed.sum())
            cured = cured & ~relapsed
        probability = np.where(infused, _numbers(table, "cure_probability", 0, 1, missing=~infused), 0.0)
        crs, icans = (
            _numbers(table, name, 0, 5, missing=~infused).astype(int) for name in ("crs_grade", "icans_grade")
        )
        return cls(
            indication=_keys(table["indication"]),
            age=_numbers(table, "age", 0, 120),
            female=_female(table["sex"]),
            progression_years=pfs / 365.25,
            progression_seen=pfs_seen,
            death_years=os / 365.25,
            death_seen=os_seen,
            cured=cured & infused,
            cure_probability=probability,
            severity=np.minimum(np.maximum(crs, icans), 4),
            tocilizumab_doses=_numbers(table, "tocilizumab_doses", 0, missing=~infused),
            steroid_courses=_numbers(table, "steroid_courses", 0, missing=~infused),
            aplasia_years=_numbers(table, "aplasia_days", 0, missing=~infused) / 365.25,
            infused=infused,
            replicate=_numbers(table, "replicate", 0).astype(int),
            odd=odd,
            label=label,
        )


def read_patients(path: str | Path) -> pd.DataFrame:
    """Return the patients table of a run: a folder with ``patients.parquet``, or a Parquet or CSV file.

    Raises
    ------
    InputError
        There is no such file, or it is no table.
    """
    file = Path(path)
    file = file / "patients.parquet" if file.is_dir() else file
    try:
        return pd.read_csv(file) if file.suffix == ".csv" else pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise InputError(
            f"can't read the patients table ({error})",
            where=str(file),
            allowed="the folder of a run, or a .parquet or .csv file",
            remedy="run `vein2vein run --out DIR` and name its folder",
        ) from error


def _has_columns(table: pd.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in table.columns and name not in _OPTIONAL]
    if missing or len(table) == 0:
        raise InputError(
            f"the patients table has no column {missing[0]!r}" if missing else "the patients table is empty",
            where="patients table",
            field=missing[0] if missing else "rows",
            value=list(table.columns) if missing else 0,
            allowed=", ".join(COLUMNS) if missing else "one row a patient, at least one",
            remedy="write the table with `vein2vein run`, or add the column",
        )


def _numbers(
    table: pd.DataFrame,
    name: str,
    low: float,
    high: float = np.inf,
    *,
    missing: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    values = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
    if missing is not None:
        values = np.where(missing & np.isnan(values), 0.0, values)
    bad = ~(np.isfinite(values) & (values >= low) & (values <= high))
    if bad.any():
        row = int(np.argmax(bad))
        top = "" if np.isinf(high) else f" to {high:g}"
        raise InputError(
            f"{COLUMNS[name]}: {int(bad.sum())} of {len(values)} patients have a value that can't be",
            where=f"patients table, row {row} (patient {table['patient'].iloc[row]})",
            field=name,
            value=table[name].iloc[row],
            allowed=f"a number, {low:g}{top or ' or more'}",
            remedy="correct the row or leave the patient out",
        )
    return values


def _flags(table: pd.DataFrame, name: str) -> NDArray[np.bool_]:
    values = table[name]
    if values.isna().any() or not values.isin([True, False, 0, 1]).all():
        bad = values[values.isna() | ~values.isin([True, False, 0, 1])]
        raise InputError(
            f"{COLUMNS[name]}: {len(bad)} values are neither true nor false",
            where="patients table",
            field=name,
            value=bad.iloc[0],
            allowed="true or false",
            remedy="correct the column",
        )
    return values.to_numpy().astype(bool)


def _keys(column: pd.Series) -> NDArray[np.str_]:
    names = {name: indication_key(name) for name in column.unique()}
    return column.map(names).to_numpy(dtype=str)


def _female(column: pd.Series) -> NDArray[np.bool_]:
    lower = column.astype(str).str.lower()
    bad = column[~lower.isin(_SEX)]
    if len(bad):
        raise InputError(
            "a life table needs the sex of every patient",
            where="patients table",
            field="sex",
            value=bad.iloc[0],
            allowed="female, male, F or M",
            remedy="correct the column",
        )
    return lower.map(_SEX).to_numpy(bool)
