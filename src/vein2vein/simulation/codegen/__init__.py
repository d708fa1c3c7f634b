"""From SymPy expressions to the source of a numba kernel."""
