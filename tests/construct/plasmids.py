"""GenBank files with planted faults: edits that shift every annotation behind them."""

from __future__ import annotations

from pathlib import Path

from Bio import SeqIO
from Bio.Seq import Seq
from Bio.SeqFeature import SeqFeature, SimpleLocation
from Bio.SeqRecord import SeqRecord

from vein2vein.construct.check import Check, Verdict
from vein2vein.construct.review import Review, review_plasmid


class Plant:
    """A plasmid file that can be cut, spliced and reviewed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.record: SeqRecord = SeqIO.read(path, "genbank")

    def feature(self, label: str) -> SeqFeature:
        return next(f for f in self.record.features if f.qualifiers["label"][0] == label)

    def replace(self, start: int, end: int, bases: str) -> None:
        """Put ``bases`` in place of [start, end) and move what is annotated behind it."""
        shift = len(bases) - (end - start)

        def moved(at: int) -> int:
            return at if at <= start else max(at + shift, start)

        self.record.seq = Seq(str(self.record.seq[:start]) + bases + str(self.record.seq[end:]))
        for f in self.record.features:
            f.location = SimpleLocation(
                moved(int(f.location.start)), moved(int(f.location.end)), strand=f.location.strand
            )

    def drop_annotations(self) -> None:
        self.record.features = []

    def rotate(self, by: int) -> None:
        """Start the circle elsewhere (annotations are lost)."""
        self.drop_annotations()
        self.record.seq = self.record.seq[by:] + self.record.seq[:by]

    def turn(self) -> None:
        """Write the circle from its other strand, annotations and all."""
        annotations = self.record.annotations
        self.record = self.record.reverse_complement(id=True, name=True, description=True, features=True)
        self.record.annotations = annotations

    def review(self) -> Review:
        SeqIO.write(self.record, self.path, "genbank")
        return review_plasmid(self.path)


def failing(review: Review) -> dict[str, Check]:
    return {c.name: c for c in review.checks if c.verdict is Verdict.FAIL}
