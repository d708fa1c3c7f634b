"""The null hypothesis: effectors never exhaust."""

from vein2vein.dynamics.law import Mechanism


class NoExhaustion(Mechanism):
    """Effectors never exhaust; the exhausted compartment stays as it began."""
