"""Corners of SBML that few files reach: what libroadrunner makes of them, the engine makes too."""

import pytest

from tests.dynamics.exchange import files as f
from tests.dynamics.exchange.test_sbml_against_roadrunner import agrees

roadrunner = pytest.importorskip("roadrunner")

V, V_MOVES = f.compartment(size=2.5), f.compartment(size=2, more='constant="false"')
V2 = V.replace(' constant="true"', "")
K, AB = f.parameter("k", 0.3), f.species("A", 3) + f.species("B", 0)
DECAY = f.reaction("r", "A", "B", "v * k * A")
ONE_B = '<speciesReference species="B" stoichiometry="1" constant="true"/>'
AMOUNT = 'hasOnlySubstanceUnits="true"'
BOUNDARY = f.species("A", 3, 'boundaryCondition="true"') + f.species("B", 0.2)


def model(**kinds: str) -> str:
    """Return a model of A that turns into B, with what is given instead or besides."""
    return f.lists(**{"Compartments": V, "Species": AB, "Parameters": K, "Reactions": DECAY, **kinds})


def counted(more: str) -> str:
    """Return the reaction A to B whose product has a stoichiometry with a name."""
    return DECAY.replace(ONE_B, f'<speciesReference id="n" species="B" {more}/>')


def ranked(number: str) -> str:
    return f"<priority>{f.math(number)}</priority>"


CASES = {
    "amounts in a compartment that a rule resizes": model(
        Compartments=V_MOVES,
        Parameters=K + f.parameter("g", 0.2),
        Species=f.species("A", 3, AMOUNT, "initialAmount") + f.species("B", 1),
        Rules=f.rule("assignment", "v", "2 + 0.3 * sin(g * time)"),
        Reactions=f.reaction("r", "A", "B", "k * A") + f.reaction("q", "B", "A", "0.1 * k * B * v"),
    ),
    "amounts given as concentrations": model(
        Compartments=V_MOVES,
        Species=f.species("A", 3) + f.species("B", 1, AMOUNT),
        Rules=f.rule("assignment", "v", "1 + 0.2 * time"),
    ),
    "a rate rule on a concentration in a compartment that grows": model(
        Compartments=V_MOVES,
        Species=f.species("A", 3) + f.species("B", 1),
        Rules=f.rule("rate", "v", "0.1 * v") + f.rule("rate", "A", "-k * A"),
        Reactions=f.reaction("q", "B", "", "0.1 * v * B"),
    ),
    "a boundary species with a rate rule": model(Species=BOUNDARY, Rules=f.rule("rate", "A", "-0.2 * A")),
    "a boundary species that a rule computes from time": model(
        Species=BOUNDARY, Rules=f.rule("assignment", "A", "3 + cos(time)")
    ),
    "a boundary species that an event sets": model(
        Species=BOUNDARY, Events=f.event("e", "time >= 3.7", {"A": "A / 4"})
    ),
    "an initial amount from a concentration": model(
        Species=f.species("A", 3) + f.species("B", 0, AMOUNT, "initialAmount"),
        InitialAssignments=f.initial("B", "A * v + k") + f.initial("A", "2 * k"),
    ),
    "the size of a compartment assigned at the start": model(
        Species=f.species("A", 6, kind="initialAmount") + f.species("B", 0),
        InitialAssignments=f.initial("v", "4 * k + 1"),
    ),
    "stoichiometries that aren't whole, and a species on both sides": model(
        Reactions=f.reaction("r", "1.5*A", "0.75*B", "v * k * A * A")
        + f.reaction("q", "2*A", "3*A B", "v * k * A * (1 - A / 5)")
    ),
    "a stoichiometry assigned at the start": model(
        InitialAssignments=f.initial("n", "k * 4"), Reactions=counted('constant="true"')
    ),
    "a stoichiometry with a rate rule": model(
        Rules=f.rule("rate", "n", "0.1"), Reactions=counted('stoichiometry="2" constant="false"')
    ),
    "a stoichiometry that an event sets": model(
        Reactions=counted('stoichiometry="2" constant="false"'),
        Events=f.event("e", "time >= 3", {"n": "n + 1.5"}),
    ),
    "an event that isn't persistent is called off": model(
        Events=f.event("one", "time >= 4", {"A": "0.5"}, ranked("5"))
        + f.event("two", "time >= 4 && A > 0.6", {"B": "9"}, ranked("1"), persistent="false")
    ),
    "a persistent event isn't": model(
        Events=f.event("one", "time >= 4", {"A": "0.5"}, ranked("5"))
        + f.event("two", "time >= 4 && A > 0.6", {"B": "9"}, ranked("1"))
    ),
    "values of the trigger's instant, and of the execution's": model(
        Events=f.event("one", "time >= 4", {"A": "A + B"}, ranked("5"))
        + f.event("two", "time >= 4", {"B": "A + B"}, ranked("1"), use="true")
        + f.event("three", "time >= 4", {"A": "A * B"}, ranked("0"), use="false")
    ),
    "priorities that states compute": model(
        Events=f.event("one", "time >= 4", {"A": "A + 1"}, ranked("A"), use="false")
        + f.event("two", "time >= 4", {"A": "A * 3"}, ranked("B"), use="false")
    ),
    "an event that swaps": model(Events=f.event("swap", "time >= 2.2", {"A": "B", "B": "A"})),
    "a trigger that falls and rises by itself": model(Events=f.event("e", "sin(time) > 0.9", {"A": "A + 1"})),
    "an oscillator that crosses a threshold again and again": model(
        Species=f.species("A", 1) + f.species("B", 0),
        Rules=f.rule("rate", "A", "2 * B") + f.rule("rate", "B", "-2 * A"),
        Reactions=f.reaction("none", "", "", "k"),
        Events=f.event("e", "A > 0.8", {"B": "B * 0.9"}),
    ),
    "two windows of time": model(
        Events=f.event("e", "(time >= 2 && time < 3) || (time >= 6 && time < 7)", {"A": "A + 2"})
    ),
    "an event that sets its own next time": model(
        Parameters=K + f.parameter("n", 1, False),
        Events=f.event("e", "time >= 2.5 * n", {"A": "A + 1", "n": "n + 1"}),
    ),
    "events that set each other off": model(
        Events=f.event("e", "A < 1", {"B": "B + 2"}) + f.event("g", "B > 5", {"A": "A + 1.3", "B": "B - 3"})
    ),
    "conditions that hold at the start": model(
        Events=f.event("a", "time >= 0", {"B": "B + 1"}, initial="false")
        + f.event("b", "time >= 0", {"B": "B + 10"})
    ),
    "an event in a compartment that a rule moves": model(
        Compartments=V_MOVES,
        Rules=f.rule("rate", "v", "0.2"),
        Events=f.event("e", "A < 1", {"A": "2"}) + f.event("g", "v > 3", {"v": "1.5"}),
    ),
    "a pulse as a function of time": model(
        FunctionDefinitions=f.function("pulse", "t a b", "piecewise(1, t > a && t < b, 0)")
        + f.function("c", "", "0.5"),
        Reactions=f.reaction("r", "A", "B", "v * k * A * (0.2 + c() * pulse(time, 2, 5))"),
    ),
    "whole numbers": model(
        Reactions=f.reaction(
            "r",
            "A",
            "B",
            "v * k * A * (max(A, 1, k) - min(A, 0.5) + rem(7, 3) / 10 + quotient(7, 3) / 10 + factorial(3) / 10 + "
            "floor(time / 2) / 20 + avogadro / 6e24)",
        )
    ),
    "inverse functions": model(
        Reactions=f.reaction(
            "r",
            "A",
            "B",
            "v * k * A * (arctan(A) + arctan(-3 * A) / 9 + arcsin(A / 10) + arccos(A / 10) / 3 + sec(0.3) + "
            "cot(1.1) / 9 + arcsinh(A) / 5 + arccot(A + 1) + arcsec(A + 2) / 9 + arccsc(A + 3) + arccosh(A + 1) / 9 + "
            "arccoth(A + 2) / 9)",
        )
    ),
    "the rate of a reaction in mathematics": model(
        Parameters=K + f.parameter("y", 0, False),
        Rules=f.rule("rate", "y", "r / v - y"),
        Reactions=DECAY + f.reaction("s", "B", "", "v * 0.1 * r * B"),
    ),
    "a compartment without dimensions": model(
        Compartments='<compartment id="v" spatialDimensions="0" constant="true"/>',
        Species=f.species("A", 3, AMOUNT, "initialAmount") + f.species("B", 0, AMOUNT, "initialAmount"),
        Reactions=f.reaction("r", "A", "B", "k * A"),
    ),
    "two compartments": model(
        Compartments=V + f.compartment("w", 0.4),
        Species=f.species("A", 3) + f.species("B", 0, where="w"),
        Reactions=f.reaction("r", "A", "B", "k * (A - B) * 0.3") + f.reaction("q", "B", "", "w * k * B"),
    ),
    "a stiff one": model(
        Parameters=K + f.parameter("f", 1e5),
        Species=AB + f.species("C", 0.1),
        Reactions=f.reaction("r", "A", "B", "v * f * A * A * C")
        + f.reaction("q", "B", "A", "v * f * B * 0.1")
        + f.reaction("s", "C", "", "v * k * C"),
    ),
}
LEVEL_2 = {
    "stoichiometry as mathematics": model(
        Compartments=V2,
        Reactions=f.reaction("r", "A", "B", "v * k * A", level=2).replace(
            '<speciesReference species="B" stoichiometry="1"/>',
            f'<speciesReference species="B"><stoichiometryMath>{f.math("2 * k + 1")}</stoichiometryMath>'
            "</speciesReference>",
        ),
    ),
    "an event": model(
        Compartments=V2,
        Reactions=f.reaction("r", "A", "B", "v * k * A", '<parameter id="k" value="0.1"/>', level=2),
        Events=f.event("e", "A < 1", {"A": "A + 2"})
        .replace(' initialValue="true" persistent="true"', "")
        .replace(' useValuesFromTriggerTime="true"', ""),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_corner(name, tmp_path):
    path = tmp_path / "model.xml"
    path.write_text(f.sbml(CASES[name]))
    agrees(path, 12.0)


@pytest.mark.parametrize("name", LEVEL_2)
def test_corner_of_level_2(name, tmp_path):
    path = tmp_path / "model.xml"
    path.write_text(f.sbml(LEVEL_2[name], 2, 4))
    agrees(path, 12.0)
