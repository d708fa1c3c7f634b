"""Other integrators on the same patients: SciPy's LSODA with compiled rates, libroadrunner, diffrax, pydiffsol.

Each peer is a function from a workload and a tolerance to every state on the grid, shape (n, T, states), and the
processor seconds that the integrations took (set-up and compilation apart).
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from functools import cache

import numpy as np
import sympy
from numba import njit
from scipy.integrate import ODEintWarning, odeint

from benchmarks.workload import Workload
from vein2vein.dynamics.law import TIME
from vein2vein.dynamics.system import OdeSystem
from vein2vein.simulation import Method, Tolerances
from vein2vein.simulation.codegen.model import KernelWriter
from vein2vein.simulation.codegen.structure import Structure

Peer = Callable[[Workload, float], tuple[np.ndarray, float]]


_REPEATED = 3
"""Its runs are a fraction of a second, where a stray interruption shows; a peer's take many seconds."""


def engine(method: Method, copies: int = 1) -> Peer:
    """Return this engine on one thread; patients are repeated so that its lanes are as full as in real use."""

    def run(work: Workload, rtol: float) -> tuple[np.ndarray, float]:
        many = work.tiled(copies)
        work.first(2).everything(tolerances=Tolerances(rtol), method=method)  # compiled
        seconds = math.inf
        for _ in range(_REPEATED):
            start = time.process_time()
            ensemble = many.everything(tolerances=Tolerances(rtol), method=method)
            seconds = min(seconds, (time.process_time() - start) / copies)
        states = np.stack(list(ensemble.outputs.values()), axis=-1)
        return states[: work.patients], seconds

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
    atol = np.array([s.scale * rtol for s in work.system.states])
    states, whole, seconds = lsoda_with(work, rtol, atol, 5_000)
    states[~whole] = np.nan
    return states, float(seconds[whole].sum()) * work.patients / max(1, whole.sum())


def lsoda_with(
    work: Workload, rtol: float, atol: float | np.ndarray, most: int = 100_000
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return every state on the grid, who came to the end, and each one's seconds; ``most`` steps between outputs."""
    prepare, rates, rows = scalar_rates(work.system)
    n = len(work.system.states)
    columns, initial = parameter_rows(work), initial_states(work)
    out, whole = np.empty((work.patients, len(work.times), n)), np.ones(work.patients, bool)
    seconds = np.zeros(work.patients)
    w = np.zeros(rows.total)
    rates(np.ones(n), 0.0, w)
    prepare(w, 0, 0, 0, 0)
    warnings.simplefilter("ignore", ODEintWarning)
    for p in range(work.patients):
        start = time.process_time()
        w[rows.parameters : rows.parameters + columns.shape[1]] = columns[p]
        prepare(w, 0, 0, 0, 0)
        out[p], told = odeint(
            rates, initial[p], work.times, args=(w,), rtol=rtol, atol=atol, mxstep=most, full_output=True
        )
        whole[p] = told["message"] == "Integration successful." and bool(np.isfinite(out[p]).all())
        seconds[p] = time.process_time() - start
    return out, whole, seconds


def patient_by_patient(
    work: Workload, one: Callable[[int], np.ndarray], before: Callable[[], object] = lambda: None
) -> tuple[np.ndarray, float]:
    """Return every state on the grid and the seconds; a patient whom the peer gives up is in neither.

    ``before`` isn't counted. A peer that gives up everybody raises its last error.
    """
    out, seconds, whole, last = [], 0.0, 0, None
    for p in range(work.patients):
        before()
        start = time.process_time()
        try:
            out.append(one(p))
        except RuntimeError as error:
            out.append(np.full((len(work.times), len(work.system.states)), np.nan))
            last = error
            continue
        seconds, whole = seconds + time.process_time() - start, whole + 1
    if last is not None and not whole:
        raise last
    return np.stack(out), seconds * work.patients / max(1, whole)


def parameter_rows(work: Workload) -> np.ndarray:
    """Return the parameters, shape (n, p)."""
    names = [p.name for p in work.system.parameters]
    return np.stack([np.broadcast_to(work.parameters[k], (work.patients,)) for k in names], axis=1)


def initial_states(work: Workload) -> np.ndarray:
    """Return the states just after the dose of day 0, shape (n, states)."""
    symbols = [p.symbol for p in work.system.parameters]
    initial = sympy.lambdify(symbols, [sympy.sympify(s.initial) for s in work.system.states], "math")
    y = np.array([initial(*row) for row in parameter_rows(work)], dtype=float)
    y[:, work.system.index(work.dosed)] += work.dose
    return y


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
    columns, initial = parameter_rows(work), initial_states(work)
    times = work.times.tolist()

    def one(p: int) -> np.ndarray:
        for name, value in zip(parameters, columns[p], strict=True):
            model.setValue(name, value)
        for name, value in zip(names, initial[p], strict=True):
            model.setValue(name, value)
        return np.asarray(model.simulate(times=times))

    return patient_by_patient(work, one, model.reset)


def diffrax_vmap(solver: str) -> Peer:
    """Return diffrax under ``vmap`` and ``jit``, double precision, the same tolerances."""

    def run(work: Workload, rtol: float) -> tuple[np.ndarray, float]:
        batch = _diffrax_batch(solver, work.system, tuple(work.times))
        columns, y0 = parameter_rows(work), initial_states(work)
        if batch not in _WARM:  # compile
            _WARM.add(batch)
            batch(y0, columns, 1e-2).block_until_ready()
        start = time.process_time()
        states = np.asarray(batch(y0, columns, rtol).block_until_ready())
        return states, time.process_time() - start

    return run


_WARM: set[Callable] = set()


@cache
def _diffrax_batch(solver: str, system: OdeSystem, times: tuple[float, ...]) -> Callable:
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    states, parameters = [s.symbol for s in system.states], [p.symbol for p in system.parameters]
    lines = sympy.lambdify(
        [TIME, states, parameters],
        _flat(system),
        modules=[{"Max": jnp.maximum, "Min": jnp.minimum}, "jax"],
        cse=True,
    )
    term = diffrax.ODETerm(lambda t, y, p: jnp.stack([jnp.asarray(v, float) for v in lines(t, y, p)]))
    scale = jnp.array([s.scale for s in system.states])

    def solve(y, p, rtol):
        return diffrax.diffeqsolve(
            term, getattr(diffrax, solver)(), times[0], times[-1], None, y, p,
            saveat=diffrax.SaveAt(ts=jnp.asarray(times)), max_steps=10_000,
            stepsize_controller=diffrax.PIDController(rtol=rtol, atol=scale * rtol), throw=False,
        ).ys  # fmt: skip

    return jax.jit(jax.vmap(solve, in_axes=(0, 0, None)))


def diffsol(work: Workload, rtol: float) -> tuple[np.ndarray, float]:
    """pydiffsol (diffsol's BDF, machine code by LLVM): states in units of their scale, as its tolerance is one number."""
    import pydiffsol

    from benchmarks.diffsl import to_diffsl

    ode = pydiffsol.Ode(
        to_diffsl(work.system),
        matrix_type=pydiffsol.MatrixType.nalgebra_dense,
        scalar_type=pydiffsol.ScalarType.f64,
        ode_solver=pydiffsol.OdeSolverType.bdf,
    )
    ode.rtol = ode.atol = rtol
    scale = np.array([s.scale for s in work.system.states])
    inputs = np.concatenate([parameter_rows(work), initial_states(work) / scale], axis=1)
    return patient_by_patient(work, lambda p: ode.solve_dense(inputs[p], work.times).ys.T * scale)


def _flat(system) -> list:
    """Return the rates with derived quantities put in."""
    known: dict = {}
    for d in system.derived:
        known[d.symbol] = d.value.xreplace(known)
    return [sympy.sympify(r).xreplace(known) for r in system.rates]
