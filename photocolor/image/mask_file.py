"""Writes masks of one bit per pixel, row by row: PNG for one page, TIFF for several; set bits are damaged."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.containers.png import SIGNATURE
from photocolor.errors import UnsupportedPhoto
from photocolor.system.strict_json import dumps, loads

Marks = NDArray[np.bool_]
NOTE_KEY = "photocolor"
"""Keyword of the PNG's text that says what the mask was made of; a TIFF has it as its description."""
_TIFF_STRIP_ROWS = 256
_SHORT, _LONG, _ASCII = 3, 4, 2
_CLASSIC_END = 1 << 32


class MaskWriter(Protocol):
    """Takes a mask page by page."""

    def page(self, shape: tuple[int, int], orientation: int, rows: Iterable[Marks]) -> None:
        """Writes a page.

        Args:
            shape: (height, width).
            orientation: EXIF orientation of the photo, which the mask has, too.
            rows: (any number, width) bool, from top to bottom.
        """


class PngMask:
    """Writes a mask as a PNG of one bit; a `MaskWriter` for one page.

    Args:
        file: where to.
        note: what the mask says of itself.
    """

    def __init__(self, file: BinaryIO, note: dict[str, object]) -> None:
        self._file, self._note, self._pages = file, note, 0

    def page(self, shape: tuple[int, int], orientation: int, rows: Iterable[Marks]) -> None:
        """Writes the page.

        Raises:
            UnsupportedPhoto: it is not the first.
        """
        self._pages += 1
        if self._pages > 1:
            raise UnsupportedPhoto("the mask of several pages needs a TIFF", "Give the source the suffix .tif.")
        self._file.write(SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", shape[1], shape[0], 1, 0, 0, 0, 0))
        self._chunk(b"tEXt", NOTE_KEY.encode() + b"\0" + dumps(self._note, compact=True).encode("ascii"))
        self._chunk(b"eXIf", b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 274, _SHORT, 1, orientation, 0, 0))
        packer = zlib.compressobj(6)
        for part in rows:
            packed = np.packbits(part, axis=1)
            lines = np.concatenate([np.zeros((len(packed), 1), np.uint8), packed], 1)  # filter 0 before each line
            self._data(packer.compress(lines.tobytes()))
        self._data(packer.flush())
        self._chunk(b"IEND", b"")

    def _data(self, coded: bytes) -> None:
        if coded:
            self._chunk(b"IDAT", coded)

    def _chunk(self, kind: bytes, content: bytes) -> None:
        self._file.write(struct.pack(">I", len(content)) + kind + content)
        self._file.write(struct.pack(">I", zlib.crc32(kind + content)))


class TiffMask:
    """Writes a mask as a TIFF of one bit with Deflate, page for page; a `MaskWriter`.

    Args:
        file: where to; it is rewound to link the pages.
        note: what the mask says of itself.
    """

    def __init__(self, file: BinaryIO, note: dict[str, object]) -> None:
        self._file = file
        self._text = dumps(note, compact=True).encode("ascii") + b"\0"
        self._link_at = 4
        file.write(b"II*\0" + struct.pack("<I", 0))

    def page(self, shape: tuple[int, int], orientation: int, rows: Iterable[Marks]) -> None:
        """Writes a page behind those that are there.

        Raises:
            UnsupportedPhoto: the file would be larger than a TIFF can be.
        """
        offsets, counts = self._strips(rows)
        text_at = self._append(self._text)
        offsets_at = self._append(struct.pack(f"<{len(offsets)}I", *offsets))
        counts_at = self._append(struct.pack(f"<{len(counts)}I", *counts))
        one = len(offsets) == 1
        entries = (
            (256, _LONG, 1, shape[1]),
            (257, _LONG, 1, shape[0]),
            (258, _SHORT, 1, 1),
            (259, _SHORT, 1, 8),
            (262, _SHORT, 1, 1),
            (270, _ASCII, len(self._text), text_at),
            (273, _LONG, len(offsets), offsets[0] if one else offsets_at),
            (274, _SHORT, 1, orientation),
            (277, _SHORT, 1, 1),
            (278, _LONG, 1, _TIFF_STRIP_ROWS),
            (279, _LONG, len(counts), counts[0] if one else counts_at),
        )
        directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
        directory_at = self._append(directory + struct.pack("<I", 0))
        self._file.seek(self._link_at)
        self._file.write(struct.pack("<I", directory_at))
        self._link_at = directory_at + len(directory)
        self._file.seek(0, 2)

    def _strips(self, rows: Iterable[Marks]) -> tuple[list[int], list[int]]:
        offsets: list[int] = []
        counts: list[int] = []
        left = b""
        for part in rows:
            packed = np.packbits(part, axis=1)
            strip_bytes = _TIFF_STRIP_ROWS * packed.shape[1]
            left += packed.tobytes()
            while len(left) >= strip_bytes:
                self._strip(left[:strip_bytes], offsets, counts)
                left = left[strip_bytes:]
        if left:
            self._strip(left, offsets, counts)
        return offsets, counts

    def _strip(self, raw: bytes, offsets: list[int], counts: list[int]) -> None:
        coded = zlib.compress(raw, 6)
        offsets.append(self._append(coded))
        counts.append(len(coded))

    def _append(self, content: bytes) -> int:
        """Writes at the end, on an even place; returns where."""
        at = self._file.tell()
        if at % 2:
            self._file.write(b"\0")
            at += 1
        if at + len(content) >= _CLASSIC_END:
            raise UnsupportedPhoto("the mask would be larger than 4 GB, which a TIFF cannot be")
        self._file.write(content)
        return at


def read_note(data: bytes) -> dict[str, object]:
    """Returns what a mask says of itself; empty for any other file."""
    try:
        with Image.open(BytesIO(data), formats=("PNG", "TIFF")) as image:
            text = image.getexif().get(270) if image.format == "TIFF" else image.info.get(NOTE_KEY)
            return loads(text) if isinstance(text, str) else {}
    except (OSError, ValueError, SyntaxError):
        return {}
