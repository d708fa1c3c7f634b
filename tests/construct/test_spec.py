from __future__ import annotations

from pathlib import Path

import pytest

from vein2vein.construct.car import build_protein
from vein2vein.construct.design import default_specs
from vein2vein.construct.parts import PartsLibrary, Role
from vein2vein.construct.spec import parse_spec, read_spec
from vein2vein.errors import ScenarioError

MINIMAL = """
name = "T"
[[car]]
[[car.binder]]
name = "FMC63"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MINIMAL.replace("[[car]]", "[[car]]\nhing = 'x'"), "Did you mean 'hinge'"),
        (MINIMAL.replace('name = "T"', 'nam = "T"'), "a key is missing"),
        (MINIMAL + "[vector]\npromotor = 'EF1A'", "Did you mean 'promoter'"),
        (MINIMAL + "[coding]\ngc_low = 1.5", "less than 1"),
        (MINIMAL.replace('name = "FMC63"', 'name = "FMC63"\norder = "VLVH"'), "VL-VH"),
        (MINIMAL.replace('"T"', '"a name that is far too long"'), "name"),
        (MINIMAL.replace("[[car]]", "[[car]]\njunction = 'AAB'"), "junction"),
        ("name = ", "not valid TOML"),
    ],
)
def test_bad_specification_is_explained(text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        parse_spec(text)


def test_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="can't read"):
        read_spec(tmp_path / "absent.toml")


def test_unknown_binder_and_misplaced_part(library: PartsLibrary) -> None:
    with pytest.raises(ScenarioError, match="Did you mean 'FMC63'"):
        build_protein(parse_spec(MINIMAL.replace("FMC63", "FMC36")), library)
    wrong = parse_spec(MINIMAL.replace("[[car]]", "[[car]]\nhinge = 'TM_CD28'"))
    with pytest.raises(ScenarioError, match="doesn't fit here"):
        build_protein(wrong, library)


def test_single_domain_takes_no_order(library: PartsLibrary) -> None:
    spec = parse_spec(MINIMAL.replace('"FMC63"', '"LCARB38M_VHH1"\norder = "VH-VL"'))
    with pytest.raises(ScenarioError, match="neither order nor linker"):
        build_protein(spec, library)


def test_forms(library: PartsLibrary) -> None:
    second = '\n[[car.binder]]\nname = "HU19"\n'
    tandem = build_protein(parse_spec(MINIMAL + second), library)
    assert len(tandem.chains()) == 1
    assert sum(s.role is Role.BINDER_VH for s in tandem.segments) == 2
    dual = build_protein(parse_spec(MINIMAL + '[[car]]\n[[car.binder]]\nname = "BB2121"\n'), library)
    assert len(dual.chains()) == 2
    assert sum(s.role is Role.SIGNALLING for s in dual.segments) == 2
    marked = build_protein(parse_spec(MINIMAL + '[marker]\npart = "EGFRT"\n'), library)
    assert marked.chains()[1][-1].role is Role.MARKER


def test_order_can_be_turned(library: PartsLibrary) -> None:
    turned = build_protein(parse_spec(MINIMAL.replace('"FMC63"', '"FMC63"\norder = "VH-VL"')), library)
    assert turned.segments[1].role is Role.BINDER_VH


def test_defaults_say_that_the_real_sequence_is_not_public() -> None:
    specs = default_specs()
    assert set(specs) == {"CD19-41BB", "BCMA-41BB"}
    assert all("not public" in s.note for s in specs.values())


def test_examples_are_valid(library: PartsLibrary) -> None:
    folder = Path(__file__).parents[2] / "examples" / "construct"
    files = sorted(folder.glob("*.toml"))
    assert len(files) >= 5
    for file in files:
        build_protein(read_spec(file), library)
