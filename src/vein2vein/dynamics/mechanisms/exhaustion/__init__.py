"""Exhaustion of CAR-T cells: rival hypotheses."""
