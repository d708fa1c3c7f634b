from __future__ import annotations

import pytest

from vein2vein.construct.library import read_parts
from vein2vein.construct.parts import VARIABLE_DOMAINS, Kind, PartsLibrary, Role, Verification
from vein2vein.errors import EvidenceError, ScenarioError

PART = """
[[part]]
id = "LINK"
name = "a linker"
role = "linker"
kind = "protein"
length = 5
sha256_12 = "a1737619a3ba"
source = "a paper"
verification = "likely"
checked = "one source read"
species = "synthetic"
sequence = "GGGGS"
"""


def test_part_loads() -> None:
    (part,) = read_parts(PART, where="x.toml")
    assert part.sequence == "GGGGS"


@pytest.mark.parametrize("field", ["source", "verification", "checked", "species", "role"])
def test_missing_provenance_is_refused(field: str) -> None:
    lines = [line for line in PART.splitlines() if not line.startswith(f"{field} =")]
    with pytest.raises(EvidenceError, match=field):
        read_parts("\n".join(lines), where="x.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"GGGGS"', '"GGGGT"', "isn't the one that was checked"),
        ('"GGGGS"', '"GGGGBS"', "letters that no protein has"),
        ('"GGGGS"', '"GGGGGS"', "6 letters"),
        ('"linker"', '"linkr"', "Did you mean 'linker'"),
        ('"likely"', '"sure"', "unknown verification"),
    ],
)
def test_altered_part_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        read_parts(PART.replace(old, new), where="x.toml")


def test_every_part_says_where_it_comes_from(library: PartsLibrary) -> None:
    for part in library.parts.values():
        assert part.source
        assert part.checked
        if part.verification is Verification.VERIFIED:
            assert "one source read" not in part.checked


def test_parts_that_rest_on_one_source(library: PartsLibrary) -> None:
    weak = {p.id for p in library.parts.values() if p.verification is Verification.LIKELY}
    assert weak == {
        "CAT_VH", "CAT_VL", "HINGE_IGG4_WT", "HU19_VH", "HU19_VL", "M971_VH", "M971_VL",
        "POL_FRAGMENT", "SPACER_3", "SPACER_CTL019", "SP_TRB",
    }  # fmt: skip


def test_binders_name_variable_domains(library: PartsLibrary) -> None:
    for binder in library.binders.values():
        roles = [library.part(d).role for d in binder.domains]
        assert set(roles) <= VARIABLE_DOMAINS
        if binder.affinity is not None:
            assert binder.affinity.low_nM <= binder.affinity.value_nM <= binder.affinity.high_nM
            assert binder.affinity.source


def test_unknown_part_suggests_the_nearest(library: PartsLibrary) -> None:
    with pytest.raises(ScenarioError, match="Did you mean 'FMC63_VL'"):
        library.part("FMC63VL")
    with pytest.raises(ScenarioError, match="doesn't fit here"):
        library.part("FMC63_VL", Role.HINGE)
    with pytest.raises(ScenarioError, match="Did you mean 'FMC63'"):
        library.binder("FMC36")


def test_resistance_gene_is_a_whole_beta_lactamase(library: PartsLibrary) -> None:
    from Bio.Seq import Seq

    protein = str(Seq(library.part("AMPR").sequence).translate())
    assert protein.startswith("MSIQHFRV")
    assert protein.endswith("GASLIKHW*")
    assert protein.count("*") == 1


def test_wpre_variant_differs_in_six_bases_and_loses_the_x_start(library: PartsLibrary) -> None:
    wild, variant = library.part("WPRE").sequence, library.part("WPRE_MUT6").sequence
    assert len(wild) == len(variant)
    assert sum(a != b for a, b in zip(wild, variant, strict=True)) == 6
    assert "CCATGGCTGCTCG" in wild
    assert "CCATGGCTGCTCG" not in variant


def test_kinds_match_roles(library: PartsLibrary) -> None:
    assert all(p.kind is Kind.DNA for p in library.with_role(Role.PROMOTER, Role.PSI, Role.PRE))
    assert all(p.kind is Kind.PROTEIN for p in library.with_role(*VARIABLE_DOMAINS))
