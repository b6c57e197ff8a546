"""Reads the values of TIFF directories that decoding needs, of TIFF files and of EXIF blocks."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from photocolor.containers.ifd import MAX_ENTRIES, NUMBER_CODES, ByteLayout, Slot, read_directory, read_header
from photocolor.containers.malformed import Malformed
from photocolor.containers.resolution import believed
from photocolor.system.decoder_messages import detail_of
from photocolor.system.file_bytes import Stored

ORIENTATION = 0x0112
X_RESOLUTION = 0x011A
Y_RESOLUTION = 0x011B
RESOLUTION_UNIT = 0x0128

_CM_PER_INCH = 2.54
_MAX_NUMBERS = 1 << 20
_MAX_FEW = 64


@dataclass(frozen=True, slots=True)
class Block:
    """Holds TIFF-structured bytes with what their header says.

    Attributes:
        data: the bytes; offsets count from their start.
        layout: how they write numbers.
        first: offset of the first directory.
    """

    data: Stored
    layout: ByteLayout
    first: int


@dataclass(frozen=True, slots=True)
class ExifView:
    """Holds what decoding needs from an EXIF block.

    Attributes:
        orientation: 1 to 8; 1 where the block says nothing usable.
        dpi: horizontal and vertical pixels per inch, or None.
        warnings: what was wrong, one sentence each.
    """

    orientation: int = 1
    dpi: tuple[float, float] | None = None
    warnings: tuple[str, ...] = ()


def open_block(data: Stored) -> Block:
    """Returns TIFF-structured bytes with what their header says.

    Raises:
        Malformed: the bytes do not begin like TIFF, or end too early.
    """
    return Block(data, *read_header(data))


def read_fields(block: Block, offset: int, most: int = MAX_ENTRIES) -> tuple[dict[int, Slot], int]:
    """Returns the fields of the directory at `offset`, the first of each tag, and the offset of the next one (0: none).

    Args:
        block: the TIFF-structured bytes.
        offset: where the directory is.
        most: fields that it may have.

    Raises:
        Malformed: the directory reaches beyond the bytes.
    """
    directory = read_directory(block.data, block.layout, offset, most)
    if not directory.next_at:
        raise Malformed(f"the directory at {offset} is cut off")
    return {slot.tag: slot for slot in reversed(directory.every)}, directory.next


def numbers(block: Block, slot: Slot) -> tuple[float, ...]:
    """Returns the values of a numeric field; a fraction with denominator 0 is NaN.

    Raises:
        Malformed: the field is not numeric, or reaches beyond the bytes.
    """
    return numbers_at(block, slot.kind, slot.count, slot.at)


def numbers_at(block: Block, kind: int, count: int, offset: int) -> tuple[float, ...]:
    """Returns `count` values of a field type that stand at `offset`, as `numbers` does."""
    code = NUMBER_CODES.get(kind)
    if code is None or count > _MAX_NUMBERS:
        raise Malformed(f"field type {kind} with {count} values is not numeric")
    raw = _unpack(block.data, block.layout.order + code * count, offset)
    if len(code) == 1:
        return raw
    return tuple(top / bottom if bottom else float("nan") for top, bottom in zip(raw[::2], raw[1::2], strict=True))


def view_exif(data: bytes | None) -> ExifView:
    """Returns orientation and resolution of an EXIF block, with or without its "Exif" prefix; never raises."""
    if not data:
        return ExifView()
    data = data.removeprefix(b"Exif\x00\x00")
    try:
        block = open_block(data)
        fields, _ = read_fields(block, block.first)
    except Malformed as error:
        return ExifView(
            warnings=(f"the EXIF data cannot be read{detail_of(error, ours=True)}; the orientation is taken as normal",)
        )
    return view_fields(block, fields)


def view_fields(block: Block, fields: dict[int, Slot]) -> ExifView:
    """Returns orientation and resolution of a directory's fields; never raises."""
    warnings: tuple[str, ...] = ()
    value = _number(block, fields, ORIENTATION, 1.0)
    if value not in range(1, 9):
        warnings = (f"the orientation {value:g} is not one of 1 to 8; it is taken as normal",)
        value = 1.0
    return ExifView(int(value), _resolution(block, fields), warnings)


def appended_directory_at(size_bytes: int) -> int:
    """Returns where a directory begins that is appended to a file of this length: TIFF wants an even place."""
    return size_bytes + size_bytes % 2


def _resolution(block: Block, fields: dict[int, Slot]) -> tuple[float, float] | None:
    unit = _number(block, fields, RESOLUTION_UNIT, 2.0)
    factor = {2.0: 1.0, 3.0: _CM_PER_INCH}.get(unit)
    x = _number(block, fields, X_RESOLUTION, float("nan"))
    y = _number(block, fields, Y_RESOLUTION, x)
    return believed(x * factor, y * factor) if factor is not None else None


def _number(block: Block, fields: dict[int, Slot], tag: int, default: float) -> float:
    if tag not in fields or fields[tag].count > _MAX_FEW:
        return default if tag not in fields else float("nan")
    try:
        values = numbers(block, fields[tag])
    except Malformed:
        return float("nan")
    return float(values[0]) if values else float("nan")


def _unpack(data: Stored, code: str, offset: int) -> tuple[int, ...]:
    try:
        return struct.unpack(code, data[offset : offset + struct.calcsize(code)])
    except (struct.error, OverflowError) as error:
        raise Malformed(f"bytes at {offset} are missing") from error
