"""Filters the messages of decoders: their own words are shown to users, Python's about the program are not."""

from __future__ import annotations

_OF_PYTHON = {"builtins", "struct", "zlib", "numpy"}


def detail_of(error: Exception, *, ours: bool = False) -> str:
    """Returns the decoder's message in brackets behind a space; empty if it is one of Python or NumPy.

    Args:
        error: what was raised.
        ours: True if a plain `ValueError` can only be one of photocolor's.
    """
    message = " ".join(str(error).split())
    of_python = type(error).__module__.split(".")[0] in _OF_PYTHON and not (ours and type(error) is ValueError)
    return f" ({message})" if message and not of_python else ""
