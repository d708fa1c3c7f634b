"""Normal B cells (plasma cells in myeloma): the on-target, off-tumour victims."""

from collections.abc import Iterable

from vein2vein.dynamics.law import Flow, Mechanism, Symbols
from vein2vein.parameter import Parameter


class LogisticBCells(Mechanism):
    """Normal B or plasma cells arise from a source, grow to a set-point and are killed like the tumour.

    Source: core model, section 1.1.
    """

    b_source = Parameter("cell/day", "source of normal B or plasma cells", latex=r"\sigma_B")
    b_growth = Parameter("1/day", "growth of normal B or plasma cells", latex="g_B")
    b_set_point = Parameter("cell", "set-point of normal B or plasma cells", latex="K_B")

    def flows(self, s: Symbols) -> Iterable[Flow]:
        """Yield source, growth and killing."""
        growth = self.b_growth * s.b_cells * (1 - s.b_cells / self.b_set_point)
        yield Flow("B-cell source", self.b_source, into=s.b_cells)
        yield Flow("B-cell growth", growth, into=s.b_cells)
        yield Flow("killing of B cells", s.killing * s.b_cells, out_of=s.b_cells)
