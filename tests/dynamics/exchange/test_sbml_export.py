"""SBML out: valid, read back the same, and the same trajectories in libroadrunner."""

import numpy as np
import pytest

from vein2vein.clinic.library import every_model, find_model
from vein2vein.dynamics.exchange.sbml import export_sbml, import_sbml
from vein2vein.simulation.model_run import run_model
from vein2vein.simulation.records import Tolerances

MODELS = {**every_model(), **{name: find_model(name) for name in ("core:LBCL", "core:IDE", "core:CILTA")}}

libsbml = pytest.importorskip("libsbml")


@pytest.mark.parametrize("name", MODELS)
def test_valid_and_read_back(name, tmp_path):
    model = MODELS[name]
    text = export_sbml(model)
    document = libsbml.readSBMLFromString(text)
    document.checkConsistency()
    errors = [document.getError(i) for i in range(document.getNumErrors())]
    assert not [e.getMessage() for e in errors if e.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]
    path = tmp_path / "model.xml"
    path.write_text(text)
    back = import_sbml(path)
    assert {s.name for s in back.system.states} >= {s.name for s in model.states}
    assert {k: back.values[k] for k in model.typical} == pytest.approx(model.typical, rel=1e-14)
    assert not model.paper.doi or any(model.paper.doi in address for address in back.identifiers)
    assert back.time_unit == "day"
    assert not [w for w in back.warnings if "unit" in w]


@pytest.mark.parametrize("name", MODELS)
def test_same_trajectories_in_libroadrunner(name, tmp_path):
    roadrunner = pytest.importorskip("roadrunner")
    roadrunner.Logger.disableLogging()
    model = MODELS[name]
    path = tmp_path / "model.xml"
    path.write_text(export_sbml(model))
    days = min(model.horizon, 40.0)
    run = run_model(model, days=days, points=41, tolerances=Tolerances(rtol=1e-8, max_steps=2_000_000))
    assert not run.ensemble.failures
    oracle = roadrunner.RoadRunner(str(path))
    oracle.integrator.absolute_tolerance, oracle.integrator.relative_tolerance = 1e-10, 1e-10
    oracle.integrator.maximum_num_steps = 500_000
    oracle.selections = ["time", *(o.name for o in model.observables)]
    expected = np.array(oracle.simulate(times=run.ensemble.times.tolist()))
    for k, observable in enumerate(model.observables, 1):
        found, right = run.ensemble.outputs[observable.name][0][1:], expected[1:, k]
        away = [abs(t - d.time) > 1e-9 for t in run.ensemble.times[1:] for d in model.dosing[:1]] or [
            True
        ] * len(right)
        keep = np.array(away)
        assert found[keep] == pytest.approx(right[keep], rel=2e-5, abs=1e-7 * np.abs(right).max())
