"""SIMD lanes as a numba type: one value is eight patients, and arithmetic on it is vector instructions.

A generated kernel is straight-line Python over values of the type :data:`lanes`. Each operator lowers to one LLVM
vector instruction, so nothing depends on the mood of an auto-vectoriser: eight doubles are one register on
AVX-512, two on AVX2, four on NEON. A lane never reads another lane, which is why a patient's result doesn't
depend on its neighbours.

Comparisons give a :data:`mask`; :func:`select` picks by it. Both branches of a choice are always computed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, ClassVar

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

WIDTH = 8
"""Patients that one kernel call advances together."""

_I32, _I64, _F64 = ir.IntType(32), ir.IntType(64), ir.DoubleType()
_VECTOR = ir.VectorType(_F64, WIDTH)
_INTEGERS = ir.VectorType(_I64, WIDTH)
_BITS = ir.VectorType(ir.IntType(1), WIDTH)
_CONTRACT = ("contract",)  # a*b+c may become one fused instruction; the same in every lane


class LanesType(types.Type):
    """Eight doubles, one a patient."""

    def __init__(self) -> None:
        super().__init__(name=f"lanes{WIDTH}")


class MaskType(types.Type):
    """Eight truth values, one a patient."""

    def __init__(self) -> None:
        super().__init__(name=f"mask{WIDTH}")


class IntegersType(types.Type):
    """Eight 64-bit integers: the bit patterns of eight doubles."""

    def __init__(self) -> None:
        super().__init__(name=f"integers{WIDTH}")


lanes, mask, integers = LanesType(), MaskType(), IntegersType()
workspace = types.CPointer(types.float64)  # type: ignore[attr-defined]
"""Pointer to the flat buffer of a thread: row ``r`` holds lanes ``r * WIDTH … (r + 1) * WIDTH - 1``."""


def _model(kind: type, backend: ir.Type) -> None:
    class Model(models.PrimitiveModel):
        def __init__(self, dmm: Any, fe_type: Any) -> None:
            super().__init__(dmm, fe_type, backend)

    register_model(kind)(Model)


_model(LanesType, _VECTOR)
_model(MaskType, _BITS)
_model(IntegersType, _INTEGERS)


def _splat(builder: Any, value: Any, vector: ir.VectorType = _VECTOR) -> Any:
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(_I32, WIDTH), [0] * WIDTH))


def _wide(builder: Any, kind: Any, value: Any) -> Any:
    return value if isinstance(kind, LanesType) else _splat(builder, value)


_PAIRS = ((lanes, lanes), (lanes, types.float64), (types.float64, lanes))


def _operator(op: Callable[..., Any], result: types.Type, emit: Callable[[Any, Any, Any], Any]) -> None:
    class Template(ConcreteTemplate):
        cases: ClassVar = [signature(result, *pair) for pair in _PAIRS]

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        left, right = (_wide(builder, kind, a) for kind, a in zip(sig.args, args, strict=True))
        return emit(builder, left, right)

    infer_global(op)(Template)
    for pair in _PAIRS:
        lower_builtin(op, *pair)(lower)


_operator(operator.add, lanes, lambda b, x, y: b.fadd(x, y, flags=_CONTRACT))
_operator(operator.sub, lanes, lambda b, x, y: b.fsub(x, y, flags=_CONTRACT))
_operator(operator.mul, lanes, lambda b, x, y: b.fmul(x, y, flags=_CONTRACT))
_operator(operator.truediv, lanes, lambda b, x, y: b.fdiv(x, y, flags=_CONTRACT))
_operator(operator.lt, mask, lambda b, x, y: b.fcmp_ordered("<", x, y))
_operator(operator.le, mask, lambda b, x, y: b.fcmp_ordered("<=", x, y))
_operator(operator.gt, mask, lambda b, x, y: b.fcmp_ordered(">", x, y))
_operator(operator.ge, mask, lambda b, x, y: b.fcmp_ordered(">=", x, y))
_operator(operator.eq, mask, lambda b, x, y: b.fcmp_ordered("==", x, y))
_operator(operator.ne, mask, lambda b, x, y: b.fcmp_unordered("!=", x, y))


def _same(op: Callable[..., Any], kind: types.Type, arity: int, emit: Callable[..., Any]) -> None:
    class Template(ConcreteTemplate):
        cases: ClassVar = [signature(kind, *(kind,) * arity)]

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return emit(builder, *args)

    infer_global(op)(Template)
    lower_builtin(op, *(kind,) * arity)(lower)


_same(operator.neg, lanes, 1, lambda b, x: b.fsub(ir.Constant(_VECTOR, [-0.0] * WIDTH), x))
_same(operator.and_, mask, 2, lambda b, x, y: b.and_(x, y))
_same(operator.or_, mask, 2, lambda b, x, y: b.or_(x, y))
_same(operator.invert, mask, 1, lambda b, x: b.not_(x))
_same(operator.add, integers, 2, lambda b, x, y: b.add(x, y))
_same(operator.sub, integers, 2, lambda b, x, y: b.sub(x, y))


def _row(builder: Any, pointer: Any, row: Any) -> Any:
    offset = builder.mul(row, ir.Constant(_I64, WIDTH))
    return builder.bitcast(builder.gep(pointer, [offset]), _VECTOR.as_pointer())


@intrinsic
def load(typingctx: Any, w: Any, row: Any) -> Any:
    """Return row ``row`` of the workspace ``w``."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_row(builder, *args), align=8)

    return lanes(workspace, types.int64), generate


@intrinsic
def store(typingctx: Any, w: Any, row: Any, value: Any) -> Any:
    """Write ``value`` (lanes, or one number for all) to row ``row`` of the workspace ``w``."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store(_wide(builder, sig.args[2], args[2]), _row(builder, *args[:2]), align=8)
        return context.get_dummy_value()

    kind = lanes if isinstance(value, LanesType) else types.float64
    return types.void(workspace, types.int64, kind), generate


@intrinsic
def spread(typingctx: Any, value: Any) -> Any:
    """Return one number in every lane."""
    return lanes(types.float64), lambda context, builder, sig, args: _splat(builder, args[0])


@intrinsic
def select(typingctx: Any, condition: Any, yes: Any, no: Any) -> Any:
    """Return ``yes`` in the lanes where ``condition`` holds, else ``no``."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        picks = [_wide(builder, kind, a) for kind, a in zip(sig.args[1:], args[1:], strict=True)]
        return builder.select(args[0], *picks)

    kinds = [lanes if isinstance(k, LanesType) else types.float64 for k in (yes, no)]
    return lanes(mask, *kinds), generate


def _llvm(name: str) -> Callable[..., Any]:
    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(_VECTOR, [_VECTOR])
        return builder.call(
            cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{WIDTH}f64"), args
        )

    @intrinsic
    def unary(typingctx: Any, x: Any) -> Any:
        return lanes(lanes), generate

    return unary


square_root = _llvm("sqrt")
absolute = _llvm("fabs")
round_down = _llvm("floor")
sine = _llvm("sin")  # through the C library, lane by lane
cosine = _llvm("cos")


@intrinsic
def bits(typingctx: Any, x: Any) -> Any:
    """Return the bit pattern of each lane."""
    return integers(lanes), lambda context, builder, sig, args: builder.bitcast(args[0], _INTEGERS)


@intrinsic
def from_bits(typingctx: Any, x: Any) -> Any:
    """Return the doubles of these bit patterns."""
    return lanes(integers), lambda context, builder, sig, args: builder.bitcast(args[0], _VECTOR)


@intrinsic
def whole(typingctx: Any, value: Any) -> Any:
    """Return one integer in every lane."""
    return integers(types.int64), lambda context, builder, sig, args: _splat(builder, args[0], _INTEGERS)


@intrinsic
def shift_left(typingctx: Any, x: Any, by: Any) -> Any:
    """Return ``x << by`` (``by``: one integer for all lanes)."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.shl(args[0], _splat(builder, args[1], _INTEGERS))

    return integers(integers, types.int64), generate


@intrinsic
def shift_right(typingctx: Any, x: Any, by: Any) -> Any:
    """Return ``x >> by``, keeping the sign (``by``: one integer for all lanes)."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.ashr(args[0], _splat(builder, args[1], _INTEGERS))

    return integers(integers, types.int64), generate


@intrinsic
def to_double(typingctx: Any, x: Any) -> Any:
    """Return each integer (a small one) as a double."""
    return lanes(integers), lambda context, builder, sig, args: builder.sitofp(args[0], _VECTOR)


@intrinsic
def any_lane(typingctx: Any, condition: Any) -> Any:
    """Return whether a condition holds in some lane."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        packed = builder.bitcast(args[0], ir.IntType(WIDTH))
        return builder.icmp_unsigned("!=", packed, ir.Constant(ir.IntType(WIDTH), 0))

    return types.boolean(mask), generate


@intrinsic
def bare(typingctx: Any, arrays: Any) -> Any:
    """Return a named tuple of arrays and numbers with each array replaced by the pointer to its first element.

    Pointers cost nothing to pass on, arrays are counted at every call. Whoever holds the arrays keeps them alive.
    """
    pointer, tuple_of = types.CPointer, types.NamedTuple  # type: ignore[attr-defined]
    fields = [pointer(k.dtype) if isinstance(k, types.Array) else k for k in arrays.types]
    result = tuple_of(fields, arrays.instance_class)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        values = []
        for position, kind in enumerate(arrays.types):
            value = builder.extract_value(args[0], position)
            if isinstance(kind, types.Array):
                value = context.make_array(kind)(context, builder, value).data
            values.append(value)
        return context.make_tuple(builder, result, values)

    return result(arrays), generate


@intrinsic
def call(typingctx: Any, address: Any, w: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """Call the generated kernel at ``address`` with the workspace and four row numbers."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [_F64.as_pointer(), *[_I64] * 4])
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), args[1:])
        return context.get_dummy_value()

    return types.void(types.int64, workspace, *[types.int64] * 4), generate


KERNEL = types.void(workspace, types.int64, types.int64, types.int64, types.int64)
"""Signature of every generated kernel: workspace, then the rows of time, states, derivatives and results."""
