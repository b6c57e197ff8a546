"""Sets orientation and resolution in an EXIF block where the container stores them elsewhere."""

from __future__ import annotations

from photocolor.containers.ifd import KIND_SHORT, ByteLayout, Field, read_directory, read_header
from photocolor.containers.malformed import Malformed
from photocolor.containers.tiff import view_exif
from photocolor.metadata.exif.tiff_write import lay_out

ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 274, 282, 283, 296
KIND_RATIONAL = 5
_ESSENTIAL = frozenset({ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT})
_VALUE_MOST_BYTES = 8
_ROUNDED_SHARE = 0.01
"""Relative: formats store pixels per inch, per centimeter or per meter as whole numbers."""


def with_orientation(block: bytes | None, orientation: int) -> bytes | None:
    """Returns the block with this orientation; a new block if there is none and the picture is not upright.

    A block that cannot be read is given back as it is.

    Args:
        block: an EXIF block with its TIFF header, or None.
        orientation: 1 to 8, as the container says.
    """
    if block is None:
        return _alone(orientation) if orientation != 1 else None
    try:
        layout, first = read_header(block)
        ifd0 = read_directory(block, layout, first)
    except Malformed:
        return block
    value = layout.pack(orientation, 2)
    slot = ifd0.find(ORIENTATION)
    if slot is not None and slot.kind == KIND_SHORT:
        return block[: slot.at] + value + block[slot.at + 2 :]
    return block if orientation == 1 else _appended(block, [Field(ORIENTATION, KIND_SHORT, 1, value)])


def with_resolution(block: bytes, dpi: tuple[float, float]) -> bytes:
    """Returns the block with this resolution in pixels per inch, unless it says so already or cannot be read."""
    try:
        layout, _ = read_header(block)
    except Malformed:
        return block
    if same_resolution(view_exif(block).dpi, dpi):
        return block
    x, y = (layout.pack(round(value * 100), 4) + layout.pack(100, 4) for value in dpi)
    inch = Field(RESOLUTION_UNIT, KIND_SHORT, 1, layout.pack(2, 2))
    return _appended(block, [Field(X_RESOLUTION, KIND_RATIONAL, 1, x), Field(Y_RESOLUTION, KIND_RATIONAL, 1, y), inch])


def same_resolution(one: tuple[float, float] | None, other: tuple[float, float]) -> bool:
    """Returns whether two resolutions are equal but for the rounding of a container."""
    return one is not None and all(abs(a - b) <= _ROUNDED_SHARE * b for a, b in zip(one, other, strict=True))


def essentials(block: bytes) -> bytes | None:
    """Returns a small block with the display settings of one that is too large; None if it has none."""
    try:
        layout, first = read_header(block)
        ifd0 = read_directory(block, layout, first)
    except Malformed:
        return None
    fields = [
        Field(slot.tag, slot.kind, slot.count, bytes(block[slot.at : slot.at + slot.bytes]))
        for slot in ifd0.slots
        if slot.tag in _ESSENTIAL and 0 < slot.bytes <= _VALUE_MOST_BYTES
    ]
    if not fields:
        return None
    small = ByteLayout(layout.order)
    mark = b"II" if layout.order == "<" else b"MM"
    unique = {field.tag: field for field in reversed(fields)}
    return mark + small.pack(42, 2) + small.pack(8, 4) + lay_out(unique.values(), 8, small)


def _appended(block: bytes, fields: list[Field]) -> bytes:
    """Returns the block with a new IFD0 at its end that also has these fields; no old byte moves."""
    layout, first = read_header(block)
    ifd0 = read_directory(block, layout, first)
    if layout.big:
        return block
    new = {field.tag for field in fields}
    for at in ifd0.entries:
        tag, kind = (layout.number(block, at + step, 2) for step in (0, 2))
        if tag not in new:
            fields.append(Field(tag, kind, layout.number(block, at + 4, 4), block[at + 8 : at + 12], fixed=True))
    base = len(block) + len(block) % 2
    appended = bytearray(lay_out(fields, base, layout))
    following_at = layout.count_bytes + len(fields) * layout.entry_bytes
    appended[following_at : following_at + 4] = layout.pack(ifd0.next, 4)
    return block[:4] + layout.pack(base, 4) + block[8:].ljust(base - 8, b"\0") + bytes(appended)


def _alone(orientation: int) -> bytes:
    layout = ByteLayout("<")
    directory = lay_out([Field(ORIENTATION, KIND_SHORT, 1, layout.pack(orientation, 2))], 8, layout)
    return b"II" + layout.pack(42, 2) + layout.pack(8, 4) + directory
