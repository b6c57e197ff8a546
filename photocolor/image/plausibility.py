"""Warns of coded pixels that look damaged though they decode: a decoder of arithmetic codes accepts everything.

Such codings have no checksum, so this is a suspicion that the user has to look into, and no reason to refuse a photo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

ZERO_RUN_BYTES = 64
"""More zeros in a row than coders of nearly random bits leave; a bad sector, or a hole in a copy, has 512 or more."""
_PIECE_BYTES = 2**20
TAIL_BYTES = 8
"""At the end of coded data, which whole data need: encoders were seen to leave up to 4 that no decoder reads."""
_TAIL_MASK = 0x5A
_LOOK = "its format has no checksum, so look at the picture and compare the file with another copy"

Decode = Callable[[bytes], NDArray[Any]]


def zero_run(data: bytes, start: int = 0, end: int | None = None) -> str:
    """Returns a warning if coded data have a hole of zeros, or of 255 as in erased flash memory; empty if not.

    Args:
        data: in which they lie.
        start: where they begin.
        end: where they end; None is the end of `data`.
    """
    end = len(data) if end is None else end
    for filling in (b"\0", b"\xff"):
        at = _find(data, filling * ZERO_RUN_BYTES, start, end)
        if at >= 0:
            length = end - at - len(data[at:end].lstrip(filling))
            what = "zero bytes" if filling == b"\0" else "bytes of 255"
            return f"{length} {what} lie in a row in the coded picture, as a bad sector or a hole leaves them; {_LOOK}"
    return ""


def _find(data: bytes, pattern: bytes, start: int, end: int) -> int:
    """Returns where a pattern is first found, -1 if it is not; piece by piece, for a search holds the interpreter."""
    for begin in range(start, end, _PIECE_BYTES):
        at = data.find(pattern, begin, min(begin + _PIECE_BYTES + len(pattern) - 1, end))
        if at >= 0:
            return at
    return -1


def unread_tail(pixels: NDArray[Any], decode: Decode, data: bytes, end: int) -> str:
    """Returns a warning if a picture does not depend on the last bytes of its coded data; empty if it does.

    Where data are damaged, the decoder takes what follows for something else, and comes to the last pixel too early.

    Args:
        pixels: the picture.
        decode: decodes it once more.
        data: the file.
        end: where the coded data end in it.
    """
    return (
        unread_sentence() if depends_not(pixels, decode, other_tails(data, [(max(0, end - TAIL_BYTES), end)])) else ""
    )


def unread_sentence() -> str:
    """Returns the warning about a picture that does not depend on all of its coded data."""
    return f"the decoder comes to the last pixel before the coded data end, as it does where they are damaged; {_LOOK}"


def depends_not(pixels: NDArray[Any], decode: Decode, changed: bytes) -> bool:
    """Returns True if a changed file decodes to the same pixels."""
    try:
        again = decode(changed)
    except (RuntimeError, ValueError, OSError, SyntaxError, EOFError):  # what the decoders raise, see image.decode
        return False
    return again.shape == pixels.shape and np.array_equal(again, pixels)


def other_tails(data: bytes, tails: Iterable[tuple[int, int]]) -> bytes:
    """Returns the file with changed bytes at some places, each from its first byte to before its last."""
    changed = bytearray(data)
    for start, end in tails:
        for at in range(start, end):
            changed[at] ^= _TAIL_MASK
    return bytes(changed)
