"""Writes pictures for the eye as PNG: quickly, and the same bytes on any number of processors."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from photocolor.containers.png import SIGNATURE, make_chunk
from photocolor.system.machine import usable_cpus
from photocolor.system.prefetch import map_ordered

PART_ROWS = 256
"""Rows that are compressed as one; a part costs 3 bytes, and what it could have repeated from the part before."""
_LEVEL = 1
_UP = 2
"""Filter of all rows: differences from the row above. Trying all five for each row takes twice as long for 3 % less."""
_GRAY, _RGB, _BITS = 0, 2, 8
_ZLIB_HEAD = b"\x78\x01"
_RAW = -15


def png_of(picture: NDArray[np.uint8], before: bytes = b"") -> bytes:
    """Returns a picture as PNG.

    Args:
        picture: (H, W, 3) uint8 sRGB, or (H, W) uint8 gray.
        before: whole chunks that stand before the pixels.

    Source: W3C PNG specification (third edition), sections 9 (filtering) and 10 (compression); RFC 1950, RFC 1951.
    """
    height, width = picture.shape[:2]
    rows = _filtered(picture)
    tops = range(0, height, PART_ROWS)

    def packed(top: int) -> bytes:
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
        last = top + PART_ROWS >= height
        return deflate.compress(rows[top : top + PART_ROWS].data) + deflate.flush(
            zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH
        )

    parts = map_ordered(packed, tops, usable_cpus(), len(tops) + 1)
    stream = b"".join((_ZLIB_HEAD, *parts, struct.pack(">I", zlib.adler32(rows.data))))
    kind = _GRAY if picture.ndim == 2 else _RGB
    head = struct.pack(">IIBBBBB", width, height, _BITS, kind, 0, 0, 0)
    return SIGNATURE + make_chunk(b"IHDR", head) + before + make_chunk(b"IDAT", stream) + make_chunk(b"IEND", b"")


def _filtered(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns the rows with the byte of their filter in front, (H, 1 + bytes of a row) uint8."""
    flat = picture.reshape(len(picture), -1)
    rows = np.empty((len(flat), 1 + flat.shape[1]), np.uint8)
    rows[:, 0] = _UP
    rows[0, 1:] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=rows[1:, 1:])
    return rows
