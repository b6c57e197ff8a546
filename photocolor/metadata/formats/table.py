"""The table of readers and writers of each format's metadata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from photocolor.metadata.model import Blocks, Log, Picture, Source, TiffSource
from photocolor.system.file_bytes import Writable
from photocolor.system.late_table import LateTable


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatMetadata:
    """Reads and writes the metadata of one format.

    Attributes:
        read: all metadata of a file.
        picture: what the file stores.
        read_page: all metadata of the page whose directory is at an offset; None where a file holds one photo.
        write: the result's bytes with other metadata; None where they are appended.
        append: adds metadata to a file that may be larger than the memory.
    """

    read: Callable[[Source], Blocks]
    picture: Callable[[Source], Picture]
    read_page: Callable[[TiffSource, int], Blocks] | None = None
    write: Callable[[bytes, Blocks, Log], bytes] | None = None
    append: Callable[[Writable, Blocks, Log], None] | None = None


def _jpeg() -> FormatMetadata:
    from photocolor.metadata.formats import jpeg

    return FormatMetadata(read=jpeg.read, picture=jpeg.picture, write=jpeg.write)


def _png() -> FormatMetadata:
    from photocolor.metadata.formats import png

    return FormatMetadata(read=png.read, picture=png.picture, write=png.write)


def _tiff() -> FormatMetadata:
    from photocolor.metadata.formats import tiff

    return FormatMetadata(read=tiff.read, picture=tiff.picture, read_page=tiff.read, append=tiff.write)


def _webp() -> FormatMetadata:
    from photocolor.metadata.formats import webp

    return FormatMetadata(read=webp.read, picture=webp.picture, write=webp.write)


def _jp2() -> FormatMetadata:
    from photocolor.metadata.formats import jp2

    return FormatMetadata(read=jp2.read, picture=jp2.picture, write=jp2.write)


def _jxl() -> FormatMetadata:
    from photocolor.metadata.formats import jxl

    return FormatMetadata(read=jxl.read, picture=jxl.picture, write=jxl.write)


def _heif() -> FormatMetadata:
    from photocolor.metadata.formats import heif

    return FormatMetadata(read=heif.read, picture=heif.picture, write=heif.write)


METADATA = LateTable[FormatMetadata](
    {
        "jpeg": _jpeg,
        "png": _png,
        "tiff": _tiff,
        "webp": _webp,
        "jp2": _jp2,
        "jxl": _jxl,
        "avif": _heif,
        "heic": _heif,
    }
)
