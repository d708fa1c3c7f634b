"""Other integrators on the same patients: SciPy's LSODA with a compiled right-hand side, libroadrunner, diffrax.

Each peer is a function from a workload and a tolerance to every state on the grid, shape (n, T, states), and the
processor seconds that the integrations took (set-up and compilation apart).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import sympy
from numba import njit
from scipy.integrate import odeint

from benchmarks.workload import Workload
from vein2vein.dynamics.law import TIME
from vein2vein.simulation import Method, Tolerances
from vein2vein.simulation.codegen.model import KernelWriter
from vein2vein.simulation.codegen.structure import Structure

Peer = Callable[[Workload, float], tuple[np.ndarray, float]]


def engine(method: Method, copies: int = 1) -> Peer:
    """Return this engine on one thread; patients are repeated so that its lanes are as full as in real use."""

    def run(work: Workload, rtol: float) -> tuple[np.ndarray, float]:
        many = work.tiled(copies)
        work.first(2).states(tolerances=Tolerances(rtol), method=method)  # compiled
        start = time.process_time()
        states = many.states(tolerances=Tolerances(rtol), method=method)
        return states[: work.patients], (time.process_time() - start) / copies

    return run


_SCALAR: dict[str, tuple] = {}


def scalar_rates(system) -> tuple:
    """Return the engine's generated mathematics as scalar machine code: preparation, rates, layout."""
    if system.digest not in _SCALAR:
        _SCALAR[system.digest] = _scalar_rates(system)
    return _SCALAR[system.digest]


def _scalar_rates(system) -> tuple:
    structure = Structure.of(system, (), (), (), None)
    writer = KernelWriter(structure)
    source = writer.module()
    source = "\n".join(line for line in source.splitlines() if not line.startswith("from vein2vein"))
    jit = njit(error_model="numpy")
    shims = {
        "load": jit(lambda w, row: w[row]),
        "store": jit(_store),
        "select": jit(lambda c, a, b: a if c else b),
        "spread": jit(lambda x: x),
        "exponential": jit(lambda x: math.exp(x) if x < 709.0 else math.inf),
        "logarithm": jit(lambda x: math.log(x) if x > 0.0 else -math.inf),
        "power": jit(lambda x, p: x**p if x > 0.0 else 0.0),
        "root": jit(lambda x: math.sqrt(x) if x > 0.0 else 0.0),
        "larger": jit(lambda a, b: b if a < b else a),
        "smaller": jit(lambda a, b: b if a > b else a),
        "absolute": jit(lambda x: abs(x)),
    }
    space = dict(shims)
    exec(source, space)
    rows = writer.rows
    prepare, kernel = (
        njit(error_model="numpy")(space["prepare"]),
        njit(error_model="numpy")(space["derivatives"]),
    )

    @njit(error_model="numpy")
    def rates(y, t, w):
        n = len(y)
        w[rows.time] = t
        w[rows.state : rows.state + n] = y
        kernel(w, rows.time, rows.state, 0, rows.rate_at)
        return w[rows.rate_at : rows.rate_at + n].copy()

    return prepare, rates, rows


def _store(w, row, value):
    w[row] = value


def lsoda(work: Workload, rtol: float) -> tuple[np.ndarray, float]:
    """SciPy's LSODA (odeint), absolute tolerances as the engine's."""
    prepare, rates, rows = scalar_rates(work.system)
    n = len(work.system.states)
    atol = np.array([s.scale * rtol for s in work.system.states])
    names = [p.name for p in work.system.parameters]
    columns = np.stack([np.broadcast_to(work.parameters[k], (work.patients,)) for k in names], axis=1)
    dosed = work.system.index(work.dosed)
    out = np.empty((work.patients, len(work.times), n))
    w = np.zeros(rows.total)
    rates(np.ones(n), 0.0, w)
    prepare(w, 0, 0, 0, 0)
    start = time.process_time()
    for p in range(work.patients):
        w[rows.parameters : rows.parameters + len(names)] = columns[p]
        prepare(w, 0, 0, 0, 0)
        y = w[rows.initial : rows.initial + n].copy()
        y[dosed] += work.dose[p]
        out[p] = odeint(rates, y, work.times, args=(w,), rtol=rtol, atol=atol, mxstep=100_000)
    return out, time.process_time() - start


def roadrunner(work: Workload, rtol: float) -> tuple[np.ndarray, float]:
    """libroadrunner (CVODE, machine code by LLVM) through SBML, absolute tolerances as the engine's."""
    import roadrunner as rr

    from benchmarks.sbml import to_sbml

    model = rr.RoadRunner(to_sbml(work.system))
    names = [s.name for s in work.system.states]
    model.timeCourseSelections = names
    integrator = model.getIntegrator()
    integrator.setValue("stiff", True)
    integrator.setValue("relative_tolerance", rtol)
    integrator.setValue("absolute_tolerance", rtol)
    integrator.setValue("maximum_num_steps", 100_000)
    for s in work.system.states:
        integrator.setIndividualTolerance(s.name, s.scale * rtol)
    parameters = [p.name for p in work.system.parameters]
    columns = np.stack([np.broadcast_to(work.parameters[k], (work.patients,)) for k in parameters], axis=1)
    symbols = [p.symbol for p in work.system.parameters]
    initial = sympy.lambdify(symbols, [sympy.sympify(s.initial) for s in work.system.states], "math")
    dosed = work.system.index(work.dosed)
    out = np.empty((work.patients, len(work.times), len(names)))
    total = 0.0
    times = work.times.tolist()
    for p in range(work.patients):
        y = np.array(initial(*columns[p]), dtype=float)
        y[dosed] += work.dose[p]
        model.reset()
        start = time.process_time()
        for name, value in zip(parameters, columns[p], strict=True):
            model.setValue(name, value)
        for name, value in zip(names, y, strict=True):
            model.setValue(name, value)
        out[p] = np.asarray(model.simulate(times=times))
        total += time.process_time() - start
    return out, total


def diffrax_vmap(solver: str) -> Peer:
    """Return diffrax under ``vmap`` and ``jit``, double precision, the same tolerances."""

    def run(work: Workload, rtol: float) -> tuple[np.ndarray, float]:
        import diffrax
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        system = work.system
        states, parameters = [s.symbol for s in system.states], [p.symbol for p in system.parameters]
        lines = sympy.lambdify(
            [TIME, states, parameters],
            _flat(system),
            modules=[{"Max": jnp.maximum, "Min": jnp.minimum}, "jax"],
            cse=True,
        )
        columns = np.stack(
            [np.broadcast_to(work.parameters[p.name], (work.patients,)) for p in system.parameters], axis=1
        )
        initial = sympy.lambdify(parameters, [sympy.sympify(s.initial) for s in system.states], "math")
        y0 = np.array([initial(*row) for row in columns], dtype=float)
        y0[:, system.index(work.dosed)] += work.dose
        atol = jnp.array([s.scale * rtol for s in system.states])
        term = diffrax.ODETerm(lambda t, y, p: jnp.stack([jnp.asarray(v, float) for v in lines(t, y, p)]))

        def solve(y, p):
            return diffrax.diffeqsolve(
                term, getattr(diffrax, solver)(), work.times[0], work.times[-1], None, y, p,
                saveat=diffrax.SaveAt(ts=jnp.asarray(work.times)), max_steps=100_000,
                stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol), throw=False,
            ).ys  # fmt: skip

        batch = jax.jit(jax.vmap(solve))
        batch(y0, columns).block_until_ready()
        start = time.process_time()
        states_out = np.asarray(batch(y0, columns).block_until_ready())
        return states_out, time.process_time() - start

    return run


def _flat(system) -> list:
    """Return the rates with derived quantities put in."""
    known: dict = {}
    for d in system.derived:
        known[d.symbol] = d.value.xreplace(known)
    return [sympy.sympify(r).xreplace(known) for r in system.rates]
