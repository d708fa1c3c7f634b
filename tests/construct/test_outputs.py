"""Files: GenBank through three readers, maps, data sheet, SBOL, FASTA."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from Bio import SeqIO

from vein2vein.construct.circular_map import _spread, circular_map
from vein2vein.construct.data_sheet import data_sheet_html, data_sheet_markdown
from vein2vein.construct.design import Construct
from vein2vein.construct.genbank import genbank_text, read_genbank
from vein2vein.construct.linear_map import linear_map
from vein2vein.construct.outputs import write_construct
from vein2vein.construct.parts import Role
from vein2vein.errors import InputError, OutputError


@pytest.fixture(scope="module")
def files(cd19: Construct, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_construct(cd19, tmp_path_factory.mktemp("out"))


def test_genbank_round_trip_through_biopython(
    cd19: Construct, files: dict[str, Path], tmp_path: Path
) -> None:
    record = SeqIO.read(files["genbank"], "genbank")
    assert str(record.seq) == cd19.plasmid.sequence
    assert record.annotations["topology"] == "circular"
    assert record.annotations["molecule_type"] == "DNA"
    assert len(record.features) == len(cd19.plasmid.features)
    for read, meant in zip(record.features, cd19.plasmid.features, strict=True):
        assert (int(read.location.start), int(read.location.end)) == (meant.start, meant.end)
        assert read.qualifiers["label"][0] == meant.name
        assert str(read.extract(record.seq)) == cd19.plasmid.text(meant)
    cds = next(f for f in record.features if f.qualifiers["label"][0] == "CD19-41BB")
    assert str(cds.translate(record.seq, cds=True)) == cd19.protein.sequence
    again = tmp_path / "again.gb"
    SeqIO.write(record, again, "genbank")
    assert again.read_text() == files["genbank"].read_text()


def test_genbank_through_a_strict_third_party_parser(cd19: Construct, files: dict[str, Path]) -> None:
    gb_io = pytest.importorskip("gb_io", reason="gb-io isn't installed")
    (record,) = gb_io.load(str(files["genbank"]))
    assert record.circular
    assert record.length == len(cd19.plasmid.sequence)
    assert bytes(record.sequence).decode().upper() == cd19.plasmid.sequence
    assert [(f.location.start, f.location.end) for f in record.features] == [
        (f.start, f.end) for f in cd19.plasmid.features
    ]


def test_genbank_obeys_the_flat_file_format(files: dict[str, Path]) -> None:
    lines = files["genbank"].read_text().splitlines()
    assert max(map(len, lines)) <= 80
    assert re.match(r"LOCUS {7}\S{1,16} +\d+ bp {4}DNA {5}circular SYN \d\d-[A-Z]{3}-\d{4}$", lines[0])
    assert lines[-1] == "//"


def test_same_design_same_bytes(cd19: Construct, files: dict[str, Path]) -> None:
    assert genbank_text(cd19.plasmid, cd19.protein, cd19.spec.title) == files["genbank"].read_text()


def test_fasta(cd19: Construct, files: dict[str, Path]) -> None:
    records = list(SeqIO.parse(files["fasta"], "fasta"))
    assert [str(r.seq) for r in records] == [
        cd19.plasmid.sequence,
        cd19.coding.sequence,
        cd19.protein.sequence,
    ]


def test_maps_are_well_formed_and_labelled(cd19: Construct) -> None:
    for svg in (linear_map(cd19.plasmid, cd19.protein), circular_map(cd19.plasmid, cd19.restriction_map)):
        root = ET.fromstring(svg)
        texts = {e.text for e in root.iter() if e.tag.endswith("text")}
        assert {"CD19-41BB", "EF-1α promoter", "cPPT/CTS", "ΔU3"} <= texts
    assert {"FMC63 VL", "CD8α hinge", "4-1BB", "CD3ζ"} <= {
        e.text for e in ET.fromstring(linear_map(cd19.plasmid, cd19.protein)).iter() if e.tag.endswith("text")
    }


def test_boxes_are_to_scale(cd19: Construct) -> None:
    root = ET.fromstring(linear_map(cd19.plasmid, cd19.protein))
    widths = [float(e.attrib["width"]) for e in root.iter() if e.tag.endswith("rect")][1:]
    genome, domains = widths[:10], widths[10:]
    promoter, cds = cd19.plasmid.first(Role.PROMOTER), cd19.plasmid.first(Role.CDS)
    assert promoter is not None
    assert cds is not None
    assert genome[6] / genome[5] == pytest.approx(len(cds) / len(promoter), rel=0.01)
    assert sum(domains) == pytest.approx(1120, abs=2)


def test_labels_keep_their_distance() -> None:
    heights = _spread([10, 11, 12, 300, 301, 699, 700, 701])
    gaps = [b - a for a, b in pairwise(heights)]
    assert min(gaps) >= 17.99
    assert heights[0] > 0
    assert heights[-1] < 720


def test_data_sheet_shows_every_check(cd19: Construct) -> None:
    html, markdown = data_sheet_html(cd19), data_sheet_markdown(cd19)
    for c in cd19.checks:
        assert c.name.replace("'", "&#39;") in html
        assert c.name in markdown
    for page in (html, markdown):
        assert "Research use only" in page
        assert "not public" in page
        assert "no freedom to operate" in page
    assert "<script" not in html
    assert html.count("<svg") == 2


def test_sbol(files: dict[str, Path], cd19: Construct) -> None:
    sbol3 = pytest.importorskip("sbol3")
    document = sbol3.Document()
    document.read(str(files["sbol"]))
    assert not document.validate().errors
    (component,) = [o for o in document.objects if isinstance(o, sbol3.Component)]
    assert len(component.features) == len(cd19.plasmid.features)
    (sequence,) = [o for o in document.objects if isinstance(o, sbol3.Sequence)]
    assert sequence.elements.upper() == cd19.plasmid.sequence


def test_summary_is_json(files: dict[str, Path], cd19: Construct) -> None:
    summary = json.loads(files["summary"].read_text())
    assert summary["protein"] == cd19.protein.sequence
    assert summary["drivers"]["genome_length_bp"] == cd19.drivers.genome_length_bp
    assert all(Path(p).exists() for p in summary["files"].values())


def test_unwritable_folder_is_explained(cd19: Construct, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_construct(cd19, tmp_path / "file")


@pytest.mark.parametrize(
    "text", ["", "not a record", "LOCUS       x 10 bp DNA circular SYN 01-JAN-2025\n//\n"]
)
def test_bad_genbank_is_explained(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.gb"
    path.write_text(text)
    with pytest.raises(InputError, match=r"bad\.gb"):
        read_genbank(path)


def test_absent_genbank_is_explained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't read"):
        read_genbank(tmp_path / "absent.gb")
