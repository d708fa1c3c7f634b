"""What a scenario refuses, and how it says so: file, field, value, what is allowed."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

import pytest

from vein2vein.cli.app import main
from vein2vein.errors import ScenarioError
from vein2vein.programme.scenario import load_scenario, shipped

GOOD = """
name = "One centre"
patients = 12
[[centre]]
name = "centre"
referrals_per_year = 25
[[arm]]
indication = "LBCL"
product = "axicabtagene ciloleucel"
share = 1.0
dose = 2e8
[prices]
course_local = { amount = 55000, currency = "USD", year = 2025 }
course_abroad = { amount = 500000, currency = "EUR", year = 2025 }
"""

BROKEN = {
    "no TOML": ("patients = 12", "patients = = 12", ["valid TOML", "line"]),
    "0 patients": ("patients = 12", "patients = 0", ["patients", "0", "greater than or equal to 1"]),
    "-1 patients": ("patients = 12", "patients = -1", ["patients", "-1", "greater than or equal to 1"]),
    "half a patient": ("patients = 12", "patients = 12.5", ["patients", "12.5", "integer"]),
    "dose of 0": ("dose = 2e8", "dose = 0", ["arm.0.dose", "value:   0", "greater than or equal to 100000"]),
    "dose in words": ("dose = 2e8", 'dose = "high"', ["arm.0.dose", "'high'", "number"]),
    "dose not a number": ("dose = 2e8", "dose = nan", ["arm.0.dose", "nan", "allowed"]),
    "endless dose": ("dose = 2e8", "dose = inf", ["arm.0.dose", "inf", "allowed"]),
    "unknown product": (
        "axicabtagene",
        "axicabtagen",
        ["product", "axicabtagen ", "Did you mean 'axicabtagene ciloleucel'"],
    ),
    "product of another disease": ('"LBCL"', '"MM"', ["axicabtagene ciloleucel", "idecabtagene vicleucel"]),
    "unknown disease": ('"LBCL"', '"LBCLL"', ["indication", "LBCLL", "Did you mean 'LBCL'", "B-ALL"]),
    "misspelt key": ("patients = 12", "patiens = 12", ["patiens", "Did you mean 'patients'", "replicates"]),
    "misspelt key of an arm": (
        "share = 1.0",
        "share = 1.0\ndosis = 1",
        ["arm.0.dosis", "Did you mean 'dose'"],
    ),
    "no share": ("share = 1.0", "", ["arm.0.share", "missing"]),
    "no arm": (GOOD[GOOD.index("[[arm]]") : GOOD.index("[prices]")], "", ["arm", "missing"]),
    "negative price": ("amount = 55000", "amount = -1", ["prices.course_local.amount", "-1"]),
    "currency in words": ('"USD"', '"dollars"', ["prices.course_local.currency", "'dollars'"]),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_good_scenario_loads(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, GOOD))
    assert (scenario.patients, scenario.arm[0].dose) == (12, 2e8)
    assert scenario.shares == (1.0,)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_scenario_names_file_field_and_value(case: str, tmp_path: Path) -> None:
    old, new, words = BROKEN[case]
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert all(word in str(caught.value) for word in [str(path), *words]), str(caught.value)


def test_the_same_product_twice_is_refused(tmp_path: Path) -> None:
    arm = GOOD[GOOD.index("[[arm]]") : GOOD.index("[prices]")]
    with pytest.raises(ScenarioError, match="merge them"):
        load_scenario(write(tmp_path, GOOD.replace("[prices]", arm + "[prices]")))


@pytest.mark.parametrize(
    "changes", [{"patients": 0}, {"replicates": -1}, {"seed": -3}, {"patients": float("nan")}]
)
def test_changes_are_checked_like_the_file(changes: dict[str, float]) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(**changes)
    assert "given in place of" in str(caught.value)
    assert next(iter(changes)) in str(caught.value)


def test_the_hash_is_that_of_the_content(tmp_path: Path) -> None:
    one = load_scenario(write(tmp_path, GOOD))
    same = load_scenario(write(tmp_path, "# a comment\n" + GOOD.replace("2e8", "200e6")))
    other = load_scenario(write(tmp_path, GOOD.replace("2e8", "3e8")))
    assert one.hash == same.hash != other.hash


def test_every_shipped_scenario_loads_and_the_default_is_the_reported_programme() -> None:
    assert {load_scenario(name).name for name in shipped()}
    default = load_scenario()
    assert (default.patients, default.replicates, len(default.centre)) == (85, 1000, 3)
    assert all(arm.dose is not None and arm.dose > 1e8 for arm in default.arm)
    assert default.prices.course_local.amount == 55_000


COMMANDS = {
    "no patients": (["--patients", "0"], ["patients", "greater than or equal to 1"]),
    "-1 patients": (["--patients", "-1"], ["patients", "-1"]),
    "patients not a number": (["--patients", "nan"], ["--patients"]),
    "unknown option": (["--patiens", "3"], ["--patients"]),
    "no such file": (["national_program"], ["Did you mean 'national_programme'"]),
    "a folder as scenario": (["."], ["can't read the scenario"]),
}


def exit_of(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["vein2vein", "run", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


@pytest.mark.parametrize("case", COMMANDS)
def test_bad_input_exits_with_2_and_speaks_on_stderr(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, words = COMMANDS[case]
    monkeypatch.chdir(tmp_path)
    assert exit_of([*arguments, "--json"], monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert all(word in err for word in words), err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "case", ["dose of 0", "dose not a number", "unknown product", "misspelt key", "no TOML"]
)
def test_a_broken_scenario_exits_with_2_and_writes_nothing(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, words = BROKEN[case]
    path = write(tmp_path, GOOD.replace(old, new, 1))
    assert exit_of([str(path), "--out", str(tmp_path / "out")], monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert all(word in err for word in [str(path), *words]), err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_exits_with_2_before_the_simulation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    place = tmp_path / "file" / "out"
    assert exit_of(["--out", str(place)], monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert str(place) in err
    assert "--out" in err


def test_an_arm_takes_a_construct_in_place_of_a_product(tmp_path: Path) -> None:
    text = (resources.files("vein2vein.programme") / "scenarios" / "national_programme.toml").read_text(
        "utf-8"
    )
    scenario = load_scenario()
    assert [arm.setting.key for arm in scenario.arm] == ["ALL", "LBCL", "IDE", "CILTA"]
    for given, said in (
        ('construct = "CD19-41BB"\nproduct = "tisagenlecleucel"', "either a product or a construct"),
        ('construct = "CD19-41BC"', "Did you mean 'CD19-41BB'"),
        ('construct = "BCMA-41BB"', "no kinetics are calibrated in B-ALL"),
    ):
        file = tmp_path / "own.toml"
        file.write_text(text.replace('construct = "CD19-41BB"', given, 1))
        with pytest.raises(ScenarioError, match=said):
            load_scenario(file)
