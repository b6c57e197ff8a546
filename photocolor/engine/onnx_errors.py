"""Interprets ONNX Runtime's untyped exceptions."""

from __future__ import annotations

from functools import cache

from photocolor.engine.runtime import load_runtime

# ONNX Runtime has no type for this error (microsoft/onnxruntime#16307); these are the words of its CPU arena, of CUDA,
# cuBLAS, cuDNN, HIP, DirectML and of the C++ library, in lower case.
_OUT_OF_MEMORY = (
    "failed to allocate memory",
    "bad_alloc",
    "bad allocation",
    "out of memory",
    "out_of_memory",
    "outofmemory",
    "alloc_failed",
    "smaller than requested bytes",
    "8007000e",
)


@cache
def runtime_errors() -> tuple[type[Exception], ...]:
    """Returns the exceptions that a native session raises; they have no base class of their own."""
    native = load_runtime().capi.onnxruntime_pybind11_state
    own = [kind for kind in vars(native).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*own, RuntimeError, MemoryError)


def is_out_of_memory(error: Exception) -> bool:
    """Returns True if an allocation failed, on any device."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(phrase in text for phrase in _OUT_OF_MEMORY)


def first_line(error: Exception) -> str:
    """Returns the part of the message that helps a user, at most 300 characters."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:300]
