"""exp, log and powers of lanes: branch-free polynomials, because calls into a C library would stop the vectors.

Relative error of :func:`exponential` and :func:`logarithm` is below 1e-15 (tested against the C library); that of
:func:`power` below 1e-15 times the size of the logarithm of the result.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from numba import njit

from vein2vein.simulation.lanes import (
    bits,
    from_bits,
    select,
    shift_left,
    shift_right,
    spread,
    square_root,
    to_double,
    whole,
)

if TYPE_CHECKING:
    Lanes = Any

_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01  # 32 bits: times an exponent it is exact
_LN2_LOW = 1.90821492927058770002e-10
_MAGIC = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to the nearest integer, held in the low bits
_EXP_LOW, _EXP_HIGH = -707.0, 709.782712893384
# e^r = 1 + r + r² (C2 + C3 r + …): the best polynomial of degree 11 for |r| ≤ ln 2 / 2, error 1e-17
_C2, _C3, _C4, _C5, _C6 = 0.5, 1 / 6, 0.04166666666662413, 0.008333333333330062, 0.0013888888917213717
_C7, _C8, _C9 = 0.00019841269863053618, 2.4801521295954376e-05, 2.7557268459997064e-06
_C10, _C11 = 2.7620088445409746e-07, 2.510038549551032e-08
# atanh(s) / s = 1 + z (T0 + T1 z + …), z = s²: the best polynomial for z ≤ 0.0295, error 2e-16 of T0
_T0, _T1, _T2, _T3 = 1 / 3, 0.19999999999949722, 0.14285714313001635, 0.11111105565129939
_T4, _T5, _T6 = 0.09091444727837474, 0.07665855309105386, 0.07308292712444311
_HALF_ROOT = 0x3FE6A09E667F3BCD  # bit pattern of sqrt(1/2)
_TINY = 2.2250738585072014e-308
_INFINITY = math.inf
_NAN = math.nan


@njit(error_model="numpy", forceinline=True)
def exponential(x: Lanes) -> Lanes:
    """Return e^x; 0 below -707 (no denormals), infinity above the largest double."""
    inside = select(x < _EXP_LOW, _EXP_LOW, x)
    inside = select(inside > _EXP_HIGH, _EXP_HIGH, inside)
    shifted = inside * _LOG2_E + _MAGIC
    k = shifted - _MAGIC
    r = (inside - k * _LN2_HIGH) - k * _LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    low = (r * _C3 + _C2) + r2 * (r * _C5 + _C4)
    high = ((r * _C7 + _C6) + r2 * (r * _C9 + _C8)) + r4 * (r * _C11 + _C10)
    value = (r2 * (low + r4 * high) + r) + 1.0
    # 2^(k-1), then twice that: k = 1024 would overflow the exponent field
    exponent = shift_left(bits(shifted) + whole(1022), 52)
    value = (value * from_bits(exponent)) * 2.0
    value = select(x < _EXP_LOW, 0.0, value)
    return select(x > _EXP_HIGH, _INFINITY, value)


@njit(error_model="numpy", forceinline=True)
def logarithm(x: Lanes) -> Lanes:
    """Return ln x; -infinity at 0 and denormals, not-a-number below."""
    pattern = bits(x)
    exponent = shift_right(pattern - whole(_HALF_ROOT), 52)
    m = from_bits(pattern - shift_left(exponent, 52))
    k = to_double(exponent)
    f = m - 1.0
    s = f / (m + 1.0)
    z = s * s
    z2 = z * z
    # ln m = 2 atanh(s), |s| < 0.172
    tail = (z * _T1 + _T0) + z2 * (z * _T3 + _T2) + (z2 * z2) * ((z * _T5 + _T4) + z2 * _T6)
    half_square = f * f * 0.5
    # f - half_square + s (half_square + 2 z tail), the cancelling parts exact
    correction = s * (half_square + z * 2.0 * tail) + k * _LN2_LOW
    value = k * _LN2_HIGH - ((half_square - correction) - f)
    value = select(x == _INFINITY, _INFINITY, value)
    value = select(x < _TINY, -_INFINITY, value)
    return select(x >= 0.0, value, _NAN)


@njit(error_model="numpy", forceinline=True)
def power(base: Lanes, exponent: Lanes) -> Lanes:
    """Return base^exponent for real exponents; a base of zero or below counts as zero.

    A state that is positive in truth may be -1e-20 inside a step; not-a-number there would stop the patient.
    """
    positive = base > 0.0
    logarithm_of_base = logarithm(select(positive, base, 1.0))
    value = exponential(exponent * logarithm_of_base)
    at_zero = select(exponent > 0.0, spread(0.0), select(exponent < 0.0, spread(_INFINITY), spread(1.0)))
    value = select(positive, value, at_zero)
    return select(base == base, value, base)


@njit(error_model="numpy", forceinline=True)
def root(base: Lanes) -> Lanes:
    """Return the square root; a negative base counts as zero, as in :func:`power`."""
    return square_root(select(base < 0.0, 0.0, base))


@njit(error_model="numpy", forceinline=True)
def larger(a: Lanes, b: Lanes) -> Lanes:
    """Return the larger; not-a-number in ``a`` stays."""
    return select(a < b, b, a)


@njit(error_model="numpy", forceinline=True)
def smaller(a: Lanes, b: Lanes) -> Lanes:
    """Return the smaller; not-a-number in ``a`` stays."""
    return select(a > b, b, a)
