from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vein2vein.economics.illustrative import LABEL, illustrative_patients, illustrative_table
from vein2vein.economics.patients import COLUMNS, PatientOutcomes, indication_key, read_patients
from vein2vein.errors import InputError


@pytest.fixture
def table() -> pd.DataFrame:
    return illustrative_table(20, 2, seed=2)


def test_a_sound_table_is_taken_as_it_is(table: pd.DataFrame) -> None:
    record = PatientOutcomes.from_table(table)
    assert len(record) == 40
    assert record.cohort_size == 20
    assert record.odd == {}
    assert np.all(record.progression_years <= record.death_years)
    np.testing.assert_allclose(record.death_years * 365.25, table["os_days"])


def test_the_illustrative_patients_say_what_they_are() -> None:
    assert illustrative_patients(10, 1).label == LABEL
    assert "ILLUSTRATIVE" in LABEL


@pytest.mark.parametrize("name", ["pfs_days", "os_days", "age", "crs_grade"])
@pytest.mark.parametrize("value", [-1.0, float("nan")])
def test_values_that_can_not_be_name_column_row_and_patient(
    table: pd.DataFrame, name: str, value: float
) -> None:
    bad = table.astype({name: float})
    row = int(np.flatnonzero(bad["infused"])[0])
    bad.loc[row, name] = value
    with pytest.raises(InputError) as caught:
        PatientOutcomes.from_table(bad)
    assert caught.value.field == name
    assert f"row {row}" in str(caught.value)


def test_a_probability_above_one_and_a_grade_above_five_are_refused(table: pd.DataFrame) -> None:
    row = int(np.flatnonzero(table["infused"])[0])
    for name, value in (("cure_probability", 1.2), ("crs_grade", 6)):
        bad = table.copy()
        bad.loc[row, name] = value
        with pytest.raises(InputError) as caught:
            PatientOutcomes.from_table(bad)
        assert caught.value.field == name


@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "infused"])
def test_a_missing_column_is_named(table: pd.DataFrame, name: str) -> None:
    with pytest.raises(InputError, match=name):
        PatientOutcomes.from_table(table.drop(columns=name))


def test_without_the_column_everyone_is_infused_and_that_is_noted(table: pd.DataFrame) -> None:
    record = PatientOutcomes.from_table(table.drop(columns="infused"))
    assert record.infused.all()
    assert record.odd == {"no column 'infused': everyone counted as infused": 40}


def test_progression_after_death_is_set_right_and_counted(table: pd.DataFrame) -> None:
    table.loc[3, ["pfs_days", "os_days"]] = [400.0, 300.0]
    record = PatientOutcomes.from_table(table)
    assert record.progression_years[3] == record.death_years[3]
    assert list(record.odd.values()) == [1]


def test_cured_and_progressed_is_counted_as_not_cured(table: pd.DataFrame) -> None:
    row = int(np.flatnonzero(table["cured"])[0])
    table.loc[row, ["pfs_days", "pfs_event", "os_days"]] = [100.0, True, 1825.0]
    record = PatientOutcomes.from_table(table)
    assert not record.cured[row]
    assert "cured and yet progressed" in next(iter(record.odd))


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ALL", "b_all"),
        ("B-ALL", "b_all"),
        ("LBCL", "lbcl"),
        ("MM", "myeloma"),
        ("Multiple myeloma", "myeloma"),
    ],
)
def test_indications_are_found_however_written(written: str, key: str) -> None:
    assert indication_key(written) == key


def test_an_unknown_indication_is_named() -> None:
    with pytest.raises(InputError, match="no values for this indication"):
        indication_key("gout")


def test_tables_are_read_from_a_run_folder_and_from_csv(table: pd.DataFrame, tmp_path: Path) -> None:
    table.to_parquet(tmp_path / "patients.parquet")
    table.to_csv(tmp_path / "p.csv", index=False)
    for path in (tmp_path, tmp_path / "p.csv"):
        assert len(PatientOutcomes.from_table(read_patients(path))) == 40
    with pytest.raises(InputError, match="can't read the patients table"):
        read_patients(tmp_path / "absent.parquet")
