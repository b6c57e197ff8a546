"""Estimates the memory that a photo takes, from its header; one that takes too much is refused before any is taken."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt

from photocolor.containers.formats import by_name
from photocolor.engine.sizes import face_copy_shape
from photocolor.errors import TooLittleMemory
from photocolor.image.photo import Header
from photocolor.settings import ColorSettings, Faces, FileSettings, Layers, Mend, OutputFormat
from photocolor.system.machine import memory

BASE_BYTES = 310_000_000
"""Memory of a process with its libraries and the bundled model, before any photo; measured, see docs/archive.md."""
DETAIL_BYTES = 130
"""Memory for one pixel that the model sees: its lightness, hints, answers and the network's own planes."""
AUTO_DETAIL_PX = 768
"""Side of the square that stands for what the model sees with --detail auto: more than any usual model takes."""
EXACT_LUMA_BYTES = 10
"""Memory for one pixel of a JPEG whose luma is copied, with its colors beside; measured, see docs/archive.md."""
LAYERS_BYTES = 26
"""Memory for one pixel whose layers are written, per byte of a sample: photo and result are decoded and compressed."""
MENDING_BYTES = 2
"""Memory for one pixel that may be mended: a mask by hand is decoded whole; the rest is bits."""
UNKNOWN_BYTES = 4_000_000_000
"""Memory that may be used where the system does not say how much is free."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Holds the memory of one photo, and of its process besides, in bytes.

    Attributes:
        least: with everything done in the smallest way.
        quick: with the gray kept instead of decoded again, where there is a choice.
    """

    least: int
    quick: int


def footprint(header: Header, file_bytes: int, files: FileSettings, detail_px: int) -> Footprint:
    """Returns the estimated memory of a photo.

    Args:
        header: of the photo.
        file_bytes: length of its file.
        files: the format of the result, and how it is written.
        detail_px: pixels that the model sees, with those of the copy in which faces are looked for.
    """
    pixels = header.height * header.width
    width = 1 if header.bit_depth <= 8 else 2
    result = by_name(header.format if files.format is OutputFormat.KEEP else files.format.value)
    gray = pixels * width * (2 if header.channels in (2, 4) else 1)
    fixed = BASE_BYTES + DETAIL_BYTES * detail_px
    per_sample = EXACT_LUMA_BYTES if files.exact_luma and result.copies_luma else result.memory[1]
    writing = pixels * per_sample * (width if result.most_bits > 8 else 1)
    if files.mend is not Mend.NONE:
        fixed += pixels * MENDING_BYTES
    if files.layers is not Layers.NONE:
        writing += pixels * LAYERS_BYTES * width
    if header.band_bytes:
        passing = header.band_bytes + 8 * int(sqrt(pixels * detail_px))
        return Footprint(fixed + passing + writing, fixed + passing + writing + gray)
    reading = file_bytes + pixels * width * by_name(header.format).memory[0] * (header.channels or 3) // 3
    whole = fixed + max(reading, file_bytes + gray + writing)
    return Footprint(whole, whole)


def detail_pixels(height: int, width: int, color: ColorSettings) -> int:
    """Returns about how many pixels the model sees of a photo, before it is known which model that is."""
    detail = AUTO_DETAIL_PX if color.detail == "auto" else color.detail
    whole = height * width if detail == "full" else min(height * width, int(detail) ** 2)
    return whole + face_pixels(height, width, color)


def face_pixels(height: int, width: int, color: ColorSettings, *, segments: bool = False) -> int:
    """Returns the pixels of the copy in which faces are looked for; 0 if they are not.

    Args:
        height: of the photo, in pixels.
        width: of the photo.
        color: says whether small faces are looked at a second time.
        segments: whether the model takes the segments of faces.
    """
    return prod(face_copy_shape(height, width)) if segments or color.faces is not Faces.OFF else 0


def allowed_bytes(max_memory: int | None) -> int:
    """Returns the usable memory: --max-memory, else half of what is free, else a quarter of all."""
    if max_memory is not None:
        return max_memory
    machine = memory()
    if machine.available_bytes is not None:
        return machine.available_bytes // 2
    return UNKNOWN_BYTES if machine.total_bytes is None else machine.total_bytes // 4


def refuse_beyond(need: Footprint, allowed: int) -> None:
    """Raises if the photo takes more memory than is allowed.

    Raises:
        TooLittleMemory: it does, even with everything done in the smallest way.
    """
    if need.least > allowed:
        raise TooLittleMemory(
            f"the photo takes about {need.least / 1e9:.1f} GB of memory, and {allowed / 1e9:.1f} GB may be used for it"
        )
