"""SBML files written by hand, one construct after another."""

MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'
NAMESPACES = {
    (2, 1): "http://www.sbml.org/sbml/level2",
    (2, 4): "http://www.sbml.org/sbml/level2/version4",
    (2, 5): "http://www.sbml.org/sbml/level2/version5",
    (3, 1): "http://www.sbml.org/sbml/level3/version1/core",
    (3, 2): "http://www.sbml.org/sbml/level3/version2/core",
}


def sbml(body: str, level: int = 3, version: int = 2, attributes: str = "") -> str:
    """Return a file around the content of a model."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sbml xmlns="{NAMESPACES[level, version]}" level="{level}" '
        f'version="{version}">\n<model id="m" {attributes}>\n{body}\n</model>\n</sbml>\n'
    )


def math(text: str) -> str:
    """Return infix text as MathML."""
    import libsbml

    node = libsbml.parseL3Formula(text)
    assert node is not None, libsbml.getLastParseL3Error()
    return libsbml.writeMathMLToString(node).split("?>", 1)[-1].strip()


def compartment(name: str = "v", size: float = 1, more: str = 'constant="true"') -> str:
    return f'<compartment id="{name}" size="{size}" spatialDimensions="3" {more}/>'


def species(
    name: str, value: float, more: str = "", kind: str = "initialConcentration", where: str = "v"
) -> str:
    flags = {"hasOnlySubstanceUnits": "false", "boundaryCondition": "false", "constant": "false"}
    flags = {k: v for k, v in flags.items() if k not in more}
    return (
        f'<species id="{name}" compartment="{where}" {kind}="{value}" '
        + " ".join(f'{k}="{v}"' for k, v in flags.items())
        + f" {more}/>"
    )


def parameter(name: str, value: float | None, constant: bool = True) -> str:
    given = "" if value is None else f'value="{value}"'
    return f'<parameter id="{name}" {given} constant="{str(constant).lower()}"/>'


def reaction(name: str, reactants: str, products: str, law: str, local: str = "", level: int = 3) -> str:
    def references(words: str) -> str:
        out = []
        for word in words.split():
            count, _, who = word.rpartition("*")
            constant = ' constant="true"' if level > 2 else ""
            out.append(f'<speciesReference species="{who}" stoichiometry="{count or 1}"{constant}/>')
        return "".join(out)

    kind = "listOfLocalParameters" if level > 2 else "listOfParameters"
    wrapped = f"<{kind}>{local}</{kind}>" if local else ""
    return (
        f'<reaction id="{name}" reversible="false"{" fast=" + chr(34) + "false" + chr(34) if level < 3 else ""}>'
        + (f"<listOfReactants>{references(reactants)}</listOfReactants>" if reactants else "")
        + (f"<listOfProducts>{references(products)}</listOfProducts>" if products else "")
        + "<kineticLaw>"
        + math(law)
        + wrapped
        + "</kineticLaw></reaction>"
    )


def lists(**kinds: str) -> str:
    """Return the lists of a model in the order that the format wants."""
    order = (
        "FunctionDefinitions",
        "UnitDefinitions",
        "Compartments",
        "Species",
        "Parameters",
        "InitialAssignments",
        "Rules",
        "Constraints",
        "Reactions",
        "Events",
    )
    return "\n".join(f"<listOf{k}>\n{kinds[k]}\n</listOf{k}>" for k in order if k in kinds)


def event(
    name: str,
    trigger: str,
    changes: dict[str, str],
    more: str = "",
    initial: str = "true",
    persistent: str = "true",
    use: str = "true",
) -> str:
    sets = "".join(f'<eventAssignment variable="{k}">{math(v)}</eventAssignment>' for k, v in changes.items())
    return (
        f'<event id="{name}" useValuesFromTriggerTime="{use}"><trigger initialValue="{initial}" '
        f'persistent="{persistent}">{math(trigger)}</trigger>{more}<listOfEventAssignments>{sets}'
        "</listOfEventAssignments></event>"
    )


def function(name: str, arguments: str, body: str) -> str:
    bound = "".join(f"<bvar><ci>{a}</ci></bvar>" for a in arguments.split())
    inner = math(body).replace(f"<math {MATH}>", "").replace("</math>", "")
    return f'<functionDefinition id="{name}"><math {MATH}><lambda>{bound}{inner}</lambda></math></functionDefinition>'


def rule(kind: str, variable: str, text: str) -> str:
    return f'<{kind}Rule variable="{variable}">{math(text)}</{kind}Rule>'


def initial(variable: str, text: str) -> str:
    return f'<initialAssignment symbol="{variable}">{math(text)}</initialAssignment>'
