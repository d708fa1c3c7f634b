"""Writing a designed construct: every file whole or absent."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vein2vein.construct.circular_map import circular_map
from vein2vein.construct.data_sheet import data_sheet_html, data_sheet_markdown
from vein2vein.construct.design import Construct
from vein2vein.construct.genbank import fasta_text, genbank_text
from vein2vein.construct.linear_map import linear_map
from vein2vein.construct.protein_properties import chain_properties
from vein2vein.construct.sbol import write_sbol
from vein2vein.files import output_folder, write_text


def write_construct(construct: Construct, out: str | Path) -> dict[str, Path]:
    """Write GenBank, FASTA, maps, data sheet, junction peptides and a JSON summary; return the paths by kind.

    SBOL is written where the package sbol3 is installed.

    Raises
    ------
    OutputError
        The folder can't be written.
    """
    folder, name = output_folder(out), construct.spec.name
    plasmid, protein = construct.plasmid, construct.protein
    texts = {
        "genbank": (f"{name}.gb", genbank_text(plasmid, protein, construct.spec.title)),
        "fasta": (f"{name}.fasta", fasta_text(plasmid, protein, construct.coding.sequence)),
        "linear_map": (f"{name}.linear.svg", linear_map(plasmid, protein)),
        "circular_map": (f"{name}.circular.svg", circular_map(plasmid, construct.restriction_map)),
        "data_sheet": (f"{name}.html", data_sheet_html(construct)),
        "data_sheet_markdown": (f"{name}.md", data_sheet_markdown(construct)),
        "junctions": (f"{name}.junctions.tsv", _junction_table(construct)),
    }
    paths = {kind: write_text(folder / file, text) for kind, (file, text) in texts.items()}
    if find_spec("sbol3") is not None:
        paths["sbol"] = write_sbol(construct, folder / f"{name}.sbol.nt")
    paths["summary"] = folder / f"{name}.json"
    write_text(
        paths["summary"], json.dumps(construct_summary(construct, paths), indent=2, ensure_ascii=False) + "\n"
    )
    return paths


def construct_summary(construct: Construct, paths: dict[str, Path]) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    return {
        "name": construct.spec.name,
        "title": construct.spec.title,
        "note": construct.spec.note,
        "seed": construct.spec.seed,
        "protein": construct.protein.sequence,
        "protein_length": len(construct.protein.sequence),
        "chains": [asdict(p) for p in chain_properties(construct.protein)],
        "dna_length": len(construct.coding.sequence),
        "plasmid_length": len(construct.plasmid.sequence),
        "genome_length": construct.drivers.genome_length_bp,
        "verdict": str(construct.verdict),
        "objective": {"name": construct.coding.objective, "score": construct.coding.objective_score},
        "unmet": list(construct.coding.unmet),
        "checks": [c.as_dict() for c in construct.checks],
        "drivers": asdict(construct.drivers),
        "files": {kind: str(path) for kind, path in paths.items()},
    }


def _junction_table(construct: Construct) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(
        [
            "left_part",
            "right_part",
            "left_species",
            "right_species",
            "start",
            "left_residues",
            "length",
            "peptide",
        ]
    )
    for j in construct.junctions:
        writer.writerow(
            [
                j.left_part,
                j.right_part,
                j.left_species,
                j.right_species,
                j.start,
                j.left,
                len(j.peptide),
                j.peptide,
            ]
        )
    return out.getvalue()
