"""Faces of the library of published models: tables for the terminal, JSON, figures and a page."""
