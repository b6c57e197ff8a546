"""What people are told of an error that a decoder raised: its own words, never those of Python about the program."""

from __future__ import annotations

_OF_PYTHON = {"builtins", "struct", "zlib", "numpy"}


def detail_of(error: Exception, *, ours: bool = False) -> str:
    """Returns what was said, in brackets behind a space; empty where only Python or NumPy said something.

    Args:
        error: what was raised.
        ours: True if a plain `ValueError` can only be one of photocolor's.
    """
    said = " ".join(str(error).split())
    of_python = type(error).__module__.split(".")[0] in _OF_PYTHON and not (ours and type(error) is ValueError)
    return f" ({said})" if said and not of_python else ""
