"""Denormal numbers, switched off while a chunk runs: on x86 each one costs a hundred ordinary operations.

A state that decays for years passes through them on its way to zero. Below 2.2e-308 it counts as zero.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

_I32 = ir.IntType(32)
_FLUSH = 0x8040  # denormals are zero, coming in and going out


@intrinsic
def flush_denormals(typingctx: Any) -> Any:
    """Let denormals count as zero on this thread (x86, where they are slow); return the mode to restore."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if not _is_x86(builder):
            return ir.Constant(_I32, 0)
        place = cgutils.alloca_once(builder, _I32)
        read, write = _control_register(builder)
        pointer = builder.bitcast(place, ir.IntType(8).as_pointer())
        builder.call(read, [pointer])
        before = builder.load(place)
        builder.store(builder.or_(before, ir.Constant(_I32, _FLUSH)), place)
        builder.call(write, [pointer])
        return before

    return types.int32(), generate


@intrinsic
def restore_denormals(typingctx: Any, mode: Any) -> Any:
    """Undo :func:`flush_denormals`."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if _is_x86(builder):
            place = cgutils.alloca_once_value(builder, args[0])
            builder.call(_control_register(builder)[1], [builder.bitcast(place, ir.IntType(8).as_pointer())])
        return context.get_dummy_value()

    return types.void(types.int32), generate


def _is_x86(builder: Any) -> bool:
    return builder.module.triple.startswith(("x86_64", "i686", "i386"))


def _control_register(builder: Any) -> list[Any]:
    kind = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer()])
    names = ("llvm.x86.sse.stmxcsr", "llvm.x86.sse.ldmxcsr")
    return [cgutils.get_or_insert_function(builder.module, kind, name) for name in names]
