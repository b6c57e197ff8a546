"""Reads the main header of a JPEG 2000 codestream without decoding. Source: ISO/IEC 15444-1, annex A."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

_SOC_SIZ, _EOC = b"\xff\x4f\xff\x51", b"\xff\xd9"
_COD, _SOT = 0xFF52, 0xFF90
_REVERSIBLE = 1
_MAX_COMPONENTS = 16384


@dataclass(frozen=True, slots=True)
class Codestream:
    """Holds the main header.

    Attributes:
        height: rows.
        width: columns.
        bits: depth of each component; negative where signed.
        subsampled: True if a component has fewer pixels than the picture.
        reversible: True if the wavelet is the one that can be lossless.
    """

    height: int
    width: int
    bits: tuple[int, ...]
    subsampled: bool
    reversible: bool


def codestream_size(data: bytes) -> tuple[int, int]:
    """Returns (height, width) of a codestream, also inside of a JP2 file.

    Raises:
        ValueError: there is none.
    """
    at = data.find(_SOC_SIZ, 0, 4096)
    if at < 0:
        raise ValueError("no JPEG 2000 codestream")
    header = read_codestream(data[at : at + (1 << 17)])
    return header.height, header.width


def has_end(data: bytes) -> bool:
    """Returns True if a codestream ends with its end marker, or with that and zeros behind it."""
    return data.endswith(_EOC) or data.rstrip(b"\0").endswith(_EOC)


def read_codestream(data: bytes) -> Codestream:
    """Returns the main header of a codestream that begins with `data`.

    Raises:
        ValueError: it is cut off or damaged.
    """
    if not data.startswith(_SOC_SIZ):
        raise ValueError("no JPEG 2000 codestream")
    try:
        x1, y1, x0, y0 = struct.unpack_from(">4I", data, 8)
        (count,) = struct.unpack_from(">H", data, 40)
        if not 0 < count <= _MAX_COMPONENTS or x1 <= x0 or y1 <= y0:
            raise ValueError(f"{x1 - x0} × {y1 - y0} pixels with {count} components")
        parts = [struct.unpack_from("3B", data, 42 + 3 * nth) for nth in range(count)]
        reversible = _is_reversible(data)
    except struct.error as error:
        raise ValueError("the codestream's header is cut off") from error
    bits = tuple(-((depth & 0x7F) + 1) if depth & 0x80 else depth + 1 for depth, _, _ in parts)
    subsampled = any((dx, dy) != (1, 1) for _, dx, dy in parts)
    return Codestream(y1 - y0, x1 - x0, bits, subsampled, reversible)


def _is_reversible(data: bytes) -> bool:
    """Returns True if the default coding style names the reversible wavelet."""
    at = 2
    while True:
        marker, length = struct.unpack_from(">HH", data, at)
        if marker == _COD:
            return bool(data[at + 13 : at + 14] == bytes([_REVERSIBLE]))
        if marker == _SOT or length < 2:
            raise ValueError("the codestream does not say how it is coded")
        at += 2 + length


def missing_tiles(data: bytes) -> str:
    """Returns what is missing of a codestream's tiles, as a phrase; empty if all parts of all tiles are there.

    Decoders leave the place of a missing tile black.

    Raises:
        ValueError: it is cut off or damaged.
    """
    try:
        x1, y1, _, _, wide, tall, left, top = struct.unpack_from(">8I", data, 8)
        if not wide or not tall:
            raise ValueError("tiles without a size")
        count = math.ceil((x1 - left) / wide) * math.ceil((y1 - top) / tall)
        parts = _tile_parts(data, _first_tile(data))
    except struct.error as error:
        raise ValueError("the codestream is cut off") from error
    lost = count - sum(number < count for number in parts)
    if lost > 0:
        return f"{lost} of its {count} tiles are missing"
    short = sum(there < promised for there, promised in parts.values())
    return f"parts of {short} of its {count} tiles are missing" if short else ""


def _first_tile(data: bytes) -> int:
    at = 2
    while True:
        marker, length = struct.unpack_from(">HH", data, at)
        if marker == _SOT:
            return at
        if length < 2:
            raise ValueError("the codestream's header is damaged")
        at += 2 + length


def _tile_parts(data: bytes, at: int) -> dict[int, tuple[int, int]]:
    """Returns how many parts of each tile are there, and how many are announced, by the tile's number."""
    parts: dict[int, tuple[int, int]] = {}
    while at + 12 <= len(data) and data[at : at + 2] == _SOT.to_bytes(2, "big"):
        number, length, _, promised = struct.unpack_from(">HIBB", data, at + 4)
        there, before = parts.get(number, (0, 0))
        parts[number] = there + 1, max(promised, before)
        if length and length < 12:
            raise ValueError("a tile of the codestream is damaged")
        at = at + length if length else len(data)
    return parts
