"""Reads the clean aperture of an AVIF or HEIC picture: the part of the coded picture that is meant to be shown.

Source: ISO/IEC 14496-12:2022, 12.1.4.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import NamedTuple

from photocolor.containers.heif import Meta


class Aperture(NamedTuple):
    """Describes a rectangle of whole pixels.

    Attributes:
        top: its first row.
        left: its first column.
        height: rows.
        width: columns.
    """

    top: int
    left: int
    height: int
    width: int


def coded_size_of(data: bytes, meta: Meta) -> tuple[int, int]:
    """Returns (height, width) of the primary picture as it is coded, before anything is cut off.

    Raises:
        ValueError: it has none.
    """
    for box in meta.of(meta.primary):
        if box.kind == b"ispe":
            try:
                width, height = struct.unpack_from(">II", data, box.start + 4)
            except struct.error as error:
                raise ValueError("its size is cut off") from error
            return height, width
    raise ValueError("its picture has no size")


def aperture_of(data: bytes, meta: Meta) -> Aperture | None:
    """Returns the part of the primary picture that is shown; None for all of it.

    Raises:
        ValueError: it is damaged, reaches beyond the picture, or ends amid a pixel.
    """
    box = next((box for box in meta.of(meta.primary) if box.kind == b"clap"), None)
    if box is None:
        return None
    try:
        numbers = struct.unpack_from(">IIIIiIiI", data, box.start)
        width, height, right, down = (Fraction(*numbers[at : at + 2]) for at in (0, 2, 4, 6))
    except (struct.error, ZeroDivisionError) as error:
        raise ValueError("its clean aperture is damaged") from error
    coded = coded_size_of(data, meta)
    left, top = (coded[1] - width) / 2 + right, (coded[0] - height) / 2 + down
    if not all(side.denominator == 1 for side in (width, height, left, top)):
        raise ValueError("its clean aperture ends amid a pixel")
    inside = left >= 0 and top >= 0 and left + width <= coded[1] and top + height <= coded[0]
    if not inside or width < 1 or height < 1:
        raise ValueError("its clean aperture reaches beyond the picture")
    return Aperture(int(top), int(left), int(height), int(width))
