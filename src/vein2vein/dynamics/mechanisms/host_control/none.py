"""The null hypothesis: the host does not control the tumour."""

from collections.abc import Iterable

import sympy

from vein2vein.dynamics.law import Derived, Mechanism, Symbols


class NoHostControl(Mechanism):
    """The host does not control the tumour."""

    def derived(self, s: Symbols) -> Iterable[Derived]:
        """Yield a death rate of zero."""
        yield Derived(
            "host_killing", sympy.Integer(0), "1/day", "death of tumour cells by host immunity", "d_h"
        )
