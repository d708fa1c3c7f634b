"""Every rule of a sheet, broken once: the message says file, row, field, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from vein2vein.errors import EvidenceError
from vein2vein.evidence import load_sheet, problems

HEAD = 'name = "own"\ntitle = "A sheet"\nsettings = ["ALL"]\n'
SOURCE = '[[source]]\nkey = "paper"\ncitation = "A paper"\ndoi = "10.1000/182"\n'
ROW = {
    "id": '"growth"',
    "value": "0.1",
    "unit": '"1/day"',
    "source": '"paper"',
    "locator": '"table 1"',
    "status": '"estimated"',
    "evidence": '"read"',
}


def sheet(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def one_row(tmp_path: Path, **changed: str | None) -> Path:
    row = {key: value for key, value in {**ROW, **changed}.items() if value is not None}
    return sheet(
        tmp_path, HEAD + SOURCE + "[[value]]\n" + "\n".join(f"{k} = {v}" for k, v in row.items()) + "\n"
    )


def test_a_sound_row_loads(tmp_path: Path) -> None:
    path = one_row(
        tmp_path, setting='"ALL"', spread="0.4", spread_kind='"log_sd"', bounds="[0.0, inf]", n="12"
    )
    value = load_sheet(path).value("growth", "ALL")
    assert (value.value, value.unit, value.n, value.source.address) == (
        0.1,
        "1/day",
        12,
        "https://doi.org/10.1000/182",
    )
    assert problems(str(path)) == ()


BROKEN_ROWS = [
    ({"source": None}, "source", "(absent)", "source = "),
    ({"source": '"papers"'}, "source", "papers", "Did you mean 'paper'?"),
    ({"locator": None}, "locator", "(absent)", "locator = "),
    ({"locator": '""'}, "locator", "''", "table, page or section"),
    ({"unit": None}, "unit", "(absent)", "unit = "),
    ({"unit": '"1/dayz"'}, "unit", "1/dayz", "'pg/mL'"),
    ({"value": "nan"}, "value", "nan", "a finite number"),
    ({"value": '"0.1"'}, "value", "'0.1'", "a finite number"),
    ({"value": "true"}, "value", "True", "a finite number"),
    ({"value": "-0.1", "bounds": "[0.0, 1.0]"}, "value", "-0.1", "0 to 1 (bounds)"),
    ({"value": "2.0", "clip": "[0.0, 1.0]"}, "value", "2.0", "0 to 1 (clip)"),
    ({"status": '"assumed"', "range": "[1.0, 2.0]"}, "value", "0.1", "1 to 2 (range)"),
    ({"status": '"assumed"', "evidence": None}, "range", "(absent)", "range = [low, high]"),
    ({"bounds": "[1.0, 0.0]"}, "bounds", "[1.0, 0.0]", "low ≤ high"),
    ({"bounds": "[nan, 1.0]"}, "bounds", "[nan, 1.0]", "low ≤ high"),
    ({"status": '"guessed"'}, "status", "guessed", "'estimated', 'fixed', 'derived' or 'assumed'"),
    ({"evidence": None}, "evidence", "(absent)", "'read', 'recalled' or 'computed'"),
    ({"evidence": '"recalled"'}, "confidence", "(absent)", "'low', 'moderate' or 'high'"),
    ({"evidence": '"seen"'}, "evidence", "seen", "'read', 'recalled' or 'computed'"),
    ({"spread": "0.4"}, "spread_kind", "(absent)", "both or neither"),
    ({"spread_kind": '"log_sd"'}, "spread", "(absent)", "both or neither"),
    ({"spread": "0.4", "spread_kind": '"iqr"'}, "spread", "0.4", "[low, high] for iqr"),
    (
        {"spread": "[0.1, 0.4]", "spread_kind": '"log_sd"'},
        "spread",
        "[0.1, 0.4]",
        "one number for every other",
    ),
    ({"spread": "-0.4", "spread_kind": '"log_sd"'}, "spread", "-0.4", "a number ≥ 0"),
    ({"spread": "[0.4, 0.1]", "spread_kind": '"iqr"'}, "spread", "0.4", "low ≤ high"),
    ({"spread": "0.4", "spread_kind": '"wide"'}, "spread_kind", "wide", "'log_sd'"),
    ({"grading_scale": '"Pen"'}, "grading_scale", "Pen", "'Penn'"),
    ({"n": "0"}, "n", "0", "a whole number above 0"),
    ({"id": '"2 growth"'}, "id", "2 growth", "the first a letter"),
    ({"setting": '"LBCL"'}, "setting", "LBCL", "ALL"),
    ({"unti": '"1/day"'}, "unti", "1/day", "Did you mean 'unit'?"),
    ({"relation": '"near"'}, "relation", "near", "'about'"),
]


@pytest.mark.parametrize(("changed", "field", "value", "allowed"), BROKEN_ROWS)
def test_a_broken_row_names_what_is_wrong(
    tmp_path: Path, changed: dict[str, str | None], field: str, value: str, allowed: str
) -> None:
    path = one_row(tmp_path, **changed)
    with pytest.raises(EvidenceError) as caught:
        load_sheet(path)
    message = str(caught.value)
    assert caught.value.field == field
    assert "own.toml, [[value]] row 1" in message
    assert value in message
    assert allowed in message
    assert "next:" in message
    assert str(problems(path)[0].what) in message


BROKEN_FILES = [
    ("name = \ntitle", "not valid TOML", "line 1"),
    ('title = "A sheet"\n' + SOURCE, "'name' is missing", "name = "),
    (HEAD, "'source' is missing", "source = "),
    (HEAD + 'colour = "red"\n' + SOURCE, "no field of this name", "statement"),
    (HEAD.replace("own", "other") + SOURCE, "named as its file", "own"),
    (HEAD + SOURCE + SOURCE, "given twice", "each key once"),
    (HEAD + SOURCE.replace("10.1000/182", "doi:10.1000/182"), "'doi' can't be used", "10.1000/182"),
    (HEAD + SOURCE.replace("doi", "url"), "'url' can't be used", "https://"),
    (HEAD + SOURCE.replace('doi = "10.1000/182"\n', ""), "a source has no address", "no_address"),
    (HEAD + SOURCE + 'no_address = "none"\n', "also says why it has none", "no_address"),
    (HEAD + SOURCE, "no row uses this source", "a key that is used"),
    (
        HEAD + SOURCE + '[quantity.growht]\nunit = "1"\n',
        "a quantity has no value",
        "at least one [[value]] row",
    ),
    (HEAD + "value = 3\n" + SOURCE, "'value' can't be used", "own.toml"),
]


@pytest.mark.parametrize(("text", "what", "allowed"), BROKEN_FILES)
def test_a_broken_file_names_what_is_wrong(tmp_path: Path, text: str, what: str, allowed: str) -> None:
    found = problems(sheet(tmp_path, text))
    messages = [str(error) for error in found]
    assert any(what in message and allowed in message and "own.toml" in message for message in messages), (
        messages
    )


def test_a_row_given_twice_is_refused(tmp_path: Path) -> None:
    row = "[[value]]\n" + "\n".join(f"{k} = {v}" for k, v in ROW.items()) + "\n"
    with pytest.raises(EvidenceError, match="given twice") as caught:
        load_sheet(sheet(tmp_path, HEAD + SOURCE + row + row))
    assert "[[value]] row 2 (id 'growth')" in str(caught.value)


def test_all_broken_rules_are_reported_and_counted(tmp_path: Path) -> None:
    bad = "\n".join(f"{k} = {v}" for k, v in {**ROW, "unit": '"zz"', "status": '"zz"'}.items())
    path = sheet(tmp_path, HEAD + SOURCE + f"[[value]]\n{bad}\n")
    assert {error.field for error in problems(path)} == {"unit", "status"}
    with pytest.raises(EvidenceError, match="and 1 more broken rules"):
        load_sheet(path)


def test_a_row_takes_what_its_quantity_states_once(tmp_path: Path) -> None:
    stated = 'unit = "1/day"\nsource = "paper"\nlocator = "t1"\nstatus = "fixed"\nevidence = "read"\n'
    quantity = "[quantity.growth]\n" + stated
    rows = '[[value]]\nid = "growth"\nvalue = 1\n'
    rows += '[[value]]\nid = "growth"\nsetting = "ALL"\nvalue = 2\nlocator = "t2"\n'
    own = load_sheet(sheet(tmp_path, HEAD + SOURCE + rows + quantity))
    assert [own.value("growth").locator, own.value("growth", "ALL").locator] == ["t1", "t2"]


def test_an_unreadable_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="can't read the sheet") as caught:
        load_sheet(tmp_path / "absent.toml")
    assert "absent.toml" in str(caught.value)
    assert problems(tmp_path / "absent.toml")[0].what == caught.value.what


def test_an_unknown_shipped_sheet_is_named() -> None:
    with pytest.raises(EvidenceError, match="Did you mean 'core_model'") as caught:
        load_sheet("core_modle")
    assert "fit_table" in str(caught.value)
