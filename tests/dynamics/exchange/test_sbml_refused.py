"""Broken or unsupported files are refused by name with the line; poor ones are named and run."""

import numpy as np
import pytest

from tests.dynamics.exchange import files as f
from vein2vein.dynamics.exchange.imported import SbmlError
from vein2vein.dynamics.exchange.sbml import import_sbml
from vein2vein.simulation.imported_run import run_imported

V, K = f.compartment(), f.parameter("k", 0.3)
AB = f.species("A", 3) + f.species("B", 0)
DECAY = f.reaction("r", "A", "B", "v * k * A")
ALGEBRAIC = f"<algebraicRule>{f.math('A + B - 3')}</algebraicRule>"
DELAYED = f.event("late", "A < 1", {"A": "3"}, f"<delay>{f.math('2')}</delay>")


def change(**kinds):
    """Return a file of A that decays into B, with lists changed."""
    return f.sbml(f.lists(**{"Compartments": V, "Species": AB, "Parameters": K, "Reactions": DECAY, **kinds}))


BROKEN = {
    "malformed XML": (f.sbml(f.lists(Compartments=V)).replace("</model>", ""), "line"),
    "cyclic rules": (
        f.sbml(
            f.lists(
                Compartments=V,
                Parameters=f.parameter("x", 1, False) + f.parameter("y", 1, False),
                Rules=f.rule("assignment", "x", "y + 1") + f.rule("assignment", "y", "x + 1"),
            )
        ),
        "line",
    ),
    "a species twice": (
        f.sbml(f.lists(Compartments=V, Species=f.species("A", 1) + f.species("A", 2))),
        "'A'",
    ),
    "an event on an unknown species": (
        f.sbml(f.lists(Compartments=V, Species=AB, Events=f.event("e", "A > 1", {"Z": "2"}))),
        "Z",
    ),
    "an undefined symbol": (
        f.sbml(f.lists(Compartments=V, Species=AB, Reactions=f.reaction("r", "A", "B", "v * nowhere * A"))),
        "nowhere",
    ),
    "an algebraic rule": (
        f.sbml(f.lists(Compartments=V, Species=AB, Parameters=K, Rules=ALGEBRAIC)),
        "algebraic",
    ),
    "a delayed event": (f.sbml(f.lists(Compartments=V, Species=AB, Parameters=K, Events=DELAYED)), "delay"),
    "a delay": (
        f.sbml(
            f.lists(
                Compartments=V,
                Species=AB,
                Parameters=K,
                Reactions=f.reaction("r", "A", "B", "v * k * delay(A, 2)"),
            )
        ),
        "delay",
    ),
    "a species in no compartment": (
        f.sbml(f.lists(Compartments=V, Species=f.species("A", 1, where="w"))),
        "w",
    ),
    "level 1": (
        '<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model name="m"><listOfCompartments>'
        '<compartment name="v"/></listOfCompartments></model></sbml>',
        "level 1",
    ),
    "not SBML": ("<html><body/></html>", "where"),
    "an empty file": ("", "empty"),
    "a file that breaks off": (f.sbml(f.lists(Compartments=V, Species=AB))[:300], "line"),
    "an event on a constant": (change(Events=f.event("e", "A < 1", {"k": "2"})), "'k'"),
    "two rules for one variable": (
        change(
            Parameters=f.parameter("x", 1, False),
            Rules=f.rule("assignment", "x", "2") + f.rule("rate", "x", "1"),
        ),
        "'x'",
    ),
    "a rule and a reaction": (change(Rules=f.rule("rate", "A", "-1")), "'A' occurs in both"),
    "an unknown function": (change(Reactions=f.reaction("r", "A", "B", "v * k * foo(A)")), "'foo'"),
    "a function that calls itself": (
        change(FunctionDefinitions=f.function("g", "x", "g(x) + 1")),
        "refers to itself",
    ),
    "an unknown species in a reaction": (change(Reactions=f.reaction("r", "Z", "B", "v * k * A")), "'Z'"),
    "a trigger on an unknown symbol": (change(Events=f.event("e", "Q < 1", {"A": "2"})), "'Q'"),
    "a rule in a circle with a reaction": (
        change(
            Parameters=f.parameter("x", 0, False),
            Rules=f.rule("assignment", "x", "r + 1"),
            Reactions=f.reaction("r", "A", "B", "v * x * A"),
        ),
        "cycle",
    ),
    "a number that is text": (change(Parameters=f.parameter("k", "abc")), "line"),
    "an infinite value": (change(Parameters=f.parameter("k", "INF")), "infinite"),
    "the factorial of a state": (
        change(Reactions=f.reaction("r", "A", "B", "v * factorial(A)")),
        "factorial",
    ),
    "a package that changes the meaning": (
        f.sbml(f.lists(Compartments=V)).replace(
            'level="3"',
            'xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true" level="3"',
            1,
        ),
        "comp",
    ),
    "initial values in a circle": (
        f.sbml(
            f.lists(
                Compartments=V,
                Parameters=f.parameter("x", 1) + f.parameter("y", 1),
                InitialAssignments=f.initial("x", "y") + f.initial("y", "x"),
            )
        ),
        "x",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_refused_by_name(what, tmp_path):
    text, named = BROKEN[what]
    path = tmp_path / "model.xml"
    path.write_text(text)
    with pytest.raises(SbmlError) as raised:
        import_sbml(path)
    assert named in str(raised.value)
    assert "model.xml" in str(raised.value)


def test_absent_file():
    with pytest.raises(SbmlError, match="no such file"):
        import_sbml("nowhere.xml")


def test_poor_files_are_named_and_run(tmp_path):
    path = tmp_path / "model.xml"
    body = f.lists(
        Compartments=V,
        Species=f.species("A", 3)
        + f.species("B", 1)
        + '<species id="C" compartment="v" hasOnlySubstanceUnits="false" '
        'boundaryCondition="false" constant="false"/>',
        Parameters=f.parameter("k", 1.5) + f.parameter("huge", 1e20),
        Reactions=f.reaction("r", "A", "C", "v * k"),
    )
    path.write_text(f.sbml(body))
    model = import_sbml(path)
    said = " ".join(model.warnings)
    assert "parameter without a unit" in said
    assert "out of scale" in said
    assert "without an initial value" in said
    assert "2 ×" in said
    run = run_imported(model, np.linspace(0, 5, 11))
    assert not run.failures
    assert run.negative == ("A",)
    assert run.outputs["A"][-1] == pytest.approx(3 - 1.5 * 5)


BASE = change()
POOR = {
    "no encoding": (BASE.replace(' encoding="UTF-8"', ""), "no encoding"),
    "an unknown unit": (
        BASE.replace('<parameter id="k"', '<parameter units="foo" id="k"'),
        "unit that isn't defined",
    ),
    "a missing attribute": (BASE.replace(' reversible="false"', ""), "'reversible' missing"),
    "a label": (BASE.replace('<parameter id="k"', '<parameter sboTerm="SBO:12" id="k"'), "malformed"),
    "an annotation": (
        BASE.replace(
            '<model id="m" >',
            '<model id="m" ><annotation><a:x xmlns:a="http://a">1</a:x><a:y xmlns:a="http://a">1</a:y></annotation>',
        ),
        "malformed annotation",
    ),
    "a constraint": (
        change(Constraints=f"<constraint>{f.math('A > 1')}</constraint>"),
        "constraint, not checked",
    ),
}


@pytest.mark.parametrize("what", POOR)
def test_merely_poor(what, tmp_path):
    text, named = POOR[what]
    path = tmp_path / "model.xml"
    path.write_text(text)
    model = import_sbml(path)
    assert any(named in warning for warning in model.warnings)
    run = run_imported(model, np.linspace(0, 5, 3))
    assert run.outputs["A"][-1] == pytest.approx(3 * np.exp(-1.5), rel=1e-6)
