"""Operations are counted as the source has them; raw cells are the same equations."""

import numpy as np
import pytest

pytest.importorskip("distributed", reason="needs the extra 'cluster'")

from benchmarks.flops import _Counter
from benchmarks.raw_cells import in_cells

from vein2vein.dynamics.law import State, Symbols, exp, where
from vein2vein.dynamics.system import OdeSystem
from vein2vein.parameter import Parameter
from vein2vein.simulation import Tolerances, simulate
from vein2vein.simulation.lane_math import exponential, larger, root
from vein2vein.simulation.lanes import load, store


def step(w, r, n):
    total = load(w, r + 1) * 2.0
    for i in range(n):
        total = total + load(w, r + i) / total
        store(w, r + i, larger(total, root(total)))
    store(w, r, total)


def test_loops_count_once_a_state_and_row_numbers_not_at_all():
    found = _Counter(None, 5).function(step)
    assert found == {"multiplications": 1, "additions": 5, "divisions": 5, "roots": 5}


def test_an_exponential_is_its_polynomial():
    found = _Counter(None, 1).function(exponential)
    assert 10 < found["multiplications"] < 30
    assert 10 < found["additions"] < 30


def test_raw_cells_are_the_same_equations():
    s = Symbols()
    net = where(s.log_size > s.floor, s.gain - s.size, 0) + s.gain * exp(-s.log_size)
    from vein2vein.dynamics.law import Derived

    log = OdeSystem(
        "log",
        (State("log_size", "1", "log of a size", 2.0, nonnegative=False),),
        tuple(Parameter("1", name, name=name) for name in ("gain", "floor")),
        (Derived("size", exp(s.log_size), "1", "size"),),
        (net,),
    )
    raw = in_cells(log, ("log_size",))
    found = [
        simulate(system, {"gain": [0.7], "floor": -3.0}, times=[0.0, 1.0, 4.0], outputs=["size"],
                 tolerances=Tolerances(1e-9), threads=1).outputs["size"]
        for system in (log, raw)
    ]  # fmt: skip
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
