"""GenBank and FASTA: writing with fixed bytes, reading any circular plasmid."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from vein2vein.construct.car import Protein
from vein2vein.construct.parts import Role
from vein2vein.construct.plasmid import Feature, Plasmid
from vein2vein.errors import InputError

_DATE = "01-JAN-2025"  # fixed, so that the same design gives the same bytes
_NOTICE = "Research use only; a computed design, not a build specification. Parts may be under patent."


def genbank_text(plasmid: Plasmid, protein: Protein, title: str) -> str:
    """Return the annotated GenBank record of a designed plasmid."""
    from Bio import SeqIO
    from Bio.Seq import Seq
    from Bio.SeqRecord import SeqRecord

    record = SeqRecord(
        Seq(plasmid.sequence),
        id=plasmid.name,
        name=plasmid.name[:16],
        description=f"{title or plasmid.name}, lentiviral transfer plasmid (designed)",
        features=[_record_feature(f, protein) for f in plasmid.features],
        annotations={
            "molecule_type": "DNA",
            "topology": "circular",
            "data_file_division": "SYN",
            "date": _DATE,
            "organism": "synthetic DNA construct",
            "taxonomy": ["other sequences", "artificial sequences"],
            "source": "synthetic DNA construct",
            "comment": _NOTICE,
        },
    )
    out = io.StringIO()
    SeqIO.write(record, out, "genbank")
    return out.getvalue()


def _record_feature(feature: Feature, protein: Protein) -> Any:
    from Bio.SeqFeature import SeqFeature, SimpleLocation

    qualifiers: dict[str, list[str]] = {"label": [feature.name]}
    notes = [f"role: {feature.role}"] if feature.role else []
    if feature.part is not None:
        notes += [
            f"part: {feature.part.id}",
            f"verification: {feature.part.verification}",
            f"source: {feature.part.source}",
        ]
    if feature.role is Role.CDS:
        qualifiers |= {"codon_start": ["1"], "product": [feature.name], "translation": [protein.sequence]}
    if notes:
        qualifiers["note"] = ["; ".join(notes)]
    if feature.type == "regulatory":
        qualifiers["regulatory_class"] = ["other"]
    return SeqFeature(
        SimpleLocation(feature.start, feature.end, strand=feature.strand),
        type=feature.type,
        qualifiers=qualifiers,
    )


def read_genbank(path: str | Path) -> Plasmid:
    """Return the plasmid in a GenBank file, features as annotated, without roles.

    Raises
    ------
    InputError
        The file can't be read, holds no record or more than one, or no sequence.
    """
    from Bio import SeqIO

    file = Path(path)
    try:
        with file.open(encoding="utf-8") as handle:
            records = list(SeqIO.parse(handle, "genbank"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(
            f"can't read the GenBank file ({error})",
            where=str(file),
            allowed="a GenBank flat file (.gb, .gbk)",
            remedy="export the plasmid as GenBank",
        ) from error
    if len(records) != 1:
        raise InputError(
            "the file must hold one record",
            where=str(file),
            value=f"{len(records)} records",
            remedy="export one plasmid a file, with LOCUS and ORIGIN lines",
        )
    record = records[0]
    try:
        sequence = str(record.seq).upper()
    except Exception as error:  # Biopython raises UndefinedSequenceError, a private class of its own
        raise InputError(
            "the record has no sequence", where=str(file), remedy="export it with its ORIGIN"
        ) from error
    features = [
        _feature(f, len(sequence)) for f in record.features if f.type != "source" and f.location is not None
    ]
    return Plasmid(record.name or file.stem, sequence, tuple(features))


def _feature(row: Any, size: int) -> Feature:
    """Return a Biopython feature; one that crosses the origin keeps its start and ends past the last base."""
    names = (
        row.qualifiers.get("label")
        or row.qualifiers.get("product")
        or row.qualifiers.get("gene")
        or [row.type]
    )
    start, end = int(row.location.start), int(row.location.end)
    pieces = row.location.parts
    tails = [p for p in pieces if int(p.end) == size]
    heads = [p for p in pieces if int(p.start) == 0]
    if len(pieces) > 1 and tails and heads:
        start, end = int(tails[0].start), size + int(heads[0].end)
    return Feature(str(names[0]), row.type, start, end, int(row.location.strand or 1))


def fasta_text(plasmid: Plasmid, protein: Protein, coding: str) -> str:
    """Return plasmid, coding DNA and protein as FASTA."""
    rows = (
        (f"{plasmid.name}_plasmid", plasmid.sequence),
        (f"{plasmid.name}_cds", coding),
        (f"{plasmid.name}_protein", protein.sequence),
    )
    return "".join(
        f">{name}\n" + "\n".join(text[i : i + 70] for i in range(0, len(text), 70)) + "\n"
        for name, text in rows
    )
