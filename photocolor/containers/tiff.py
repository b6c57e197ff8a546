"""Reads the entries of TIFF directories: those of TIFF files, and those of the EXIF blocks in all other formats."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from photocolor.system.decoder_messages import detail_of
from photocolor.system.file_bytes import Stored

ORIENTATION = 0x0112
X_RESOLUTION = 0x011A
Y_RESOLUTION = 0x011B
RESOLUTION_UNIT = 0x0128

_CM_PER_INCH = 2.54
_MAX_NUMBERS = 1 << 20
_MAX_FEW = 64
_MAX_FIELDS = 65_535  # what a classic TIFF can say; a BigTIFF could say more than memory holds

# TIFF field types: struct letter and how many of them make one value; 5 and 10 are fractions.
_TYPES = {1: "B", 3: "H", 4: "I", 5: "II", 6: "b", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d"}
_TYPES |= {13: "I", 16: "Q", 17: "q", 18: "Q"}  # 13: directory; 16 to 18: BigTIFF


@dataclass(frozen=True, slots=True)
class Block:
    """TIFF-structured bytes.

    Attributes:
        data: the bytes; offsets count from their start.
        order: "<" or ">".
        big: True for BigTIFF's 8-byte offsets.
        first: offset of the first directory.
    """

    data: Stored
    order: str
    big: bool
    first: int


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One field: its type, how many values it has, and where they lie."""

    type: int
    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class ExifView:
    """What decoding needs from an EXIF block.

    Attributes:
        orientation: 1 to 8; 1 where the block says nothing usable.
        dpi: horizontal and vertical pixels per inch, or None.
        warnings: what was wrong, one sentence each.
    """

    orientation: int = 1
    dpi: tuple[float, float] | None = None
    warnings: tuple[str, ...] = ()


def open_block(data: Stored) -> Block:
    """The header of TIFF-structured bytes.

    Raises:
        ValueError: the bytes do not begin like TIFF, or end too early.
    """
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None:
        raise ValueError("no TIFF byte order mark")
    magic, first = _unpack(data, order + "HI", 2)
    if magic == 42:
        return Block(data, order, False, int(first))
    if magic != 43:
        raise ValueError(f"TIFF magic number {magic}")
    return Block(data, order, True, int(_unpack(data, order + "Q", 8)[0]))


def read_directory(block: Block, offset: int, most: int = _MAX_FIELDS) -> tuple[dict[int, DirectoryEntry], int]:
    """The fields of the directory at `offset`, and the offset of the next one (0: none).

    Args:
        block: the TIFF-structured bytes.
        offset: where the directory is.
        most: fields that it may have.

    Raises:
        ValueError: the directory reaches beyond the bytes.
    """
    count_code, field_code, pointer_code, inline = ("Q", "HHQ", "Q", 8) if block.big else ("H", "HHI", "I", 4)
    (count,) = _unpack(block.data, block.order + count_code, offset)
    position = offset + struct.calcsize("=" + count_code)
    size = struct.calcsize("=" + field_code) + inline
    if position + count * size > len(block.data) or count > min(most, _MAX_FIELDS):
        raise ValueError(f"a directory of {count} fields reaches beyond the end, or is no directory")
    fields: dict[int, DirectoryEntry] = {}
    for index in range(int(count)):
        start = position + index * size
        tag, kind, number = _unpack(block.data, block.order + field_code, start)
        value_at = start + size - inline
        if value_bytes(int(kind), int(number)) > inline:
            (value_at,) = _unpack(block.data, block.order + pointer_code, value_at)
        fields.setdefault(int(tag), DirectoryEntry(int(kind), int(number), int(value_at)))
    (following,) = _unpack(block.data, block.order + pointer_code, position + int(count) * size)
    return fields, int(following)


def numbers(block: Block, entry: DirectoryEntry) -> tuple[float, ...]:
    """The values of a numeric field; a fraction with denominator 0 is NaN.

    Raises:
        ValueError: the field is not numeric, or reaches beyond the bytes.
    """
    code = _TYPES.get(entry.type)
    if code is None or entry.count > _MAX_NUMBERS:
        raise ValueError(f"field type {entry.type} with {entry.count} values is not numeric")
    raw = _unpack(block.data, block.order + code * entry.count, entry.offset)
    if len(code) == 1:
        return raw
    return tuple(top / bottom if bottom else float("nan") for top, bottom in zip(raw[::2], raw[1::2], strict=True))


def view_exif(data: bytes | None) -> ExifView:
    """Orientation and resolution from an EXIF block, with or without its "Exif" prefix; never raises."""
    if not data:
        return ExifView()
    data = data.removeprefix(b"Exif\x00\x00")
    try:
        block = open_block(data)
        fields, _ = read_directory(block, block.first)
    except ValueError as error:
        return ExifView(
            warnings=(f"the EXIF data cannot be read{detail_of(error, ours=True)}; the orientation is taken as normal",)
        )
    return view_fields(block, fields)


def view_fields(block: Block, fields: dict[int, DirectoryEntry]) -> ExifView:
    """Orientation and resolution from a directory's fields; never raises."""
    warnings: tuple[str, ...] = ()
    value = _number(block, fields, ORIENTATION, 1.0)
    if value not in range(1, 9):
        warnings = (f"the orientation {value:g} is not one of 1 to 8; it is taken as normal",)
        value = 1.0
    return ExifView(int(value), _resolution(block, fields), warnings)


def _resolution(block: Block, fields: dict[int, DirectoryEntry]) -> tuple[float, float] | None:
    unit = _number(block, fields, RESOLUTION_UNIT, 2.0)
    factor = {2.0: 1.0, 3.0: _CM_PER_INCH}.get(unit)
    x = _number(block, fields, X_RESOLUTION, float("nan"))
    y = _number(block, fields, Y_RESOLUTION, x)
    if factor is None or not (0 < x < 1e6 and 0 < y < 1e6):
        return None
    return x * factor, y * factor


def _number(block: Block, fields: dict[int, DirectoryEntry], tag: int, default: float) -> float:
    if tag not in fields or fields[tag].count > _MAX_FEW:
        return default if tag not in fields else float("nan")
    try:
        found = numbers(block, fields[tag])
    except ValueError:
        return float("nan")
    return float(found[0]) if found else float("nan")


def value_bytes(kind: int, count: int) -> int:
    """What the values of a field take, by its type and their number."""
    code = _TYPES.get(kind, "B")  # 2 and 7 are bytes; an unknown type is never read
    return struct.calcsize("=" + code) * count


def _unpack(data: Stored, code: str, offset: int) -> tuple[int, ...]:
    try:
        return struct.unpack(code, data[offset : offset + struct.calcsize(code)])
    except (struct.error, OverflowError) as error:
        raise ValueError(f"bytes at {offset} are missing") from error
