"""Reads the strips and tiles of a TIFF page: where each lies, and its samples, with all of its rows accounted for.

Decoders continue where the coded data are damaged, and fill what is missing with black. So their input is checked
first for invalid codes, missing rows, superfluous bytes, and whatever a decoder only warns of.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import imagecodecs
from numpy.typing import NDArray

from photocolor.containers.coded.jp2_codestream import codestream_size, has_end, missing_tiles
from photocolor.containers.jpeg import frame_size
from photocolor.containers.jxl import codestream, read_header
from photocolor.errors import TruncatedPhoto
from photocolor.image.codecs import webp
from photocolor.image.plausibility import zero_run
from photocolor.image.tiff.fax import FaxCoding, fax_rows
from photocolor.image.tiff.jpeg_strip import doubts_of_strip
from photocolor.image.tiff.kind import FAX, JPEG, JPEG_2000, JPEG_XL, OLD_JPEG, WEBP, Kind
from photocolor.image.tiff.lzw import is_closed
from photocolor.image.tiff.unpack import (
    CHECKSUMMED,
    LZW,
    SELF_CONTAINED,
    UNCOMPRESSED,
    ZSTD,
    decompressed,
    has_checksum,
)
from photocolor.system.decoder_messages import detail_of
from photocolor.system.file_bytes import Stored

_PICTURES = {JPEG, OLD_JPEG, WEBP} | JPEG_2000 | JPEG_XL
_MAX_TILE_PX = 1 << 26  # a damaged tag must not reserve memory for tiles larger than any scanner writes
_T4_OPTIONS = 292
_TWO_DIMENSIONAL = 1
_HEAD_BYTES = 16
"""Enough of a compressed segment to know whether it has a checksum."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Says where one strip or tile lies in the file.

    Attributes:
        offset: where it begins.
        size: how many bytes it has; where the file says what cannot be, as many as it can have.
        sure: False if the file's own byte count could not be used.
    """

    offset: int
    size: int
    sure: bool = True


class SegmentLayout:
    """Describes how a page is divided into strips or tiles.

    Args:
        page: tifffile's view of it.

    Attributes:
        tall: rows of a tile, or of a strip that is not the last one.
        wide: columns of one.
        across: how many lie beside each other.
        down: how many lie below each other.
        count: how many there are, in all planes.

    Raises:
        TruncatedPhoto: a tile is larger than any scanner writes.
    """

    def __init__(self, page: Any) -> None:
        if page.is_tiled and page.tilelength * page.tilewidth > _MAX_TILE_PX:
            raise TruncatedPhoto(f"the TIFF's header is damaged (tiles of {page.tilewidth} × {page.tilelength} pixels)")
        self._height, self._width = page.imagelength, page.imagewidth
        self.tall = page.tilelength if page.is_tiled else min(page.rowsperstrip, self._height)
        self.wide = page.tilewidth if page.is_tiled else self._width
        self.across, self.down = math.ceil(self._width / self.wide), math.ceil(self._height / self.tall)
        self.count = self.down * self.across * (page.samplesperpixel if page.planarconfig == 2 else 1)

    def shape(self, index: int) -> tuple[int, int]:
        """Returns (rows, columns) of a segment that belong to the picture."""
        down, across = divmod(index % (self.down * self.across), self.across)
        return min(self.tall, self._height - down * self.tall), min(self.wide, self._width - across * self.wide)


class Segments:
    """Decodes the strips or tiles of a page by tifffile, and checks that each is whole.

    Args:
        page: tifffile's view of it; from here on it takes data that are decompressed already.
        kind: what it is.
        data: the whole file.

    Attributes:
        layout: how the page is cut.
        checksummed: True if the coded samples have checksums of their own, so that no damage of them can pass.
        warnings: what the user should know, one sentence each; complete after all were read.

    Raises:
        TruncatedPhoto: one is missing, or does not lie in the file.
    """

    def __init__(self, page: Any, kind: Kind, data: Stored) -> None:
        self._page, self._kind, self._data = page, kind, data
        self.layout = SegmentLayout(page)
        self._row_bytes = _row_bytes(self.layout.wide, page, kind)
        self._pieces = located(
            page, data, self.layout, self._stored_bytes if kind.compression == UNCOMPRESSED else None
        )
        self.warnings = (*_wrong_counts(self._pieces), *_shared_bytes(self._pieces))
        self.checksummed = kind.compression in CHECKSUMMED and all(
            has_checksum(kind.compression, data[piece.offset : piece.offset + min(piece.size, _HEAD_BYTES)])
            for piece in self._pieces
        )
        self._fill_order = page.fillorder
        if kind.compression in SELF_CONTAINED and kind.compression != UNCOMPRESSED:
            page.compression, page.fillorder = UNCOMPRESSED, 1

    def read(self, index: int) -> tuple[NDArray[Any], tuple[int, ...]]:
        """Returns one strip or tile (rows, columns, samples) in native byte order, and where it lies in the page.

        Raises:
            TruncatedPhoto: a part of it is missing or damaged.
        """
        piece = self._pieces[index]
        raw = self._data[piece.offset : piece.offset + piece.size]
        if len(raw) != piece.size:
            raise TruncatedPhoto(f"the TIFF ends at byte {piece.offset + len(raw)}, before its picture does")
        try:
            checked = self._checked(raw, index)
        except ValueError as error:
            raise self._damaged(index, detail_of(error, ours=True)) from error
        try:
            segment, place, _ = self._page.decode(checked, index, **self._tables())
        except ValueError as error:
            raise self._damaged(index, detail_of(error)) from error
        return segment[0], place

    def _damaged(self, index: int, detail: str) -> TruncatedPhoto:
        piece = self._pieces[index]
        if not piece.sure and piece.offset + piece.size == len(self._data):
            return TruncatedPhoto(f"the TIFF ends at byte {len(self._data)}, before its picture does{detail}")
        name = "tile" if self._page.is_tiled else "strip"
        return TruncatedPhoto(f"{name} {index + 1} of {len(self._pieces)} of the TIFF is damaged{detail}")

    def _tables(self) -> dict[str, bytes | None]:
        if self._kind.compression not in (JPEG, OLD_JPEG):
            return {}
        return {"jpegtables": self._page.jpegtables, "jpegheader": self._page.jpegheader}

    def _checked(self, raw: bytes, index: int) -> bytes:
        """Returns the bytes of a segment as tifffile takes them.

        Raises:
            ValueError: it is damaged.
        """
        compression, (rows, columns) = self._kind.compression, self.layout.shape(index)
        if compression in FAX:
            self._check_fax(raw, rows, sure=self._pieces[index].sure)
        elif compression in SELF_CONTAINED:
            if compression != UNCOMPRESSED and self._fill_order == 2:
                raw = bytes(imagecodecs.bitorder_decode(raw))
            sizes = {rows * self._row_bytes, self.layout.tall * self._row_bytes}
            if self._page.is_tiled:
                sizes.add(rows * _row_bytes(columns, self._page, self._kind))
            sure = self._pieces[index].sure
            samples = decompressed(compression, raw, sizes, sure=sure)
            if sure and compression in {LZW, ZSTD} and not has_checksum(compression, raw[:_HEAD_BYTES]):
                self._warn(zero_run(raw.rstrip(b"\0") if compression == LZW and is_closed(raw) else raw))
            return samples
        elif compression in _PICTURES:
            self._check_picture(raw, index)
        return raw

    def _check_fax(self, raw: bytes, rows: int, *, sure: bool) -> None:
        options = self._page.tags.valueof(_T4_OPTIONS, 0)
        coding = FaxCoding(self._kind.compression, bool(int(options) & _TWO_DIMENSIONAL))
        raw = bytes(imagecodecs.bitorder_decode(raw)) if self._fill_order == 2 else raw
        rows = self._page.tilelength if self._page.is_tiled else rows
        for _ in fax_rows(raw, coding, rows, self.layout.wide, may_have_more=not sure):
            pass

    def _check_picture(self, raw: bytes, index: int) -> None:
        """Checks a segment that is a picture file of its own, such as JPEG."""
        compression = self._kind.compression
        _check_inner_size(compression, raw, (self.layout.tall, self.layout.wide))
        if compression in JPEG_2000 and not has_end(raw):
            raise ValueError("its codestream has no end")
        if compression in JPEG_2000 and raw.startswith(b"\xff\x4f") and (missing := missing_tiles(raw)):
            raise ValueError(missing)
        doubts: list[str] = [zero_run(raw)] if compression in JPEG_2000 else []
        if compression in (JPEG, OLD_JPEG):
            doubts.extend(doubts_of_strip(raw, self._page.jpegtables))
        if compression == WEBP:
            doubts.extend(webp.doubts(raw, imagecodecs.webp_decode(raw)))
        for warning in doubts:
            self._warn(warning)

    def _warn(self, warning: str) -> None:
        """Adds a sentence to the warnings, unless it is empty or there already."""
        if warning and warning not in self.warnings:
            self.warnings = (*self.warnings, warning)

    def _stored_bytes(self, index: int) -> int:
        """Returns the length of an uncompressed segment in the file."""
        return (self.layout.tall if self._page.is_tiled else self.layout.shape(index)[0]) * self._row_bytes


def located(
    page: Any, data: Stored, layout: SegmentLayout, plain_bytes: Callable[[int], int] | None = None
) -> tuple[Piece, ...]:
    """Returns where the strips or tiles of a page lie.

    Byte counts that are all 0, and such as reach beyond the file, are written by some programs though all rows are
    there.

    Args:
        page: tifffile's view of it.
        data: the whole file.
        layout: how it is cut.
        plain_bytes: how many bytes each of them takes, by its number; None where they are compressed.

    Raises:
        TruncatedPhoto: one is missing, or begins or must end beyond the file.
    """
    if len(page.dataoffsets) != layout.count or len(page.databytecounts) != layout.count:
        raise TruncatedPhoto(f"the TIFF should have {layout.count} strips or tiles, but lists {len(page.dataoffsets)}")
    end, pieces, counted = len(data), list[Piece](), any(page.databytecounts)
    for index, (offset, size) in enumerate(zip(page.dataoffsets, page.databytecounts, strict=True)):
        if not offset or (counted and not size):
            raise TruncatedPhoto("a strip or tile of the TIFF is missing")
        sure = bool(size) and offset + size <= end
        length = int(size) if sure else plain_bytes(index) if plain_bytes else end - offset
        if length <= 0 or offset + length > end:
            raise TruncatedPhoto(f"the TIFF ends at byte {end}, before its picture does")
        pieces.append(Piece(int(offset), length, sure))
    return tuple(pieces)


def _row_bytes(columns: int, page: Any, kind: Kind) -> int:
    return math.ceil(columns * (1 if page.planarconfig == 2 else kind.channels) * kind.bits / 8)


def _shared_bytes(pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    """Returns the warning about strips or tiles that overlap in the file.

    One of their places is wrong, or they are equal.
    """
    end, shared = 0, 0
    for piece in sorted((piece for piece in pieces if piece.sure), key=lambda piece: piece.offset):
        shared += piece.offset < end
        end = max(end, piece.offset + piece.size)
    if not shared:
        return ()
    said = f"{shared} of the {len(pieces)} strips or tiles of the TIFF lie where another one lies"
    return (f"{said}: unless these parts of the picture are equal, the file is damaged; look at the picture",)


def _wrong_counts(pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    wrong = sum(not piece.sure for piece in pieces)
    if not wrong:
        return ()
    return (f"the TIFF says of {wrong} of its {len(pieces)} strips or tiles a length that cannot be; they are whole",)


def _check_inner_size(compression: int, segment: bytes, room: tuple[int, int]) -> None:
    """Raises if a segment that is a picture file promises more pixels than its place has: they take memory.

    Raises:
        ValueError: it does, or does not say how many.
    """
    if compression in (JPEG, OLD_JPEG):
        size = frame_size(segment)
    elif compression in JPEG_2000:
        size = codestream_size(segment)
    elif compression == WEBP:
        header = webp.probe(segment)
        size = header.height, header.width
    else:
        inner = read_header(codestream(segment))
        size = inner.height, inner.width
    if size[0] > room[0] + 15 or size[1] > room[1] + 15:  # some writers fill up to whole blocks
        raise ValueError(f"{size[1]} × {size[0]} pixels in a place of {room[1]} × {room[0]}")
