"""Many sets of an imported model: the same as one by one, with events and without."""

import numpy as np
import pytest

from tests.dynamics.exchange import files as f
from vein2vein.dynamics.exchange.sbml import import_sbml
from vein2vein.errors import ModelError
from vein2vein.simulation.imported_population import run_imported_sets
from vein2vein.simulation.imported_run import run_imported
from vein2vein.simulation.records import Tolerances

pytest.importorskip("libsbml")
BODY = {
    "Compartments": f.compartment(size=2.5),
    "Species": f.species("A", 3)
    + f.species("B", 0)
    + f.species("C", 2, 'constant="true" boundaryCondition="true"'),
    "Parameters": f.parameter("k", 0.3) + f.parameter("late", 4.2),
    "Reactions": f.reaction("r", "A", "B", "v * k * A * piecewise(1, time < late, 2)"),
}
EVENT = f.event("refill", "A < 1", {"A": "A + k * 5"})
SETS = [{"k": 0.1 + 0.05 * i, "late": 2.0 + i} for i in range(7)]
TIMES = np.linspace(0, 12, 25)


@pytest.mark.parametrize("events", [{}, {"Events": EVENT}], ids=["free", "with events"])
def test_sets_are_what_each_is_alone(events, tmp_path):
    path = tmp_path / "model.xml"
    path.write_text(f.sbml(f.lists(**BODY, **events)))
    model, tight = import_sbml(path), Tolerances(rtol=1e-9)
    together = run_imported_sets(model, SETS, TIMES, tolerances=tight)
    assert not together.failures
    for k, values in enumerate(SETS):
        alone = run_imported(model.with_values(values), TIMES, tolerances=tight)
        assert set(together.outputs) == set(alone.outputs)
        for name, curve in alone.outputs.items():
            assert together.outputs[name][k] == pytest.approx(curve, rel=1e-7, abs=1e-9), name


def test_bad_sets_are_named(tmp_path):
    path = tmp_path / "model.xml"
    path.write_text(f.sbml(f.lists(**BODY)))
    model = import_sbml(path)
    with pytest.raises(ModelError, match="no such parameter"):
        run_imported_sets(model, [{"q": 1.0}], TIMES)
    with pytest.raises(ModelError, match="no sets"):
        run_imported_sets(model, [], TIMES)
