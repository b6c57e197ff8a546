"""Reads and writes strict JSON: what the standard does not allow is refused when read, and never written."""

from __future__ import annotations

import json
import math
from typing import Any

_DIGITS_MOST = 20
"""A 64-bit number has no more; Python alone would take thousands, and then fail."""


def loads(text: str | bytes, *, finite: bool = True) -> Any:
    """Returns the values of a JSON text.

    Args:
        text: the JSON.
        finite: whether NaN and what is beyond all measure is refused here; else by the caller, who can say where it is.

    Raises:
        ValueError: it is no JSON, or no UTF-8; a number is NaN or beyond all measure; or it is nested too deeply.
    """
    try:
        if not finite:
            return json.loads(text, parse_int=_whole)
        return json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def dumps(value: object, *, compact: bool = False, indent: int | None = None) -> str:
    """Returns values as ASCII JSON, so that a terminal obeys no character of them.

    Args:
        value: plain values.
        compact: without spaces.
        indent: spaces at each level; None writes one line.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    separators = (",", ":") if compact else None
    return json.dumps(value, allow_nan=False, separators=separators, indent=indent)


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS_MOST:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number beyond all measure")
    return value


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")
