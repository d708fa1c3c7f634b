"""A small static figure layer: scales, marks and figures as SVG, without scripts."""
