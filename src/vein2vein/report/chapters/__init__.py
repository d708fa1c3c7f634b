"""The chapters of the report: one file each, numbers in, a :class:`vein2vein.report.chapter.Chapter` out."""
