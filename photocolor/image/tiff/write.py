"""Writes TIFF row by row: a picture is never whole in memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import UnsupportedOperation
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray

from photocolor.containers.tiff import appended_directory_at
from photocolor.image.encode_input import RowsToEncode
from photocolor.image.photo import Container, Pixels, Rows
from photocolor.image.row_groups import regrouped
from photocolor.system.growing_file import reserve
from photocolor.system.photo_threads import threads_of_a_photo
from photocolor.system.prefetch import map_ordered

if TYPE_CHECKING:
    import tifffile

DEFLATE_LEVEL = 1  # with the predictor; level 6 takes twice as long for 4 % less

# How a TIFF is compressed again: its own family where that is lossless, deflate for all the others.
_COMPRESSIONS = {"NONE": None, "LZW": "lzw", "PACKBITS": "packbits", "ZSTD": "zstd", "LZMA": "lzma"}
_PREDICTED = {"lzw", "adobe_deflate", "zstd", "lzma"}
_STRIP_BYTES = 1 << 18
_LARGE_BYTES = 1 << 24
"""Length of a page's samples from which it counts as large: its file's length is reserved, and what the file will
begin with is worked out before it is written."""
_MOST_HEAD_BYTES = 1 << 22
_PAGE = 2  # bit of NewSubfileType: one page of several
_CLASSIC_BYTES = (1 << 32) - (1 << 25)  # offsets have 32 bits; what is kept free is for metadata


@dataclass(frozen=True, slots=True)
class PageToWrite:
    """Holds a page to be written.

    Attributes:
        shape: (H, W, 3) or, with alpha last, (H, W, 4).
        dtype: uint8 or uint16.
        icc: the profile to embed, or None.
        container: of the source; compression, tiles and resolution follow it.
        rows: the samples from top to bottom, any number of rows at a time.
    """

    shape: tuple[int, int, int]
    dtype: np.dtype[Any]
    icc: bytes | None
    container: Container
    rows: Iterable[Pixels]

    @property
    def tile_px(self) -> tuple[int, int] | None:
        """Returns the source's tile size where TIFF allows it; None for strips."""
        tile = self.container.tile_px
        return tile if tile and not any(side % 16 for side in tile) else None

    @property
    def strip_rows(self) -> int:
        """Returns the rows of a strip."""
        row_bytes = self.shape[1] * self.shape[2] * self.dtype.itemsize
        return min(self.shape[0], max(1, _STRIP_BYTES // row_bytes))

    @property
    def bytes(self) -> int:
        """Returns the length of its samples."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def compression(self) -> str | None:
        """Returns the compression by tifffile's name."""
        return _COMPRESSIONS.get(self.container.compression or "DEFLATE", "adobe_deflate")


def write_rows(file: BinaryIO, picture: RowsToEncode) -> None:
    """Writes a file of one page."""
    page = page_of(picture)
    if page.compression is None and page.bytes >= _LARGE_BYTES:
        reserve(file.fileno(), page.bytes)
    write_pages(file, [page], page.bytes, several=False)


def head_of(picture: RowsToEncode) -> bytes | None:
    """Returns what a large file of one page will begin with, up to its first sample, once it has its metadata.

    They are in a directory that is appended, to which the file's header points then. None where the place of that
    depends on how the samples can be compressed.
    """
    page = page_of(picture)
    if page.compression is not None or page.tile_px or page.bytes < _LARGE_BYTES:
        return None
    head = _HeadOnly()
    write_pages(head, [page], page.bytes, several=False, coded=_zeros)  # type: ignore[arg-type]  # what tifffile asks
    first = head.end - page.bytes
    if first > _MOST_HEAD_BYTES:
        return None
    order: Literal["big", "little"] = "big" if head.kept[:2] == b"MM" else "little"
    at, length = (8, 8) if head.kept[2:4].strip(b"\0") == b"\x2b" else (4, 4)  # BigTIFF or not
    head.kept[at : at + length] = appended_directory_at(head.end).to_bytes(length, order)
    return bytes(head.kept[:first])


def page_of(picture: RowsToEncode) -> PageToWrite:
    """Returns the page that holds a picture."""
    return PageToWrite(picture.shape, picture.dtype, picture.icc, picture.photo.container, picture.rows)


def write_pages(
    file: BinaryIO,
    pages: Iterable[PageToWrite],
    total_bytes: int,
    *,
    several: bool,
    coded: Callable[[PageToWrite, str], Iterator[bytes]] | None = None,
) -> None:
    """Writes one or several pages, each while its rows come.

    Args:
        file: an empty file.
        pages: one or several.
        total_bytes: of all pages' samples together; above 4 GB the file becomes a BigTIFF.
        several: True marks each page as one of several.
        coded: returns the strips of a page in a byte order; those of its rows if None.
    """
    writer = None
    for page in pages:
        writer = writer or _writer(file, page.container, total_bytes)
        kind = _PAGE if several else None
        parts = (coded or _encoded)(page, writer.tiff.byteorder)
        writer.write(parts, shape=page.shape, dtype=page.dtype, subfiletype=kind, **_options(page))
    if writer:
        writer.close()


def _writer(file: BinaryIO, container: Container, total_bytes: int) -> tifffile.TiffWriter:
    """Opens a writer in the source's byte order, of a BigTIFF where the source is one or the samples need it."""
    import tifffile

    big = container.bigtiff or total_bytes > _CLASSIC_BYTES
    # tifffile asks of a file only the methods that this one has, but its signature names a whole `IO`.
    without_descriptor = cast(BinaryIO, _FileWithoutDescriptor(file))
    byteorder: Literal[">", "<"] = ">" if container.byteorder == ">" else "<"
    return tifffile.TiffWriter(without_descriptor, byteorder=byteorder, bigtiff=big)


class _FileWithoutDescriptor:
    """Wraps a file: given its descriptor, NumPy would write past Python and lose the reason of a failure."""

    def __init__(self, file: BinaryIO) -> None:
        self.write, self.seek, self.tell, self.read = file.write, file.seek, file.tell, file.read
        self.flush, self.truncate = file.flush, file.truncate

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        raise UnsupportedOperation("no descriptor, on purpose")


class _HeadOnly:
    """Takes a file that is written, and keeps its first bytes only."""

    def __init__(self) -> None:
        self.kept, self.end, self._at = bytearray(), 0, 0

    def write(self, data: bytes) -> int:
        if self._at < _MOST_HEAD_BYTES:
            self.kept.extend(bytes(max(0, self._at - len(self.kept))))
            self.kept[self._at : self._at + len(data)] = data
        self._at += len(data)
        self.end = max(self.end, self._at)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self.end)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, _: int = -1) -> bytes:
        raise UnsupportedOperation("it is only written")

    def flush(self) -> None:
        return

    truncate = read


def _zeros(page: PageToWrite, _: str) -> Iterator[bytes]:
    """Yields strips as long as the page's own, which cost nothing."""
    row_bytes = page.bytes // page.shape[0]
    strip, left = bytes(page.strip_rows * row_bytes), page.bytes
    while left:
        strip = strip if left >= len(strip) else strip[:left]
        yield strip
        left -= len(strip)


def _options(page: PageToWrite) -> dict[str, Any]:
    container, compression = page.container, page.compression
    return {
        "photometric": "rgb",
        "extrasamples": [container.extra_sample or "unassalpha"] if page.shape[2] == 4 else None,
        "compression": compression,
        "compressionargs": {"level": DEFLATE_LEVEL} if compression == "adobe_deflate" else None,
        "predictor": 2 if compression in _PREDICTED else None,
        "tile": page.tile_px,
        "rowsperstrip": None if page.tile_px else page.strip_rows,
        "resolution": container.dpi,
        "resolutionunit": "inch" if container.dpi else None,
        "iccprofile": page.icc,
        # Nothing that depends on the day or the version, and no description that readers take for the photo's.
        "software": False,
        "datetime": None,
        "metadata": None,
        "contiguous": False,
    }


def _encoded(page: PageToWrite, order: str) -> Iterator[bytes]:
    """Yields strips or tiles as they stand in the file."""
    chunks = _tiles(page) if page.tile_px else _strips(page)
    stored = page.dtype.newbyteorder(order)  # type: ignore[arg-type]
    name = page.compression
    if name is None:
        return (np.ascontiguousarray(chunk, stored).tobytes() for chunk in chunks)
    from tifffile import COMPRESSION, TIFF

    compress = TIFF.COMPRESSORS[COMPRESSION[name.upper()]]
    predict = TIFF.PREDICTORS[2] if name in _PREDICTED else None
    how = {"adobe_deflate": {"level": DEFLATE_LEVEL}, "packbits": {"axis": -2}}.get(name, {})

    def encoded(chunk: NDArray[Any]) -> bytes:
        samples = np.ascontiguousarray(chunk, stored)
        return bytes(compress(samples if predict is None else predict(samples, axis=-2), **how))

    threads = threads_of_a_photo()
    return map_ordered(encoded, chunks, threads, threads + 1)


def _strips(page: PageToWrite) -> Iterator[NDArray[Any]]:
    return (rows for rows, _ in regrouped(map(Rows, page.rows), page.strip_rows))


def _tiles(page: PageToWrite) -> Iterator[NDArray[Any]]:
    """Yields tiles row by row; beyond the picture they are filled with zeros."""
    tall, wide = page.tile_px or page.shape[:2]
    for rows, _ in regrouped(map(Rows, page.rows), tall):
        for left in range(0, page.shape[1], wide):
            part = rows[:, left : left + wide]
            if part.shape[:2] == (tall, wide):
                yield part
            else:
                tile = np.zeros((tall, wide, page.shape[2]), page.dtype)
                tile[: part.shape[0], : part.shape[1]] = part
                yield tile
