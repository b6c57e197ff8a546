"""Replaces the gray thumbnail inside of EXIF by a colored one of no more bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from photocolor.containers.ifd import ByteLayout, Directory, Slot
from photocolor.containers.jpeg import frame_size
from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.tags import (
    BITS,
    COMPRESSION,
    HEIGHT,
    PHOTOMETRIC,
    STRIP_BYTES,
    STRIP_OFFSETS,
    THUMBNAIL_AT,
    THUMBNAIL_BYTES,
    WIDTH,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rgb = NDArray[np.uint8]

USUAL_PX = (160, 120)  # Source: Exif 2.32, 4.5.7, the recommended thumbnail size
LARGEST_PX = 1024
# From good to just recognizable; the small sizes serve the slots of 1 to 2 KB that some cameras reserve.
LADDER = (*((1.0, quality) for quality in (90, 80, 70, 60, 50, 40, 30)), (0.75, 50), (0.75, 30), (0.5, 50), (0.5, 30))

Maker = Callable[[], "Rgb"]


def replace_thumbnail(block: bytearray, layout: ByteLayout, ifd1: Directory, maker: Maker) -> bool:
    """Writes the colored thumbnail over the one of `ifd1`; returns False if it does not fit.

    Args:
        block: the EXIF block, changed in place.
        layout: of the block.
        ifd1: its second directory.
        maker: returns the colored photo, small, (h, w, 3) uint8 sRGB.
    """
    at, length = ifd1.find(THUMBNAIL_AT), ifd1.find(THUMBNAIL_BYTES)
    if at is not None and length is not None:
        return _replace_jpeg(block, layout, (at, length), maker)
    return _replace_strips(block, layout, ifd1, maker)


def _replace_jpeg(block: bytearray, layout: ByteLayout, slots: tuple[Slot, Slot], maker: Maker) -> bool:
    at_slot, length_slot = slots
    start, room = _number(block, layout, at_slot), _number(block, layout, length_slot)
    if room <= 0 or start < 8 or start + room > len(block):
        return False
    small = fitting_jpeg(maker(), _jpeg_size(bytes(block[start : start + room])), room)
    if small is None:
        return False
    block[start : start + room] = small.ljust(room, b"\0")
    block[length_slot.at : length_slot.at + length_slot.bytes] = layout.pack(len(small), length_slot.bytes)
    return True


def _replace_strips(block: bytearray, layout: ByteLayout, ifd1: Directory, maker: Maker) -> bool:
    """Replaces a thumbnail of plain 8-bit RGB, whose length depends on its size alone; returns False for others."""
    facts = {tag: slot for tag in (WIDTH, HEIGHT, PHOTOMETRIC, COMPRESSION, BITS) if (slot := ifd1.find(tag))}
    offsets, counts = ifd1.find(STRIP_OFFSETS), ifd1.find(STRIP_BYTES)
    if len(facts) < 5 or offsets is None or counts is None or facts[BITS].count != 3:
        return False
    width, height, photometric, compression = (_number(block, layout, facts[tag]) for tag in list(facts)[:4])
    starts, lengths = _numbers(block, layout, offsets), _numbers(block, layout, counts)
    plain = photometric == 2 and compression == 1 and set(_numbers(block, layout, facts[BITS])) == {8}
    inside = all(start >= 8 and start + size <= len(block) for start, size in zip(starts, lengths, strict=False))
    if not plain or not inside or len(starts) != len(lengths) or sum(lengths) != width * height * 3:
        return False
    raw, done = _resized(maker(), (width, height)).tobytes(), 0
    for start, size in zip(starts, lengths, strict=True):
        block[start : start + size] = raw[done : done + size]
        done += size
    return True


def fitting_jpeg(photo: Rgb, box: tuple[int, int], room: int) -> bytes | None:
    """Returns the best JPEG of `photo` inside of `box` (width, height) with at most `room` bytes, or None."""
    height, width = photo.shape[:2]
    scale = min(box[0] / width, box[1] / height)
    for factor, quality in LADDER:
        size = max(1, round(width * scale * factor)), max(1, round(height * scale * factor))
        data = _jpeg(_resized(photo, size), quality)
        if len(data) <= room:
            return data
    return None


def _jpeg(photo: Rgb, quality: int) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(photo).save(stream, "JPEG", quality=quality, optimize=True, subsampling=2)
    return stream.getvalue()


def _resized(photo: Rgb, size: tuple[int, int]) -> Rgb:
    import numpy as np
    from PIL import Image

    return np.asarray(Image.fromarray(photo).resize(size, Image.Resampling.BOX))


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Returns width and height of the present thumbnail, at least 1; the usual ones if it cannot be read."""
    try:
        height, width = frame_size(data)
    except Malformed:
        return USUAL_PX
    return (width, height) if 0 < width <= LARGEST_PX and 0 < height <= LARGEST_PX else USUAL_PX


def _number(block: bytearray, layout: ByteLayout, slot: Slot) -> int:
    return _numbers(block, layout, slot)[0]


def _numbers(block: bytearray, layout: ByteLayout, slot: Slot) -> list[int]:
    width = slot.bytes // slot.count
    return [layout.number(block, slot.at + index * width, width) for index in range(slot.count)]
