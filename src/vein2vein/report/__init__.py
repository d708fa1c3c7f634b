"""The report: one self-contained page that a clinician reads to the end, and its figures as standalone files.

No science in here: numbers come in as :class:`vein2vein.report.contents.ReportInput` and leave as HTML, SVG
and terminal tables. A chapter is one file in :mod:`vein2vein.report.chapters` and one template beside it.
"""
