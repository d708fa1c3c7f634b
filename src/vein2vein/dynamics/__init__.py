"""The equations: laws as readable maths, the core model as their sum, published models one paper a file."""
