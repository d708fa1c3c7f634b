"""Lanes: accurate functions, real vector instructions."""

import platform

import numpy as np
import pytest
from numba import cfunc, njit

from vein2vein.simulation import lane_math
from vein2vein.simulation.lanes import KERNEL, WIDTH, bare, load, store
from vein2vein.simulation.plan import Buffer


def apply(function, *columns):
    """Return a lane function of arrays."""
    n = len(columns)

    @njit(error_model="numpy")
    def run(buffer, blocks):
        w = bare(buffer).work
        for block in range(blocks):
            at = block * (n + 1)
            if n == 1:
                store(w, at + 1, function(load(w, at)))
            else:
                store(w, at + 2, function(load(w, at), load(w, at + 1)))

    columns = np.broadcast_arrays(*columns)
    m = len(columns[0]) // WIDTH
    work = np.stack(
        [*(c[: m * WIDTH].reshape(m, WIDTH) for c in columns), np.zeros((m, WIDTH))], axis=1
    ).ravel()
    run(Buffer(work), m)
    return work.reshape(m, n + 1, WIDTH)[:, n].ravel()


def test_exponential_and_logarithm_to_1e_15():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(-700, 709, 40_000), rng.uniform(-1, 1, 40_000), [0.0] * 8])
    assert np.max(np.abs(apply(lane_math.exponential, x) / np.exp(x) - 1)) < 1e-15
    y = np.concatenate([10 ** rng.uniform(-300, 300, 40_000), rng.uniform(0.5, 2, 40_000)])
    mine, exact = apply(lane_math.logarithm, y), np.log(y)
    assert np.max(np.abs(mine - exact) / np.maximum(np.abs(exact), 1e-3)) < 1e-15


def test_edges():
    x = np.array([np.inf, -np.inf, np.nan, -800.0, 710.0, 709.7, 0.0, -0.0])
    e = apply(lane_math.exponential, x)
    np.testing.assert_array_equal(e[[0, 1, 2, 3, 4]], [np.inf, 0, np.nan, 0, np.inf])
    assert e[5] == pytest.approx(np.exp(709.7), rel=1e-15)
    assert e[6] == e[7] == 1.0
    y = np.array([0.0, -1.0, np.inf, np.nan, 5e-324, 1.0, np.e, 3e-308])
    got = apply(lane_math.logarithm, y)
    np.testing.assert_array_equal(got[:5], [-np.inf, np.nan, np.inf, np.nan, -np.inf])  # denormals count as 0
    np.testing.assert_allclose(got[5:], np.log(y[5:]), rtol=1e-15)


def test_power():
    rng = np.random.default_rng(1)
    base, exponent = 10 ** rng.uniform(-12, 12, 8000), rng.uniform(-3, 3, 8000)
    np.testing.assert_allclose(apply(lane_math.power, base, exponent), base**exponent, rtol=3e-14)
    base = np.array([0.0, 0.0, 0.0, -1e-20, np.nan, 2.0, 0.0, 1.0])
    exponent = np.array([1.5, -1.0, 0.0, 0.5, 1.0, 0.0, 2.92, np.inf])
    got = apply(lane_math.power, base, exponent)
    np.testing.assert_array_equal(got[:7], [0.0, np.inf, 1.0, 0.0, np.nan, 1.0, 0.0])


def test_kernels_are_vector_instructions():
    """The mathematics of a kernel is packed arithmetic: no scalar multiply, add or call in its assembly."""
    machine = platform.machine().lower()
    packed = {
        "x86_64": ("vmulpd", "vfmadd", "ymm", "zmm"),
        "amd64": ("vmulpd", "vfmadd", "ymm", "zmm"),
        "arm64": (".2d",),
        "aarch64": (".2d",),
    }
    from llvmlite import binding

    features = binding.get_host_cpu_features()
    if machine not in packed or (machine in ("x86_64", "amd64") and not features.get("avx2")):
        pytest.skip(f"neither AVX2 nor NEON here ({machine})")

    def kernel(w, t_row, y_row, k_row, out_row):
        a, b = load(w, y_row), load(w, y_row + 1)
        store(w, out_row, lane_math.power(a, b) * a + lane_math.logarithm(b) / a)

    # numba needs the function's globals to be reachable by name
    code = cfunc(KERNEL, error_model="numpy")(kernel)._library.get_asm_str()
    body = [line.strip() for line in code.splitlines()]
    assert any(word in line for line in body for word in packed[machine])
    scalar = ("mulsd", "addsd", "subsd", "divsd", "vmulsd", "vaddsd", "vdivsd", "vfmadd213sd", "vfmadd231sd")
    assert not [line for line in body if line.startswith(scalar)]
    assert not [
        line for line in body if line.startswith("call") and ("exp" in line or "log" in line or "pow" in line)
    ]
