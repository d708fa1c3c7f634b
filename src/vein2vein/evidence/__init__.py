"""Published numbers: one sheet a source or coherent table, each value with unit, spread, source and locator.

``load_sheet("core_model").value("growth", "ALL")`` is the value, its unit, how it varies between patients,
where it was taken from and whether it was read, recalled or computed. A row that can't say so doesn't load.
"""

from vein2vein.evidence.loading import evidence_hash, load_sheet, problems, sheets
from vein2vein.evidence.records import EvidenceValue, Sheet, Source, Statement
from vein2vein.evidence.tracing import Traced, trace
from vein2vein.evidence.writing import as_record, sheet_text

__all__ = [
    "EvidenceValue",
    "Sheet",
    "Source",
    "Statement",
    "Traced",
    "as_record",
    "evidence_hash",
    "load_sheet",
    "problems",
    "sheet_text",
    "sheets",
    "trace",
]
