"""Walks over the codes of TIFF's LZW data: whether each is valid, and whether an end code closes them.

The decoder gives what it has when the data stop, and takes codes that no encoder can have written. How wide a code is
depends only on how many came since the table was cleared, so the codes of one table are found at once.

Source: TIFF 6.0, section 13.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_Codes = NDArray[np.unsignedinteger[Any]]

_CLEAR, _END, _FIRST_FREE = 256, 257, 258
_WIDEST_BITS, _TABLE_CODES = 12, 3839
"""The table has 4096 entries; it must be cleared before it is full."""

# Bits of the first, second … code after the table was cleared: a code is as wide as the entry that comes next needs,
# and one entry earlier, as TIFF does. The first code adds no entry.
_NEXT_ENTRY = _FIRST_FREE + np.maximum(np.arange(_TABLE_CODES) - 1, 0)
_BITS = np.digitize(_NEXT_ENTRY, (511, 1023, 2047)) + 9
_OFFSETS = np.concatenate([[0], np.cumsum(_BITS)[:-1]])
_HIGHEST = np.concatenate([[255], _NEXT_ENTRY[1:]])
"""A code may name the entry that it is about to add, and none behind."""


def is_closed(data: bytes) -> bool:
    """Returns True if an end code closes the data, False if they stop without one.

    Raises:
        ValueError: a code is none that can stand there.
    """
    padded = np.frombuffer(data + bytes(4), np.uint8).astype(np.uint32)
    windows: _Codes = (
        padded[:-2] << np.uint32(16) | padded[1:-1] << np.uint32(8) | padded[2:]
    )  # three bytes from each byte on hold any code
    at, end = 0, 8 * len(data)
    while True:
        codes = _codes(windows, at, end)
        stops = np.flatnonzero((codes == _CLEAR) | (codes == _END))
        count = int(stops[0]) if stops.size else len(codes)
        if (codes[:count] > _HIGHEST[:count]).any():
            raise ValueError("an LZW code is damaged")
        if not stops.size:
            if len(codes) == _TABLE_CODES:
                raise ValueError("the LZW table overflows")
            return False
        if codes[count] == _END:
            return True
        at += int(_OFFSETS[count] + _BITS[count])


def _codes(windows: _Codes, at: int, end: int) -> _Codes:
    """Returns the whole codes from bit `at` on that fit into the table, as if none of them cleared it."""
    places = at + _OFFSETS
    places = places[places + _BITS <= end]
    bits = _BITS[: len(places)]
    shifted = windows[places >> 3] >> (24 - bits - (places & 7)).astype(np.uint32)
    codes: _Codes = shifted & ((1 << bits) - 1).astype(np.uint32)
    return codes
