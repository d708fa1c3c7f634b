"""Killing of target cells by CAR-T cells: rival hypotheses."""
