"""The how-to of adding a model holds: its file, as printed, is a model that runs."""

import re
from pathlib import Path

import pytest

from vein2vein.dynamics.dimensions import check_dimensions
from vein2vein.simulation.model_run import measure_golden
from vein2vein.simulation.records import Tolerances

GUIDE = Path(__file__).parents[2] / "docs" / "how_to_add_a_model.md"


def test_the_file_of_the_guide_is_a_model():
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    assert code is not None
    names: dict = {}
    exec(compile(code.group(1), str(GUIDE), "exec"), names)
    (model,) = names["MODELS"]
    check_dimensions(model.system)
    for golden, found in zip(model.golden, measure_golden(model, Tolerances(rtol=1e-8)), strict=True):
        assert found == pytest.approx(golden.value, abs=golden.tolerance), golden.name
