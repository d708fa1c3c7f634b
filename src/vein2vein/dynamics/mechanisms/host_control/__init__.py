"""Immune control of the tumour by the host: rival hypotheses."""
