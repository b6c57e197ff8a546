"""Writes a color JPEG strip by strip: strips are coded alone, on several threads, and joined by restart markers.

A restart marker ends the coded data at a byte and begins the prediction anew (ITU-T T.81, E.1.4). So strips whose
height is a whole number of blocks, coded with the same tables, are one picture when restart markers stand between them.
It decodes to the same pixels as if it had been coded at once, and the whole of it is never in memory.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, BinaryIO

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.containers.formats import by_name
from photocolor.containers.jpeg import DRI, END, FRAMES, SOS, START, CodedPart, parts
from photocolor.image.encode_input import RowsToEncode
from photocolor.image.lightness_check import SMALL_PX, within_promise
from photocolor.image.photo import Pixels, Rows
from photocolor.image.row_groups import regrouped
from photocolor.system.photo_threads import threads_of_a_photo
from photocolor.system.prefetch import map_ordered

STRIP_ROWS = 128
"""As many as are painted at a time."""

_BLOCK = 8
_LONGEST_INTERVAL = 65535
"""Blocks between two restart markers: their number has 16 bits."""

_APP0, _APP2, _RST0 = 0xE0, 0xE2, 0xD0
_NO_UNIT, _INCHES = 0, 1
_PROFILE = b"ICC_PROFILE\x00"
_PROFILE_BYTES = 65519  # Source: ICC.1:2022, annex B.4


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """Holds what the header of the picture says.

    Attributes:
        height: rows.
        width: columns.
        quality: 1 to 100.
        icc: the profile to embed, or None.
        dpi: horizontal and vertical resolution in pixels per inch, or None.
    """

    height: int
    width: int
    quality: int
    icc: bytes | None = None
    dpi: tuple[float, float] | None = None

    @property
    def strip_rows(self) -> int:
        """Returns the rows between two restart markers; all of them for a picture that has no more."""
        across = -(-self.width // _BLOCK)
        return min(STRIP_ROWS, _LONGEST_INTERVAL // across * _BLOCK)


def write_jpeg(file: BinaryIO, rows: Iterable[Pixels], cover: JpegHeader) -> None:
    """Writes the picture while its rows come, without subsampling; equal input gives equal bytes.

    Args:
        file: an empty file.
        rows: (n, W, 3) uint8 sRGB from top to bottom, any number of rows at a time.
        cover: what stands in the header.
    """

    def coded(strip: Rows) -> bytes:
        return bytes(imagecodecs.jpeg8_encode(strip.pixels, level=cover.quality, subsampling="444"))

    threads = threads_of_a_photo()
    strips = map_ordered(coded, regrouped(map(Rows, rows), cover.strip_rows), threads, threads + 1)
    for number, strip in enumerate(strips):
        scan = _scan_start(strip)
        file.write(bytes((0xFF, _RST0 + (number - 1) % 8)) if number else b"".join(_header(strip[:scan], cover)))
        file.write(memoryview(strip)[scan : -len(END)])
    file.write(END)


def write_rows(file: BinaryIO, picture: RowsToEncode) -> None:
    """Writes as `write_jpeg` does; a small picture is held whole, and coded better if its lightness needs that."""
    height, width = picture.shape[:2]
    cover = JpegHeader(height, width, picture.quality, picture.icc, picture.photo.container.dpi)
    rows = picture.rows
    if cover.height * cover.width > SMALL_PX:
        write_jpeg(file, rows, cover)
        return
    colors = np.concatenate(list(rows))

    def coded(quality: int) -> tuple[bytes, Callable[[], NDArray[Any]]]:
        whole = BytesIO()
        write_jpeg(whole, [colors], replace(cover, quality=quality))
        return whole.getvalue(), lambda: imagecodecs.jpeg8_decode(whole.getvalue())

    file.write(within_promise(picture.photo.container, "jpeg", colors, cover.quality, coded))


def _scan_start(strip: bytes) -> int:
    """Returns where the coded data begin; they reach to the end marker."""
    at, marker = len(START), 0
    while marker != SOS:
        marker = strip[at + 1]
        at += 2 + int.from_bytes(strip[at + 2 : at + 4], "big")
    return at


def _header(head: bytes, cover: JpegHeader) -> Iterator[bytes]:
    """Yields the parts of the whole picture's header, made from that of its first strip."""
    yield START
    yield CodedPart(_APP0, _jfif(cover.dpi)).packed()
    yield from (CodedPart(_APP2, payload).packed() for payload in _profile(cover.icc or b""))
    for part in parts(head):
        if part.marker in FRAMES:
            part = CodedPart(part.marker, part.payload[:1] + struct.pack(">H", cover.height) + part.payload[3:])
        if part.marker == SOS and cover.height > cover.strip_rows:
            interval = cover.strip_rows // _BLOCK * -(-cover.width // _BLOCK)
            yield CodedPart(DRI, struct.pack(">H", interval)).packed()
        if part.marker != _APP0:
            yield part.packed()


def _jfif(dpi: tuple[float, float] | None) -> bytes:
    """Returns the payload of JFIF's header; of a resolution beyond its 16 bits, which EXIF says, the proportion.

    Source: ITU-T T.871, 10.1.
    """
    across, down = (max(round(value), 1) for value in dpi or (1, 1))
    most, largest = int(by_name("jpeg").most_dpi), max(across, down)
    unit = _INCHES if dpi is not None and largest <= most else _NO_UNIT
    if largest > most:
        across, down = (max(round(value * most / largest), 1) for value in (across, down))
    return b"JFIF\x00\x01\x01" + struct.pack(">BHHBB", unit, across, down, 0, 0)


def _profile(icc: bytes) -> Iterator[bytes]:
    """Yields the payloads of the segments that hold a profile."""
    pieces = [icc[at : at + _PROFILE_BYTES] for at in range(0, len(icc), _PROFILE_BYTES)]
    return (_PROFILE + bytes((number, len(pieces))) + piece for number, piece in enumerate(pieces, 1))
