"""Corrects EXIF values that would be wrong for the colored result."""

from __future__ import annotations

from photocolor.containers.ifd import KIND_LONG, KIND_SHORT, ByteLayout, Field
from photocolor.metadata.exif.tags import (
    COLOR_SPACE,
    COMPONENTS,
    EXIF_IFD,
    HEIGHT,
    INTEROP_IFD,
    INTEROP_INDEX,
    PHOTOMETRIC,
    PIXEL_HEIGHT,
    PIXEL_WIDTH,
    SAMPLES,
    WIDTH,
)
from photocolor.metadata.model import Picture

IFD0 = 0
SRGB = 1
PHOTOMETRIC_RGB, PHOTOMETRIC_YCBCR = 2, 6


def true_value(directory: int, field: Field, picture: Picture, layout: ByteLayout) -> bytes | None:
    """Returns the correct bytes for the field's value, of the same length, or None if it is correct already.

    Args:
        directory: `IFD0`, or the tag that points to the directory.
        field: as stored.
        picture: the result.
        layout: of the block.
    """
    tag, value = field.tag, field.value
    if (directory, tag) == (INTEROP_IFD, INTEROP_INDEX):
        return b"R98\0" if value == b"R03\0" else None  # R03: Adobe RGB, R98: sRGB. Source: DCF 2.0
    if (directory, tag) == (EXIF_IFD, COMPONENTS):
        return b"\1\2\3\0" if value == b"\1\0\0\0" else None  # luminance alone; now YCbCr. Source: Exif 2.32, 4.6.5
    if field.kind not in (KIND_SHORT, KIND_LONG) or field.count != 1:
        return None
    expected = _wanted(directory, tag, picture)
    stored = layout.number(value, 0, len(value))
    if tag == PHOTOMETRIC and stored == PHOTOMETRIC_YCBCR:
        return None
    if expected is None or expected == stored or expected >= 1 << (8 * len(value)):
        return None
    return layout.pack(expected, len(value))


def _wanted(directory: int, tag: int, picture: Picture) -> int | None:
    return {
        (EXIF_IFD, COLOR_SPACE): SRGB,
        (EXIF_IFD, PIXEL_WIDTH): picture.width,
        (EXIF_IFD, PIXEL_HEIGHT): picture.height,
        (IFD0, WIDTH): picture.width,
        (IFD0, HEIGHT): picture.height,
        (IFD0, PHOTOMETRIC): PHOTOMETRIC_RGB,
        (IFD0, SAMPLES): 3,
    }.get((directory, tag))
