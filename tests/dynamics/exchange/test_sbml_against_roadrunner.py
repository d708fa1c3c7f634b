"""What is imported behaves as libroadrunner says it does, construct by construct."""

from pathlib import Path

import numpy as np
import pytest

from tests.dynamics.exchange import files as f
from vein2vein.dynamics.exchange.sbml import import_sbml
from vein2vein.simulation.imported_run import run_imported
from vein2vein.simulation.records import Tolerances

roadrunner = pytest.importorskip("roadrunner")
roadrunner.Logger.disableLogging()
TIGHT = Tolerances(rtol=1e-10, max_steps=2_000_000)
SHARED = Path(__file__).parents[3] / ".." / "shared" / "data" / "sbml"

V, K = f.compartment(size=2.5), f.parameter("k", 0.3)
DECAY = f.reaction("r", "A", "B", "v * k * A")
CASES = {
    "mass action in a compartment that isn't 1": f.lists(
        Compartments=V, Species=f.species("A", 3) + f.species("B", 0), Parameters=K, Reactions=DECAY
    ),
    "amounts": f.lists(
        Compartments=V,
        Parameters=K,
        Species=f.species("A", 3, 'hasOnlySubstanceUnits="true"', "initialAmount")
        + f.species("B", 1, kind="initialAmount"),
        Reactions=f.reaction("r", "2*A", "3*B", "k * A"),
    ),
    "boundary and constant species": f.lists(
        Compartments=V,
        Parameters=K,
        Species=f.species("A", 3, 'boundaryCondition="true"')
        + f.species("B", 0.5)
        + f.species("C", 2, 'constant="true" boundaryCondition="true"'),
        Reactions=f.reaction("r", "A C", "B", "v * k * A * C"),
    ),
    "local parameters hide global ones": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=f.reaction("r", "A", "B", "v * k * A", '<localParameter id="k" value="0.05"/>')
        + f.reaction("q", "B", "A", "v * k * B"),
    ),
    "function definitions that call each other": f.lists(
        FunctionDefinitions=f.function("hill", "x h n", "x^n / (h^n + x^n)")
        + f.function("twice", "x", "2 * hill(x, 1, 2)"),
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=f.reaction("r", "A", "B", "v * k * twice(A)"),
    ),
    "rules and initial assignments that chain": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K + f.parameter("x", None, False) + f.parameter("y", 1, False) + f.parameter("z", None),
        InitialAssignments=f.initial("A", "z * 2 + x") + f.initial("z", "k + 1"),
        Rules=f.rule("assignment", "x", "y^2 + k") + f.rule("rate", "y", "-0.2 * y + B * 0.01"),
        Reactions=DECAY,
    ),
    "rate rule on a concentration": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 1),
        Parameters=K,
        Rules=f.rule("rate", "A", "-k * A * B") + f.rule("assignment", "B", "A / 2 + 1"),
    ),
    "piecewise of time and state": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=f.reaction(
            "r", "A", "B", "v * piecewise(k, time < 3.3, piecewise(2 * k, A > 0.4, k / 5)) * A"
        ),
    ),
    "mathematics": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 1),
        Parameters=K,
        Reactions=f.reaction(
            "r",
            "A",
            "B",
            "v * k * A * (exp(-A) + ln(A + 1) + log10(A + 2) + sqrt(A) + abs(A - 2) + sin(time) + tanh(A) + "
            "root(3, A) + A^1.7 + cosh(A / 9) + floor(2.5) + ceil(1.2) + pi / 10 + arctanh(A / 10)) / 9",
        ),
    ),
    "a compartment that grows": f.lists(
        Compartments=f.compartment(size=2, more='constant="false"'),
        Species=f.species("A", 3) + f.species("B", 0.1),
        Parameters=K,
        Rules=f.rule("rate", "v", "0.1 * v"),
        Reactions=DECAY,
    ),
    "conversion factors": f.lists(
        Compartments=V,
        Species=f.species("A", 3, 'conversionFactor="c"') + f.species("B", 0),
        Parameters=K + f.parameter("c", 4),
        Reactions=DECAY,
    ),
    "an event in time": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=DECAY,
        Events=f.event("dose", "time >= 4.2", {"A": "A + 5", "B": "B / 2"}),
    ),
    "an event that fires at the start": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=DECAY,
        Events=f.event("first", "A > 1", {"A": "10"}, initial="false"),
    ),
    "events of state that repeat": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=DECAY,
        Events=f.event("refill", "A < 0.7", {"A": "3"}),
    ),
    "an event changes a parameter": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=f.parameter("k", 0.3, False),
        Reactions=DECAY,
        Events=f.event("slow", "B > 1.1", {"k": "k / 10"}) + f.event("fast", "time > 8", {"k": "1"}),
    ),
    "priorities at one instant": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=DECAY,
        Events=f.event("one", "time >= 5", {"A": "A + 1"}, f"<priority>{f.math('1')}</priority>", use="false")
        + f.event("two", "time >= 5", {"A": "A * 3"}, f"<priority>{f.math('2')}</priority>", use="false"),
    ),
    "an event sets off another": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=DECAY,
        Events=f.event("one", "time >= 5", {"A": "9"}) + f.event("two", "A > 8", {"B": "7"}),
    ),
    "names that other languages reserve": f.lists(
        Compartments=V,
        Species=f.species("lambda", 3) + f.species("E", 0),
        Parameters=f.parameter("t", 0.3) + f.parameter("S", 2),
        Reactions=f.reaction("in", "lambda", "E", "v * t * lambda * S"),
    ),
    "the rate of change of a species": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K + f.parameter("x", 0, False),
        Rules=f.rule("rate", "x", "rateOf(B) * 2 - x"),
        Reactions=f.reaction("r", "A", "B", "v * k * A"),
    )
    .replace("</listOfSpecies>", f.species("X", 0) + "</listOfSpecies>")
    .replace("</listOfReactions>", f.reaction("s", "", "X", "v * x") + "</listOfReactions>"),
    "a stoichiometry that a rule computes": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Rules=f.rule("assignment", "n", "1 + k * 2"),
        Reactions=f.reaction("r", "A", "B", "v * k * A").replace(
            '<speciesReference species="B" stoichiometry="1" constant="true"/>',
            '<speciesReference id="n" species="B" constant="false"/>',
        ),
    ),
    "an event that resizes a compartment": f.lists(
        Compartments=f.compartment(size=2, more='constant="false"'),
        Species=f.species("A", 3) + f.species("B", 0.1, kind="initialAmount"),
        Parameters=K,
        Reactions=DECAY,
        Events=f.event("grow", "time >= 4.4", {"v": "v * 2.5"}),
    ),
    "logic": f.lists(
        Compartments=V,
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=f.reaction(
            "r",
            "A",
            "B",
            "v * A * piecewise(k, xor(time > 2.2, time > 5.5), k / 3, not(A < 1) && (B > 0.2 || time > 7.1), k / 7)",
        ),
    ),
    "large and small together": f.lists(
        Compartments=V,
        Species=f.species("A", 3e11) + f.species("B", 2e-9),
        Parameters=K + f.parameter("q", 2e-21),
        Reactions=DECAY.replace("B", "B") + f.reaction("g", "", "B", "v * q * A * B"),
    ),
}


def agrees(path: Path, end: float, tolerance: float = 1e-6) -> None:
    import libsbml

    model = import_sbml(path)
    times = np.concatenate([[0.0], np.linspace(end / 23, end, 23) - end * 0.0031])
    run = run_imported(model, times, tolerances=TIGHT)
    assert not run.failures
    oracle = roadrunner.RoadRunner(str(path))
    oracle.integrator.absolute_tolerance, oracle.integrator.relative_tolerance = 1e-16, 1e-12
    oracle.integrator.maximum_num_steps = 2_000_000
    declared = libsbml.readSBMLFromFile(str(path)).getModel()
    shown = {
        s.getId(): s.getId() if s.getHasOnlySubstanceUnits() else f"[{s.getId()}]"
        for s in declared.getListOfSpecies()
    }
    oracle.selections = ["time", *shown.values()]
    expected = np.array(oracle.simulate(times=times.tolist()))
    for k, name in enumerate(shown, 1):
        found = run.outputs[name if name in run.outputs else f"{name}_"]
        floor = 1e-9 * np.abs(expected[:, k]).max()
        assert found[1:] == pytest.approx(expected[1:, k], rel=tolerance, abs=floor), name


@pytest.mark.parametrize("name", CASES)
def test_construct(name, tmp_path):
    path = tmp_path / "model.xml"
    path.write_text(f.sbml(CASES[name]))
    agrees(path, 12.0)


@pytest.mark.parametrize("version", [(2, 4), (2, 5), (3, 1)])
def test_levels(version, tmp_path):
    level = version[0]
    body = f.lists(
        Compartments=V if level > 2 else V.replace('constant="true"', ""),
        Species=f.species("A", 3) + f.species("B", 0),
        Parameters=K,
        Reactions=f.reaction(
            "r", "A", "2*B", "v * k * A * (1 + 0.5 * sin(time))", level=2 if level == 2 else 3
        )
        if level == 2
        else f.reaction("r", "A", "2*B", "v * k * A * (1 + 0.5 * sin(time))").replace(
            'reversible="false"', 'reversible="false" fast="false"'
        ),
    )
    path = tmp_path / "model.xml"
    path.write_text(f.sbml(body, *version))
    agrees(path, 12.0)


@pytest.mark.skipif(not SHARED.exists(), reason="the BioModels files aren't at hand")
@pytest.mark.parametrize(
    ("file", "end"),
    [
        ("Barros2021_Raji_BIOMD0000001020", 13.0),
        ("Chaudhury2020_EC50_BIOMD0000001025", 60.0),
        ("Chaudhury2020_LotkaVolterra_BIOMD0000001024", 60.0),
        ("Hanson2016_CART_toxicity_BIOMD0000000837", 500.0),
        ("LeonTriana2020_BIOMD0000001011", 60.0),
        ("LeonTriana2020_BIOMD0000001012", 60.0),
        ("LeonTriana2021_single_BIOMD0000001013", 60.0),
    ],
)
def test_biomodels(file, end):
    agrees(SHARED / f"{file}.xml", end)
