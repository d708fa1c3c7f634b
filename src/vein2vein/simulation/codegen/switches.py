"""Instants at which a law switches in time: a step must not straddle them.

Where a rate holds ``Piecewise((a, t < T), (b, True))`` an integrator would either step over the jump or creep up to
it. Conditions that compare time with an expression of parameters are therefore found, and each patient lands there.
"""

from __future__ import annotations

import sympy
from sympy import Expr
from sympy.core.relational import Relational

from vein2vein.dynamics.law import TIME
from vein2vein.dynamics.system import OdeSystem


def switch_times(system: OdeSystem) -> list[Expr]:
    """Return the instants, as expressions of parameters, at which conditions on time change."""
    parameters = {p.symbol for p in system.parameters}
    found: dict[Expr, None] = {}
    for e in (*system.rates, *(d.value for d in system.derived)):
        for relation in e.atoms(Relational):
            difference = sympy.expand(relation.lhs - relation.rhs)
            if TIME not in difference.free_symbols or difference.free_symbols - parameters - {TIME}:
                continue
            slope = difference.coeff(TIME, 1)
            rest = difference.coeff(TIME, 0)
            if difference == sympy.expand(slope * TIME + rest) and slope != 0:
                found.setdefault(-rest / slope)
    return sorted(found, key=sympy.default_sort_key)
