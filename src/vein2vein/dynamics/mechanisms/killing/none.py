"""The null hypothesis: CAR-T cells kill nothing."""

from collections.abc import Iterable

import sympy

from vein2vein.dynamics.law import Derived, Mechanism, Symbols


class NoKilling(Mechanism):
    """CAR-T cells kill nothing."""

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield a killing rate of zero."""
        yield Derived("killing", sympy.Integer(0), "1/day", "killing rate of one target cell", r"\kappa")
