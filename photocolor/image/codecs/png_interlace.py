"""Splits an interlaced PNG into its seven passes, each a plain PNG: libpng through imagecodecs has no interlacing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from photocolor.errors import TruncatedPhoto

# First column and row, and step between columns and rows, of each pass. Source: PNG, 3rd edition, 8.1 (Adam7).
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


@dataclass(frozen=True, slots=True)
class Pass:
    """Describes one of the seven passes.

    Attributes:
        rows: where its rows lie in the whole.
        columns: where its columns lie in the whole.
        header: payload of an IHDR chunk that describes it alone.
        data: payload of its IDAT chunk.
    """

    rows: slice
    columns: slice
    header: bytes
    data: bytes


def split_passes(header: bytes, data: bytes, bits_per_pixel: int) -> Iterator[Pass]:
    """Yields the passes that have pixels.

    Args:
        header: payload of the IHDR chunk.
        data: payload of all IDAT chunks, joined.
        bits_per_pixel: of all channels together.

    Raises:
        TruncatedPhoto: the data are shorter than the header promises.
    """
    width, height = struct.unpack_from(">II", header)
    layout = []
    for left, top, dx, dy in _PASSES:
        columns, rows = -(-(width - left) // dx), -(-(height - top) // dy)
        if columns > 0 and rows > 0:
            place = slice(top, None, dy), slice(left, None, dx)
            layout.append((place, columns, rows, rows * (1 + (columns * bits_per_pixel + 7) // 8)))
    raw = memoryview(_inflated(data, sum(size for *_, size in layout)))
    start = 0
    for place, columns, rows, size in layout:
        alone = struct.pack(">II", columns, rows) + header[8:12] + b"\x00"
        yield Pass(*place, alone, zlib.compress(raw[start : start + size], 0))
        start += size


def _inflated(data: bytes, expected: int) -> bytes:
    raw = zlib.decompressobj().decompress(data, expected)
    if len(raw) != expected:
        raise TruncatedPhoto(f"the PNG's pixels have {len(raw)} bytes instead of {expected}")
    return raw
