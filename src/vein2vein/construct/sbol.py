"""SBOL 3 export (needs the extra ``sbol``): the plasmid as a component with its sequence features."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vein2vein.construct.design import Construct
from vein2vein.construct.parts import Role
from vein2vein.errors import InputError
from vein2vein.files import whole_file

NAMESPACE = "https://vein2vein.invalid/construct"
_SO = "https://identifiers.org/SO:"
_ROLES = {
    Role.PROMOTER: "0000167",
    Role.PROMOTER_5LTR: "0000167",
    Role.CDS: "0000316",
    Role.LTR5: "0000425",
    Role.LTR3: "0000426",
    Role.ORIGIN: "0000296",
    Role.POLYA: "0000551",
    Role.SIGNAL_PEPTIDE: "0000418",
}
_ENGINEERED_REGION = "0000804"


def write_sbol(construct: Construct, path: str | Path) -> Path:
    """Write the construct as SBOL 3 (sorted N-Triples) and return the path.

    Raises
    ------
    InputError
        The package sbol3 isn't installed.
    """
    try:
        import sbol3
    except ImportError as error:
        raise InputError(
            "SBOL export needs the package sbol3",
            remedy="install it with `pip install 'vein2vein[sbol]'`",
        ) from error
    sbol3.set_namespace(NAMESPACE)
    document = sbol3.Document()
    name = construct.spec.name.replace("-", "_")
    sequence = sbol3.Sequence(
        f"{name}_sequence", elements=construct.plasmid.sequence.lower(), encoding=sbol3.IUPAC_DNA_ENCODING
    )
    plasmid = sbol3.Component(f"{name}_plasmid", types=[sbol3.SBO_DNA, sbol3.SO_CIRCULAR])
    plasmid.name, plasmid.description = construct.spec.name, construct.spec.title
    plasmid.roles, plasmid.sequences = [_SO + _ENGINEERED_REGION], [sequence]
    document.add(sequence)
    document.add(plasmid)
    plasmid.features = [_feature(f, sequence) for f in construct.plasmid.features]
    problems = list(document.validate().errors)
    if problems:
        raise InputError(f"the SBOL document isn't valid ({problems[0]})", where=construct.spec.name)
    with whole_file(path) as partial:
        document.write(str(partial), file_format=sbol3.SORTED_NTRIPLES)
    return Path(path)


def _feature(feature: Any, sequence: Any) -> Any:
    import sbol3

    place = sbol3.Range(
        sequence,
        feature.start + 1,
        feature.end,
        orientation=sbol3.SO_FORWARD if feature.strand > 0 else sbol3.SO_REVERSE,
    )
    row = sbol3.SequenceFeature([place], name=feature.name)
    row.roles = [_SO + _ROLES.get(feature.role, "0000001")]
    if feature.part is not None:
        row.description = f"{feature.part.id}; {feature.part.verification}; {feature.part.source}"
    return row
