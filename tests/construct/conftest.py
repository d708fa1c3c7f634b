from __future__ import annotations

from pathlib import Path

import pytest

from vein2vein.construct.design import Construct, default_specs, design_construct
from vein2vein.construct.genbank import genbank_text
from vein2vein.construct.library import parts_library
from vein2vein.construct.parts import PartsLibrary

from .plasmids import Plant


@pytest.fixture(scope="session")
def library() -> PartsLibrary:
    return parts_library()


@pytest.fixture(scope="session")
def cd19() -> Construct:
    return design_construct(default_specs()["CD19-41BB"])


@pytest.fixture
def plant(cd19: Construct, tmp_path: Path) -> Plant:
    """The default CD19 plasmid as a GenBank file that a test may damage."""
    path = tmp_path / "plasmid.gb"
    path.write_text(genbank_text(cd19.plasmid, cd19.protein, cd19.spec.title))
    return Plant(path)
