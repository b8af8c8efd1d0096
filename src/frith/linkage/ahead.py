"""Asking the processor for records before they are compared: most of a comparison is waiting.

Records lie side by side in rows of some hundred bytes, and pairs leap about among millions of them,
so that nearly every row must come from memory. Asked for a few pairs ahead, it is there in time.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

AHEAD = 6
"""So many pairs ahead rows are asked for: long enough to arrive, not so long as to be gone."""
LINE = 64
"""Bytes that a processor fetches at a time."""
READ, KEEP, DATA = 0, 3, 1
"""What `llvm.prefetch` is told: to read, to keep in every cache, and that it is data."""

_WORD, _INT, _BYTES = ir.IntType(64), ir.IntType(32), ir.IntType(8).as_pointer()


@intrinsic
def fetch(typing: Any, rows: Any, row: Any) -> Any:  # noqa: ARG001 - as numba calls it
    """Ask for one row of `rows`, the first two lines of it and the last."""

    def written(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        stride = builder.extract_value(array.strides, 0)
        start = builder.ptrtoint(array.data, _WORD)
        start = builder.add(start, builder.mul(arguments[1], stride))
        asked = ir.FunctionType(ir.VoidType(), [_BYTES, _INT, _INT, _INT])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [_BYTES], asked)
        how = [ir.Constant(_INT, said) for said in (READ, KEEP, DATA)]
        last = builder.sub(stride, ir.Constant(_WORD, 1))
        for offset in (ir.Constant(_WORD, 0), ir.Constant(_WORD, LINE), last):
            builder.call(prefetch, [builder.inttoptr(builder.add(start, offset), _BYTES), *how])
        return context.get_dummy_value()

    return types.void(rows, types.int64), written
