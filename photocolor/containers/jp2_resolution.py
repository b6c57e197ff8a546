"""Reads the resolution that a JPEG 2000 file has in a box of its own."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from photocolor.containers.boxes import Box, boxes
from photocolor.containers.resolution import believed

METERS_PER_INCH = 0.0254
_LARGEST_EXPONENT = 8


def density(data: bytes, headers: Iterable[Box]) -> tuple[float, float] | None:
    """Returns the horizontal and vertical pixels per inch of the capture or display resolution, or None.

    Args:
        data: the whole file.
        headers: the boxes inside of its "jp2h".

    Raises:
        ValueError, struct.error: a box is cut off.

    Source: ISO/IEC 15444-1, I.5.3.7.
    """
    for outer in headers:
        for box in boxes(data, outer.start, outer.end) if outer.kind == b"res " else ():
            if box.kind in (b"resc", b"resd") and box.end - box.start >= 10:
                vn, vd, hn, hd, ve, he = struct.unpack_from(">4H2b", data, box.start)
                if vn and vd and hn and hd and max(abs(ve), abs(he)) <= _LARGEST_EXPONENT:
                    return believed(hn / hd * 10.0**he * METERS_PER_INCH, vn / vd * 10.0**ve * METERS_PER_INCH)
    return None
