"""`--max-memory`: a size with its unit."""

from __future__ import annotations

from typing import Annotated

import typer

from photocolor.errors import UsageError
from photocolor.settings import MEMORY_MIN_BYTES

_UNITS = {"M": 10**6, "G": 10**9, "T": 10**12}


def parse_memory(text: str | None) -> int | None:
    """The bytes that "800M" or "1.5G" names; None for None.

    Raises:
        UsageError: it is no such text, or too little for any photo.
    """
    if text is None:
        return None
    number, unit = text[:-1], text[-1:].upper()
    if unit not in _UNITS or not number.isascii() or not number.replace(".", "", 1).isdigit():
        raise UsageError(f"max-memory {text!r} is no size, as 800M or 1.5G are", "Use M, G or T, in powers of 1000.")
    size = int(float(number) * _UNITS[unit])
    if size < MEMORY_MIN_BYTES:
        least = MEMORY_MIN_BYTES // 10**6
        raise UsageError(f"max-memory {text} is less than {least}M, which the model and one small photo take")
    return size


MaxMemory = Annotated[
    str | None,
    typer.Option(
        "--max-memory",
        metavar="SIZE",
        show_default="half of what is free",
        help="Memory for all workers together, as 800M or 2G. It limits their number; large TIFFs are decoded twice "
        "rather than kept, and a photo that takes more than its share in every way fails by name.",
    ),
]
